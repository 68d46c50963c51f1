// @ts-check
// About how many primes there are up to x, and about where the nth prime is: plain functions of plain numbers, at once.
import { TamisError } from './errors.js';
import { nameOf } from './integers.js';

const EULER_GAMMA = 0.5772156649015329;
/** Beyond, the series overflow on their way; n is what x has about so many primes below. */
const MOST_X = 1e300;
const MOST_N = 1e297;

/** Gram's series needs zeta(2), zeta(3), ...: by a sum and its Euler-Maclaurin remainder. From zeta(60) on it is 1. */
const ZETA = Array.from({ length: 60 }, (_, s) => (s < 2 ? NaN : zeta(s)));

/**
 * The logarithmic integral, from 0 on: about how many primes there are up to x, and too many by less than sqrt(x) for all x from 2
 * on at which pi(x) is known. The value itself is right to 14 digits, within 10^-14 where it is near 0.
 * Source: Abramowitz and Stegun, 5.1.10, with x = e^u.
 * @param {number | bigint} x  above 1; beyond 2^53 a bigint is rounded first
 * @returns {number}
 * @throws {TamisError} 'type' or 'range'
 */
export function li(x) {
  const u = Math.log(within(x, 'x', 1, MOST_X));
  if (u === 0) throw new TamisError('range', 'x is 1, where the logarithmic integral is infinite.');
  let sum = EULER_GAMMA + Math.log(u);
  let power = 1;
  for (let k = 1; ; k++) {
    power *= u / k;
    sum += power / k;
    if (k > u && power <= 1e-17 * Math.abs(sum)) return sum;
  }
}

/**
 * Riemann's R(x): about how many primes there are up to x, off by less than sqrt(x) wherever pi(x) is known from 2 on, most
 * often by less than a tenth of that. The value itself is right to 14 digits.
 * Source: Gram's series, 1 + sum of (ln x)^k / (k * k! * zeta(k + 1)).
 * @param {number | bigint} x  1 or more; beyond 2^53 a bigint is rounded first
 * @returns {number}
 * @throws {TamisError} 'type' or 'range'
 */
export const riemannR = (x) => gram(within(x, 'x', 1, MOST_X)).value;

/**
 * The x with li(x) = n: about the nth prime, and too small by less than sqrt(x) * ln(x) where that is known. Right to 13 digits.
 * @param {number | bigint} n  0 or more; for n = 0 it is 1.45...
 * @returns {number}
 * @throws {TamisError} 'type' or 'range'
 */
export function inverseLi(n) {
  const wanted = within(n, 'n', 0, MOST_N);
  return newton(wanted, (x) => ({ value: li(x), slope: 1 / Math.log(x) }));
}

/**
 * The x with R(x) = n: about the nth prime, off by less than sqrt(x) * ln(x) where that is known from n = 2 on. Right to 13 digits.
 * @param {number | bigint} n  1 or more
 * @returns {number}
 * @throws {TamisError} 'type' or 'range'
 */
export const inverseRiemannR = (n) => newton(within(n, 'n', 1, MOST_N), gram);

/**
 * R(x) and its slope.
 * @param {number} x
 */
function gram(x) {
  const u = Math.log(x);
  let [value, slope, power] = [1, 0, 1];
  for (let k = 1; ; k++) {
    const zetas = k * (ZETA[k + 1] ?? 1);
    // power is u^(k-1) / (k-1)!, so that it serves x = 1 too.
    slope += power / zetas;
    power *= u / k;
    value += power / zetas;
    if (k > u && power <= 1e-17 * value) return { value, slope: slope / x };
  }
}

/**
 * Newton's method. Both functions bend downwards, so that it comes from the left after at most one step.
 * @param {number} wanted
 * @param {(x: number) => { value: number, slope: number }} at
 */
function newton(wanted, at) {
  // n ln n is less than the nth prime.
  let x = Math.max(1.5, wanted * Math.log(Math.max(1, wanted)));
  for (let i = 0; i < 50; i++) {
    const { value, slope } = at(x);
    // Not beyond 1, where li ends: half of the way then.
    const next = Math.max((1 + x) / 2, x + (wanted - value) / slope);
    const step = Math.abs(next - x);
    x = next;
    if (step <= 4e-16 * x) break;
  }
  return x;
}

/** @param {number} s  2 or more */
function zeta(s) {
  const N = 16;
  const last = N ** -s;
  let sum = (N * last) / (s - 1) + last / 2;
  for (let n = N - 1; n >= 1; n--) sum += n ** -s;
  // Bernoulli numbers over factorials: B2/2!, B4/4!, B6/6!, B8/8!.
  let term = (s * last) / N;
  for (const [i, factor] of [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600].entries()) {
    sum += factor * term;
    term *= ((s + 2 * i + 1) * (s + 2 * i + 2)) / (N * N);
  }
  return sum;
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {number} least
 * @param {number} most
 * @returns {number}
 */
function within(value, name, least, most) {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw new TamisError('type', `${name} must be a number or a BigInt, not ${nameOf(value)}.`, { hint: 'Such as 1e12 or 10n ** 18n.' });
  }
  const number = Number(value);
  // NaN is in no range.
  if (!(number >= least && number <= most)) {
    throw new TamisError('range', `${name} is ${String(value).slice(0, 40)}, which is not between ${least} and ${most}.`, {
      hint: `Give one from ${least} to ${most}.`,
    });
  }
  return number;
}
