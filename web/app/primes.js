// @ts-check
// What is known about the number of primes and k-tuplets without counting them: for remarks, and for the room they take.
import { li } from '../lib/index.js';
import { kindOf } from './kinds.js';

/** pi(10^k) for k = 1 to 14; OEIS A006880. */
const PI_OF_POWERS = [
  4n, 25n, 168n, 1229n, 9592n, 78498n, 664579n, 5761455n, 50847534n, 455052511n,
  4118054813n, 37607912018n, 346065536839n, 3204941750802n,
];

/** Pairs of twins below 10^k for k = 1 to 14; OEIS A007508. */
const TWINS_OF_POWERS = [
  2n, 8n, 35n, 205n, 1224n, 8169n, 58980n, 440312n, 3424506n, 27412679n, 224376048n, 1870585220n, 15834664872n,
  135780321665n,
];

/** Quadruplets below 10^k for k = 1 to 11; OEIS A050258. */
const QUADRUPLETS_OF_POWERS = [0n, 2n, 5n, 12n, 38n, 166n, 899n, 4768n, 28388n, 180529n, 1209318n];

/** The 10^k-th prime for k = 0 to 12; OEIS A006988. */
const PRIMES_OF_POWERS = [
  2n, 29n, 541n, 7919n, 104729n, 1299709n, 15485863n, 179424673n, 2038074743n, 22801763489n, 252097800623n,
  2760727302517n, 29996224275833n,
];

/** @type {Record<number, { name: string, counts: bigint[] }>} by k */
const COUNTS = {
  1: { name: 'OEIS A006880', counts: PI_OF_POWERS },
  2: { name: 'OEIS A007508', counts: TWINS_OF_POWERS },
  4: { name: 'OEIS A050258', counts: QUADRUPLETS_OF_POWERS },
};

/**
 * The published number of primes (k = 1) or k-tuplets from `start` to `stop`, where there is one.
 * @param {bigint} start
 * @param {bigint} stop
 * @param {number} [k]
 * @returns {{ count: bigint, source: string } | undefined}
 */
export function published(start, stop, k = 1) {
  const digits = String(stop);
  if (start > 2n || !/^10+$/.test(digits)) return undefined;
  const count = COUNTS[k]?.counts[digits.length - 2];
  return count === undefined ? undefined : { count, source: COUNTS[k].name };
}

/**
 * The nth prime from 2 on, where it is published.
 * @param {bigint} n
 */
export function publishedPrime(n) {
  const digits = String(n);
  return /^10*$/.test(digits) ? PRIMES_OF_POWERS[digits.length - 1] : undefined;
}

/**
 * The prime number theorem's estimate of how many primes a range holds: the integral of dt / ln t.
 * @param {bigint} start
 * @param {bigint} stop
 * @returns {number}
 */
export function expected(start, stop) {
  const [from, to] = [Math.max(2, Number(start)), Number(stop)];
  if (to <= from) return 0;
  const length = Number(stop - start);
  // The difference of two huge integrals loses its digits when the range is narrow;
  // ln t is then so flat that Simpson's rule is exact enough.
  if (from > 1e6 && length < from / 10) {
    const middle = from + length / 2;
    return (length / 6) * (1 / Math.log(from) + 4 / Math.log(middle) + 1 / Math.log(to));
  }
  return li(to) - (from > 2 ? li(from) : li(2));
}

/** Parabolas under the curve of k-tuplets; it is smooth in ln t, so few do. */
const STEPS = 200;

/**
 * Hardy and Littlewood's estimate of how many k-tuplets a range holds (k = 1: primes): the integral of C dt / (ln t)^k.
 * @param {bigint} start
 * @param {bigint} stop
 * @param {number} k
 * @returns {number}
 */
export function expectedOf(start, stop, k) {
  if (k === 1) return expected(start, stop);
  const { density } = kindOf(k);
  const [from, to] = [Math.max(3, Number(start)), Number(stop)];
  const length = Number(stop - start);
  if (to <= from) return 0;
  if (length < from / 100) return (density * length) / Math.log(from + length / 2) ** k;
  // With t = e^u. The first k-tuplets come later than the integral, which is large at its lower end, would have them.
  const [low, high] = [Math.log(from), Math.log(to)];
  const height = (/** @type {number} */ u) => Math.exp(u) / u ** k;
  const step = (high - low) / STEPS;
  let sum = height(low) + height(high);
  for (let i = 1; i < STEPS; i += 1) sum += (i % 2 ? 4 : 2) * height(low + i * step);
  return (density * sum * step) / 3;
}
