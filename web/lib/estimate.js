// @ts-check
// About how many primes there are in a range, before any is sieved.
import { li } from './approximations.js';

/**
 * Within a percent for all but short ranges.
 * @param {bigint} start
 * @param {bigint} stop
 * @returns {number}
 */
export function estimatePrimes(start, stop) {
  const from = Math.max(2, Number(start));
  const length = Number(stop - start) + 1;
  if (stop < 2n) return 0;
  // The difference of two large integrals would have no digit left; far out the density hardly changes.
  if (length < from / 100) return length / Math.log(from + length / 2);
  return Math.max(0, li(Number(stop) + 1) - li(from)) + 1;
}

/**
 * A number so large that there are surely `count` primes from start up to it, unless that is 2^64 - 1 or more.
 * @param {bigint} start
 * @param {bigint} count
 * @returns {bigint}
 */
export function boundOfPrimes(start, count) {
  const wanted = Number(count) * 1.001 + 20 * Math.sqrt(Number(count)) + 2000;
  // Longer than any number of 64 bits is: 2^64 - 1 is answered then.
  let [low, high] = [start, 2n ** 64n - 1n];
  while (high - low > 1000n) {
    const middle = (low + high) / 2n;
    if (estimatePrimes(start, middle) < wanted) low = middle;
    else high = middle;
  }
  return high;
}
