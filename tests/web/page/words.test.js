// @ts-check
/** The page's pure parts: numbers, times and sentences. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { summarise } from '../../../web/lib/bench.js';
import { fileName, toCsv, toJson } from '../../../web/app/bench-export.js';
import { defaultThreads, fromHash, toHash } from '../../../web/app/bench-settings.js';
import { amdahlWords, busyWords, pausedWords, planWords, stepWords, verdict } from '../../../web/app/bench-words.js';
import { approximate, bytes, duration, grouped, many, ordinal, percent, roundWords, timeLeft } from '../../../web/app/format.js';
import { healedWords, jobResult, jobState, jobTitle } from '../../../web/app/job-words.js';
import { phaseState } from '../../../web/app/phases.js';
import { newRecord } from '../../../web/lib/jobs/record.js';
import { inSeries, tally } from '../../../web/app/kinds.js';
import { li } from '../../../web/lib/approximations.js';
import { expected, published, publishedPrime } from '../../../web/app/primes.js';
import { remarks } from '../../../web/app/remarks.js';
import { web } from './situations.js';

test('numbers are grouped and named', () => {
  assert.equal(grouped(0n), '0');
  assert.equal(grouped(999n), '999');
  assert.equal(grouped(2n ** 64n - 1n), '18,446,744,073,709,551,615');
  assert.equal(roundWords(10n ** 10n), '10 billion');
  assert.equal(roundWords(2_500_000n), '2.5 million');
  assert.equal(roundWords(999_999n), '');
  assert.equal(roundWords(2n ** 40n), '');
  assert.equal(approximate(7_624_000_000), '7.62 billion');
  assert.equal(approximate(999_700_000), '1.00 billion');
  assert.equal(approximate(1234), '1,234');
  assert.equal(many(1, 'thread'), '1 thread');
  assert.equal(many(0, 'thread'), '0 threads');
  assert.deepEqual([0, 1, 999, 51_500_000, 999_999_999, 1.02e12].map(bytes), ['0 bytes', '1 byte', '999 bytes', '51.5 MB', '1.00 GB', '1.02 TB']);
  assert.deepEqual([0n, 1n, 2n, 3n, 4n, 11n, 12n, 21n, 113n, 1002n].map(ordinal),
    ['0th', '1st', '2nd', '3rd', '4th', '11th', '12th', '21st', '113th', '1,002nd']);
  assert.equal(tally(2, 1n), '1 pair of twins');
  assert.equal(tally(6, 1234n), '1,234 sextuplets');
  assert.equal(inSeries(['a', 'b', 'c']), 'a, b and c');
  assert.equal(inSeries(['a']), 'a');
});

test('times are said in fitting units', () => {
  for (const [ms, text] of /** @type {const} */ ([
    [0.4, '0.40 ms'], [11.24, '11.2 ms'], [99.94, '99.9 ms'], [99.96, '100 ms'], [999.4, '999 ms'], [1310, '1.31 s'],
    [9_996, '10.0 s'], [59_940, '59.9 s'], [59_960, '1 min 00 s'], [125_000, '2 min 05 s'],
    [3_600_000, '1 h 00 min'], [3 * 86_400_000, '3 days'], [1e15, '31,688 years'],
  ])) assert.equal(duration(ms), text);
  assert.equal(timeLeft(null), 'not known yet');
  assert.equal(timeLeft(400), 'under a second');
  assert.equal(timeLeft(12_400), 'about 12 s');
  assert.equal(percent(0.9999), '99%');
  assert.deepEqual([0, 1e-9, 0.00019, 0.00999, 0.01].map(percent), ['0%', 'under 0.01%', '0.01%', '0.99%', '1%']);
});

test('the estimate of the prime number theorem is right', () => {
  // li(10^10) = 455055614.586...: OEIS A057752 with A006880.
  assert.equal(Math.round(li(1e10)), 455_055_615);
  assert.ok(Math.abs(expected(0n, 10n ** 10n) - 455_055_613.5) < 0.5);
  assert.equal(expected(5n, 5n), 0);
  // Near 2^64 a number in 44.36 is prime; the integrals themselves are long out of digits there.
  assert.ok(Math.abs(expected(2n ** 64n - 1_000_000n, 2n ** 64n - 1n) / (1e6 / Math.log(2 ** 64)) - 1) < 1e-6);
});

test('published values are known for powers of ten only', () => {
  assert.deepEqual(published(0n, 10n ** 10n), { count: 455_052_511n, source: 'OEIS A006880' });
  assert.equal(published(2n, 10n)?.count, 4n);
  assert.deepEqual(published(0n, 10n ** 9n, 2), { count: 3_424_506n, source: 'OEIS A007508' });
  assert.deepEqual(published(0n, 10n ** 8n, 4), { count: 4_768n, source: 'OEIS A050258' });
  assert.equal(published(0n, 10n ** 8n, 3), undefined);
  assert.equal(publishedPrime(10n ** 6n), 15_485_863n);
  assert.equal(publishedPrime(11n), undefined);
  assert.equal(published(3n, 10n), undefined);
  assert.equal(published(0n, 1n), undefined);
  assert.equal(published(0n, 10n ** 15n), undefined);
  assert.equal(published(0n, 20n), undefined);
});

test('remarks tell right from wrong, and compare with the run before', () => {
  const found = (/** @type {[number, bigint][]} */ ...counts) => new Map(counts);
  const count = { start: 0n, stop: 10n ** 10n, found: found([1, 455_052_511n]), threads: 2, ms: 1000 };
  const earlier = [{ ...count, threads: 1, ms: 1900 }];
  assert.deepEqual(remarks(count, earlier), [
    'This is the published value (OEIS A006880).',
    'In this range about one number in 22 is prime.',
    'The prime number theorem’s integral predicts 455,055,614, 0.0007% too many.',
    '1.90 times as fast as with 1 thread before.',
  ]);
  assert.match(remarks({ ...count, found: found([1, 455_052_512n]) }, [])[0], /published value is 455,052,511 .* wrong/);
  assert.deepEqual(remarks({ ...count, start: 24n, stop: 28n, found: found([1, 0n]) }, []), []);
  // Both from OEIS, and no comparison with a count of other kinds.
  const twins = { ...count, threads: 1, found: found([2, 27_412_679n], [3, 1n], [4, 180_529n]) };
  assert.deepEqual(remarks(twins, [count]), [
    'These are the published values (pairs of twins: OEIS A007508, quadruplets: OEIS A050258).',
  ]);
});

test('the link carries the settings there and back', () => {
  const settings = { start: '1_000', stop: '2^40 + 10**6', threads: '4', repeats: '5', warmup: '0' };
  assert.deepEqual(fromHash(toHash(settings)), settings);
  assert.equal(toHash({ ...settings, stop: '2^40' }), '#benchmark?start=1_000&stop=2^40&threads=4&repeats=5&warmup=0');
  assert.equal(fromHash('#benchmark'), null);
  assert.equal(fromHash(''), null);
  assert.deepEqual(fromHash('#benchmark?stop=5&other=1'), { stop: '5' });
  assert.equal(fromHash(`#benchmark?stop=${'9'.repeat(1000)}`)?.stop?.length, 80);
  assert.deepEqual([1, 2, 8, 64].map(defaultThreads), [3, 4, 10, 64]);
});

/** @param {[threads: number, ...times: number[]][]} measured @param {number} cores */
const summary = (measured, cores) =>
  summarise(measured.flatMap(([threads, ...times]) => times.map((ms) => ({ threads, ms }))), { cores });

test('the verdict names the fewest threads that are as fast as any', () => {
  const { rows } = summary([[1, 1000], [2, 500], [3, 495], [4, 500]], 2);
  assert.equal(verdict(rows, 2), '2 threads took 500 ms, 1 thread 1.00 s: 2.00 times as fast. More than the 2 cores buy nothing.');
  assert.equal(verdict(summary([[1, 500], [2, 700]], 2).rows, 2), '1 thread did best here, in 500 ms; more did not help.');
  assert.match(verdict(summary([[1, 5], [2, 7]], 2).rows, 2), / A count as short as this says little: try a larger range\.$/);
  assert.equal(verdict(summary([[1, 500]], 2).rows, 2), '1 thread: 500 ms.');
  assert.equal(verdict([], 2), '');
});

test('Amdahl’s law is put into a sentence', () => {
  // T(n) = 100 + 900 / n
  const { rows, fit } = summary([[1, 1000], [2, 550], [4, 325], [8, 500]], 4);
  assert.equal(amdahlWords(fit, rows, 4),
    'Amdahl’s law fits with a serial fraction of 10%: that part no thread shortens, so no number of cores would pass 10.0 times. Counts past the 4 cores are left out of it.');
  const ideal = summary([[1, 1000], [2, 500]], 2);
  assert.equal(amdahlWords(ideal.fit, ideal.rows, 2),
    'Amdahl’s law fits with no serial part to speak of: each core adds its full share. With two thread counts the line meets both, so take it as a hint.');
  const none = summary([[1, 1000], [2, 1100]], 2);
  assert.match(amdahlWords(none.fit, none.rows, 2), /serial fraction of 100%: here more threads shorten nothing\./);
  const alone = summary([[1, 1000]], 2);
  assert.match(amdahlWords(alone.fit, alone.rows, 2), /can be fitted from two thread counts/);
  assert.equal(amdahlWords(null, [], 2), '');
});

test('jobs beside a benchmark, and what was lost under a job, are said in words', () => {
  assert.equal(busyWords(['Primes from 0 to 10 billion'], true), 'A job is under way in this tab, and takes threads from what is measured: primes from 0 to 10 billion.');
  assert.equal(busyWords(['A', 'B'], false), '2 jobs are under way in another tab of this page, and take threads from what is measured.');
  assert.deepEqual([1, 2].map(pausedWords), ['A job is paused for the benchmark.', '2 jobs are paused for the benchmark.']);
  assert.equal(healedWords({ why: 'a worker was silent for 4 s', takenMs: 130 }), 'Something was lost and replaced, and the work went on after 130 ms: a worker was silent for 4 s.');
  assert.equal(healedWords({ times: 3, why: 'It trapped.', takenMs: 130 }), 'Something was lost and replaced 3 times; the last time the work went on after 130 ms: It trapped.');
});

test('steps and plans are said in words', () => {
  assert.equal(stepWords({ threads: 3, round: 2, warmup: false }, 6, 24), 'Run 7 of 24: 3 threads, repeat 2');
  assert.equal(stepWords({ threads: 1, round: 0, warmup: true }, 0, 24), 'Run 1 of 24: 1 thread, warm-up');
  assert.equal(planWords(4, 5, 1, null), '24 runs: 1 to 4 threads, 5 repeats and 1 warm-up each.');
  assert.equal(planWords(1, 1, 0, 250_000), '1 run: one thread only, 1 repeat each, about 4 min 10 s by the pace of the last count.');
  assert.match(planWords(2, 1, 0, 300), / about 1 s /);
  assert.match(planWords(2, 1, 0, 12_300), / about 12 s /);
});

test('files hold everything that was measured', () => {
  const samples = [{ threads: 1, ms: 10 }, { threads: 2, ms: 5 }];
  const report = {
    version: '0.1.0', date: '2026-11-20T12:00:00.000Z', mode: 'threads', cores: 2, browser: 'B', start: 0n,
    stop: 2n ** 64n - 1n, count: 5n, threads: 2, repeats: 1, warmup: 0, complete: true, samples, summary: summarise(samples),
  };
  const read = JSON.parse(toJson(report));
  assert.equal(read.stop, '18446744073709551615');
  assert.deepEqual(read.samples, samples);
  assert.equal(read.rows[1].speedup, 2);
  // Nothing serial: the limit is infinite, which JSON can't say.
  assert.equal(read.fit.limit, null);
  assert.equal(toCsv(report), [
    'start,stop,mode,threads,runs,median_ms,min_ms,max_ms,speedup,efficiency',
    '0,18446744073709551615,threads,1,1,10.000,10.000,10.000,1.000,1.000',
    '0,18446744073709551615,threads,2,1,5.000,5.000,5.000,2.000,1.000', '',
  ].join('\r\n'));
  assert.equal(fileName(report), 'tamis-18446744073709551615-2-threads-2026-11-20');
});

test('jobs say what they are, what they are at, and what came out', () => {
  const record = (/** @type {Partial<import('../../../web/lib/jobs/record.js').JobRecord>} */ more) => ({
    ...newRecord({ id: 'a', kind: 'prime-pi', params: { x: 10n ** 15n } }), ...more,
  });
  const phases = /** @type {import('../../../web/lib/progress.js').Phase[]} */ ([
    { name: 'hard leaves (D)', share: 0.6, fraction: 0.9, state: 'active' },
    { name: 'easy leaves (A, C)', share: 0.4, fraction: 0, state: 'active' },
    { name: 'closed sums (Sigma)', share: 0, fraction: 0, state: 'waiting' },
  ]);
  const running = record({ state: 'running', fraction: 0.54, etaMs: 3000, phases });
  assert.equal(jobTitle(running), 'Primes up to 1 quadrillion, by Gourdon’s algorithm');
  assert.equal(jobState(running), '54% done, at the hard leaves (D) and easy leaves (A, C), about 3 s left');
  assert.equal(jobState(record({ ...running, phases: phases.slice(0, 1) })), '54% done, about 3 s left');
  assert.deepEqual(phases.map(phaseState), ['90%', '0%', 'waits']);
  assert.deepEqual([phaseState({ ...phases[2], state: 'active' }), phaseState({ ...phases[2], state: 'done' })], ['under way', 'done']);
  const gaps = record({ kind: 'maximal-gaps', params: { start: 0n, stop: 10n ** 6n }, values: [1n, 2n, 114n, 492113n] });
  assert.equal(jobTitle(gaps), 'Maximal gaps between primes from 0 to 1 million');
  assert.deepEqual([jobResult(gaps), jobResult({ ...gaps, values: [] })], [['114, after 492,113'], ['none']]);
});

test('every script of the page asks to be type-checked', async () => {
  // Its tsconfig checks only those that do, so that uPlot is not checked with them.
  const folder = new URL('app/', web);
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.js') || name === 'boot.js') continue;
    assert.match(await readFile(new URL(name, folder), 'utf8'), /^\/\/ @ts-check\n/, name);
  }
});
