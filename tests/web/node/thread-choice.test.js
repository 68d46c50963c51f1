// @ts-check
// How many threads a job gets that does not say: what is measured, chosen, remembered and told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../../web/lib/node.js';
import { ThreadChoice, better, choose, counts } from '../../../web/lib/thread-choice.js';

/** @param {Record<string, string>} [kept] */
const store = (kept = {}) => ({
  kept,
  get: (/** @type {string} */ key) => kept[key] ?? null,
  set: (/** @type {string} */ key, /** @type {string} */ value) => { kept[key] = value; },
});
const four = { threads: 4, hardwareConcurrency: 4, mode: 'threads' };

test('powers of two are tried, and all', () => {
  assert.deepEqual([1, 2, 3, 4, 6, 8, 12].map(counts), [[1], [1, 2], [1, 2, 3], [1, 2, 4], [1, 2, 4, 6], [1, 2, 4, 8], [1, 2, 4, 8, 12]]);
});

test('the fewest threads that are nearly as fast as any are chosen', () => {
  assert.deepEqual(choose(new Map([[1, 10], [2, 19], [4, 36]])), { threads: 4, speedup: 3.6, pace: 36 });
  assert.deepEqual(choose(new Map([[1, 10], [2, 19], [4, 19.5]])), { threads: 2, speedup: 1.9, pace: 19 });
  assert.deepEqual(choose(new Map([[1, 10], [2, 9], [4, 8]])), { threads: 1, speedup: 1, pace: 10 });
});

/** As it would be stored now. @param {object} kept @param {number} [ago]  ms */
const opinion = (kept, ago = 0) => ({ pace: 1000, looks: 1, at: Date.now() - ago, lookedAt: Date.now() - ago, ...kept });

/** @param {unknown} kept */
const shelfWith = (kept) => store({ 'tamis.threads.1.4.threads': typeof kept === 'string' ? kept : JSON.stringify(kept) });

/** On a device that remembers this. @param {unknown} kept @param {boolean} [asked] */
const choiceOf = (kept, asked = false) => new ThreadChoice(shelfWith(kept), '1', four, asked);

test('the reason is a sentence, whatever is known', () => {
  /** @param {object} kept @param {boolean} [asked] */
  const reason = (kept, asked) => choiceOf(opinion(kept), asked).reason;
  assert.equal(reason({}), '4 threads: all there are; which number is fastest was not measured.');
  const again = '; it may have been busy, so the next visit measures again.';
  assert.equal(reason({ threads: 2, speedup: 1.92 }), `2 threads: 1.9 times as fast as 1 when measured on this device, and more were no faster${again}`);
  assert.equal(reason({ threads: 2, speedup: 1.92, looks: 2 }), '2 threads: 1.9 times as fast as 1 in the better of 2 measurements on this device, and more were no faster.');
  assert.equal(reason({ threads: 2, speedup: 1.92, looks: 7 }), '2 threads: 1.9 times as fast as 1 in the best of 7 measurements on this device, and more were no faster.');
  assert.equal(reason({ threads: 4, speedup: 3.7 }), '4 threads: 3.7 times as fast as 1 when measured on this device.');
  assert.equal(reason({ threads: 4, speedup: 3.7, looks: 2 }), '4 threads: 3.7 times as fast as 1 in the better of 2 measurements on this device.');
  assert.equal(reason({ threads: 1, speedup: 1 }), `1 thread: more were no faster when measured on this device${again}`);
  assert.equal(reason({ threads: 1, speedup: 1, looks: 3 }), '1 thread: more were no faster in the best of 3 measurements on this device.');
  assert.equal(reason({ threads: 2, speedup: 1.92 }, true), '4 threads: asked for.');
});

test('what is stored is believed only if it can be true, here and now', () => {
  const good = opinion({ threads: 2, speedup: 1.5 });
  assert.equal(choiceOf(good).threads, 2);
  const [day, hour] = [24 * 3600e3, 3600e3];
  for (const bad of ['', 'x', 'null', '[]', { ...good, threads: 8 }, { ...good, threads: 0 }, { ...good, threads: 1.5 },
    { ...good, speedup: -1 }, { ...good, pace: 0 }, { ...good, pace: undefined }, { ...good, looks: 0 }, { ...good, lookedAt: undefined },
    { ...good, at: Date.now() - day - hour }, { ...good, at: Date.now() + hour }, { ...good, at: 'x' }, { ...good, lookedAt: Date.now() + hour }]) {
    assert.equal(choiceOf(bad).threads, 4, JSON.stringify(bad));
  }
});

test('fewer threads than there are is used, and measured again: at the next visit, then an hour later', () => {
  const minutes = 60e3;
  assert.ok(!choiceOf(opinion({ threads: 4, speedup: 3.7 }, 23 * 60 * minutes)).open, 'all of them: nothing could be better');
  for (const [looks, ago, open] of /** @type {const} */ ([[1, 0, true], [2, 0, false], [2, 59, false], [2, 61, true], [9, 61, true]])) {
    const choice = choiceOf(opinion({ threads: 2, speedup: 1.9, looks }, ago * minutes));
    assert.deepEqual([choice.threads, choice.open], [2, open], `measured ${looks} times, last ${ago} minutes ago`);
  }
  assert.ok(!choiceOf(opinion({ threads: 2, speedup: 1.9 }), true).open, 'threads that were asked for are not doubted');
});

test('of two measurements the faster one counts: nothing else kept the device busy', () => {
  const busy = { threads: 1, speedup: 1, pace: 500 };
  const free = { threads: 4, speedup: 3.6, pace: 1800 };
  const first = better(null, busy, 10);
  assert.deepEqual(first, { ...busy, at: 10, looks: 1, lookedAt: 10 });
  assert.deepEqual(better(first, free, 20), { ...free, at: 20, looks: 2, lookedAt: 20 });
  assert.deepEqual(better(better(null, { ...busy, pace: 600 }, 10), busy, 20), { ...busy, pace: 600, at: 10, looks: 2, lookedAt: 20 });
});

for (const mode of /** @type {const} */ (['threads', 'workers'])) {
  test(`threads are measured, used and remembered, in mode ${mode}`, async () => {
    const tamis = await load({ mode, threads: 2 });
    try {
      const shelf = store();
      const had = { threads: 2, hardwareConcurrency: 2, mode };
      const choice = new ThreadChoice(shelf, tamis.version, had, false);
      assert.ok(choice.open);
      const { signal } = new AbortController();
      await assert.rejects(choice.measure(tamis, signal, AbortSignal.abort()), { name: 'AbortError' });
      assert.ok(choice.open, 'nothing is believed that was not measured to its end');
      await choice.measure(tamis, signal, signal);
      assert.ok(!choice.open && [1, 2].includes(choice.threads) && /measured on this device/.test(choice.reason), choice.reason);
      assert.equal(new ThreadChoice(shelf, tamis.version, had, false).reason, choice.reason);
      assert.ok(!new ThreadChoice(null, tamis.version, had, false).open);

      // As a device that was so busy that one thread seemed best, and slowly: another visit finds out.
      const [key] = Object.keys(shelf.kept);
      const slow = store({ [key]: JSON.stringify(opinion({ threads: 1, speedup: 1, pace: 1 })) });
      const second = new ThreadChoice(slow, tamis.version, had, false);
      assert.ok(second.open && second.threads === 1);
      await second.measure(tamis, signal, signal);
      const { pace, looks } = JSON.parse(slow.kept[key]);
      assert.ok(!second.open && pace > 1 && looks === 2, slow.kept[key]);
      assert.match(second.reason, /in the better of 2 measurements on this device/);
    } finally {
      await tamis.dispose();
    }
  });
}
