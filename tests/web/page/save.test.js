// @ts-check
/** Saving primes to a file: the bytes, the place they go to, and what is said when that can't be. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { catchDownloads, lastDownload } from './downloads.js';
import { focused, fromDisk, openPage, ready, withHeaders, withoutHeaders } from './situations.js';

/** @typedef {import('../harness/page.js').Page} Page */

/** @param {number} most */
function primesUpTo(most) {
  const composite = new Uint8Array(most + 1);
  const primes = [];
  for (let n = 2; n <= most; n += 1) {
    if (composite[n]) continue;
    primes.push(n);
    for (let m = n * n; m <= most; m += n) composite[m] = 1;
  }
  return primes;
}

const PRIMES = primesUpTo(10_000_000);
const TEXT = Buffer.from(PRIMES.map((p) => `${p}\n`).join(''));
// No gap is 256 or more here, so a varint has at most two bytes.
const DELTA = Buffer.from(PRIMES.flatMap((p, i) => {
  const gap = i === 0 ? p : p - PRIMES[i - 1];
  return gap < 0x80 ? [gap] : [(gap & 0x7f) | 0x80, gap >> 7];
}));

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * In place of the dialog, which nobody is there to answer: the file that the person picks is a real one, in the
 * browser's own storage, and so is all that is written to it.
 * @param {Page} page
 */
const answerPicker = (page) => page.evaluate(() => void Object.assign(globalThis, {
  /** @param {{ suggestedName: string }} options */
  async showSaveFilePicker({ suggestedName }) {
    const folder = await navigator.storage.getDirectory();
    return folder.getFileHandle(suggestedName, { create: true });
  },
}));

/** As in browsers that have no such dialog. @param {Page} page */
const hidePicker = (page) => page.evaluate(() => void Object.assign(globalThis, { showSaveFilePicker: undefined }));

/** As in browsers that let a page write to no storage either. @param {Page} page */
async function hideStorage(page) {
  await hidePicker(page);
  await page.evaluate(() => void Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable'));
}

/** The files in the browser's own storage. @param {Page} page @returns {Promise<{ name: string, size: number, sha256: string }[]>} */
const stored = (page) => page.evaluate(async () => {
  const files = [];
  const folder = await navigator.storage.getDirectory();
  for await (const handle of /** @type {AsyncIterable<FileSystemFileHandle>} */ (/** @type {any} */ (folder).values())) {
    const bytes = await (await handle.getFile()).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    files.push({ name: handle.name, size: bytes.byteLength, sha256: [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') });
  }
  return files;
});

/**
 * @param {Page} page
 * @param {{ start?: string, stop?: string, count?: string, kind?: string, format?: 'text' | 'delta' }} asked
 */
async function begin(page, { start = '0', stop, count, kind = '1', format = 'text' }) {
  await page.select('#save-until', count ? 'count' : 'stop');
  await page.fill('#save-start', start);
  if (stop) await page.fill('#save-stop', stop);
  if (count) await page.fill('#save-count', count);
  await page.select('#save-kind', kind);
  await page.select('#save-format', format);
  await page.click('#save-go');
}

/** @param {Page} page @param {Parameters<typeof begin>[1]} asked @returns {Promise<string>} what is said of it */
async function save(page, asked) {
  await begin(page, asked);
  await page.waitFor('#save-result:not([hidden]), #save-error:not([hidden])', { timeout: 60_000 });
  await ready(page);
  return page.text(await page.evaluate(() => (document.querySelector('#save-result:not([hidden])') ? '#save-line' : '#save-error')));
}

/** Something of hours and of few bytes, caught when it is on its way. @param {Page} page */
async function beginEndless(page) {
  await begin(page, { stop: '1e14', kind: '6' });
  await page.waitFor('html[data-state="saving"] #save-run:not([hidden])');
  await page.waitFor(() => /[1-9]/.test(document.querySelector('#save-primes')?.textContent ?? ''));
}

for (const browser of browsers()) {
  const hasPicker = browser.name === 'chromium';

  /** @type {[import('./situations.js').Situation, string, (page: Page) => Promise<unknown>][]} */
  const downloads = [
    [withoutHeaders, 'by its own storage', hidePicker],
    [fromDisk, 'by memory', hideStorage],
  ];
  for (const [situation, way, prepare] of downloads) {
    test(`${browser.name}, ${situation.name}: a file for the downloads, ${way}`, async (t) => {
      const page = await openPage(browser, situation, { t });
      await prepare(page);
      await catchDownloads(page);
      assert.match(await save(page, { stop: '1e7' }), /^664,579 primes in primes-0-to-10000000\.txt: 5\.\d\d MB in /);
      const { name, size, sha256: hash } = await lastDownload(page);
      assert.deepEqual({ name, size, hash }, { name: 'primes-0-to-10000000.txt', size: TEXT.length, hash: sha256(TEXT) });
      // The browser may have asked the person, who clicked too soon.
      await page.click('#save-link');
      assert.equal((await lastDownload(page)).sha256, sha256(TEXT));
      if (situation !== fromDisk) assert.equal((await stored(page)).length, 1);

      assert.match(await save(page, { stop: '1e7', format: 'delta' }), /^664,579 primes in primes-0-to-10000000\.delta: 665 kB in /);
      assert.equal((await lastDownload(page)).sha256, sha256(DELTA));
      // The one before is gone.
      if (situation !== fromDisk) assert.deepEqual((await stored(page)).map((file) => file.size), [DELTA.length]);

      await beginEndless(page);
      await page.press('Escape');
      await ready(page);
      assert.match(await page.text('#save-error'), /^Stopped after [\d,]+ sextuplets?, [\d.]+ (bytes|kB)\. Nothing of the file is kept\.$/);
      if (situation !== fromDisk) {
        assert.deepEqual(await stored(page), []);
        // What a visit leaves is removed by the next one.
        await save(page, { stop: '100' });
        assert.equal((await stored(page)).length, 1);
        await page.reload();
        await page.waitFor(async () => {
          const folder = /** @type {any} */ (await navigator.storage.getDirectory());
          return (await folder.keys().next()).done;
        });
      } else {
        await begin(page, { stop: '1e11' });
        assert.match(await page.text('#save-stop-error'), /^The file would have about 4\d\.\d GB, and opened like this, a page can make files of at most 1\.10 GB in this browser\. Make it smaller, open this page in Chrome or Edge, or use the command: tamis list\.$/);
        assert.equal(await focused(page), 'save-stop');
      }
      assert.deepEqual(await page.errors(), []);
    });
  }

  test(`${browser.name}: a number of primes, tuplets, and the end of the range`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    await hidePicker(page);
    await catchDownloads(page);
    // The 1000th prime is 7919: OEIS A006988.
    assert.match(await save(page, { count: '1000' }), /^1,000 primes in primes-1000-from-0\.txt: /);
    assert.equal((await lastDownload(page)).text, PRIMES.slice(0, 1000).map((p) => `${p}\n`).join(''));
    assert.match(await save(page, { count: '100_000', format: 'delta' }), /^100,000 primes in primes-100000-from-0\.delta: 100 kB in /);
    assert.equal((await lastDownload(page)).sha256, sha256(DELTA.subarray(0, 100_000)));
    assert.match(await save(page, { start: '2^64-100', count: '10' }), /^3 primes in .* There are no more from 18,446,744,073,709,551,516 to 2\^64 − 1\.$/);
    assert.equal((await lastDownload(page)).text, '18446744073709551521\n18446744073709551533\n18446744073709551557\n');
    await save(page, { count: '4', kind: '2' });
    assert.equal((await lastDownload(page)).text, '(3, 5)\n(5, 7)\n(11, 13)\n(17, 19)\n');

    for (const [asked, field, sentence] of /** @type {const} */ ([
      [{ start: '', stop: '100' }, 'save-start', /^There is no number to read\./],
      [{ start: '100', stop: '99' }, 'save-stop', /^The end lies before the start, 100\./],
      [{ stop: '2^64' }, 'save-stop', /^The end must lie between 0 and 2\^64 − 1\.$/],
      [{ count: '0' }, 'save-count', /^The number must lie between 1 and 425,656,284,035,217,743\.$/],
      [{ stop: '100', kind: '2', format: 'delta' }, 'save-format', /^The binary form is for primes alone; choose text\.$/],
      [{ stop: '1e15' }, 'save-stop', /^The file would have about 47\d TB, and this browser has [\d.]+ .B left for a page\. Make it smaller/],
    ])) {
      await begin(page, asked);
      assert.match(await page.text(`#${field}-error`), sentence);
      assert.equal(await focused(page), field);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'ready');
    }
    assert.deepEqual(await page.errors(), []);
  });

  if (hasPicker) {
    test(`${browser.name}: straight to a file of the person's choice`, async (t) => {
      const page = await openPage(browser, withHeaders, { t });
      assert.equal(await page.text('#save-where'), 'You choose the place, and the file is written straight to it.');
      await answerPicker(page);
      assert.match(await save(page, { stop: '1e7' }), /^664,579 primes in primes-0-to-10000000\.txt: 5\.\d\d MB in /);
      assert.deepEqual(await stored(page), [{ name: 'primes-0-to-10000000.txt', size: TEXT.length, sha256: sha256(TEXT) }]);

      // A file that was there keeps what it had; a new one goes.
      await begin(page, { stop: '1e13', format: 'delta' });
      await page.waitFor(() => /MB$/.test(document.querySelector('#save-size')?.textContent ?? ''));
      await page.click('#save-cancel');
      await ready(page);
      assert.match(await page.text('#save-error'), /^Stopped after .* Nothing of the file is kept\.$/);
      assert.equal(await focused(page), 'save-go');
      assert.deepEqual((await stored(page)).map((file) => file.name), ['primes-0-to-10000000.txt']);

      for (const [fault, sentence] of /** @type {const} */ ([
        ['AbortError', /^No file was chosen, so nothing was saved\.$/],
        ['NotAllowedError', /^The browser was not allowed to write this file\.\s+Choose another place/],
      ])) {
        await page.evaluate((/** @type {string} */ name) => void Object.assign(globalThis, {
          showSaveFilePicker: async () => { throw new DOMException('as asked', name); },
        }), fault);
        await begin(page, { stop: '100' });
        await page.waitFor('#save-error:not([hidden])');
        await ready(page);
        assert.match(await page.text('#save-error'), sentence);
      }

      // A disk that fills up, which no test can have really: its first megabytes go well.
      await page.evaluate(() => {
        let left = 2;
        const full = async () => {
          left -= 1;
          if (left < 0) throw new DOMException('full', 'QuotaExceededError');
        };
        const handle = { createWritable: async () => ({ write: full, close: async () => {}, abort: async () => {} }), getFile: async () => null };
        Object.assign(globalThis, { showSaveFilePicker: async () => handle });
      });
      await begin(page, { stop: '1e13', format: 'delta' });
      await page.waitFor('#save-error:not([hidden])');
      await ready(page);
      assert.match(await page.text('#save-error'), /^There is not enough room on the disk.*\s+Make room, or save less at a time\.$/);
      assert.deepEqual(await page.errors(), []);
    });
  }
}
