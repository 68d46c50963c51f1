// @ts-check
/** The flight recorder on the page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { catchDownloads, lastDownload } from './downloads.js';
import { openPage, ready, withHeaders, withoutHeaders } from './situations.js';

for (const browser of browsers()) {
  for (const [mode, situation] of /** @type {const} */ ([['threads', withHeaders], ['workers', withoutHeaders]])) {
    test(`${browser.name}, mode ${mode}: what threads did is recorded and saved`, async (t) => {
      const page = await openPage(browser, situation, { t });
      await catchDownloads(page);
      assert.equal(await page.evaluate(() => document.querySelector('#recorder-save')?.getAttribute('aria-disabled')), 'true');
      await page.click('#recorder-on');
      await page.waitFor(() => document.querySelector('#recorder-save')?.getAttribute('aria-disabled') !== 'true');
      await page.fill('#nth-n', '10^6');
      await page.click('#nth-go');
      // OEIS A006988
      await page.waitFor(() => document.querySelector('#nth-value')?.textContent === '15,485,863');
      await ready(page);
      await page.click('#recorder-on');
      await page.click('#recorder-save');
      await page.waitFor(() => /^Saved [1-9]/.test(document.querySelector('#recorder-note')?.textContent ?? ''));
      const { name, text } = await lastDownload(page);
      assert.match(name, /^tamis-trace-.*\.json$/);
      /** @type {{ name: string, ph: string, dur: number }[]} */
      const events = JSON.parse(text).traceEvents;
      assert.ok(events.some((event) => event.name === 'chunk' && event.ph === 'X' && event.dur > 0));
      assert.deepEqual(await page.errors(), []);
    });
  }
}
