// @ts-check
// pi(x), the nth prime by way of it, what approximates both, and the commands that ask for them.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { inverseLi, inverseRiemannR, li, load, riemannR } from '../../../web/lib/node.js';
import { NTH, PI } from '../lib/known.js';
import { tamis } from './command.js';

/** R(10^n), rounded, from n = 1. Source: OEIS A057793. */
const R = [5, 26, 168, 1227, 9587, 78527, 664667, 5761552, 50847455, 455050683, 4118052495, 37607910542, 346065531066, 3204941731602];
/** li(10^n), rounded, from n = 1. Source: OEIS A057754. */
const LI = [6, 30, 178, 1246, 9630, 78628, 664918, 5762209, 50849235, 455055615, 4118066401, 37607950281, 346065645810];
/** The zero of li, Ramanujan and Soldner's constant. Source: OEIS A070769. */
const SOLDNER = 1.4513692348833811;

/** @typedef {Awaited<ReturnType<typeof load>>} Tamis */
/** @type {Tamis[]} */
const both = [];
before(async () => {
  both.push(await load({ mode: 'threads', threads: 2 }), await load({ mode: 'workers', threads: 2 }));
});
after(() => Promise.all(both.map((tamis) => tamis.dispose())));

/** @param {Promise<unknown>} promise @param {string} code */
const rejects = (promise, code) => assert.rejects(promise, { name: 'TamisError', code });

test('pi(10^n) matches OEIS A006880 up to 10^13, in both modes', async () => {
  for (const tamis of both) {
    for (const [exponent, count] of PI.entries()) assert.equal(await tamis.primePi(10n ** BigInt(exponent)), count, `10^${exponent}`);
    assert.deepEqual([await tamis.primePi(0), await tamis.primePi(1), await tamis.primePi(2), await tamis.primePi('10**6')], [0n, 0n, 1n, 78498n]);
    const x = 10n ** 9n + 12_345n;
    assert.equal(await tamis.primePi(x), PI[9] + await tamis.countPrimes(10n ** 9n, x), 'as the sieve has it');
  }
});

test('the 10^n-th prime matches OEIS A006988 up to 10^12, sieved or by pi(x)', async () => {
  for (const tamis of both) {
    for (const [exponent, prime] of NTH.entries()) assert.equal(await tamis.nthPrime(10n ** BigInt(exponent)), prime, `10^${exponent}`);
    // On both sides of the border between the two ways, each gives what the other does.
    for (const n of [299_999n, 300_000n, 300_001n]) {
      const [prime, sieved, counted] = [await tamis.nthPrime(n, 1), (await tamis.run('nth-prime', { n })).value, (await tamis.run('nth-prime-pi', { n })).value];
      assert.deepEqual([prime, counted], [sieved, sieved], String(n));
      assert.equal(await tamis.primePi(prime), n);
    }
    assert.equal(await tamis.nthPrime(300_000n, 2), await tamis.nthPrime(300_001n));
  }
});

/** @typedef {import('../../../web/lib/node.js').Progress} Progress */

/** The terms of Gourdon's algorithm. */
const TERMS = ['hard leaves (D)', 'easy leaves (A, C)', 'large primes (B)', 'ordinary leaves (Phi0)', 'closed sums (Sigma)'];
const STAGES = ['waiting', 'active', 'done'];

/** Phases of one job add up to it at every moment, and never go back. @param {Progress[]} seen */
function checkPhases(seen) {
  for (const [i, { fraction, phases }] of seen.entries()) {
    assert.deepEqual(phases.map(({ name }) => name), TERMS);
    assert.ok(Math.abs(phases.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
    assert.ok(Math.abs(phases.reduce((sum, phase) => sum + phase.share * phase.fraction, 0) - fraction) < 1e-9);
    for (const [k, phase] of phases.entries()) {
      if (i === 0) continue;
      const before = seen[i - 1].phases[k];
      assert.ok(phase.fraction >= before.fraction && STAGES.indexOf(phase.state) >= STAGES.indexOf(before.state), phase.name);
    }
  }
}

test('phases of pi(x) add up to its progress, in both modes and after a restore', async () => {
  for (const tamis of both) {
    /** @type {Progress[]} */
    const seen = [];
    /** @type {Uint8Array[]} */
    const kept = [];
    const job = tamis.start('prime-pi', { x: 10n ** 14n }, { checkpointMs: 5, onCheckpoint: (bytes) => kept.push(bytes), onProgress: (progress) => seen.push(progress) });
    const { value } = await job.result;
    checkPhases(seen);
    assert.ok(seen.some(({ phases }) => phases.some(({ state, fraction }) => state === 'active' && fraction > 0)));
    assert.ok(seen.at(-1)?.phases.every(({ state, fraction }) => state === 'done' && fraction === 1));
    assert.equal(job.progress, seen.at(-1));
    assert.ok(kept.length > 0);
    /** @type {Progress[]} */
    const rest = [];
    const again = tamis.restore(kept[kept.length >> 1], { onProgress: (progress) => rest.push(progress) });
    assert.equal((await again.result).value, value);
    checkPhases(rest);
    assert.ok(rest[0].fraction > 0 && rest[0].phases[0].fraction > 0);
  }
});

test('most jobs have one phase', async () => {
  for (const tamis of both) {
    /** @type {Progress | undefined} */
    let last;
    await tamis.countPrimes(0, 1e8, { onProgress: (progress) => { last = progress; } });
    assert.deepEqual(last?.phases, [{ name: 'sieving', share: 1, fraction: 1, state: 'done' }]);
    await tamis.run('self-test', { chunks: 0 }, { onProgress: (progress) => { last = progress; } });
    assert.deepEqual(last?.phases, ['first half', 'second half'].map((name) => ({ name, share: 0.5, fraction: 1, state: 'done' })));
  }
});

test('progress ends at 1, and a signal ends pi(x)', async () => {
  for (const tamis of both) {
    /** @type {number[]} */
    const fractions = [];
    await tamis.primePi(10n ** 12n, { onProgress: ({ fraction }) => fractions.push(fraction) });
    assert.equal(fractions.at(-1), 1);
    const controller = new AbortController();
    const counting = tamis.primePi(2n ** 64n - 1n, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await rejects(counting, 'cancelled');
  }
});

test('what can not be asked for is refused by name', async () => {
  const [tamis] = both;
  const bad = /** @type {any} */ (tamis);
  for (const [code, x] of /** @type {[string, unknown][]} */ ([['range', -1], ['range', 2n ** 64n], ['type', 1.5], ['type', 2 ** 60], ['type', null], ['type', undefined], ['invalid-integer', 'many']])) {
    await rejects(bad.primePi(x), code);
  }
  await rejects(bad.primePi(10, { sign: true }), 'param');
  // As many primes as this, less one, lie below 2^64 (OEIS A007053).
  const error = await tamis.nthPrime(425_656_284_035_217_744n).catch((reason) => reason);
  assert.equal(error.code, 'range');
  assert.match(error.message, /not so many primes.*18446744073709551557/);
  await rejects(tamis.nthPrime(2n ** 63n), 'range');
  await rejects(tamis.nthPrime(1e6, -1), 'range');
  await rejects(bad.nthPrime('5'), 'type');
  await rejects(tamis.run('nth-prime-pi', { n: 0 }), 'range');
  assert.equal(await tamis.nthPrime(0), 2n, 'n = 0 is the first prime from the start on');
});

test('R and li match OEIS A057793 and A057754', () => {
  assert.deepEqual(R.map((_, i) => Math.round(riemannR(10 ** (i + 1)))), R);
  assert.deepEqual(LI.map((_, i) => Math.round(li(10n ** BigInt(i + 1)))), LI);
  assert.equal(riemannR(1), 1);
  assert.ok(Math.abs(li(SOLDNER)) < 1e-14);
  assert.ok(Math.abs(inverseLi(0) - SOLDNER) < 1e-14);
});

test('R and li are as near to pi as they say, and their inverses to the nth prime', async () => {
  const [tamis] = both;
  let pi = 0;
  for (const prime of await tamis.listPrimes(0, 200_000, { type: 'f64' })) {
    pi += 1;
    assert.ok(Math.abs(riemannR(prime) - pi) < Math.sqrt(prime), `R(${prime})`);
    assert.ok(li(prime) > pi && li(prime) - pi < Math.sqrt(prime), `li(${prime})`);
  }
  for (const [exponent, prime] of NTH.entries()) {
    if (exponent === 0) continue;
    const [n, p] = [10 ** exponent, Number(prime)];
    const bound = Math.sqrt(p) * Math.log(p);
    assert.ok(Math.abs(inverseRiemannR(n) - p) < bound, `R inverse of ${n}`);
    assert.ok(inverseLi(n) < p && p - inverseLi(n) < bound, `li inverse of ${n}`);
  }
});

test('the inverses are inverses, to 13 digits, from one end to the other', () => {
  for (const x of [1.5, 1.6, 2, 2.1, 3, 10, 1e3, 1e6, 1e9, 1e15, 2 ** 64, 1e30, 1e100, 1e290]) {
    assert.ok(Math.abs(inverseRiemannR(riemannR(x)) / x - 1) < 1e-13, `R at ${x}`);
    assert.ok(Math.abs(inverseLi(li(x)) / x - 1) < 1e-13, `li at ${x}`);
  }
});

test('approximations refuse what they have no value for', () => {
  const bad = /** @type {any[]} */ ([li, riemannR, inverseLi, inverseRiemannR]);
  for (const approximation of bad) {
    for (const [code, value] of [['range', -1], ['range', NaN], ['range', Infinity], ['range', 1e305], ['type', '5'], ['type', undefined]]) {
      assert.throws(() => approximation(value), { name: 'TamisError', code }, `${approximation.name}(${value})`);
    }
  }
  assert.throws(() => li(1), { code: 'range' });
  assert.throws(() => li(0.5), { code: 'range' });
  assert.throws(() => inverseRiemannR(0), { code: 'range' });
});

test('tamis pi and tamis nth answer on standard output', async () => {
  for (const mode of ['threads', 'workers']) {
    const { code, out, err } = await tamis(['pi', '1e12', '--threads', '2', '--mode', mode]);
    assert.deepEqual([code, out], [0, '37607912018\n'], err);
    assert.match(err, new RegExp(`^37,607,912,018 primes up to 1,000,000,000,000 in .* on 2 ${mode}; Riemann's R has 37,607,910,542\n$`));
  }
  const quiet = await tamis(['pi', '1', '--quiet', '--threads', '1']);
  assert.deepEqual([quiet.code, quiet.out, quiet.err], [0, '0\n', '']);
  const { x, count, threads } = JSON.parse((await tamis(['pi', '2^20', '--json', '--threads', '1'])).out);
  assert.deepEqual([x, count, threads], [1048576, 82025, 1]); // OEIS A007053
  assert.equal((await tamis(['nth', '1e12', '--threads', '2'])).out, '29996224275833\n');
});

test('tamis pi says what is wrong with what it was asked', async () => {
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [['pi'], /the primes up to where/],
    [['pi', '1', '2'], /one word too many/],
    [['pi', 'many'], /not an integer/],
    [['pi', '-5'], /between 0 and 2\^64-1/],
    [['pi', '2^64'], /between 0 and 2\^64-1/],
    [['pi', '5', '--twins'], /nothing to tamis pi/],
    [['nth', '425656284035217744'], /not so many primes/],
  ])) {
    const { code, out, err } = await tamis(args);
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, message);
  }
});

test('tamis pi that was stopped goes on from its file', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tamis-pi-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'job');
  const interrupt = (/** @type {import('node:child_process').ChildProcess} */ child) => {
    setTimeout(() => child.kill('SIGINT'), 4000);
  };
  const stopped = await tamis(['pi', '1e18', '--threads', '2', '--checkpoint', file], interrupt);
  assert.deepEqual([stopped.code, stopped.out], [130, ''], stopped.err);
  const other = await tamis(['pi', '1e12', '--threads', '2', '--checkpoint', file]);
  assert.equal(other.code, 1);
  assert.match(other.err, /holds another job: prime-pi with x 1000000000000000000/);
  const again = await tamis(['resume', file, '--threads', '2'], interrupt);
  assert.equal(again.code, 130);
  assert.match(again.err, /going on from .*, where/);
});
