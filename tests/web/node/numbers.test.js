// @ts-check
// Number theory in the JavaScript library and the command: known values, both modes, bad input.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isProbablePrime } from '../../../web/lib/big-primes.js';
import { load } from '../../../web/lib/node.js';
import { tamis as command } from './command.js';

/** @typedef {Awaited<ReturnType<typeof load>>} Tamis */

const LARGEST = 2n ** 64n - 59n; // OEIS A013603
/** @type {Tamis[]} */
const both = [];
before(async () => {
  both.push(await load({ mode: 'threads', threads: 2 }), await load({ mode: 'workers', threads: 2 }));
});
after(() => Promise.all(both.map((tamis) => tamis.dispose())));

/** @param {Promise<unknown>} promise @param {string} code */
const rejects = (promise, code) => assert.rejects(promise, { name: 'TamisError', code });

test('primality is told with its certainty, for numbers of any size', async () => {
  for (const tamis of both) {
    for (const [n, prime] of /** @type {[bigint | number | string, boolean][]} */ ([
      [0, false], [1, false], [2, true], [97, true], [91, false], ['1_000_003', true], [LARGEST, true], [2n ** 64n - 1n, false],
      [2n ** 64n + 13n, true], ['2^127-1', true], [2n ** 521n - 1n, true], [2n ** 523n - 1n, false], // OEIS A000043
    ])) assert.equal(await tamis.isPrime(n), prime, String(n));
    assert.deepEqual((await tamis.testPrime(LARGEST)).certain, true);
    assert.deepEqual((await tamis.testPrime(2n ** 127n - 1n)).certain, false);
    assert.deepEqual((await tamis.testPrime(2n ** 521n - 1n)).certain, false);
    assert.deepEqual((await tamis.testPrime(2n ** 523n - 1n)).certain, true);
    await rejects(tamis.isPrime(-7), 'range');
    await rejects(tamis.isPrime('seven'), 'invalid-integer');
    await rejects(tamis.isPrime(0.5), 'type');
    await rejects(tamis.isPrime(10n ** 60_000n), 'range');
  }
});

test('the test for large numbers agrees with the slow way, and sees its own pseudoprimes', async () => {
  const slow = (/** @type {number} */ n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && d * d <= n && n % d === 0);
  for (let n = 0; n < 3000; n++) assert.equal(await isProbablePrime(BigInt(n)), slow(n), String(n));
  // Carmichael numbers, squares and products of large primes; 2^p - 1 for p of OEIS A000043, and for others.
  const p = 2n ** 89n - 1n;
  const q = 2n ** 107n - 1n;
  for (const n of [3825123056546413051n, 318665857834031151167461n, p * p, p * q, q * q, p * q * p, 2n ** 1277n - 1n]) {
    assert.equal(await isProbablePrime(n), false, String(n));
  }
  for (const n of [p, q, 2n ** 1279n - 1n, 2n ** 2203n - 1n, 10n ** 300n + 331n]) assert.equal(await isProbablePrime(n), true, String(n).slice(0, 30));
});

test('a test of a large number can be cancelled', async () => {
  const controller = new AbortController();
  const asked = isProbablePrime(2n ** 44_497n - 1n, controller.signal);
  setTimeout(() => controller.abort(), 50);
  await rejects(asked, 'cancelled');
  await rejects(isProbablePrime(2n ** 521n - 1n, AbortSignal.abort()), 'cancelled');
});

test('factors and what follows from them', async () => {
  for (const tamis of both) {
    assert.deepEqual(await tamis.factor(360), [{ prime: 2n, exponent: 3 }, { prime: 3n, exponent: 2 }, { prime: 5n, exponent: 1 }]);
    assert.deepEqual(await tamis.factor(1), []);
    // OEIS A001348: 2^101 - 1.
    assert.deepEqual((await tamis.factor('2^101-1')).map(({ prime }) => prime), [7432339208719n, 341117531003194129n]);
    const fermat = [3n, 5n, 17n, 257n, 641n, 65537n, 274177n, 6700417n, 67280421310721n];
    assert.deepEqual((await tamis.factor(2n ** 128n - 1n)).map(({ prime }) => prime), fermat);
    assert.deepEqual(await tamis.divisors(12n), [1n, 2n, 3n, 4n, 6n, 12n]);
    assert.equal((await tamis.divisors(2n ** 64n - 1n)).length, 128);
    assert.equal(await tamis.divisorCount(2n ** 64n - 1n), 128n);
    assert.deepEqual([await tamis.eulerPhi(1), await tamis.eulerPhi(36), await tamis.eulerPhi(LARGEST)], [1n, 12n, LARGEST - 1n]);
    assert.deepEqual([await tamis.moebius(1), await tamis.moebius(30), await tamis.moebius(12)], [1, -1, 0]);
    assert.deepEqual([await tamis.sigma(12), await tamis.sigma(12, 0), await tamis.sigma(12, 3), await tamis.radical(360)], [28n, 6n, 2044n, 30n]);
    assert.equal(await tamis.sigma(LARGEST, 2), LARGEST ** 2n + 1n);
    await rejects(tamis.factor(0), 'range');
    await rejects(tamis.factor(2n ** 128n), 'range');
    await rejects(tamis.factor(-6), 'range');
    await rejects(tamis.eulerPhi(0), 'range');
    await rejects(tamis.sigma(12, -1), 'range');
  }
});

test('neighbours, also beyond 64 bits', async () => {
  for (const tamis of both) {
    assert.deepEqual([await tamis.nextPrime(0), await tamis.nextPrime(97), await tamis.nextPrime(LARGEST)], [2n, 101n, 2n ** 64n + 13n]);
    assert.deepEqual([await tamis.previousPrime(3), await tamis.previousPrime(2n ** 64n)], [2n, LARGEST]);
    await rejects(tamis.previousPrime(2), 'range');
    await rejects(tamis.nextPrime(2n ** 128n - 1n), 'range');
  }
});

test('sums and counts match the OEIS', async () => {
  for (const tamis of both) {
    assert.deepEqual([await tamis.mertens(0), await tamis.mertens(10_000), await tamis.mertens(1e7)], [0n, -23n, 1037n]); // A084237
    assert.deepEqual([await tamis.sumPrimes(1), await tamis.sumPrimes('1e6'), await tamis.sumPrimes(1e10)], [0n, 37550402023n, 2220822432581729238n]); // A046731
    const gaps = await tamis.maximalGaps(0, 1e6);
    assert.deepEqual([gaps.length, gaps[17]], [18, { length: 114n, prime: 492113n }]); // A005250, A002386
    assert.equal(await tamis.goldbach(1e6), 5402n); // A065577
    assert.equal(await tamis.countPrimesMod(0, 1e6, 10, 1), 19617n); // A073505
    await rejects(tamis.sumPrimes(10n ** 15n), 'range');
    await rejects(tamis.maximalGaps(2, 1), 'range');
    await rejects(tamis.countPrimesMod(0, 10, 4, 4), 'range');
    await rejects(tamis.countPrimesMod(0, 10, 0, 0), 'range');
    await rejects(tamis.mertens(2n ** 64n), 'range');
  }
});

test('a sum of primes gets on step by step, begins anew from a checkpoint, and stops when it is told to', async () => {
  for (const tamis of both) {
    /** @type {Set<bigint>} */
    const seen = new Set();
    const job = tamis.start('sum-primes', { number: 10n ** 11n }, { onProgress: ({ done }) => seen.add(done) });
    const kept = await job.checkpoint();
    const { values } = await job.result;
    assert.equal(values[0] | values[1] << 64n, 201467077743744681014n); // A046731
    assert.ok(seen.size > 3);
    const facts = await tamis.readCheckpoint(kept);
    assert.deepEqual([facts.kind, facts.done], ['sum-primes', 0n]);
    const controller = new AbortController();
    const sum = tamis.sumPrimes(10n ** 14n, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await rejects(sum, 'cancelled');
    // Its threads are free again.
    assert.equal(await tamis.sumPrimes(10), 17n);
  }
});

test('tables are streams', async () => {
  for (const tamis of both) {
    const read = async (/** @type {'smallest-factors' | 'phi' | 'moebius'} */ name) => {
      const values = [];
      for await (const batch of tamis.table(name, 1, 100_000)) values.push(...batch);
      return values;
    };
    const phi = await read('phi');
    assert.equal(phi.length, 100_000);
    assert.equal(phi.reduce((a, b) => a + b), 3039650754n); // OEIS A064018(5)
    const mertens = (await read('moebius')).reduce((a, b) => a + BigInt.asIntN(64, b), 0n);
    assert.equal(mertens, -48n); // A084237(5)
    const least = await read('smallest-factors');
    assert.equal(least.filter((p, i) => i > 0 && p === BigInt(i + 1)).length, 9592); // A006880(5)
    const exponents = [];
    for await (const batch of tamis.factorialExponents(10)) exponents.push(...batch);
    assert.deepEqual(exponents, [2n, 8n, 3n, 4n, 5n, 2n, 7n, 1n]); // 10! = 3628800
    assert.throws(() => tamis.factorialExponents(10, { type: /** @type {any} */ ('delta') }), { code: 'range' });
    assert.throws(() => tamis.table('phi', 1, 2, { type: /** @type {any} */ ('delta') }), { code: 'type' });
    assert.throws(() => tamis.table(/** @type {any} */ ('tau'), 1, 2), { code: 'kind' });
  }
});

/** @param {string[]} args */
const tamis = (args) => command([...args, '--threads', '1']);

test('the command answers on standard output, and explains on standard error', async () => {
  for (const [args, answer, sentence] of /** @type {[string[], string, RegExp][]} */ ([
    [['is-prime', '2^64-59'], 'prime\n', /is prime\. Proven/],
    [['is-prime', '2^127-1'], 'prime\n', /probably prime/],
    [['is-prime', '1'], 'neither prime nor composite\n', /neither/],
    [['factor', '2^64-1'], '3 * 5 * 17 * 257 * 641 * 65537 * 6700417\n', /7 prime factors/],
    [['factor', '1'], '1\n', /0 prime factors/],
    [['phi', '36'], '12\n', /12 of 1 to 36/],
    [['gaps', '100'], '1 2\n2 3\n4 7\n6 23\n8 89\n', /5 maximal gaps/],
    [['goldbach', '100'], '6\n', /in 6 ways/],
    [['mertens', '1e6'], '212\n', /adds up to 212/],
    [['sum', '1000'], '76127\n', /76,127/],
  ])) {
    const { code, out, err } = await tamis(args);
    assert.deepEqual([code, out], [0, answer], err);
    assert.match(err, sentence);
  }
  const { out } = await tamis(['factor', '12', '--json']);
  assert.deepEqual(JSON.parse(out).factors, [{ prime: 2, exponent: 2 }, { prime: 3, exponent: 1 }]);
  for (const args of [['factor', '0'], ['factor', '2^128'], ['factor'], ['is-prime', '-7'], ['gaps'], ['sum', '1e15'], ['phi', '1', '2']]) {
    assert.equal((await tamis(args)).code, 2, args.join(' '));
  }
});
