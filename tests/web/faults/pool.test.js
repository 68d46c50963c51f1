// @ts-check
// The pool of threads in real browsers: as large as it is needed, measured, and given back to the last worker, port, lock and byte.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, open, projectRoot, startServer } from '../harness/index.js';

const ROUNDS = 50;
/** By then a browser has made what it keeps for itself. */
const WARM_ROUNDS = 10;
/**
 * What a browser may have grown by in the rounds after that. One instance that stayed would keep some 25 MB (its memory, four
 * workers, and their compiled code): all of them a gigabyte.
 */
const GROWTH = 200 * 2 ** 20;

for (const browser of browsers()) {
  describe(`${browser.name}: the pool`, () => {
    /** @type {import('../harness/index.js').Page} */
    let page;
    /** @type {Awaited<ReturnType<typeof startServer>>} */
    let server;
    before(async () => {
      server = await startServer({ root: projectRoot, isolation: true });
      page = await open(browser, `${server.origin}/tests/web/faults/fixture/index.html`, { limit: 240_000 });
      await page.waitFor(() => 'fixture' in globalThis);
    });
    after(async () => {
      await page?.close();
      await server?.close();
    });

    /** @param {string} what @param {...unknown} args @returns {Promise<any>} */
    const call = (what, ...args) => page.evaluate(
      (/** @type {string} */ name, /** @type {unknown[]} */ values) => /** @type {any} */ (globalThis).fixture[name](...values), what, args);

    for (const mode of /** @type {const} */ (['threads', 'workers'])) {
      for (const how of /** @type {const} */ (['count', 'stream'])) {
        test(`mode ${mode}: grows and shrinks in the midst of a ${how}`, async () => {
          await call('load', { mode, threads: 1 });
          await call('begin', how === 'count' ? 10n ** 10n : 10n ** 9n, how);
          for (const [share, threads] of [[0.1, 3], [0.3, 2], [0.5, 1]]) {
            await call('reached', share);
            assert.equal(await call('resize', threads), threads);
          }
          const { value, events, threads } = await call('outcome');
          // OEIS A006880
          assert.equal(value, how === 'count' ? 455_052_511n : 50_847_534n);
          assert.deepEqual([events, threads], [[], 1]);
          // Those that were too many are gone, when they have done what they were at.
          await page.waitFor((/** @type {number} */ most) => (
            /** @type {any} */ (globalThis).fixture.leftovers().then((/** @type {{ workers: number }} */ { workers }) => workers <= most)
          ), { args: [mode === 'threads' ? 1 : 2] });
        });
      }

      test(`mode ${mode}: ${ROUNDS} times loaded and disposed of, nothing is left`, async (t) => {
        await call('dispose');
        const small = await call('leftovers');
        assert.deepEqual([small.workers, small.ports, small.locks], [0, 0, 0]);
        await call('rounds', { mode, threads: 2 }, WARM_ROUNDS);
        const before = await page.memory();
        const began = performance.now();
        const { workers, ports, locks, total } = await call('rounds', { mode, threads: 2 }, ROUNDS - WARM_ROUNDS);
        assert.deepEqual([workers, ports, locks], [0, 0, 0]);
        assert.ok(total.workers - small.total.workers >= ROUNDS * (mode === 'threads' ? 1 : 3), JSON.stringify(total));
        const grown = (await page.memory()) - before;
        t.diagnostic(`${browser.name}, mode ${mode}: ${ROUNDS - WARM_ROUNDS} rounds in ${Math.round(performance.now() - began)} ms; `
          + `the browser's processes grew by ${Math.round(grown / 2 ** 20)} MB, from ${Math.round(before / 2 ** 20)} MB`);
        assert.ok(grown < GROWTH, `grown by ${grown} bytes`);
      });
    }

    test('how many threads a job gets is measured while nobody works, remembered, and told', async (t) => {
      const { cores, measured, remembered, explicit, jobThreads, threads, threadsReason } = await call('tuned');
      t.diagnostic(`${browser.name}: ${measured}`);
      assert.equal(explicit, '3 threads: asked for.');
      if (cores === 1) return;
      assert.match(threadsReason, /was not measured\.$/);
      assert.match(measured, /^\d+ threads?: .*when measured on this device/);
      assert.equal(remembered, measured);
      assert.equal(threads, jobThreads);
      assert.ok(jobThreads >= 1 && jobThreads <= cores);
    });
  });
}
