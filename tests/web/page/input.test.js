// @ts-check
/** What is typed into the page: numbers as people write them, mistakes, and the keyboard alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { focused, fromDisk, openPage, ready, valueOf, withHeaders } from './situations.js';

const UNDERSTOOD = [
  ['1e10', '10,000,000,000, 10 billion'],
  ['10**10', '10,000,000,000, 10 billion'],
  ['2^40', '1,099,511,627,776'],
  ['1_000_000', '1,000,000, 1 million'],
  ['2.5e9', '2,500,000,000, 2.5 billion'],
  ['2^64-1', '18,446,744,073,709,551,615'],
];

/** Text of the last field, and what is said about it. @type {[string, RegExp][]} */
const MISTAKES = [
  ['', /^There is no number to read\. Write it as /],
  ['ten', /"ten" is not an integer.* Write it as /],
  ['1.5', /is not a whole number/],
  ['-3', /^The end must lie between 0 and 2\^64 − 1\.$/],
  ['2^64', /^The end must lie between 0 and 2\^64 − 1\.$/],
  ['9^9^9', /far too large/],
  ['99', /^The end lies before the start, 100\. Swap the two, or make the end larger\.$/],
];

for (const browser of browsers()) {
  test(`${browser.name}: numbers are echoed as they are understood`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    for (const [text, echo] of UNDERSTOOD) {
      await page.fill('#count-stop', text);
      assert.equal(await page.text('#count-stop-echo'), echo);
      assert.equal(await page.text('#count-stop-error'), '');
    }
    await page.click('[data-exponent="7"]');
    assert.equal(await valueOf(page, '#count-stop'), '1e7');
    assert.equal(await page.evaluate(() => document.querySelector('[data-exponent="7"]')?.getAttribute('aria-pressed')), 'true');
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}: a mistake gets a sentence, the focus, and no count`, async (t) => {
    const page = await openPage(browser, fromDisk, { t });
    await page.fill('#count-start', '100');
    for (const [text, sentence] of MISTAKES) {
      await page.fill('#count-stop', text);
      await page.click('#count-go');
      assert.match(await page.text('#count-stop-error'), sentence, text);
      assert.equal(await focused(page), 'count-stop', text);
      assert.equal(await page.evaluate(() => document.querySelector('#count-stop')?.getAttribute('aria-invalid')), 'true');
      assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'ready');
    }
    await page.fill('#count-stop', '113');
    await page.press('Enter');
    await page.waitFor('#count-value:not(:empty)');
    // 101, 103, 107, 109, 113
    assert.equal(await page.text('#count-value'), '5');

    for (const [field, text, sentence] of /** @type {const} */ ([
      ['bench-threads', '0', /^The threads must lie between 1 and 256\.$/],
      ['bench-threads', '257', /^The threads must lie between 1 and 256\.$/],
      ['bench-repeats', '0', /^The repeats must lie between 1 and 1,000\.$/],
      ['bench-warmup', 'some', /is not an integer/],
    ])) {
      const before = await valueOf(page, `#${field}`);
      await page.fill(`#${field}`, text);
      await page.click('#bench-go');
      assert.match(await page.text(`#${field}-error`), sentence);
      assert.equal(await focused(page), field);
      await page.fill(`#${field}`, before);
      assert.equal(await page.text(`#${field}-error`), '');
    }
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}: the keyboard alone reaches everything, in order, and counts`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    await page.waitFor('#lens-before-go');
    await page.waitFor('#lens-after-go');
    // The first Tab goes to the skip link, and Enter there to the main part.
    await page.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'skip');
    await page.press('Enter');

    const visited = [];
    for (let i = 0; i < 60 && visited.at(-1) !== 'bench-link'; i += 1) {
      await page.press('Tab');
      const name = await page.evaluate(() => {
        const element = /** @type {HTMLElement} */ (document.activeElement);
        return element.id || element.dataset.exponent || element.tagName;
      });
      visited.push(name);
    }
    assert.deepEqual(visited, [
      'SUMMARY', 'lens-n', 'lens-before-go', 'lens-after-go', 'pi-x', 'pi-go', 'gaps-start', 'gaps-stop', 'gaps-go', 'count-start', 'count-stop', '6', '7', '8', '9', '10', '11', 'count-threads',
      'count-kind-1', 'count-kind-2', 'count-kind-3', 'count-kind-4', 'count-kind-5', 'count-kind-6', 'count-go',
      'nth-n', 'nth-start', 'nth-go', 'SUMMARY', 'list-start', 'list-stop', 'list-kind', 'list-go',
      'save-start', 'save-until', 'save-stop', 'save-kind', 'save-format', 'save-go',
      'bench-start', 'bench-stop', 'bench-threads', 'bench-repeats', 'bench-warmup', 'bench-go', 'bench-link',
    ]);

    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#count-stop')).focus());
    await page.press('Control+a');
    for (const key of ['1', 'e', '6']) await page.press(key);
    await page.press('Enter');
    await page.waitFor('#count-value:not(:empty)');
    await ready(page);
    // pi(10^6): OEIS A006880.
    assert.equal(await page.text('#count-value'), '78,498');
    assert.match(await page.evaluate(() => document.querySelector('#announce')?.textContent ?? ''), /^78,498 primes, in /);
  });
}
