// @ts-check
/** The number lens, pi(x) and the maximal gaps on the page; pictures for the eye are left in out/screenshots/. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browsers, projectRoot } from '../harness/index.js';
import { focused, fromDisk, isHidden, openPage, ready, valueOf, withHeaders } from './situations.js';

/** @typedef {import('../harness/page.js').Page} Page */

const pictures = new URL('out/screenshots/', projectRoot);

/**
 * What is typed, and what is said of it: kind, factors, and of divisors, sum, phi, moebius, before, after, pi what is worth it.
 * @type {[string, RegExp, string, Record<string, RegExp>][]}
 */
const KNOWN = [
  ['0', /^Neither/, 'None: every number divides 0', { divisors: /^$/, moebius: /^$/, after: /^2\b/, before: /^None/, pi: /^0 / }],
  ['1', /^Neither/, '1', { divisors: /^1 divisor$/, phi: /^1$/, moebius: /^1: an even/ }],
  ['2', /^Prime$/, '2', { before: /^None: the first prime is 2$/, after: /^3\b/, pi: /^1 / }],
  ['360', /^Composite$/, '2³ · 3² · 5', { divisors: /^24 divisors$/, sum: /^1,170;.*abundant$/, phi: /^96$/, moebius: /^0: a square/, before: /^359\s+1 less$/, after: /^367\s+7 more$/, pi: /^72 / }],
  // OEIS A000396: perfect.
  ['8128', /^Composite$/, '2⁶ · 127', { sum: /^16,256; of those below it 8,128, .*perfect$/ }],
  // OEIS A002997: a Carmichael number.
  ['561', /^Composite$/, '3 · 11 · 17', { moebius: /^−1: an odd/, phi: /^320$/ }],
  ['1e6', /^Composite$/, '2⁶ · 5⁶', { pi: /^78,498 / }], // OEIS A006880
  ['10**12', /^Composite$/, '2¹² · 5¹²', { pi: /^37,607,912,018 /, before: /^999,999,999,989\s+11 less$/, after: /^1,000,000,000,039\s+39 more$/ }], // OEIS A006880, A033874, A033873
  ['2^31-1', /^Prime$/, '2,147,483,647', { phi: /^2,147,483,646$/, pi: /^105,097,565 / }], // OEIS A000668, A007053
  // The greatest prime below 2^64: OEIS A014234. Its pi is not counted unasked.
  ['2^64-59', /^Prime$/, '18,446,744,073,709,551,557', { after: /^18,446,744,073,709,551,629\s/, pi: /^About 426 quadrillion, by/ }],
  ['2^64-1', /^Composite$/, '3 · 5 · 17 · 257 · 641 · 65,537 · 6,700,417', { divisors: /^128 divisors$/, before: /^18,446,744,073,709,551,557\s+58 less$/ }], // OEIS A000215
  ['2^101-1', /^Composite$/, '7,432,339,208,719 · 341,117,531,003,194,129', { pi: /^Counted up to 2\^64/ }], // OEIS A001348
  ['2^127-1', /^Probably prime$/, '170,141,183,460,469,231,731,687,303,715,884,105,727', {}], // OEIS A000043
  ['2^521-1', /^Probably prime$/, 'Found up to 2^128 − 1', { before: /^Looked for up to/, pi: /^Counted/ }], // OEIS A000043
  ['2^523-1', /^Composite$/, 'Found up to 2^128 − 1', {}],
];

/** @type {[string, RegExp][]} */
const REFUSED = [
  ['', /^There is no number to read\./],
  ['twelve', /is not an integer/],
  ['1.5', /it is not a whole number/],
  ['-7', /^Negative numbers are neither prime nor composite/],
  ['10^1000', /^That is too large: the lens takes numbers of up to 1,000 digits\.$/],
  ['9^9^9', /^That is too large/],
];

/**
 * Waits until all that is asked about a number has been answered.
 * @param {Page} page @param {string} number  as it is shown
 */
async function settled(page, number) {
  try {
    await page.waitFor((/** @type {string} */ n) => {
      const result = /** @type {HTMLElement} */ (document.querySelector('#lens-result'));
      return !result.hidden && result.dataset.stale === undefined && document.querySelector('#lens-number')?.textContent === n
        && ![...result.querySelectorAll('[id^="lens-"]')].some((part) => part.children.length === 0 && /…$/.test(part.textContent ?? ''));
    }, { args: [number], timeout: 30_000 });
  } catch (error) {
    const shown = await page.evaluate(() => {
      const result = /** @type {HTMLElement} */ (document.querySelector('#lens-result'));
      const typed = /** @type {HTMLInputElement} */ (document.querySelector('#lens-n')).value;
      return `${typed}: ${result.hidden ? 'hidden' : result.dataset.stale ?? 'not stale'}, ${result.textContent?.replace(/\s+/g, ' ')}`;
    });
    throw new Error(`${number} is not settled; the lens has ${shown}`, { cause: error });
  }
}

/** @param {Page} page @param {string} typed */
async function look(page, typed) {
  if (typed === '') {
    // Emptied by its driver, a field of Firefox hears of no input.
    await page.evaluate(() => /** @type {HTMLInputElement} */ (document.querySelector('#lens-n')).focus());
    await page.press('Control+A');
    await page.press('Backspace');
    return;
  }
  await page.fill('#lens-n', typed);
  await page.waitFor((/** @type {string} */ t) => /** @type {HTMLInputElement} */ (document.querySelector('#lens-n')).value === t, { args: [typed] });
}

/** @param {bigint} n */
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** The longest time that the page stood still since the last call. @param {Page} page @returns {Promise<number>} */
const watchFrames = (page) => page.evaluate(() => {
  const w = /** @type {any} */ (window);
  const longest = w.longest ?? 0;
  if (w.longest === undefined) {
    let last = performance.now();
    const tick = () => {
      w.longest = Math.max(w.longest, performance.now() - last);
      last = performance.now();
      setTimeout(tick);
    };
    w.longest = 0;
    tick();
  }
  w.longest = 0;
  return longest;
});

for (const browser of browsers()) {
  test(`${browser.name}: the lens knows what is known, and refuses in sentences`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    // Project Euler's third problem: what the page looks at by itself.
    await settled(page, '600,851,475,143');
    assert.equal(await page.text('#lens-factors'), '71 · 839 · 1,471 · 6,857');
    for (const [typed, kind, factors, facts] of KNOWN) {
      await look(page, typed);
      const n = typed === '2^521-1' || typed === '2^523-1' ? null : BigInt(eval(typed.replace(/\^/g, '**').replace(/1e6/, '10**6').replace(/\d+/g, '$&n')));
      if (n !== null) await settled(page, grouped(n));
      else await page.waitFor((/** @type {string} */ digits) => document.querySelector('#lens-number')?.textContent?.endsWith(digits)
        && document.querySelector('#lens-kind')?.textContent !== '…' && !document.querySelector('#lens-result[data-stale]'),
      { args: [`a number of ${String(2n ** BigInt(typed.slice(2, 5)) - 1n).length} digits`] });
      if (typed === '2^523-1') await page.waitFor(() => document.querySelector('#lens-kind')?.textContent === 'Composite');
      assert.match(await page.text('#lens-kind'), kind, typed);
      assert.equal(await page.text('#lens-factors'), factors, typed);
      for (const [name, text] of Object.entries(facts)) assert.match(await page.text(`#lens-${name}`), text, `${typed}: ${name}`);
    }
    for (const [typed, sentence] of REFUSED) {
      await look(page, typed);
      await page.waitFor((/** @type {string} */ s) => new RegExp(s).test(document.querySelector('#lens-n-error')?.textContent ?? ''), { args: [sentence.source] });
      assert.equal(await isHidden(page, '#lens-result'), true);
      assert.equal(await page.evaluate(() => document.querySelector('#lens-n')?.getAttribute('aria-invalid')), 'true');
    }
    assert.deepEqual(await page.errors(), []);
  });

  for (const situation of [withHeaders, fromDisk]) {
    test(`${browser.name}, ${situation.name}: typing on gives up what runs, and the page goes on`, async (t) => {
      const page = await openPage(browser, situation, { t });
      await look(page, '2^64-1');
      await page.click('#lens-pi-go');
      await page.waitFor('#lens-pi-run:not([hidden])');
      assert.equal(await focused(page), 'lens-n');
      await watchFrames(page);
      // A keystroke after the other; the last one counts.
      for (const typed of ['9', '99', '999', '9999', '99999', '999999', '9999999']) await page.fill('#lens-n', typed);
      await settled(page, '9,999,999');
      assert.equal(await isHidden(page, '#lens-pi-run'), true);
      assert.match(await page.text('#lens-pi'), /^664,579 /); // OEIS A006880: 10^7 is no prime
      t.diagnostic(`${browser.name}, ${situation.name}: the page stood still for ${Math.round(await watchFrames(page))} ms at most`);

      // The keys go on by one; a neighbour is looked at by its button; Escape stops a count.
      await page.press('ArrowUp');
      await settled(page, '10,000,000');
      await page.press('ArrowDown');
      await page.press('ArrowDown');
      await settled(page, '9,999,998');
      assert.equal(await page.text('#lens-after button'), '10,000,019');
      await page.click('#lens-after button');
      await settled(page, '10,000,019');
      assert.deepEqual([await page.text('#lens-kind'), await valueOf(page, '#lens-n'), await focused(page)], ['Prime', '10000019', 'lens-n']);
      await look(page, '1e19');
      await settled(page, '10,000,000,000,000,000,000');
      await page.click('#lens-pi-go');
      await page.waitFor('#lens-pi-run:not([hidden])');
      await page.press('Escape');
      await page.waitFor('#lens-pi-run[hidden]');
      assert.equal(await page.text('#lens-note'), 'Counting was stopped.');
      assert.match(await page.text('#lens-pi'), /^About 234 quadrillion/);
      assert.deepEqual(await page.errors(), []);
    });
  }

  test(`${browser.name}: pi(x) beside what approximates it, the chart, and the gaps of OEIS A005250`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    await page.fill('#pi-x', '1e12');
    await page.click('#pi-go');
    await page.waitFor(() => document.querySelector('#pi-value')?.textContent === '37,607,912,018');
    await ready(page);
    assert.match(await page.text('#pi-line'), /^primes up to 1,000,000,000,000, counted by Gourdon’s algorithm in .* on \d+ threads?$/);
    assert.match(await page.text('#pi-remarks'), /^This is the published value \(OEIS A006880\)\.$/);
    // OEIS A057793 and A057754; what they are off by: A057794 and A057752.
    assert.match(await page.text('#pi-rows'), /^R\(x\)\s+37,607,910,542\s+−1,476\s+−.*\s+Li\(x\)\s+37,607,950,281\s+\+38,263\s/);
    await page.evaluate(() => document.querySelector('#chart-pi')?.scrollIntoView());
    await page.waitFor(() => /π\(10¹³\) = 346,065,536,839;/.test(document.querySelector('#chart-pi')?.getAttribute('aria-label') ?? ''), { timeout: 30_000 });
    await page.fill('#pi-x', '2^64');
    await page.click('#pi-go');
    assert.match(await page.text('#pi-x-error'), /^The number must lie between 0 and 2\^64 − 1\.$/);
    assert.equal(await focused(page), 'pi-x');
    await page.fill('#pi-x', '2^64-1');
    await page.click('#pi-go');
    await page.waitFor('#pi-run:not([hidden])');
    // Each term has its bar; the first is under way. They come back after a refresh, and stay while it is paused.
    const terms = () => page.evaluate(() => [...document.querySelectorAll('#pi-phases li')].map((item) => `${item.querySelector('.phase-name')?.textContent}: ${/** @type {HTMLElement} */ (item).dataset.state}`));
    await page.waitFor('#pi-phases li[data-state="active"]');
    const named = ['Hard leaves (D): active', 'Easy leaves (A, C): waiting', 'Large primes (B): waiting', 'Ordinary leaves (Φ₀): waiting', 'Closed sums (Σ): waiting'];
    assert.deepEqual(await terms(), named);
    await page.waitFor(() => /^Primes up to 18,446,744,073,709,551,615, by Gourdon’s algorithm$/.test(document.querySelector('.job-title')?.textContent ?? ''));
    await page.waitFor(() => /^\d.*% done, at the hard leaves \(D\), /.test(document.querySelector('.job-state')?.textContent ?? ''));
    await page.reload();
    await page.waitFor('#pi-phases li[data-state="active"]');
    assert.deepEqual(await terms(), named);
    await page.click('#pi-pause');
    await page.waitFor('.job[data-state="paused"]');
    await ready(page);
    assert.match(await page.text('#pi-error'), /^Paused at (under )?[\d.]+%, after .+\. It stays so when this page is closed\.$/);
    await page.click('#pi-pause');
    await page.waitFor('html[data-state="counting"]');
    await page.waitFor('#pi-run:not([hidden])');
    await page.press('Escape');
    await ready(page);
    assert.match(await page.text('#pi-error'), /^Cancelled at (under )?[\d.]+%, after .+\.$/);

    await page.fill('#gaps-stop', '1e6');
    await page.click('#gaps-go');
    await page.waitFor('#gaps-result:not([hidden])');
    const gaps = await page.evaluate(() => [...document.querySelectorAll('#gaps-rows th')].map((cell) => Number(cell.textContent)).reverse());
    assert.deepEqual(gaps, [1, 2, 4, 6, 8, 14, 18, 20, 22, 34, 36, 44, 52, 72, 86, 96, 112, 114]);
    assert.match(await page.text('#gaps-rows tr'), /^114\s+492,113\s+492,227\s/); // OEIS A002386
    // The list of jobs follows what the panel shows, a moment later.
    await page.waitFor(() => /Maximal gaps between primes from 0 to 1 million\s+114, after 492,113/.test(/** @type {HTMLElement} */ (document.querySelector('#jobs-rows')).innerText));
    await ready(page);
    await page.fill('#gaps-start', '24');
    await page.fill('#gaps-stop', '28');
    await page.click('#gaps-go');
    await page.waitFor(() => /^There are no two primes from 24 to 28/.test(document.querySelector('#gaps-line')?.textContent ?? ''));
    await ready(page);
    await page.fill('#gaps-start', '30');
    await page.click('#gaps-go');
    assert.match(await page.text('#gaps-stop-error'), /^The end lies before the start/);
    assert.deepEqual(await page.errors(), []);
  });

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const [place, size] of Object.entries({ desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } })) {
      test(`${browser.name}: looks, ${place}, ${colorScheme}`, async (t) => {
        await mkdir(pictures, { recursive: true });
        const page = await openPage(browser, withHeaders, { t, colorScheme, ...size });
        const picture = async (/** @type {string} */ name, /** @type {string} */ selector) => {
          await page.evaluate((/** @type {string} */ s) => document.querySelector(s)?.scrollIntoView(), selector);
          await page.screenshot(fileURLToPath(new URL(`${browser.name}-${place}-${colorScheme}-${name}.png`, pictures)));
        };
        await look(page, '2^64-1');
        await settled(page, '18,446,744,073,709,551,615');
        await picture('lens', '#lens');
        await look(page, '1_000_000_007');
        await settled(page, '1,000,000,007');
        await picture('lens-prime', '#lens');
        await page.fill('#pi-x', '1e17');
        await page.click('#pi-go');
        await page.waitFor(() => (/** @type {HTMLProgressElement | null} */ (document.querySelector('#pi-phases progress'))?.value ?? 0) > 0.05, { timeout: 30_000 });
        await picture('pi-phases', '#pi');
        await picture('pi-phases-job', '#jobs');
        await page.press('Escape');
        await ready(page);
        await page.fill('#pi-x', '1e14');
        await page.click('#pi-go');
        await page.waitFor('#pi-result:not([hidden])');
        await page.evaluate(() => document.querySelector('#chart-pi')?.scrollIntoView());
        await page.waitFor(() => /10¹³/.test(document.querySelector('#chart-pi')?.getAttribute('aria-label') ?? ''), { timeout: 30_000 });
        await picture('pi', '#pi');
        await picture('pi-chart', '.pi-chart');
        await ready(page);
        await page.fill('#gaps-stop', '1e8');
        await page.click('#gaps-go');
        await page.waitFor('#gaps-result:not([hidden])');
        await picture('gaps', '#gaps');
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'the page is wider than its window');
        assert.deepEqual(await page.errors(), []);
      });
    }
  }
}
