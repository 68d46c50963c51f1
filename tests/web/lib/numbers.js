// @ts-check
// The part of the matrix about number theory: published values, and many numbers at once.
import { equal, failure, ok, sleep } from './expect.js';
import { BELOW_2_64, MAXIMAL_GAPS, MERTENS, NTH, PI, PRIMORIALS, SUMS, TWINS } from './known.js';

/** @typedef {import('./matrix.js').Case} Case */
/** @typedef {import('../../../web/lib/client.js').Client} Tamis */

const U64_MAX = 2n ** 64n - 1n;
const LAST = 2n ** 64n - BELOW_2_64[0];
/** Each is tested with its neighbours; two of them pass strong tests to seven and eleven bases (OEIS A014233). */
const EDGES = [0n, 2n, 2n ** 32n, 341_550_071_728_321n, 2n ** 63n, 3_825_123_056_546_413_051n, 4_294_967_291n ** 2n, U64_MAX - 1n];

/** @type {Case[]} */
export const numbers = [
  {
    name: 'six sequences of the OEIS: A006880, A006988, A007508, A002110, A005250 and A084237',
    async run({ tamis, report }) {
      const began = performance.now();
      for (const [exponent, count] of PI.entries()) equal(await tamis.primePi(10n ** BigInt(exponent)), count, `pi(10^${exponent})`);
      for (const [exponent, prime] of NTH.entries()) equal(await tamis.nthPrime(10n ** BigInt(exponent)), prime, `the 10^${exponent}th`);
      for (const [exponent, twins] of TWINS.slice(0, 9).entries()) equal(await tamis.countTuplets(2, 0, 10 ** exponent), twins, `twins to 10^${exponent}`);
      for (const [k, primorial] of PRIMORIALS.entries()) {
        equal(await tamis.primorial(k === 0 ? 1n : await tamis.nthPrime(k)), primorial, `the product of ${k} primes`);
        equal((await tamis.factor(primorial)).map(({ exponent }) => exponent), Array.from({ length: k }, () => 1), 'its factors');
      }
      equal(await tamis.maximalGaps(0, 1e8), MAXIMAL_GAPS.filter(({ length, prime }) => prime + length <= 100_000_000n));
      for (const [exponent, sum] of MERTENS.entries()) equal(await tamis.mertens(10n ** BigInt(exponent)), sum, `M(10^${exponent})`);
      for (const [exponent, sum] of SUMS.entries()) equal(await tamis.sumPrimes(10n ** BigInt(exponent)), sum, `the sum to 10^${exponent}`);
      report(`known values in ${Math.round(performance.now() - began)} ms`);
    },
  },
  {
    name: 'what follows from the factors holds together at 2^64 - 1',
    async run({ tamis }) {
      for (const n of [U64_MAX, LAST, 2n ** 64n]) {
        const [factors, divisors] = [await tamis.factor(n), await tamis.divisors(n)];
        equal(factors.reduce((product, { prime, exponent }) => product * prime ** BigInt(exponent), 1n), n, 'the product of the factors');
        ok((await Promise.all(factors.map(({ prime }) => tamis.isPrime(prime)))).every(Boolean), `the factors of ${n} are prime`);
        equal(await tamis.radical(n), factors.reduce((product, { prime }) => product * prime, 1n), `the radical of ${n}`);
        const sum = (/** @type {bigint[]} */ values) => values.reduce((all, value) => all + value, 0n);
        equal(BigInt(divisors.length), await tamis.divisorCount(n), `how many divisors ${n} has`);
        ok(divisors.every((d) => n % d === 0n), `they divide ${n}`);
        equal([await tamis.sigma(n, 0), await tamis.sigma(n)], [BigInt(divisors.length), sum(divisors)], `the sums of divisors of ${n}`);
        equal(sum(await Promise.all(divisors.map((d) => tamis.eulerPhi(d)))), n, `phi of the divisors of ${n}`);
        const signs = await Promise.all(divisors.map((d) => tamis.moebius(d)));
        equal(sum(signs.map(BigInt)), 0n, `mu of the divisors of ${n}`);
        equal(sum(divisors.map((d, i) => BigInt(signs[i]) * (n / d))), await tamis.eulerPhi(n), `phi of ${n} by mu`);
      }
      equal([await tamis.nextPrime(U64_MAX), await tamis.previousPrime(U64_MAX), await tamis.nextPrime(LAST - 1n)], [2n ** 64n + 13n, LAST, LAST]);
    },
  },
  {
    name: 'many numbers are tested as the sieve and each alone has it, on 1, 2 and 8 threads',
    async run({ api, tamis, options, report }) {
      const [from, length] = [10n ** 12n, 100_000];
      const window = BigUint64Array.from({ length }, (_, i) => from + BigInt(i));
      const sieved = new Uint8Array(length);
      for (const prime of await tamis.listPrimes(from, from + BigInt(length) - 1n)) sieved[Number(prime - from)] = 1;
      for (const threads of [1, 2, 8]) {
        const other = threads === 8 ? tamis : await api.load({ ...options, threads });
        const began = performance.now();
        const found = await other.arePrime(window);
        ok(found.length === length && found.every((prime, i) => prime === sieved[i]), `on ${threads} threads it is not as the sieve has it`);
        report(`${length} numbers on ${threads} in ${Math.round(performance.now() - began)} ms`);
        if (other !== tamis) await other.dispose();
      }
      const chosen = EDGES.flatMap((n) => [n === 0n ? 1n : n - 1n, n, n + 1n]).concat(BELOW_2_64.map((k) => 2n ** 64n - k));
      // One number in 22 of this size is prime (2 over the logarithm), and products of two primes are the hardest of the others.
      const random = Array.from({ length: 200 }, () => BigInt.asUintN(64, BigInt(Math.floor(Math.random() * 2 ** 53)) * 6_364_136_223_846_793_005n) | 1n);
      chosen.push(...random, ...random.slice(0, 20).map((n) => 2_147_483_647n * (4_294_967_291n - 2n * (n % 500n))));
      const alone = await Promise.all(chosen.map(async (n) => Number(await tamis.isPrime(n))));
      equal([...await tamis.arePrime(chosen)], alone, String(chosen));
      equal(alone.slice(24, 34), BELOW_2_64.map(() => 1), '2^64 - k');
    },
  },
  {
    name: 'many numbers come in any form, and what is none of 64 bits is named by its place',
    async run({ tamis }) {
      const small = [0, 1, 2, 3, 4, 5, 91, 97];
      const primes = [0, 0, 1, 1, 0, 1, 0, 1];
      const big = small.map(BigInt);
      for (const form of [small, big, [0, 1n, 2, 3n, 4, 5n, 91, 97n], Uint8Array.from(small), Int16Array.from(small), Uint32Array.from(small),
        Float64Array.from(small), BigInt64Array.from(big), BigUint64Array.from(big), BigUint64Array.from([7n, ...big]).subarray(1)]) {
        const found = await tamis.arePrime(form);
        ok(found instanceof Uint8Array, 'bytes');
        equal([...found], primes, form.constructor.name);
      }
      equal([...await tamis.arePrime([])], []);
      equal([...await tamis.arePrime([2 ** 53 - 111, 2 ** 53 - 1, 2 ** 32 + 15])], [1, 0, 1], 'numbers of more than 32 bits');
      const bad = /** @type {any} */ (tamis);
      for (const [code, entry] of /** @type {[string, unknown][]} */ ([
        ['range', -1], ['range', -1n], ['range', 2n ** 64n], ['type', 0.5], ['type', NaN], ['type', Infinity], ['type', 2 ** 53], ['type', '7'],
        ['type', null], ['type', undefined],
      ])) {
        const error = await failure(bad.arePrime([2, 3, entry, -7]), code);
        ok(/numbers\[2\]/.test(error.message), error.message);
        ok(error.hint !== '', `a hint for ${String(entry)}`);
      }
      for (const none of [7, 7n, '7', null, undefined, {}, new ArrayBuffer(8), new DataView(new ArrayBuffer(8)), new Set([7])]) {
        ok((await failure(bad.arePrime(none), 'type')).hint !== '');
      }
      await failure(bad.arePrime([7], { threads: 1 }), 'param');
      await failure(bad.arePrime([7], null), 'type');
      await failure(bad.arePrime([7], { onProgress: 'tell me' }), 'type');
    },
  },
  {
    name: 'a test of many numbers tells its progress, is given up, and leaves the others alone',
    async run({ api, options, tamis, report }) {
      /** @type {import('../../../web/lib/progress.js').Progress[]} */
      const seen = [];
      const found = await tamis.arePrime(new BigUint64Array(150_000).fill(LAST), { onProgress: (progress) => seen.push(progress) });
      ok(found.every((prime) => prime === 1));
      for (let i = 1; i < seen.length; i++) ok(seen[i].done > seen[i - 1].done, 'done stands still');
      equal([seen.at(-1)?.done, seen.at(-1)?.fraction], [150_000n, 1]);

      // So many take seconds.
      const many = new BigUint64Array(4_000_000).fill(LAST);
      const controller = new AbortController();
      const reason = new Error('enough');
      const testing = tamis.arePrime(many, { signal: controller.signal });
      const other = tamis.countPrimes(0, 1e8);
      await sleep(100);
      const asked = performance.now();
      controller.abort(reason);
      const error = await failure(testing, 'cancelled');
      report(`many numbers given up in ${Math.round(performance.now() - asked)} ms`);
      ok(error.cause === reason, 'the reason is the cause');
      equal(await other, PI[8]);
      equal([...await tamis.arePrime([LAST])], [1]);
      await failure(tamis.arePrime(many, { signal: AbortSignal.abort() }), 'cancelled');
      const mistake = new Error('mistake');
      ok(await tamis.arePrime(many, { onProgress: () => { throw mistake; } }).catch((thrown) => thrown) === mistake, 'what onProgress throws');

      const leaving = await api.load({ ...options, threads: 1 });
      const left = failure(leaving.arePrime(many), 'disposed');
      await sleep(50);
      await leaving.dispose();
      await left;
      await failure(leaving.arePrime([7]), 'disposed');
    },
  },
];
