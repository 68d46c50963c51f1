// @ts-check
/** The nth prime on the page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { focused, fromDisk, isHidden, openPage, ready, withHeaders } from './situations.js';

/** n, start, the prime, and what is said of it. @type {[string, string, string, RegExp][]} */
const FOUND = [
  // OEIS A006988.
  ['10^6', '0', '15,485,863', /^is the 1,000,000th prime, found in .* on \d+ threads?$/],
  // The same, far beyond what sieving reaches.
  ['10^12', '0', '29,996,224,275,833', /^is the 1,000,000,000,000th prime, found in .* on \d+ threads?$/],
  ['1', '100', '101', /^is the first prime after 100,/],
  ['2', '100', '103', /^is the 2nd prime after 100,/],
  ['-1', '100', '97', /^is the greatest prime below 100,/],
  ['-25', '100', '2', /^is the 25th prime below 100, counted downwards,/],
  ['0', '97', '97', /^is the first prime that is not less than 97,/],
  // The greatest prime below 2^64: OEIS A014234.
  ['-1', '2^64-1', '18,446,744,073,709,551,557', /below 18,446,744,073,709,551,615,/],
];

/** n, start, the field that is wrong, and why. @type {[string, string, string, RegExp][]} */
const REFUSED = [
  ['', '0', 'nth-n', /^There is no number to read\./],
  ['many', '0', 'nth-n', /is not an integer/],
  ['2^63', '0', 'nth-n', /^n must lie between −2\^63 \+ 1 and 2\^63 − 1\.$/],
  ['-2^63', '0', 'nth-n', /^n must lie between −2\^63 \+ 1 and 2\^63 − 1\.$/],
  ['5', '2^64', 'nth-start', /^The start must lie between 0 and 2\^64 − 1\.$/],
  ['10^18', '0', 'nth-n', /^There are not so many primes after 0: the greatest prime below 2\^64 is 18,446,744,073,709,551,557/],
  ['-26', '100', 'nth-n', /^There are not so many primes below 100: the least prime is 2\.$/],
  ['1', '2^64-1', 'nth-n', /^There are not so many primes after 18,446,744,073,709,551,615: the greatest prime below 2\^64 is 18,446,744,073,709,551,557/],
];

for (const browser of browsers()) {
  test(`${browser.name}: finds primes after and before, and says when there are none`, async (t) => {
    const page = await openPage(browser, withHeaders, { t });
    for (const [n, start, prime, words] of FOUND) {
      await page.fill('#nth-n', n);
      await page.fill('#nth-start', start);
      await page.click('#nth-go');
      await page.waitFor((/** @type {string} */ p) => document.querySelector('#nth-value')?.textContent === p, { args: [prime] });
      await ready(page);
      assert.match(await page.text('#nth-line'), words);
      if (n === '10^6') assert.match(await page.text('#nth-remarks'), /^This is the published value \(OEIS A006988\)\.$/);
    }
    for (const [n, start, field, sentence] of REFUSED) {
      await page.fill('#nth-n', n);
      await page.fill('#nth-start', start);
      await page.click('#nth-go');
      await page.waitFor((/** @type {string} */ f) => document.getElementById(f)?.textContent !== '', { args: [`${field}-error`] });
      await ready(page);
      assert.match(await page.text(`#${field}-error`), sentence, n);
      assert.equal(await focused(page), field);
    }
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}, from disk: a search of days is cancelled`, async (t) => {
    const page = await openPage(browser, fromDisk, { t });
    await page.fill('#nth-n', '1e15');
    await page.fill('#nth-start', '100');
    await page.click('#nth-go');
    await page.waitFor('#nth-run:not([hidden])');
    await page.waitFor(() => /s$/.test(document.querySelector('#nth-elapsed')?.textContent ?? ''));
    await page.press('Escape');
    await ready(page);
    assert.match(await page.text('#nth-error'), /^Cancelled at (under )?[\d.]+%, after .+\.$/);
    assert.equal(await isHidden(page, '#nth-run'), true);
    assert.deepEqual(await page.errors(), []);
  });
}
