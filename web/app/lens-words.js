// @ts-check
// What the number lens says of a number. Pure.
import { grouped, many } from './format.js';

/** @typedef {import('../lib/index.js').PrimePower} PrimePower */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/** Longer numbers are told by their ends: nobody reads the digits between. */
const LONGEST = 60;

/** 12 is "¹²". @param {number} exponent */
const superscript = (exponent) => [...String(exponent)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');

/**
 * "2³ · 3² · 5"
 * @param {PrimePower[]} powers
 */
export const product = (powers) =>
  powers.map(({ prime, exponent }) => grouped(prime) + (exponent > 1 ? superscript(exponent) : '')).join(' · ') || '1';

/**
 * The digits of a number, or of a very long one its ends.
 * @param {bigint} n
 */
export function inShort(n) {
  const text = String(n);
  return text.length <= LONGEST ? grouped(n) : `${text.slice(0, 12)}…${text.slice(-12)}, a number of ${grouped(text.length)} digits`;
}

/**
 * @param {bigint} n
 * @param {{ prime: boolean, certain: boolean }} primality
 */
export function kindWords(n, { prime, certain }) {
  if (n < 2n) return 'Neither prime nor composite';
  if (!prime) return 'Composite';
  return certain ? 'Prime' : 'Probably prime';
}

/**
 * What follows from the factors: rows of a name and a value.
 * @param {bigint} n  1 or more
 * @param {PrimePower[]} powers
 * @returns {Record<string, string>}  by the last part of the row's id
 */
export function factorFacts(n, powers) {
  let [count, sum, phi] = [1n, 1n, 1n];
  for (const { prime, exponent } of powers) {
    const below = prime ** BigInt(exponent - 1);
    count *= BigInt(exponent) + 1n;
    sum *= (below * prime * prime - 1n) / (prime - 1n);
    phi *= below * (prime - 1n);
  }
  const square = powers.some(({ exponent }) => exponent > 1);
  const odd = powers.length % 2 === 1;
  const others = sum - n;
  // Of 1 itself it would be nonsense.
  const sort = n === 1n ? '' : others === n ? ', as much as the number: it is perfect' : others > n ? ', more than the number: it is abundant' : '';
  return {
    divisors: many(count, 'divisor'),
    sum: `${grouped(sum)}; of those below it ${grouped(others)}${sort}`,
    phi: grouped(phi),
    moebius: square ? '0: a square divides it' : `${odd ? '−1' : '1'}: an ${odd ? 'odd' : 'even'} number of different primes`,
  };
}
