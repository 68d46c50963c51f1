// @ts-check
// The command, run for real: answers, exit codes, Ctrl-C, and the progress bar of a terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, progressLine, scaled, StatusLine } from '../../../web/bin/terminal.js';
import { tamis } from './command.js';

test('count prints the bare number on standard output', async () => {
  for (const args of [['count', '1e9'], ['count', '0', '10**9'], ['count', '--stop', '1_000_000_000', '--threads', '2'],
    ['count', '1e9', '--mode', 'workers', '--threads', '2']]) {
    const { code, out, err } = await tamis(args);
    assert.deepEqual([code, out], [0, '50847534\n'], err); // OEIS A006880
    assert.match(err, /50,847,534 primes from 0 to 1,000,000,000 in .* on \d+ (threads?|workers)/);
    assert.doesNotMatch(err, /\r/, 'no progress bar in a pipe');
  }
});

test('count takes a range from START to STOP', async () => {
  const { out } = await tamis(['count', '100', '200', '--quiet']);
  assert.equal(out, '21\n');
});

test('--json prints one object, with large numbers as strings', async () => {
  const { code, out, err } = await tamis(['count', '2^64-1', '2^64-1', '--json', '--threads', '1']);
  assert.deepEqual([code, err], [0, '']);
  const { start, stop, count, threads, mode, elapsedMs } = JSON.parse(out);
  assert.deepEqual([start, stop, count, threads, mode], [String(2n ** 64n - 1n), String(2n ** 64n - 1n), 0, 1, 'threads']);
  assert.equal(typeof elapsedMs, 'number');
});

test('what can not be understood exits with 2 and says what to do', async () => {
  /** @type {[string[], RegExp][]} */
  const cases = [
    [[], /tamis count 1e10/],
    [['frobnicate'], /no command "frobnicate"/],
    [['count'], /up to where/],
    [['count', 'many'], /"many" is not an integer[^]*1e10/],
    [['count', '-5'], /-5.*between 0 and 2\^64-1/],
    [['count', '2^64'], /between 0 and 2\^64-1/],
    [['count', '10', '5'], /start \(10\) is greater than stop \(5\)/],
    [['count', '1', '2', '3'], /one word too many/],
    [['count', '5', '--stop', '7'], /twice/],
    [['count', '1e9', '--threads', '0'], /between 1 and 256/],
    [['count', '1e9', '--threads', '257'], /between 1 and 256/],
    [['count', '1e9', '--threads', 'two'], /not an integer/],
    [['count', '1e9', '--mode', 'fast'], /auto, threads or workers/],
    [['count', '1e9', '--colour'], /--colour/],
    [['count', '1e9', '--csv'], /nothing to tamis count/],
    [['bench', '--json', '--csv'], /exclude/],
    [['bench', '--max-threads', '0'], /1 or more/],
    [['bench', '1e6', '--repeat', '0', '--max-threads', '1'], /at least one repeat/],
    [['info', '7'], /too many/],
    [['count', '1e9', '--tuplets', '7'], /between 1 \(primes\) and 6/],
    [['count', '1e9', '--tuplets', 'two'], /not an integer/],
    [['count', '1e9', '--count', '5'], /nothing to tamis count/],
    [['bench', '1e6', '--twins'], /nothing to tamis bench/],
    [['list'], /list up to where/],
    [['list', '10', '5'], /start \(10\) is greater than stop \(5\)/],
    [['list', '1', '2', '3'], /one word too many/],
    [['list', '1', '2', '--count', '3'], /one word too many/],
    [['list', '1', '--start', '2', '--count', '3'], /START is given twice/],
    [['list', '--stop', '9', '--count', '3'], /--count and --stop exclude/],
    [['list', '0', '--count', '0'], /--count is 0; it must be 1 or more/],
    [['list', '0', '--count', 'many'], /not an integer/],
    [['list', '100', '--twins', '--triplets'], /one kind of k-tuplets/],
    [['list', '100', '--twins', '--format', 'delta'], /for primes, not for k-tuplets/],
    [['list', '0', '--count', '9', '--twins'], /--count is for primes/],
    [['list', '100', '--format', 'csv'], /text or delta, not "csv"/],
    [['list', '100', '--json'], /--json needs --output/],
    [['list', '2^64'], /between 0 and 2\^64-1/],
    [['nth'], /which prime/],
    [['nth', '1', '2'], /one word too many/],
    [['nth', 'first'], /not an integer/],
    [['nth', '-5', '--start', '10'], /not so many primes[^]*n and start/],
    [['nth', '2^63'], /2\^63-1/],
    [['nth', '5', '--stop', '9'], /nothing to tamis nth/],
    [['decode'], /decode which file/],
    [['decode', 'a', 'b'], /one word too many/],
    [['decode', 'a', '--json'], /nothing to tamis decode/],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = await tamis(args);
    assert.equal(code, 2, `${args.join(' ')}: ${err}`);
    assert.equal(out, '');
    assert.match(err, message);
    assert.doesNotMatch(err, /at .*\.js:\d+/, 'no stack trace');
  }
});

test('with too little memory for lists that threads make together, a count far out goes on without them', async () => {
  const { code, out, err } = await tamis(['count', '1e18', '1000000001000000000', '--threads', '1', '--memory', '2^27']);
  assert.deepEqual([code, out], [0, '24127085\n'], err); // primesieve 1000000000000000000 1000000001000000000, version 12.16
});

test('what fails for lack of memory exits with 1 and says what to do', async () => {
  const { code, err } = await tamis(['count', '1e9', '--memory', '2^20']);
  assert.equal(code, 1);
  assert.match(err, /memory/);
});

test('Ctrl-C stops a count at once with exit code 130', async () => {
  for (const mode of ['threads', 'workers']) {
    const { code, out, err } = await tamis(['count', '1e18', '--mode', mode, '--threads', '2'], (child) => {
      setTimeout(() => child.kill('SIGINT'), 1500);
    });
    assert.deepEqual([code, out], [130, ''], err);
    assert.match(err, /stopped/);
  }
});

test('Ctrl-C while loading is heard as well', async () => {
  for (const ms of [100, 200, 300, 400, 600]) {
    const { code } = await tamis(['count', '1e18'], (child) => { setTimeout(() => child.kill('SIGINT'), ms); });
    // null: before our first line ran, when the signal itself ended the process.
    assert.ok(code === 130 || code === null, `after ${ms} ms: exit code ${code}`);
  }
});

test('bench prints a table, JSON or CSV', async () => {
  const text = await tamis(['bench', '1e6', '--max-threads', '2', '--repeat', '2']);
  assert.equal(text.code, 0, text.err);
  assert.match(text.out, /78,498 primes/);
  assert.match(text.out, /threads +median +min +max +spread +speed-up +efficiency\n +1 .*\n +2 /);
  assert.match(text.out, /Amdahl/);
  const json = JSON.parse((await tamis(['bench', '1e6', '--max-threads', '2', '--repeat', '2', '--json'])).out);
  assert.deepEqual([json.count, json.samples.length, json.summary.rows.length, json.complete], [78498, 4, 2, true]);
  const csv = (await tamis(['bench', '0', '1e6', '--max-threads', '2', '--repeat', '2', '--csv', '--mode', 'workers'])).out.trim().split('\n');
  assert.equal(csv[0], 'start,stop,mode,threads,ms');
  assert.equal(csv.length, 5);
  assert.match(csv[1], /^0,1000000,workers,1,[\d.]+$/);
});

test('Ctrl-C stops a benchmark and prints what was measured', async () => {
  const { code, out } = await tamis(['bench', '1e9', '--max-threads', '2', '--repeat', '1000', '--warmup', '0'], (child) => {
    setTimeout(() => child.kill('SIGINT'), 4000);
  });
  assert.equal(code, 130);
  assert.match(out, /Stopped early/);
});

test('info, --help and --version', async () => {
  const info = await tamis(['info']);
  assert.match(info.out, /^tamis \d+\.\d+\.\d+ on Node \d+[^]*mode +threads: /);
  assert.equal(JSON.parse((await tamis(['info', '--json', '--mode', 'workers', '--threads', '1'])).out).mode, 'workers');
  assert.match((await tamis(['--help'])).out, /tamis bench/);
  assert.match((await tamis(['--version'])).out, /^\d+\.\d+\.\d+\n$/);
});

test('durations and rates are short', () => {
  assert.deepEqual([0, 850, 999.6, 1234, 12_340, 100_000, 245_000, 11_520_000].map(duration),
    ['0 ms', '850 ms', '1.00 s', '1.23 s', '12.3 s', '1 min 40 s', '4 min 05 s', '3 h 12 min']);
  assert.deepEqual([0, 12, 1234, 6.12e9, 1e18].map(scaled), ['0', '12', '1.23 k', '6.12 G', '1 E']);
});

test('the progress bar fits the terminal, and is written only to one', () => {
  const progress = { done: 1n, total: 2n, fraction: 0.5, rate: 6.1e9, elapsedMs: 10, etaMs: 3000, phases: [] };
  assert.equal(progressLine(progress, 80), `[${'#'.repeat(20)}${'-'.repeat(20)}]  50.0%  6.1 G/s  3.00 s left`);
  for (const columns of [20, 40, 300]) assert.ok(progressLine(progress, columns).length < columns);
  // What a job is at, where there is more than one thing.
  const phases = /** @type {import('../../../web/lib/progress.js').Phase[]} */ ([
    { name: 'D', share: 0.6, fraction: 0.8, state: 'active' }, { name: 'A', share: 0.3, fraction: 0, state: 'active' }, { name: 'B', share: 0.1, fraction: 0, state: 'waiting' },
  ]);
  assert.match(progressLine({ ...progress, phases }, 80), /^\[#+-+\]  50\.0%  6\.1 G\/s  3\.00 s left  D \+ A$/);
  assert.match(progressLine({ ...progress, etaMs: null, phases: phases.slice(1) }, 80), / 6\.1 G\/s  A$/);
  assert.match(progressLine({ ...progress, phases: phases.slice(0, 1) }, 80), / left$/);
  /** @type {string[]} */
  const written = [];
  const stream = /** @type {any} */ ({ isTTY: true, columns: 80, write: (/** @type {string} */ text) => written.push(text) });
  const status = new StatusLine({ quiet: false, stream });
  status.show(() => 'half');
  status.clear();
  assert.deepEqual(written, ['\rhalf\x1b[K', '\r\x1b[K']);
  for (const silent of [{ quiet: true, stream }, { quiet: false, stream: { ...stream, isTTY: false } }]) new StatusLine(silent).show(() => 'x');
  assert.equal(written.length, 2);
});
