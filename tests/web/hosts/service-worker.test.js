// @ts-check
/** The page on hosts without headers: isolated by its service worker, kept for use without a network, or neither. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers, open } from '../harness/index.js';
import { count, ready, web } from '../page/situations.js';
import { note } from './fault-matrix.js';
import { nextVisit } from './first-visit.js';
import { startHost } from './host.js';

/** @typedef {import('../harness/index.js').Page} Page */

/** pi(10^8). Source: OEIS A006880. */
const STOP = '1e8';
const ANSWER = '5,761,455';

/** @param {Page} page */
const modeOf = async (page) => (/shared memory/.test(await page.text('#browser-summary')) ? 'threads' : 'workers');

/** @param {Page} page @returns {Promise<{ state: string, why: string, update: boolean }>} */
const isolation = (page) => page.evaluate(() => {
  const { state, why, update } = /** @type {any} */ (window).tamisIsolation;
  return { state, why, update };
});

/** Waits until the service worker has kept everything. @param {Page} page */
const kept = (page) => page.waitFor(async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    if ((await cache.keys()).some(({ url }) => url.endsWith('?whole'))) return true;
  }
  return false;
});

/** How often the document was loaded; the service worker asks for it as index.html. @param {import('./host.js').Host} host */
const documents = (host) => host.requests.filter((path) => path === '').length;

for (const browser of browsers()) {
  // WebKitGTK shares memory everywhere or nowhere, so only the isolation itself is seen there.
  const shares = browser.name !== 'webkit';

  test(`${browser.name}: without headers, below a path, the page has threads after one reload, and counts without a network`, async (t) => {
    const host = await startHost({ files: web, base: '/a/b/web/', t });
    let began = performance.now();
    const page = await open(browser, host.url, { t, sharedMemory: shares });
    await ready(page);
    await nextVisit(page, host.url);
    await ready(page);
    const readyMs = performance.now() - began;
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    assert.deepEqual([(await isolation(page)).state, documents(host)], ['controls', 2], 'one reload');
    const mode = await modeOf(page);
    assert.equal(mode, shares ? 'threads' : 'workers');
    let answer = await count(page, { stop: STOP });
    assert.equal(answer, ANSWER);
    note(t, { browser: browser.name, mode, fault: 'no headers, sub-path', outcome: 'service worker, one reload', answer, expected: ANSWER, ms: readyMs });
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.scope), host.url);

    // In Firefox this is a hard reload, which no service worker answers: the page reloads itself once more.
    const before = documents(host);
    await page.reload();
    await ready(page);
    await nextVisit(page, host.url);
    await ready(page);
    assert.equal(await page.evaluate(() => crossOriginIsolated), true, 'after a hard reload, too');
    assert.ok(documents(host) - before <= 2);

    await kept(page);
    await host.close();
    began = performance.now();
    await page.goto(host.url);
    await ready(page);
    assert.equal(await modeOf(page), mode);
    answer = await count(page, { stop: STOP });
    assert.equal(answer, ANSWER);
    note(t, { browser: browser.name, mode, fault: 'server gone', outcome: 'counted without a network', answer, expected: ANSWER, ms: performance.now() - began });
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}: where the service worker is refused, the page says why and counts in mode workers`, async (t) => {
    const host = await startHost({ files: web, t, change: (path, answer) => { if (path === 'tamis-sw.js') answer.status = 404; } });
    const began = performance.now();
    const page = await open(browser, host.url, { t, sharedMemory: false });
    await ready(page);
    const ms = performance.now() - began;
    assert.equal(documents(host), 1, 'no reload');
    const { state, why } = await isolation(page);
    assert.equal(state, 'refused', why);
    assert.match(why, /^The browser refused the service worker: /);
    assert.equal(await modeOf(page), 'workers');
    const answer = await count(page, { stop: STOP });
    assert.equal(answer, ANSWER);
    note(t, { browser: browser.name, mode: 'workers', fault: 'service worker refused', outcome: 'said why', answer, expected: ANSWER, ms });
    const framed = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      frame.src = 'index.html';
      await new Promise((resolve) => { frame.onload = resolve; });
      const { state, why } = /** @type {any} */ (frame.contentWindow).tamisIsolation;
      frame.remove();
      return `${state}: ${why}`;
    });
    assert.match(framed, /^none: This page is in a frame/);

    // This machine too, but no browser takes the address for secure; Firefox and WebKitGTK do not open it at all.
    if (browser.name !== 'chromium') return;
    const again = performance.now();
    await page.goto(host.url.replace('127.0.0.1', '0.0.0.0'));
    await ready(page);
    const plain = { ...(await isolation(page)), ms: performance.now() - again, answer: await count(page, { stop: STOP }) };
    assert.match(`${plain.state}: ${plain.why}`, /^none: Service workers need HTTPS/);
    assert.equal(plain.answer, ANSWER);
    note(t, { browser: browser.name, mode: 'workers', fault: 'plain HTTP', outcome: 'said why', answer: plain.answer, expected: ANSWER, ms: plain.ms });
  });

  test(`${browser.name}: a service worker that does not isolate is met by one reload and no more, a browser without memory by none`, async (t) => {
    let forgetful = false;
    const host = await startHost({
      files: web,
      t,
      change(path, answer) {
        if (path === 'tamis-sw.js') answer.body = "addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));";
        if (path === '' && forgetful) {
          answer.body = String(answer.body).replace('<script src="tamis-isolate.js"', '<script src="forget.js"></script>$&');
        }
        if (path !== 'forget.js') return;
        answer.status = 200;
        answer.headers['Content-Type'] = 'text/javascript';
        answer.body = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });";
      },
    });
    const page = await open(browser, host.url, { t, sharedMemory: false });
    await ready(page);
    await nextVisit(page, host.url);
    await ready(page);
    assert.equal(documents(host), 2);
    // Controlled now, so it is known that another reload would not help.
    assert.equal((await isolation(page)).state, 'controls');
    assert.equal(await count(page, { stop: '1e6' }), '78,498');
    await page.reload();
    await ready(page);
    assert.equal(documents(host), 3);

    await page.goto(`${host.url}?isolate=remove`);
    await ready(page);
    assert.match((await isolation(page)).why, /removed/);
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    forgetful = true;
    const before = documents(host);
    await page.goto(host.url);
    await ready(page);
    assert.equal(documents(host), before + 1);
    assert.match((await isolation(page)).why, /remember nothing, so it is not reloaded/);
    assert.equal(await modeOf(page), 'workers');
  });
}
