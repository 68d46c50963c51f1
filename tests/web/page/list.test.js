// @ts-check
/** The list on the page: millions of rows, of which only those in view are in the document. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { longestGap, watchFrames } from './frames.js';
import { focused, fromDisk, isHidden, openPage, ready, valueOf, withHeaders } from './situations.js';

/** @typedef {import('../harness/page.js').Page} Page */

/**
 * Fills the form and starts the list.
 * @param {Page} page
 * @param {{ start?: string, stop: string, kind?: string }} asked
 */
async function begin(page, { start = '0', stop, kind = '1' }) {
  await page.fill('#list-start', start);
  await page.fill('#list-stop', stop);
  await page.select('#list-kind', kind);
  await page.click('#list-go');
}

/** Starts the list and waits until it is complete. @param {Page} page @param {Parameters<typeof begin>[1]} asked */
async function list(page, asked) {
  await begin(page, asked);
  await ready(page, 60_000);
  assert.equal(await isHidden(page, '#list-error'), true, await page.text('#list-error'));
  await painted(page);
}

/** After what was asked for has been painted. @param {Page} page */
const painted = (page) => page.evaluate(() => new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(null)));
}));

/** The rows of the document as their cells' texts, without those out of view. @param {Page} page @returns {Promise<string[][]>} */
const rows = async (page) => {
  // Rows are painted with the next frame.
  await painted(page);
  return page.evaluate(() => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#list-rows [role="row"]'))]
    .filter((row) => !row.hidden)
    .map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
};

/** The row that the keyboard is at, as a screen reader learns of it. @param {Page} page */
const active = (page) => page.evaluate(() => {
  const grid = /** @type {HTMLElement} */ (document.querySelector('#list-grid'));
  const row = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
  const view = /** @type {HTMLElement} */ (document.querySelector('#list-scroller')).getBoundingClientRect();
  const box = row?.getBoundingClientRect();
  return row && box && {
    text: [...row.children].map((cell) => cell.textContent).join(' | '),
    index: row.getAttribute('aria-rowindex'),
    selected: row.getAttribute('aria-selected'),
    inView: box.top >= view.top - 1 && box.bottom <= view.bottom + 1,
  };
});

/** @param {Page} page @param {string} key */
async function press(page, key) {
  await page.press(key);
  await painted(page);
}

for (const browser of browsers()) {
  test(`${browser.name}: a list of primes and of k-tuplets, by keyboard and by place`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    // pi(10^7) = 664,579: OEIS A006880. The greatest prime below 10^7 is 9,999,991: OEIS A003618.
    await list(page, { stop: '1e7' });
    assert.match(await page.text('#list-line'), /^664,579 primes from 0 to 10,000,000, listed in .*, kept in \d+ kB\.$/);
    const first = await rows(page);
    assert.deepEqual(first.slice(0, 4), [['1', '2', ''], ['2', '3', '+1'], ['3', '5', '+2'], ['4', '7', '+2']]);
    assert.ok(first.length < 40, `${first.length} rows are in the document`);
    assert.equal(await page.evaluate(() => document.querySelector('#list-grid')?.getAttribute('aria-rowcount')), '664580');

    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#list-grid')).focus());
    await press(page, 'End');
    assert.deepEqual(await active(page), { text: '664,579 | 9,999,991 | +18', index: '664580', selected: 'true', inView: true });
    await press(page, 'ArrowDown');
    assert.equal((await active(page))?.index, '664580');
    await press(page, 'ArrowUp');
    assert.deepEqual(await active(page), { text: '664,578 | 9,999,973 | +2', index: '664579', selected: 'true', inView: true });
    await press(page, 'Home');
    for (const key of ['ArrowDown', 'PageDown', 'PageUp']) await press(page, key);
    assert.deepEqual(await active(page), { text: '2 | 3 | +1', index: '3', selected: 'true', inView: true });

    // The 500,000th prime is 7,368,787: `primesieve 500000 -n`; the least from 5,000,000 on is the 348,514th.
    await page.fill('#list-goto', '500_000');
    await page.press('Enter');
    await painted(page);
    assert.match((await active(page))?.text ?? '', /^500,000 \| 7,368,787 \|/);
    assert.equal(await focused(page), 'list-grid');
    await page.fill('#list-goto', '5e6');
    await page.click('#list-goto-number');
    await painted(page);
    assert.match((await active(page))?.text ?? '', /^348,514 \| 5,000,011 \|/);
    for (const [place, button, sentence] of /** @type {const} */ ([
      ['0', 'row', /^The list has the rows 1 to 664,579\.$/],
      ['664_580', 'row', /^The list has the rows 1 to 664,579\.$/],
      ['1e7', 'number', /^The list goes up to 9,999,991: there are no primes from 10,000,000 on in it\.$/],
      ['here', 'number', /is not an integer/],
    ])) {
      await page.fill('#list-goto', place);
      await page.click(`#list-goto-${button}`);
      assert.match(await page.text('#list-goto-error'), sentence);
      assert.equal(await focused(page), 'list-goto');
    }

    // The first sextuplets: OEIS A022008. Their members do not fit in full, where there are six of them.
    await list(page, { stop: '1e6', kind: '6' });
    assert.deepEqual((await rows(page)).slice(0, 2), [['1', '7 +4 +6 +10 +12 +16', ''], ['2', '97 +4 +6 +10 +12 +16', '+90']]);
    assert.equal(await page.text('#list-what'), 'Sextuplets');
    await list(page, { stop: '100', kind: '3' });
    assert.deepEqual((await rows(page)).slice(0, 3).map(([, what]) => what), ['5, 7, 11', '7, 11, 13', '11, 13, 17']);
    assert.match(await page.text('#list-line'), /^8 triplets from 0 to 100,/);
    // 113 and 127 are neighbours.
    await list(page, { start: '114', stop: '126' });
    assert.equal(await page.text('#list-line'), 'There are no primes from 114 to 126.');
    assert.deepEqual(await rows(page), []);
    await list(page, { start: '2^64-100', stop: '2^64-1' });
    assert.deepEqual((await rows(page)).map(([, prime]) => prime),
      ['18,446,744,073,709,551,521', '18,446,744,073,709,551,533', '18,446,744,073,709,551,557']);
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}: fifty million primes: used while they come, scrolled to the middle and the end`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    await watchFrames(page);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    const idle = await longestGap(page);
    await begin(page, { stop: '1e9' });
    await page.waitFor('#list-rows [aria-rowindex="3"]');
    const early = await page.evaluate(() => document.querySelector('#list-grid')?.getAttribute('aria-rowcount'));
    await ready(page, 120_000);
    // pi(10^9): OEIS A006880.
    assert.match(await page.text('#list-line'), /^50,847,534 primes from 0 to 1,000,000,000,/);
    assert.match(await page.text('#list-line'), /kept in 5\d\.\d MB\.$/);
    const filling = await longestGap(page);

    // By the bar, as its thumb is dragged: there and back.
    const seen = await page.evaluate(async () => {
      const scroller = /** @type {HTMLElement} */ (document.querySelector('#list-scroller'));
      const first = () => Number(document.querySelector('#list-rows [role="row"]')?.getAttribute('aria-rowindex')) - 1;
      const most = scroller.scrollHeight - scroller.clientHeight;
      const tops = [];
      for (let i = 0; i <= 44; i += 1) {
        scroller.scrollTop = most * (1 - Math.abs(1 - i / 22));
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        tops.push(first());
      }
      return tops;
    });
    const dragging = await longestGap(page);
    assert.ok(seen[22] > 50_847_534 - 40, `at the end of the bar the row was ${seen[22]}`);
    assert.ok(Math.abs(seen[11] / 50_847_534 - 0.5) < 0.03, `at its middle the row was ${seen[11]}`);
    assert.equal(seen[44], 1);
    assert.ok(seen.slice(0, 23).every((top, i) => i === 0 || top > seen[i - 1]), 'the rows go down as the bar does');

    // Frames that come late, as on a busy machine: what the bar was moved to last stays, whatever is put right when it rests.
    const undone = await page.evaluate(async () => {
      const scroller = /** @type {HTMLElement} */ (document.querySelector('#list-scroller'));
      const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const most = scroller.scrollHeight - scroller.clientHeight;
      const shares = [];
      for (const share of [0.2, 0.4, 0.6]) {
        scroller.scrollTop = most * share;
        await frames();
        await new Promise((resolve) => setTimeout(resolve, 60));
        scroller.scrollTop = most * (share + 0.1);
        for (const until = performance.now() + 130; performance.now() < until;);
        await frames();
        if (Math.abs(scroller.scrollTop - most * (share + 0.1)) > 2) shares.push(share);
      }
      return shares;
    });
    assert.deepEqual(undone, []);

    // By the wheel, in the midst of it: small steps move by as much as they say.
    await page.fill('#list-goto', '25_000_000');
    await page.click('#list-goto-row');
    await painted(page);
    const rolled = await page.evaluate(async () => {
      const scroller = /** @type {HTMLElement} */ (document.querySelector('#list-scroller'));
      const first = () => Number(document.querySelector('#list-rows [role="row"]')?.getAttribute('aria-rowindex')) - 1;
      const before = first();
      for (let i = 0; i < 20; i += 1) {
        scroller.scrollTop += 320;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }
      return first() - before;
    });
    assert.equal(rolled, 200);
    // The 50,847,534th prime is 999,999,937: OEIS A003618.
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#list-grid')).focus());
    await press(page, 'End');
    assert.match((await active(page))?.text ?? '', /^50,847,534 \| 999,999,937 \| \+8$/);
    assert.ok(await page.evaluate(() => document.querySelectorAll('#list-rows *').length) < 200);
    t.diagnostic(`${await page.text('#list-line')} Longest gap between animation frames: idle ${idle} ms, filling ${filling} ms (aria-rowcount ${early} meanwhile), dragging ${dragging} ms`);
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}, from disk: a list that is stopped stays, another takes its place, and one too long is refused`, async (t) => {
    const page = await openPage(browser, fromDisk, { t });
    // Hours: sextuplets are rare, and so this fits.
    await begin(page, { stop: '1e15', kind: '6' });
    await page.waitFor('html[data-state="listing"]');
    await page.waitFor(() => /so far, and more to come:$/.test(document.querySelector('#list-line')?.textContent ?? ''));
    await page.waitFor('#list-run:not([hidden])');
    await page.press('Escape');
    await ready(page);
    assert.match(await page.text('#list-line'), /^Stopped: [\d,]+ sextuplets?, from 7 to [\d,]+\.$/);
    assert.ok((await rows(page)).length > 0);

    await begin(page, { stop: '1e15', kind: '6' });
    await page.waitFor('html[data-state="listing"]');
    await page.click('#count-go');
    await page.waitFor('#count-error:not([hidden])');
    assert.match(await page.text('#count-error'), /There is a list running already\./);
    // Without stopping it first.
    await begin(page, { stop: '30' });
    await page.waitFor(() => /^10 primes /.test(document.querySelector('#list-line')?.textContent ?? ''));
    await ready(page);
    assert.deepEqual((await rows(page)).map(([, prime]) => Number(prime)), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);

    for (const [start, stop, field, sentence] of /** @type {const} */ ([
      ['', '100', 'list-start', /^There is no number to read\./],
      ['100', '99', 'list-stop', /^The end lies before the start, 100\./],
      ['0', '2^64', 'list-stop', /^The end must lie between 0 and 2\^64 − 1\.$/],
      ['0', '1e10', 'list-stop', /^There are about 455 million primes up to here; a list on this page holds about 10\d million\. Make the range smaller, or save it as a file\.$/],
    ])) {
      await begin(page, { start, stop });
      assert.match(await page.text(`#${field}-error`), sentence);
      assert.equal(await focused(page), field);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'ready');
    }
    await page.click('#list-offer');
    assert.equal(await valueOf(page, '#save-stop'), '10000000000');
    assert.equal(await focused(page), 'save-stop');
    assert.match(await page.text('#save-plan'), /^About 455 million primes, a file of about 4\.9\d GB: primes-0-to-10000000000\.txt$/);
    assert.deepEqual(await page.errors(), []);
  });
}
