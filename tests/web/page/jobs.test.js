// @ts-check
/** Jobs on the page: paused, resumed, kept over a refresh, saved, taken up again, and shared by two tabs. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PHONE, browsers, projectRoot } from '../harness/index.js';
import { count, focused, fromDisk, isHidden, openPage, ready, withHeaders, withoutHeaders } from './situations.js';

/** @typedef {import('../harness/page.js').Page} Page */

const pictures = fileURLToPath(new URL('out/screenshots/', projectRoot));

/** Hours of work: caught in the act on any machine. */
const ENDLESS = { start: '1e15', stop: '1e15+1e14' };
/** Seconds of work, and its answer: primes up to 3 * 10^10, by primesieve 12.16 (`primesieve 3e10`). */
const KNOWN = { stop: '3e10', primes: '1,300,005,926' };
/** Primes up to 10^7: OEIS A006880. */
const PI7 = '664,579';

/** @param {Page} page @param {{ start?: string, stop: string }} range */
async function begin(page, { start = '0', stop }) {
  await page.fill('#count-start', start);
  await page.fill('#count-stop', stop);
  await page.click('#count-go');
  await page.waitFor('html[data-state="counting"]');
}

/** Waits until the job's bar in the panel moves. @param {Page} page @param {number} [share] */
const moves = (page, share = 0) => page.waitFor((/** @type {number} */ least) => {
  const bar = /** @type {HTMLProgressElement | null} */ (document.querySelector('.job[data-state="running"] progress'));
  return bar !== null && bar.value > least;
}, { args: [share] });

/** @param {Page} page @param {string} state */
const jobIs = (page, state) => page.waitFor(`.job[data-state="${state}"]`);

/** @param {Page} page */
const shareOf = (page) => page.evaluate(() => /** @type {HTMLProgressElement} */ (document.querySelector('.job progress')).value);

for (const browser of browsers()) {
  for (const situation of [withHeaders, withoutHeaders, fromDisk]) {
    test(`${browser.name}, ${situation.name}: a count is paused, survives a refresh, and goes on to the same answer`, async (t) => {
      const page = await openPage(browser, situation, { t });
      await page.waitFor(() => /^This (tab runs them|browser keeps)/.test(document.querySelector('#jobs-lead')?.textContent ?? ''));
      assert.equal(await isHidden(page, '#jobs-none'), false);
      // On one thread: there are seconds after the refresh to find it under way.
      await page.evaluate(() => {
        const slider = /** @type {HTMLInputElement} */ (document.querySelector('#count-threads'));
        slider.value = '1';
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      });
      await begin(page, KNOWN);
      await moves(page, 0.05);
      // A refresh in the middle: the panels take the job up again, and say so.
      await page.reload();
      await page.waitFor(() => /^Going on with what was under way: primes from 0 to 30 billion, (under )?[\d.]+% done\.$/.test(document.querySelector('#jobs-found')?.textContent ?? ''));
      await page.waitFor('html[data-state="counting"]');
      await page.click('#count-pause');
      await jobIs(page, 'paused');
      await ready(page);
      assert.match(await page.text('#count-error'), /^Paused at (under )?[\d.]+%, after .+\. It stays so when this page is closed\.$/);
      assert.equal(await page.text('#count-pause'), 'Resume');
      const share = await shareOf(page);
      await page.reload();
      await ready(page);
      await jobIs(page, 'paused');
      assert.ok(await shareOf(page) >= share / 2);
      assert.match(await page.text('.job-state'), /^Paused at (under )?[\d.]+%, after .+ of work$/);
      await page.click('.job [data-act="pause"]');
      await page.waitFor('#jobs-rows tr[data-state="done"]', { timeout: 120_000 });
      assert.match(await page.text('#jobs-rows'), new RegExp(`Primes from 0 to 30 billion\\s+${KNOWN.primes} primes`));
      assert.deepEqual(await page.errors(), []);
    });
  }

  test(`${browser.name}: pause and resume beside cancel, by the keyboard`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    assert.equal(await isHidden(page, '#bench-jobs'), true);
    await begin(page, ENDLESS);
    await moves(page);
    // The benchmark says what would disturb it, and has it paused.
    assert.equal(await page.text('#bench-jobs-text'), 'A job is under way in this tab, and takes threads from what is measured: primes from 1 quadrillion to 1.1 quadrillion.');
    await page.click('#bench-jobs-go');
    await ready(page);
    await page.waitFor(() => document.querySelector('#bench-jobs-text')?.textContent === 'A job is paused for the benchmark.');
    assert.equal(await page.text('#bench-jobs-go'), 'Resume it');
    await page.click('#bench-jobs-go');
    await page.waitFor('html[data-state="counting"]');
    await jobIs(page, 'running');
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#count-pause')).focus());
    await page.press('Enter');
    await jobIs(page, 'paused');
    await ready(page);
    assert.equal(await focused(page), 'count-pause');
    // The same button goes on.
    await page.press('Enter');
    await page.waitFor('html[data-state="counting"]');
    await jobIs(page, 'running');
    assert.equal(await isHidden(page, '#count-error'), true);
    assert.equal(await focused(page), 'count-pause');
    await page.press('Escape');
    await ready(page);
    assert.match(await page.text('#count-error'), /^Cancelled at (under )?[\d.]+%, after .+\.$/);
    assert.equal(await isHidden(page, '#count-pause'), true);
    // What was cancelled can still go on, and be forgotten.
    await page.waitFor(() => /Cancelled at (under )?[\d.]+%/.test(document.querySelector('#jobs-rows')?.textContent ?? ''));
    await page.click('#jobs-rows tr button');
    await jobIs(page, 'running');
    await page.click('.job [data-act="remove"]');
    await page.waitFor('#jobs-none:not([hidden])');
    assert.equal(await isHidden(page, '#jobs-ended'), true);
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}: a job is kept in a file and as a token, and taken up again`, async (t) => {
    const page = await openPage(browser, withoutHeaders, { t });
    // The file that is saved is caught on its way to the downloads.
    await page.evaluate(() => {
      const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => {
        if (blob instanceof Blob && !blob.type.includes('javascript')) Object.assign(window, { saved: blob });
        return make.call(URL, blob);
      };
    });
    // The workers of the job, which are made when it begins.
    await page.evaluate(() => {
      /** @type {Worker[]} */
      const made = [];
      const Original = Worker;
      window.Worker = class extends Original {
        /** @param {string | URL} url @param {WorkerOptions} [options] */
        constructor(url, options) {
          super(url, options);
          made.push(this);
        }
      };
      Object.assign(window, { made });
    });
    await begin(page, ENDLESS);
    await moves(page);
    // One of them dies. Its error is told, as browsers do not of one that is terminated: by its silence alone it takes half a minute to notice.
    await page.evaluate(() => {
      const worker = /** @type {any} */ (window).made.at(-1);
      worker.terminate();
      worker.dispatchEvent(new ErrorEvent('error', { message: 'it was ended by the test' }));
    });
    await page.waitFor(() => document.querySelector('.job-healed')?.textContent !== '', { timeout: 60_000 });
    assert.match(await page.text('.job-healed'), /^Something was lost and replaced, and the work went on after [\d.]+ m?s: .+\.$/);
    await page.click('#count-pause');
    await jobIs(page, 'paused');
    // Chunks that were under way when it was paused may still be added to this.
    const share = await shareOf(page);
    await page.click('.job [data-act="save-to-file"]');
    await page.waitFor(() => 'saved' in window);
    await page.click('.job [data-act="copy-as-token"]');
    await page.waitFor('.job-token:not([hidden])');
    const token = await page.evaluate(() => /** @type {HTMLInputElement} */ (document.querySelector('.job-token')).value);
    assert.match(token, /^tamis1-[\w-]+$/);
    await page.click('.job [data-act="remove"]');
    await page.waitFor('#jobs-none:not([hidden])');

    await page.click('#jobs-elsewhere summary');
    await page.click('#jobs-token-go');
    assert.match(await page.text('#jobs-token-error'), /^Paste a token first/);
    await page.fill('#jobs-token', 'not a token');
    await page.click('#jobs-token-go');
    await page.waitFor('#jobs-error:not([hidden])');
    assert.notEqual(await page.text('#jobs-error'), '');
    await page.fill('#jobs-token', token);
    await page.click('#jobs-token-go');
    await jobIs(page, 'running');
    assert.equal(await page.text('#jobs-note'), 'Taken up: Primes from 1 quadrillion to 1.1 quadrillion.');
    assert.ok(await shareOf(page) >= share);
    await page.click('.job [data-act="remove"]');
    await page.waitFor('#jobs-none:not([hidden])');
    await page.evaluate(() => {
      const input = /** @type {HTMLInputElement} */ (document.querySelector('#jobs-file'));
      const chosen = new DataTransfer();
      chosen.items.add(new File([/** @type {any} */ (window).saved], 'job.tamis'));
      input.files = chosen.files;
      input.dispatchEvent(new Event('change'));
    });
    await jobIs(page, 'running');
    assert.ok(await shareOf(page) >= share);
    await page.click('.job [data-act="cancel"]');
    await page.waitFor('#jobs-rows tr[data-state="cancelled"]');

    await page.click('#jobs-json');
    const history = await page.evaluate(async () => JSON.parse(await /** @type {any} */ (window).saved.text()));
    assert.deepEqual([history.length, history[0].params, history[0].state], [1, { start: '1000000000000000', stop: '1100000000000000' }, 'cancelled']);
    await page.click('#jobs-csv');
    const lines = await page.evaluate(async () => (await /** @type {any} */ (window).saved.text()).split('\r\n'));
    assert.deepEqual([lines.length, lines[0]], [2, '"title","kind","params","state","values","computed_ms","started","ended"']);
    assert.deepEqual(await page.errors(), []);
  });

  for (const [name, look] of /** @type {const} */ ([['desk-light', {}], ['phone-dark', { ...PHONE, colorScheme: 'dark' }]])) {
    test(`${browser.name}, ${name}: two tabs show and steer the same jobs`, async (t) => {
      await mkdir(pictures, { recursive: true });
      const first = await openPage(browser, withHeaders, { t, alone: true, ...look });
      const address = await first.evaluate(() => location.href);
      assert.equal(await count(first, { stop: '1e7' }), PI7);
      await begin(first, ENDLESS);
      const second = await first.newTab(address);
      await ready(second);
      await second.waitFor(() => /^Another tab of this page runs them\./.test(document.querySelector('#jobs-lead')?.textContent ?? ''));
      await moves(second);
      assert.match(await second.text('#bench-jobs-text'), /^A job is under way in another tab of this page, /);
      // A benchmark beside it says so when it is done.
      for (const [name, value] of [['stop', '1e6'], ['threads', '1'], ['repeats', '1'], ['warmup', '0']]) await second.fill(`#bench-${name}`, value);
      await second.click('#bench-go');
      await second.waitFor(() => /^A job was under way meanwhile/.test(document.querySelector('#bench-error')?.textContent ?? ''));
      await ready(second);
      await second.click('#bench-jobs-go');
      await jobIs(first, 'paused');
      await second.waitFor(() => document.querySelector('#bench-jobs-go')?.textContent === 'Resume it');
      await ready(first);
      assert.match(await first.text('#count-error'), /^Paused at/);
      for (const [which, tab] of /** @type {const} */ ([['first', first], ['second', second]])) {
        await tab.evaluate(() => document.querySelector('#jobs')?.scrollIntoView());
        await tab.screenshot(join(pictures, `${browser.name}-${name}-jobs-${which}-tab.png`));
      }
      await second.click('.job [data-act="pause"]');
      await first.waitFor('html[data-state="counting"]');
      await first.evaluate(() => document.querySelector('#count')?.scrollIntoView());
      await first.screenshot(join(pictures, `${browser.name}-${name}-jobs-resumed.png`));
      // The tab that runs them goes to another address: the other one goes on.
      await first.goto('about:blank');
      await second.waitFor(() => /^This tab runs them\./.test(document.querySelector('#jobs-lead')?.textContent ?? ''));
      await moves(second);
      await second.click('.job [data-act="cancel"]');
      await second.waitFor('#jobs-rows tr[data-state="cancelled"]');
      const wider = await second.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wider, 0, 'the page is wider than its window');
      assert.deepEqual(await second.errors(), []);
    });
  }
}
