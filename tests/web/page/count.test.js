// @ts-check
/** Counting on the page, in every browser and every way of opening it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { longestGap, watchFrames } from './frames.js';
import { count, focused, fromDisk, isHidden, openPage, ready, situations, withHeaders } from './situations.js';

/** @typedef {import('../harness/page.js').Page} Page */

// pi(10^k): OEIS A006880.
const PI = /** @type {const} */ ([['10^7', '664,579'], ['1e8', '5,761,455']]);

/** Long enough to be caught in the act on any machine: hours. @type {{ start: string, stop: string }} */
const ENDLESS = { start: '1e15', stop: '2e15' };

/** @param {Page} page */
async function startEndless(page) {
  await page.fill('#count-start', ENDLESS.start);
  await page.fill('#count-stop', ENDLESS.stop);
  await page.click('#count-go');
  await page.waitFor('html[data-state="counting"]');
}

for (const browser of browsers()) {
  for (const situation of situations) {
    test(`${browser.name}, ${situation.name}: counts, shows progress, cancels, counts again`, async (t) => {
      const page = await openPage(browser, situation, { t });

      const summary = await page.text('#browser-summary');
      assert.match(summary, situation.mode === 'threads' ? /^Ready: \d+ threads? over one shared memory$/ : /^Ready: \d+ isolated workers?, /);
      assert.notEqual(await page.text('#browser-reason'), '');
      if (situation.name === 'from disk') assert.match(await page.text('#browser-hint'), /make serve/);
      else assert.equal(await isHidden(page, '#browser-hint'), situation.mode === 'threads');

      for (const [stop, primes] of PI) assert.equal(await count(page, { stop }), primes);
      assert.match(await page.text('#count-remarks'), /published value \(OEIS A006880\)/);

      await startEndless(page);
      await page.waitFor(() => {
        const bar = /** @type {HTMLProgressElement} */ (document.querySelector('#count-bar'));
        const rate = /** @type {HTMLElement} */ (document.querySelector('#count-rate')).innerText;
        return !bar.closest('[hidden]') && bar.value > 0 && /\/s$/.test(rate);
      });
      await page.press('Escape');
      await ready(page);
      assert.match(await page.text('#count-error'), /^Cancelled at (under )?[\d.]+%, after .+\.$/);
      assert.equal(await isHidden(page, '#count-run'), true);

      assert.equal(await count(page, { start: '1e9', stop: '1e9+1000' }), '49');
      assert.equal(await page.evaluate(() => document.querySelectorAll('#count-rows tr').length), PI.length + 1);
      assert.deepEqual(await page.errors(), []);
    });

    // pi(10^10): OEIS A006880.
    test(`${browser.name}, ${situation.name}: 455,052,511 primes up to 10^10`, async (t) => {
      const page = await openPage(browser, situation, { t });
      await watchFrames(page);
      // As long idle as the count is likely to take: what the machine's other work costs.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
      const idle = await longestGap(page);
      assert.equal(await count(page, { stop: '10**10', timeout: 120_000 }), '455,052,511');
      t.diagnostic(`${await page.text('#count-line')}; longest gap between animation frames ${await longestGap(page)} ms, idle before ${idle} ms`);
      assert.equal(await page.evaluate(() => document.title), '455,052,511 primes · tamis');
      assert.deepEqual(await page.errors(), []);
    });
  }

  test(`${browser.name}: the count uses as many threads as the slider says`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    await page.evaluate(() => {
      const slider = /** @type {HTMLInputElement} */ (document.querySelector('#count-threads'));
      slider.focus();
    });
    await page.press('Home');
    assert.match(await page.text('#count-threads-text'), /^1 of \d+$/);
    await count(page, { stop: '1e8' });
    assert.match(await page.text('#count-line'), / on 1 thread$/);
  });

  test(`${browser.name}: several kinds are counted in one pass`, async (t) => {
    const page = await openPage(browser, fromDisk, { t });
    for (const k of [2, 4, 6]) await page.click(`#count-kind-${k}`);
    // To 10^8: OEIS A006880, A007508, A050258; sextuplets as the command `primesieve 1e8 -c6` prints them.
    assert.equal(await count(page, { stop: '1e8' }), '5,761,455');
    assert.equal(await page.text('#count-unit'), 'primes');
    assert.match(await page.text('#count-others'), /^440,312 pairs of twins\s+4,768 quadruplets\s+82 sextuplets$/);
    assert.match(await page.text('#count-remarks'), /^These are the published values \(primes: OEIS A006880, pairs of twins: OEIS A007508, quadruplets: OEIS A050258\)\./);
    assert.match(await page.evaluate(() => document.querySelector('#announce')?.textContent ?? ''),
      /^5,761,455 primes, 440,312 pairs of twins, 4,768 quadruplets and 82 sextuplets, in /);
    assert.match(await page.text('#count-rows tr'), /5,761,455 primes\s+440,312 pairs of twins\s+4,768 quadruplets\s+82 sextuplets/);

    // One kind that is not primes; (3, 5) and (5, 7) alone.
    for (const k of [1, 4, 6]) await page.click(`#count-kind-${k}`);
    assert.equal(await count(page, { stop: '10' }), '2');
    assert.equal(await page.text('#count-unit'), 'pairs of twins');
    assert.equal(await isHidden(page, '#count-others'), true);

    await page.click('#count-kind-2');
    assert.equal(await page.text('#count-kinds-error'), 'Choose at least one kind to count.');
    await page.click('#count-go');
    assert.equal(await focused(page), 'count-kind-1');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'ready');
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}: a second Enter while counting starts nothing`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    await startEndless(page);
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#count-stop')).focus());
    await page.press('Enter');
    assert.equal(await page.text('#count-note'), 'Counting already.');
    // A click all the same: the harness waits for ever for a button that says it is off.
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#count-go')).click());
    assert.equal(await page.text('#count-note'), 'Counting already.');
    await page.click('#bench-go');
    await page.waitFor(() => !(/** @type {HTMLElement} */ (document.querySelector('#bench-error')).hidden));
    assert.match(await page.text('#bench-error'), /There is a count running already\./);
    await page.click('#count-cancel');
    await ready(page);
    assert.match(await page.text('#count-error'), /^Cancelled/);
    assert.equal(await focused(page), 'count-go');
    assert.deepEqual(await page.errors(), []);
  });
}
