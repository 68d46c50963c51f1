// @ts-check
/** The thread-count benchmark on the page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { catchDownloads, lastDownload } from './downloads.js';
import { fromDisk, isHidden, openPage, ready, valueOf, withHeaders, withoutHeaders } from './situations.js';

/** @typedef {import('../harness/page.js').Page} Page */
/** @typedef {{ stop: string, threads: number, repeats: number, warmup: number }} Settings */

/** @param {Page} page @param {Settings} settings */
async function set(page, settings) {
  for (const [name, value] of Object.entries(settings)) await page.fill(`#bench-${name}`, String(value));
}

/** How many pixels of a chart are drawn on, by series colour. @param {Page} page @param {string} chart */
const inked = (page, chart) => page.evaluate((/** @type {string} */ id) => {
  const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector(`#${id} canvas`));
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height);
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--chart-measured').trim();
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  let drawn = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) drawn += 1;
  }
  return drawn;
}, chart);

for (const browser of browsers()) {
  for (const situation of [withHeaders, withoutHeaders, fromDisk]) {
    test(`${browser.name}, ${situation.name}: a benchmark past the cores gives table, charts and files`, async (t) => {
      const page = await openPage(browser, situation, { t });
      const cores = await page.evaluate(() => navigator.hardwareConcurrency);
      const threads = cores + 1;
      // Where a worker did not start, this says why.
      const began = `${await page.text('#browser-summary')} ${await page.text('#browser-hint')}`;
      await set(page, { stop: '1e7', threads, repeats: 2, warmup: 1 });
      assert.match(await page.text('#bench-plan'), new RegExp(`^${threads * 3} runs: 1 to ${threads} threads, 2 repeats and 1 warm-up each`));
      // Steps come and go quickly: all that are said are kept.
      await page.evaluate(() => {
        const steps = /** @type {string[]} */ ([]);
        Object.assign(globalThis, { steps });
        const line = /** @type {HTMLElement} */ (document.querySelector('#bench-step'));
        new MutationObserver(() => steps.push(line.textContent ?? '')).observe(line, { childList: true });
      });
      await page.click('#bench-go');
      await page.waitFor(`#bench-rows tr:nth-child(${threads})`, { timeout: 60_000 });
      await ready(page, 60_000);

      /** @type {string[]} */
      const steps = await page.evaluate('steps');
      assert.ok(steps.some((step) => step === `Starting ${threads} threads; there were ${cores}.`), `${began}\n${steps.join('\n')}`);
      assert.ok(steps.some((step) => /^Run \d+ of \d+: 1 thread, repeat 2$/.test(step)), steps.join('\n'));
      assert.match(await page.text('#browser-summary'), new RegExp(`^Ready: ${threads} `));

      const cells = await page.evaluate(() => [...document.querySelectorAll('#bench-rows tr')].map(
        (row) => [...row.children].map((cell) => cell.textContent ?? '')));
      assert.deepEqual(cells.map((row) => row[0]), Array.from({ length: threads }, (_, i) => String(i + 1)));
      for (const [, median, spread, runs, speedup, efficiency] of cells) {
        assert.match(median, /^[\d.,]+ (ms|s)$/);
        assert.match(spread, / – /);
        assert.equal(runs, '2');
        assert.match(speedup, /^\d+\.\d\d ×$/);
        assert.match(efficiency, /^\d+%$/);
      }
      assert.equal(cells[0][4], '1.00 ×');
      assert.match(await page.text('#bench-verdict'), /thread/);
      assert.match(await page.text('#bench-amdahl'), cores > 1 ? /^Amdahl’s law fits with / : /^Amdahl’s law can be fitted/);

      for (const chart of ['chart-time', 'chart-speedup', 'chart-efficiency']) {
        assert.ok(await inked(page, chart) > 50, `${chart} is empty`);
        const label = await page.evaluate((/** @type {string} */ id) => document.getElementById(id)?.getAttribute('aria-label'), chart);
        assert.match(label ?? '', /^Chart of .* 1 thread: /);
      }

      await catchDownloads(page);
      await page.click('#bench-json');
      const json = await lastDownload(page);
      assert.match(json.name, new RegExp(`^tamis-10000000-${threads}-threads-\\d{4}-\\d\\d-\\d\\d\\.json$`));
      const report = JSON.parse(json.text);
      // pi(10^7): OEIS A006880.
      assert.deepEqual(
        [report.tool, report.mode, report.cores, report.start, report.stop, report.count, report.complete],
        ['tamis', situation.mode, cores, '0', '10000000', '664579', true]);
      assert.equal(report.samples.length, threads * 2);
      assert.equal(report.rows.length, threads);
      await page.click('#bench-csv');
      const csv = await lastDownload(page);
      assert.match(csv.name, /\.csv$/);
      const lines = csv.text.trimEnd().split('\r\n');
      assert.equal(lines.length, threads + 1);
      assert.match(lines[1], new RegExp(`^0,10000000,${situation.mode},1,2,[\\d.]+,[\\d.]+,[\\d.]+,1\\.000,1\\.000$`));
      assert.deepEqual(await page.errors(), []);
    });
  }

  test(`${browser.name}: a stopped benchmark keeps what was measured`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    await set(page, { stop: '3e8', threads: 2, repeats: 500, warmup: 0 });
    await page.click('#bench-go');
    await page.waitFor('#bench-rows tr:nth-child(2)');
    await page.press('Escape');
    await ready(page);
    assert.match(await page.text('#bench-error'), /^Stopped: \d+ of 1,000 measured runs are kept\.$/);
    assert.equal(await page.evaluate(() => document.querySelectorAll('#bench-rows tr').length), 2);
    assert.equal(await isHidden(page, '#bench-run'), true);
    await catchDownloads(page);
    await page.click('#bench-json');
    const report = JSON.parse((await lastDownload(page)).text);
    assert.equal(report.complete, false);
    assert.ok(report.samples.length >= 2 && report.samples.length < 1000);

    // Stopped in the first run, there is nothing to keep.
    await set(page, { stop: '1e13', threads: 1, repeats: 1, warmup: 0 });
    await page.click('#bench-go');
    await page.waitFor('html[data-state="measuring"]');
    await page.click('#bench-stop-button');
    await ready(page);
    assert.equal(await page.text('#bench-error'), 'Stopped before anything was measured.');
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}: a link restores the settings, on opening and on a page that is open`, async (t) => {
    for (const situation of [withHeaders, fromDisk]) {
      const hash = '#benchmark?start=7&stop=2^30&threads=3&repeats=4&warmup=2';
      const page = await openPage(browser, situation, { t, hash });
      const read = async () => Promise.all(['start', 'stop', 'threads', 'repeats', 'warmup'].map((name) => valueOf(page, `#bench-${name}`)));
      assert.deepEqual(await read(), ['7', '2^30', '3', '4', '2']);
      assert.equal(await page.text('#bench-note'), 'These settings come from the link.');

      await set(page, { stop: '1e6', threads: 2, repeats: 3, warmup: 0 });
      await page.click('#bench-link');
      await page.waitFor(() => /address bar/.test(document.querySelector('#bench-note')?.textContent ?? ''));
      const address = await page.evaluate(() => location.href);
      assert.ok(address.endsWith('#benchmark?start=7&stop=1e6&threads=2&repeats=3&warmup=0'), address);

      await page.evaluate(() => {
        location.hash = '#benchmark?stop=5e6&repeats=9';
      });
      await page.waitFor(() => /** @type {HTMLInputElement} */ (document.querySelector('#bench-repeats')).value === '9');
      assert.deepEqual(await read(), ['7', '5e6', '2', '9', '0']);
      assert.deepEqual(await page.errors(), []);
      await page.close();
    }
  });
}
