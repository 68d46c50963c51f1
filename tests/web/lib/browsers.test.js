// @ts-check
// The library in real browsers: over HTTP with and without the isolating headers, and from disk.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundleClassic } from '../../../tools/web/bundle.js';
import { browsers, fileUrl, open, projectRoot, remove, startServer, temporaryFolder } from '../harness/index.js';
import { matrix } from './matrix.js';

const fixture = fileURLToPath(new URL('fixture/', import.meta.url));

/** @type {{ name: string, mode: 'threads' | 'workers', address: () => Promise<{ url: string, close: () => unknown }> }[]} */
const situations = [
  { name: 'HTTP with isolating headers', mode: 'threads', address: () => overHttp(true) },
  { name: 'HTTP without headers', mode: 'workers', address: () => overHttp(false) },
  { name: 'file://', mode: 'workers', address: fromDisk },
];

/** @param {boolean} isolation */
async function overHttp(isolation) {
  const server = await startServer({ root: projectRoot, isolation });
  return { url: `${server.origin}/tests/web/lib/fixture/index.html`, close: () => server.close() };
}

async function fromDisk() {
  const folder = await temporaryFolder('classic');
  await bundleClassic(path.join(fixture, 'main.js'), path.join(folder, 'fixture.js'));
  copyFileSync(path.join(fixture, 'classic.html'), path.join(folder, 'classic.html'));
  return { url: fileUrl(path.join(folder, 'classic.html')), close: () => remove(folder) };
}

for (const browser of browsers()) {
  for (const { name: situation, mode, address } of situations) {
    describe(`${browser.name}, ${situation}: mode ${mode}`, () => {
      /** @type {import('../harness/index.js').Page} */
      let page;
      /** @type {{ url: string, close: () => unknown }} */
      let place;
      before(async () => {
        place = await address();
        // WebKitGTK shares memory everywhere or nowhere, whatever the headers.
        page = await open(browser, place.url, { limit: 240_000, sharedMemory: mode === 'threads' });
        await page.waitFor(() => 'fixture' in globalThis);
      });
      after(async () => {
        await page?.close();
        await place?.close();
      });

      test(`loads 8 ${mode} and says why`, async (t) => {
        const began = performance.now();
        const capabilities = await call(page, 'load', {});
        t.diagnostic(`${browser.name} ${situation}: 8 ${mode} ready in ${Math.round(performance.now() - began)} ms`);
        assert.equal(capabilities.mode, mode, capabilities.warnings.join('\n'));
        assert.deepEqual(capabilities.warnings, []);
        assert.equal(capabilities.hint === null, mode === 'threads');
      });

      for (const { name } of matrix) {
        test(name, { timeout: 300_000 }, async (t) => {
          for (const line of await call(page, 'run', name)) t.diagnostic(`${browser.name} ${situation}: ${line}`);
        });
      }

      test('the page goes on drawing while all threads count (reported)', async (t) => {
        const { idle, counting } = await call(page, 'frameGaps');
        t.diagnostic(`${browser.name} ${situation}: longest frame gap ${counting} ms while counting, ${idle} ms idle`);
      });

      test('a page that is left alone measures the piece of its sieve, and the next one remembers it', async (t) => {
        const { first, count, second } = await call(page, 'tuning');
        assert.equal(first.source, 'measured');
        // OEIS A006880
        assert.equal(count, '5761455');
        // Chromium and Firefox keep localStorage for pages from disk too.
        assert.deepEqual(second, { pieceBytes: first.pieceBytes, source: 'remembered' });
        t.diagnostic(`${browser.name} ${situation}: pieces of ${first.pieceBytes} bytes`);
      });

      // A panic's message is several lines, an empty one among them.
      test('the console is clean, but for what panics say', async () => {
        await call(page, 'dispose');
        const errors = (await page.errors()).filter((line) => !/panicked at|told to panic|RUST_BACKTRACE|^\s*(\(|$)/.test(line));
        assert.deepEqual(errors, []);
      });
    });
  }
}

/**
 * @param {import('../harness/index.js').Page} page
 * @param {string} what  a function of fixture/main.js
 * @param {...unknown} args
 * @returns {Promise<any>}
 */
const call = (page, what, ...args) => page.evaluate(
  (/** @type {string} */ name, /** @type {unknown[]} */ values) => /** @type {any} */ (globalThis).fixture[name](...values), what, args);
