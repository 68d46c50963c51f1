// @ts-check
// What is known about the number of primes without counting them: for the remarks under a result.

const EULER_GAMMA = 0.5772156649015329;

/** pi(10^k) for k = 1 to 14; OEIS A006880. */
const PI_OF_POWERS = [
  4n, 25n, 168n, 1229n, 9592n, 78498n, 664579n, 5761455n, 50847534n, 455052511n,
  4118054813n, 37607912018n, 346065536839n, 3204941750802n,
];

/**
 * The published number of primes from `start` to `stop`, where there is one.
 * @param {bigint} start
 * @param {bigint} stop
 * @returns {bigint | undefined}
 */
export function published(start, stop) {
  const digits = String(stop);
  if (start > 2n || !/^10+$/.test(digits)) return undefined;
  return PI_OF_POWERS[digits.length - 2];
}

/**
 * The logarithmic integral: li(x) = gamma + ln ln x + sum of (ln x)^k / (k k!). Every term is
 * positive for x >= e, so nothing cancels. Source: Abramowitz & Stegun 5.1.10 with Ei(ln x).
 * @param {number} x  above 1
 */
export function logarithmicIntegral(x) {
  const log = Math.log(x);
  let sum = EULER_GAMMA + Math.log(Math.abs(log));
  let term = 1;
  for (let k = 1; k < 1000; k += 1) {
    term *= log / k;
    sum += term / k;
    if (term / k < sum * 1e-17) break;
  }
  return sum;
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
  return logarithmicIntegral(to) - (from > 2 ? logarithmicIntegral(from) : logarithmicIntegral(2));
}
