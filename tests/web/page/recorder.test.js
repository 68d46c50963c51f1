// @ts-check
/** The flight recorder on the page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { catchDownloads, lastDownload } from './downloads.js';
import { openPage, ready, withHeaders, withoutHeaders } from './situations.js';
import { openInPerfetto } from './viewers.js';

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
      /** @type {{ name: string, ph: string, pid: number, tid: number, ts: number, dur: number, args: { name: string } }[]} */
      const events = JSON.parse(text).traceEvents;
      assert.ok(events.some((event) => event.name === 'chunk' && event.ph === 'X' && event.dur > 0));
      assert.deepEqual(await page.errors(), []);
      if (browser.name !== 'chromium') return;

      const ask = await openInPerfetto(browser, text, t);
      // What it could not make sense of: spans that overlap on one thread, times that are none.
      assert.deepEqual(await ask("select name, value from stats where severity in ('error', 'data_loss') and value > 0"), []);
      const names = new Map(events.filter(({ name }) => name === 'thread_name').map(({ pid, tid, args }) => [`${pid} ${tid}`, args.name]));
      const shown = await ask(`select process.pid, process.name, thread.name, slice.name, count(*), sum(slice.dur)
        from slice join thread_track on slice.track_id = thread_track.id join thread using (utid) join process using (upid)
        group by 1, 2, 3, 4 order by 1, 3, 4`);
      /** @type {Record<string, [count: number, ns: number]>} */
      const expected = {};
      for (const { name, ph, pid, tid, dur } of events) {
        if (ph !== 'X') continue;
        const sum = expected[[pid, names.get(`${pid} ${tid}`), name].join()] ??= [0, 0];
        sum[0] += 1;
        sum[1] += dur * 1e3;
      }
      assert.deepEqual(shown.map(([pid, , thread, span]) => [pid, thread, span].join()).sort(), Object.keys(expected).sort());
      for (const [pid, process, thread, span, count, ns] of shown) {
        const sum = expected[[pid, thread, span].join()];
        assert.match(process, /^tamis(, jobs)?$/);
        assert.equal(Number(count), sum[0]);
        assert.ok(Math.abs(Number(ns) - sum[1]) <= sum[0], `${thread}, ${span}: ${ns} ns, not ${sum[1]}`);
      }
    });
  }
}
