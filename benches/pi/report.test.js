// @ts-check
// What the bench of pi(x) makes of its measurements.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known, primecountInWasm } from './peers.js';
import { csv, growth, rowsOf, slope, table, targets } from './report.js';

/** @param {number[]} seconds @param {boolean} [metered] @returns {import('./measure.js').Spent[]} */
const spent = (seconds, metered = true) => seconds.map((s) => ({ count: '1', seconds: s, user: metered ? s / 2 : null, peak: metered ? 2048 : null }));

const told = (/** @type {number} */ factor) => [
  { name: 'primecount native', threads: 1, spent: spent([factor, 3 * factor, 2 * factor]) },
  { name: 'tamis native', threads: 1, spent: spent([factor]) },
  { name: 'tamis wasm, Chromium 156', threads: 1, spent: spent([3 * factor], false) },
  { name: 'tamis wasm, Chromium 156', threads: 2, spent: spent([1.5 * factor], false) },
];

test('ratios are of medians, to primecount with one thread, and in wasm to its wasm too', () => {
  const rows = rowsOf(16, told(1));
  assert.deepEqual(rows.map(({ seconds, x, user, xUser }) => [seconds, x, user, xUser]), [[2, 1, 1, 1], [1, 0.5, 0.5, 0.5], [3, 1.5, null, null], [1.5, 0.75, null, null]]);
  assert.deepEqual(rows.map(({ xWasm }) => xWasm?.toFixed(3)), [undefined, undefined, (1.5 * 2.2 / 4.71).toFixed(3), (0.75 * 2.2 / 4.26).toFixed(3)]);
  assert.equal(primecountInWasm(11, 1), null);
  assert.match(table(rows), /^pi\(10\^16\)\n.*primecount native +1 threads +2\.0000 s x +1\.00 .*2\.0 MB\n/);
  assert.equal(csv(rows).split('\n')[3], '1e16,"tamis wasm, Chromium 156",1,3.000000,1.500,,,0.701,,3.0000,');
});

test('growth is fitted, and the targets are told', () => {
  assert.ok(Math.abs(slope([[0, 1], [1, 3], [2, 5]]) - 2) < 1e-12);
  const rows = [12, 13, 14].flatMap((k) => rowsOf(k, told(0.005 * 10 ** ((k - 12) / 2))));
  assert.deepEqual(growth(rows), [
    'primecount native: user time grows as x^0.500', 'tamis native: user time grows as x^0.500', 'tamis wasm, Chromium 156: elapsed time grows as x^0.500',
  ]);
  assert.deepEqual(targets(rows), [
    'tamis wasm, Chromium 156: pi(10^12) in 15.0 ms (aim: 50)',
    'tamis native, 1 thread, 10^12 to 10^16: at most 0.50 x native primecount (aim: 1.3), of user time 0.50 x',
    'tamis wasm, 1 thread, 10^14 to 10^16: at most 1.50 x native primecount (aim: 2)',
    'tamis wasm is faster than primecount in wasm in 6 of 6 rows: at most 0.55 x of its time',
  ]);
});

test('the known counts begin at 10^9', () => {
  assert.equal(known(9), 50_847_534n);
  assert.equal(known(16), 279_238_341_033_925n);
});
