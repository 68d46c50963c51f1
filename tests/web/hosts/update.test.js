// @ts-check
/** What the service worker keeps: one version, whole, whatever the server does meanwhile. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { offlineList } from '../../../tools/web/offline.js';
import { browsers, open, remove, temporaryFolder } from '../harness/index.js';
import { web } from '../page/situations.js';
import { nextVisit } from './first-visit.js';
import { ISOLATING, startHost } from './host.js';

/**
 * A small page that shows which version each of its parts is of.
 * @param {string} version
 * @returns {Record<string, string>}
 */
const site = (version) => ({
  'index.html': `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>…</title>
    <script src="tamis-isolate.js" data-offline="list.js" data-always></script>
    <script type="module">
      import { one } from './one.js';
      await tamisIsolation.ready;
      const worker = new Worker('deep/worker.js', { type: 'module' });
      const two = new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
      const three = await (await fetch('three.txt')).text();
      document.title = ['${version}', one, ...await two, three].join(' ');
    </script>`,
  'one.js': `export const one = '${version}';`,
  'deep/two.js': `export const two = '${version}';`,
  'deep/worker.js': `import { two } from './two.js'; postMessage(['${version}', two]);`,
  'three.txt': version,
});

/** @param {Record<string, string>} files */
async function listOf(files) {
  const folder = await temporaryFolder('version');
  try {
    await mkdir(join(folder, 'deep'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return offlineList(folder, Object.keys(files));
  } finally {
    await remove(folder);
  }
}

const scripts = Object.fromEntries(await Promise.all(['tamis-isolate.js', 'tamis-sw.js']
  .map(async (name) => [name, await readFile(new URL(name, web), 'utf8')])));

/** Waits until a version is kept whole. @param {import('../harness/index.js').Page} page */
async function kept(page) {
  await page.waitFor(async () => {
    for (const name of await caches.keys()) if (await (await caches.open(name)).match('?whole')) return true;
    return false;
  });
  return wholes(page);
}

/** @param {import('../harness/index.js').Page} page @returns {Promise<string>} */
const versions = (page) => page.waitFor(() => document.title !== '…' && document.title);

/** The versions that are kept whole, in order. @param {import('../harness/index.js').Page} page @returns {Promise<string[]>} */
const wholes = (page) => page.evaluate(async () => {
  const found = [];
  for (const name of await caches.keys()) if (await (await caches.open(name)).match('?whole')) found.push(name);
  return found.sort();
});

for (const browser of browsers()) {
  test(`${browser.name}: an update is never half applied`, async (t) => {
    let worker = scripts['tamis-sw.js'];
    const old = site('A');
    const next = site('B');
    const { 'tamis-isolate.js': line } = scripts;
    const lists = { old: await listOf({ ...old, 'tamis-isolate.js': line }), next: await listOf({ ...next, 'tamis-isolate.js': line }) };
    /** @type {'old' | 'mixed' | 'failing' | 'next'} */
    let serves = 'old';
    let turn = 0;
    /** What the server saw of a request that the service worker is to leave alone. @type {string[]} */
    const plain = [];
    const host = await startHost({
      base: '/site/',
      t,
      files(name) {
        if (name === 'tamis-sw.js') return worker;
        if (scripts[name]) return scripts[name];
        if (name === 'list.js') return serves === 'old' ? lists.old : lists.next;
        // Being uploaded: now one, now the other.
        const files = serves === 'next' || serves === 'failing' || (serves === 'mixed' && turn++ % 2) ? next : old;
        return files[name];
      },
      change(path, answer, request) {
        if (serves === 'failing' && path === 'three.txt') answer.body = null;
        if (path !== 'plain') return;
        plain.push(`${request.method} ${request.headers.range ?? ''}`.trim());
        Object.assign(answer, { status: request.headers.range ? 206 : 200, body: 'x' });
        if (request.headers.range) answer.headers['Content-Range'] = 'bytes 0-0/9';
      },
    });
    const other = await startHost({ files: () => 'elsewhere', headers: { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }, t });
    // WebKitGTK shares memory everywhere or nowhere; where it does, no service worker is needed.
    const page = await open(browser, host.url, { t, sharedMemory: browser.name !== 'webkit' });
    assert.equal(await versions(page), 'A A A A A');
    await nextVisit(page, host.url);
    assert.equal(await versions(page), 'A A A A A');
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    const first = await kept(page);
    assert.equal(first.length, 1);

    // Uploads, parts and other origins go to the server as they are, and come back so.
    const passed = await page.evaluate(async (elsewhere) => {
      const post = await fetch('plain', { method: 'POST', body: 'x' });
      const range = await fetch('plain', { headers: { Range: 'bytes=0-0' } });
      const far = await fetch(elsewhere);
      return [post, range].map(({ status, headers }) => [status, headers.get('cross-origin-embedder-policy')]).concat([[far.status, await far.text()]]);
    }, `${other.url}file`);
    assert.deepEqual(passed, [[200, null], [206, null], [200, 'elsewhere']]);
    assert.deepEqual(plain, ['POST', 'GET bytes=0-0']);

    /** Has the browser look for an update until it is settled, and gives what came of it. */
    const look = () => page.evaluate(async () => {
      const found = /** @type {ServiceWorkerRegistration} */ (await navigator.serviceWorker.getRegistration());
      await found.update().catch(() => {});
      const coming = found.installing;
      while (coming && coming.state === 'installing') await new Promise((resolve) => { setTimeout(resolve, 20); });
      return found.waiting ? 'waits' : 'none';
    });
    for (const state of /** @type {const} */ (['mixed', 'failing'])) {
      serves = state;
      for (let i = 0; i < 3; i++) {
        await page.goto(host.url);
        assert.equal(await versions(page), 'A A A A A', state);
        assert.equal(await look(), 'none', state);
      }
      assert.deepEqual(await wholes(page), first, state);
    }

    // The new version is here, and waits: this page is of the old one, with all that it loads from now on.
    serves = 'next';
    assert.equal(await look(), 'waits');
    await page.goto(host.url);
    assert.equal(await versions(page), 'A A A A A');
    await page.waitFor(() => /** @type {any} */ (window).tamisIsolation.update);
    assert.equal((await wholes(page)).length, 2);

    // Not while another page is open, here in a frame.
    const others = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = 'index.html';
      document.body.append(frame);
      await new Promise((resolve) => { frame.onload = resolve; });
      const count = await /** @type {any} */ (window).tamisIsolation.takeOver();
      frame.remove();
      return count;
    });
    assert.equal(others, 1);
    await page.evaluate(() => { void /** @type {any} */ (window).tamisIsolation.takeOver(); });
    await page.waitFor(() => document.title === 'B B B B B');
    const second = await wholes(page);
    assert.equal(second.length, 1, 'the old version is gone');
    assert.notDeepEqual(second, first);

    // The way out that docs/HOSTING.md gives.
    const manual = await readFile(new URL('../docs/HOSTING.md', web), 'utf8');
    const wayOut = /## Taking it away again.*?```js\n(.*?)```/s.exec(manual)?.[1] ?? '';
    worker = wayOut;
    assert.match(wayOut, /unregister/);
    await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration())?.update().catch(() => {}); });
    await page.waitFor(async () => (await caches.keys()).length === 0 && (await navigator.serviceWorker.getRegistrations()).length === 0);
  });

  test(`${browser.name}: on a host that sends the headers, data-always keeps the page, without a reload`, async (t) => {
    const files = { ...site('A'), 'tamis-isolate.js': scripts['tamis-isolate.js'] };
    const all = /** @type {Record<string, string>} */ ({ ...files, 'tamis-sw.js': scripts['tamis-sw.js'], 'list.js': await listOf(files) });
    const host = await startHost({ files: (name) => all[name], headers: ISOLATING, t });
    const page = await open(browser, host.url, { t });
    assert.equal(await versions(page), 'A A A A A');
    assert.equal(await page.evaluate(() => /** @type {any} */ (window).tamisIsolation.state), 'available');
    await kept(page);
    assert.equal(host.requests.filter((name) => name === '').length, 1);
    await host.close();
    await page.goto(host.url);
    assert.equal(await versions(page), 'A A A A A');
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  });
}
