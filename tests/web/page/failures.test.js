// @ts-check
/** What the page says when parts of it are missing. */
import assert from 'node:assert/strict';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browsers, fileUrl, open, remove, startServer, temporaryFolder } from '../harness/index.js';
import { count, isHidden, ready, web } from './situations.js';

const PARTS = ['index.html', 'app', 'lib', 'dist'];

/**
 * A copy of the page from which parts can be taken away.
 * @param {import('../harness/ends.js').TestContext} t
 */
async function copyOfWeb(t) {
  const folder = await temporaryFolder('page');
  t.after(() => remove(folder));
  const copy = join(folder, 'web');
  await mkdir(copy);
  for (const part of PARTS) await cp(new URL(part, web), join(copy, part), { recursive: true });
  return copy;
}

/** @param {import('../harness/page.js').Page} page */
const failed = (page) => page.waitFor('html[data-state="failed"]');

for (const browser of browsers()) {
  test(`${browser.name}: without tamis.wasm the page says what to do, and goes on once it is there`, async (t) => {
    const folder = await copyOfWeb(t);
    const wasm = join(folder, 'dist/tamis.wasm');
    await rename(wasm, `${wasm}.away`);
    const { origin } = await startServer({ root: folder, t });
    const page = await open(browser, `${origin}/`, { t });
    await failed(page);
    assert.match(await page.text('#browser-error'), /tamis\.wasm/);
    assert.notEqual(await page.text('#browser-error-hint'), '');

    await page.click('#count-go');
    assert.match(await page.text('#count-error'), /did not start.*Try again/s);

    await rename(`${wasm}.away`, wasm);
    await page.click('#retry');
    await ready(page);
    assert.equal(await isHidden(page, '#browser-error'), true);
    // pi(10^6): OEIS A006880.
    assert.equal(await count(page, { stop: '1e6' }), '78,498');
  });

  test(`${browser.name}: after a failed start, mode workers can be asked for`, async (t) => {
    const folder = await copyOfWeb(t);
    const wasm = join(folder, 'dist/tamis.wasm');
    await rename(wasm, `${wasm}.away`);
    const { origin } = await startServer({ root: folder, t });
    const page = await open(browser, `${origin}/`, { t });
    await failed(page);
    await rename(`${wasm}.away`, wasm);
    await page.click('#retry-workers');
    await ready(page);
    assert.match(await page.text('#browser-summary'), /isolated worker/);
    await page.click('#browser-details summary');
    await page.click('#switch-mode');
    await page.waitFor(() => /shared memory/.test(document.querySelector('#browser-summary')?.textContent ?? ''));
    await ready(page);
    assert.equal(await count(page, { stop: '1e6' }), '78,498');
  });

  test(`${browser.name}: before the first build the page says to run make web`, async (t) => {
    const folder = await copyOfWeb(t);
    await rm(join(folder, 'dist'), { recursive: true });
    const fromDisk = await open(browser, fileUrl(join(folder, 'index.html')), { t });
    await failed(fromDisk);
    assert.match(await fromDisk.text('#browser-error'), /web\/dist is missing\.\s+Run “make web” in the project’s folder/);
    await fromDisk.close();

    const { origin } = await startServer({ root: folder, t });
    const served = await open(browser, `${origin}/`, { t });
    await failed(served);
    assert.match(await served.text('#browser-error'), /could not be loaded\.\s+.*make web/);
  });
}

test('the links in the footer lead somewhere', async (t) => {
  const { origin } = await startServer({ root: web, t });
  const html = await (await fetch(`${origin}/`)).text();
  // Those to other sites would test the network.
  const links = [...html.matchAll(/<a href="([^"#:]+)"/g)].map(([, href]) => href);
  assert.ok(links.length >= 3);
  for (const href of links) {
    assert.equal((await fetch(new URL(href, `${origin}/`))).status, 200, `${fileURLToPath(web)}${href}`);
  }
});
