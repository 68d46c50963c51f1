// @ts-check
// How many threads a job gets that does not say: what is measured, chosen, remembered and told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../../web/lib/node.js';
import { ThreadChoice, choose, counts } from '../../../web/lib/thread-choice.js';

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
  assert.deepEqual(choose(new Map([[1, 10], [2, 19], [4, 36]])), { threads: 4, speedup: 3.6 });
  assert.deepEqual(choose(new Map([[1, 10], [2, 19], [4, 19.5]])), { threads: 2, speedup: 1.9 });
  assert.deepEqual(choose(new Map([[1, 10], [2, 9], [4, 8]])), { threads: 1, speedup: 1 });
});

test('the reason is a sentence, whatever is known', () => {
  /** @param {object} kept @param {boolean} [asked] */
  const reason = (kept, asked = false) => new ThreadChoice(store({
    'tamis.threads.1.4.threads': JSON.stringify({ at: Date.now(), ...kept }),
  }), '1', four, asked).reason;
  assert.equal(reason({}), '4 threads: all there are; which number is fastest was not measured.');
  assert.equal(reason({ threads: 2, speedup: 1.92 }), '2 threads: 1.9 times as fast as 1 when measured on this device, and more were no faster.');
  assert.equal(reason({ threads: 4, speedup: 3.7 }), '4 threads: 3.7 times as fast as 1 when measured on this device.');
  assert.equal(reason({ threads: 1, speedup: 1 }), '1 thread: more were no faster when measured on this device.');
  assert.equal(reason({ threads: 2, speedup: 1.92 }, true), '4 threads: asked for.');
});

test('what is stored is believed only if it can be true, here and now', () => {
  const good = { threads: 2, speedup: 1.5, at: Date.now() };
  /** @param {unknown} kept */
  const chosen = (kept) => new ThreadChoice(store({
    'tamis.threads.1.4.threads': typeof kept === 'string' ? kept : JSON.stringify(kept),
  }), '1', four, false).threads;
  assert.equal(chosen(good), 2);
  for (const bad of ['', 'x', 'null', '[]', { ...good, threads: 8 }, { ...good, threads: 0 }, { ...good, threads: 1.5 },
    { ...good, speedup: -1 }, { ...good, at: Date.now() - 25 * 3600e3 }, { ...good, at: Date.now() + 3600e3 }, { ...good, at: 'x' }]) {
    assert.equal(chosen(bad), 4, JSON.stringify(bad));
  }
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
    } finally {
      await tamis.dispose();
    }
  });
}
