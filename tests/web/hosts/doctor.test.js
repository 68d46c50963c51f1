// @ts-check
/** The doctor's page, on hosts that lack something. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PHONE, browsers, fileUrl, open, projectRoot } from '../harness/index.js';
import { web } from '../page/situations.js';
import { ISOLATING, startHost } from './host.js';

/** @typedef {import('../harness/index.js').Page} Page */

const pictures = new URL('out/screenshots/', projectRoot);

/** @param {Page} page */
const looked = (page) => page.waitFor('html[data-state="ready"][data-browser]');

/** What is not right, by level. @param {Page} page @returns {Promise<string[]>} */
const flaws = (page) => page.evaluate(() => [...document.querySelectorAll('#doctor-findings li:not([data-level="right"])')]
  .map((item) => `${/** @type {HTMLElement} */ (item).dataset.level}: ${item.querySelector('h3')?.textContent}`));

for (const browser of browsers()) {
  const shares = browser.name !== 'webkit';

  test(`${browser.name}: the doctor's page finds nothing wrong with a good host, and tries the browser out`, async (t) => {
    await mkdir(pictures, { recursive: true });
    const { url } = await startHost({ files: web, headers: ISOLATING, compress: true, t });
    const page = await open(browser, `${url}doctor.html`, { t, ...PHONE });
    await looked(page);
    assert.deepEqual(await flaws(page), []);
    assert.equal(await page.text('#doctor-summary'), 'Mode threads: workers share one memory.');
    assert.equal(await page.text('#advice-about'), 'Nothing is missing.');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.browser), 'able');
    const facts = await page.text('#doctor-browser');
    if (shares) assert.match(facts, /yes, and they see the shared memory/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'no sideways scrolling');
    assert.deepEqual(await page.errors(), []);

    await page.screenshot(fileURLToPath(new URL(`doctor-phone-${browser.name}.png`, pictures)));
    await page.click('#advice-all');
    assert.match(await page.text('#advice-lines'), /Cross-Origin-Opener-Policy/);
    await page.fill('#doctor-address', 'https://example.org/');
    await page.press('Enter');
    await page.waitFor(() => /its own host only/.test(document.querySelector('#doctor-summary')?.textContent ?? ''));
    assert.match(await page.text('#doctor-error'), /tamis\.js doctor/);
  });

  test(`${browser.name}: the doctor's page names what the server lacks, though a service worker hides it, and what to add`, async (t) => {
    let wasmType = 'application/wasm';
    const { url } = await startHost({
      files: web, base: '/sub/', headers: { Server: 'Apache/2.4' }, compress: true, t,
      change(path, answer) { if (path.endsWith('.wasm')) answer.headers['Content-Type'] = wasmType; },
    });
    const page = await open(browser, url, { t, sharedMemory: shares, colorScheme: 'dark', height: 1000 });
    await page.waitFor('html[data-state="ready"]');
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await page.goto(`${url}doctor.html`);
    await looked(page);
    assert.equal(await page.evaluate(() => crossOriginIsolated), true, 'by the service worker');
    assert.deepEqual(await flaws(page), ['hint: Cross-Origin-Opener-Policy', 'hint: Cross-Origin-Embedder-Policy', 'hint: Cross-Origin-Resource-Policy']);
    assert.match(await page.text('#doctor-summary'), /^Mode threads, after one reload/);
    assert.match(await page.text('#advice-lines'), /^Header always set Cross-Origin-Opener-Policy "same-origin"$/m);
    await page.click('input[value="nginx"]');
    assert.match(await page.text('#advice-lines'), /^add_header Cross-Origin-Opener-Policy "same-origin" always;$/m);
    assert.match(await page.evaluate(() => /** @type {any} */ (document.activeElement)?.value), /nginx/);

    wasmType = 'text/plain';
    await page.click('#doctor-form button');
    await page.waitFor(() => /does not run/.test(document.querySelector('#doctor-summary')?.textContent ?? ''));
    await looked(page);
    assert.equal((await flaws(page))[0], 'wrong: Type of the core');
    assert.match(await page.text('#advice-lines'), /^AddType application\/wasm \.wasm$/m);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'no sideways scrolling');
    await page.evaluate(() => document.querySelector('#doctor-summary')?.scrollIntoView());
    await page.screenshot(fileURLToPath(new URL(`doctor-desk-${browser.name}.png`, pictures)));
    assert.deepEqual(await page.errors(), []);
  });
}

test('from disk the page says that there is no host', async (t) => {
  const [browser] = browsers();
  const page = await open(browser, fileUrl(new URL('doctor.html', web)), { t });
  assert.match(await page.text('#doctor-summary'), /no host to look at/);
});
