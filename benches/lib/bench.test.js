// @ts-check
// What the bench makes of its measurements. The measuring itself is checked in each run, by its counts.
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { OWN, fastest, gainOf, slowest, undisturbed } from '../gain/pairs.js';
import { Tally } from './figures.js';
import { converse } from './lines.js';
import { plan } from './plan.js';
import { csv, table } from './report.js';

/** @type {import('./plan.js').Work} */
const known = { name: '1e9', start: 0n, stop: 10n ** 9n, known: 50_847_534n, source: 'OEIS A006880', rounds: 2, cold: true };
const unknown = { ...known, name: 'a window', known: null };

/** @param {number} seconds @param {bigint} [count] @returns {import('./contestants.js').Outcome} */
const native = (seconds, count = 50_847_534n) => ({ count, seconds: { native: seconds }, peakBytes: 2 ** 20 });

test('a count that is not the known one is refused', () => {
  const tally = new Tally(known, 'a');
  assert.throws(() => tally.add('a', 1, native(1, 50_847_533n)), /WRONG.*50847533.*50847534.*OEIS A006880/);
  assert.deepEqual(tally.figures(), []);
});

test('where no count is known, the first one must be everybody’s', () => {
  const tally = new Tally(unknown, 'a');
  tally.add('a', 1, native(1, 5n));
  tally.add('b', 1, native(1, 5n));
  assert.throws(() => tally.add('c', 1, native(1, 6n)), /WRONG.*right is 5 \(a in this run\)/);
});

test('ratios are of medians, to the first contestant with one thread', () => {
  const tally = new Tally(known, 'a');
  for (const [one, two, cold, warm] of [[2, 1, 9, 3], [4, 1, 7, 3], [2.5, 1.5, 8, 4]]) {
    tally.add('a', 1, native(one));
    tally.add('a', 2, native(two));
    tally.add('b', 1, { count: 50_847_534n, seconds: { cold, warm }, loadSeconds: 0.5 });
  }
  const figures = tally.figures().map(({ contestant, threads, state, median, min, max, ratio }) => [contestant, threads, state, median, min, max, ratio]);
  assert.deepEqual(figures, [
    ['a', 1, 'native', 2.5, 2, 4, 1],
    ['a', 2, 'native', 1, 1, 1.5, 0.4],
    ['b', 1, 'cold', 8, 7, 9, 3.2],
    ['b', 1, 'warm', 3, 3, 4, 1.2],
  ]);
});

test('the table has a row for each state, and the CSV quotes what needs it', () => {
  const tally = new Tally(known, 'a');
  tally.add('a', 1, native(2));
  tally.add('a', 2, native(1));
  tally.add('tamis wasm, "Node" 20', 1, { count: 50_847_534n, seconds: { cold: 4, warm: 3 } });
  const rows = table(tally.figures()).split('\n');
  assert.match(rows[0], /50,847,534 primes .*OEIS A006880/);
  assert.match(rows[2], /^a .*2\.000 .*1\.00 .*1\.000 .*0\.50 +2\.00 +1\.0$/);
  assert.match(rows[4], /warm .*3\.000 .*1\.50/);
  const lines = csv(['on a\nmachine'], tally.figures()).split('\n');
  assert.equal(lines[0], '# on a machine');
  assert.match(lines[1], /^work,start,stop,primes,contestant,/);
  assert.match(lines[4], /^1e9,0,1000000000,50847534,"tamis wasm, ""Node"" 20",1,cold,1,4,4,4,2,,,4$/);
});

test('all sizes have works, and the windows lie within 2^64', () => {
  for (const size of /** @type {const} */ (['quick', 'usual', 'full'])) {
    for (const { start, stop, rounds } of plan(size, undefined)) assert.ok(start < stop && stop < 2n ** 64n && rounds > 0);
    assert.ok(plan(size, 2).every(({ rounds }) => rounds === 2));
  }
});

test('a gain is the median of the pairs’ ratios, and undisturbed are those with fast processors throughout', () => {
  const pairs = [
    { one: 2, many: 1, least: 1, slice: 0 }, { one: 3, many: 2, least: OWN, slice: 0 },
    { one: 4, many: 1, least: OWN - 0.01, slice: 0 }, { one: 1.9, many: 1, least: 0.99, slice: 0 },
  ];
  const { pairs: count, gain, lower, upper, least, one, many } = gainOf(pairs);
  assert.deepEqual([count, gain, lower, upper, least, one, many], [4, 1.95, 1.9, 2, 1.9, 2.5, 1]);
  assert.deepEqual(gainOf(undisturbed(pairs)).gain, 1.9);
  assert.deepEqual([gainOf([]).pairs, gainOf([]).gain], [0, NaN]);
});

test('the shortest times are those of each slice', () => {
  const [short, long] = [{ one: 2, many: 1.5, least: 1, slice: 0 }, { one: 18, many: 9.5, least: 1, slice: 1 }];
  assert.equal(gainOf([short, long]).least, 20 / 11);
  assert.equal(gainOf([short, { ...short, one: 3, many: 1 }, long, { ...long, one: 20, many: 9 }]).least, 20 / 10);
});

test('the slowest and the fastest of readings are of any processor, alone or not', () => {
  const readings = [{ alone: [3, 2], together: [4, 5] }, { alone: [7, 6], together: [1, 6] }];
  assert.deepEqual([slowest(readings), fastest(readings)], [1, 7]);
});

test('a program answers line by line, and its end is told instead of an answer', async () => {
  const script = 'process.stdin.on("data", (line) => { if (`${line}` === "end\\n") process.exit(3); console.log(JSON.stringify({ said: `${line}`.trim() })); })';
  const { ask, close } = converse(process.execPath, ['-e', script]);
  assert.deepEqual(await ask('one'), { said: 'one' });
  assert.deepEqual(await ask('two'), { said: 'two' });
  await assert.rejects(ask('end'), /ended \(3\) instead of answering "end"/);
  await close();
});
