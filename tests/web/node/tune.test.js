// @ts-check
// Tuning: a measurement on request, used from then on, and what pages do by themselves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../../web/lib/node.js';
import { Tuning } from '../../../web/lib/tuning.js';

/** src/kernels/sieve/pieces.rs */
const CANDIDATES = [24, 32, 40, 56, 96].map((kib) => kib * 1024);

for (const mode of /** @type {const} */ (['threads', 'workers'])) {
  test(`a piece is measured on request and used from then on, in mode ${mode}`, async () => {
    const tamis = await load({ mode, threads: 2 });
    try {
      assert.deepEqual(tamis.tuning, { pieceBytes: 32_768, source: 'default' });
      const piece = await tamis.tune();
      assert.ok(CANDIDATES.includes(piece), String(piece));
      assert.deepEqual(tamis.tuning, { pieceBytes: piece, source: 'measured' });
      // OEIS A006880
      assert.equal(await tamis.countPrimes(0, 100_000_000), 5_761_455n);
      await assert.rejects(tamis.tune({ signal: AbortSignal.abort() }), { code: 'cancelled' });
    } finally {
      await tamis.dispose();
    }
  });
}

/** @param {Record<string, string>} kept */
const store = (kept) => ({
  get: (/** @type {string} */ key) => kept[key] ?? null,
  set: (/** @type {string} */ key, /** @type {string} */ value) => { kept[key] = value; },
});

test('a measurement is remembered for the version and the device', () => {
  /** @type {Record<string, string>} */
  const kept = {};
  const tuning = new Tuning(store(kept), '1.0.0', 8);
  assert.equal(tuning.state.source, 'default');
  tuning.measured(40_960);
  assert.deepEqual(new Tuning(store(kept), '1.0.0', 8).state, { pieceBytes: 40_960, source: 'remembered' });
  assert.equal(new Tuning(store(kept), '1.0.1', 8).state.source, 'default');
  assert.equal(new Tuning(store(kept), '1.0.0', 4).state.source, 'default');
  assert.equal(new Tuning(null, '1.0.0', 8).state.source, 'default');
});

test('what is not a piece is not believed', () => {
  for (const value of ['', 'x', '0', '-40960', '40961', '1e9', '16383', '131073', 'NaN']) {
    assert.equal(new Tuning(store({ 'tamis.piece.1.8': value }), '1', 8).state.source, 'default', value);
  }
});
