// @ts-check
// Number theory as methods of the client: each asks the core by a job, or follows from the factors.
import { MOST_DIGITS, isProbablePrime } from './big-primes.js';
import { TamisError } from './errors.js';
import { brief, parseInteger, toInteger } from './integers.js';
import { checkWhole } from './options.js';

/** @typedef {import('./job.js').Result} Result */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {bigint | number | string} Whole  a number; a string is read as people write them, see parseInteger() */
/** @typedef {{ prime: bigint, exponent: number }} PrimePower */
/**
 * @typedef {object} Primality
 * @property {boolean} prime
 * @property {boolean} certain  proven, or beyond 3.3 * 10^24 only not known to be ever wrong
 * @property {string} how  a sentence
 */

/** 2^128 - 1 */
const U128_MAX = 2n ** 128n - 1n;
const LOW = 2n ** 64n - 1n;
/** Below, strong tests to the first 13 primes are a proof: OEIS A014233(13). */
const PROVEN = 3_317_044_064_679_887_385_961_981n;

/** What the client inherits. */
export class NumberTheory {
  /**
   * The client's own.
   * @param {string} kind
   * @param {Record<string, bigint | number | undefined>} [params]
   * @param {RunOptions} [options]
   * @returns {Promise<Result>}
   */
  async run(kind, params, options) {
    throw new TamisError('unsupported', `Nobody runs ${kind} here.`, { cause: [params, options] });
  }

  /**
   * Whether n is prime. testPrime() says how certain that is.
   * @param {Whole} n  of up to 50,000 digits; beyond 2^128 only `signal` is heeded of the options
   * @param {RunOptions} [options]
   * @returns {Promise<boolean>} rejects with TamisError
   */
  async isPrime(n, options) {
    return (await this.testPrime(n, options)).prime;
  }

  /**
   * Whether n is prime, and how certain that is. Beyond 2^128 the calling thread tests, in slices: a prime of a
   * thousand digits takes a blink, one of six thousand seconds, one of twenty thousand a minute.
   * @param {Whole} n
   * @param {RunOptions} [options]
   * @returns {Promise<Primality>} rejects with TamisError
   */
  async testPrime(n, options = {}) {
    const number = whole(n);
    if (number < 0n) throw new TamisError('range', 'A negative number is neither prime nor composite.', { hint: 'Give 0 or more.' });
    if (number <= U128_MAX) {
      const { value } = await this.run('is-prime', halves(number), options);
      const certain = value === 0n || number < PROVEN;
      return { prime: value === 1n, certain, how: certain ? 'Proven.' : 'No composite number is known that passes (BPSW, and strong tests to 13 bases).' };
    }
    if (number >= 10n ** BigInt(MOST_DIGITS)) {
      throw new TamisError('range', `Numbers of more than ${MOST_DIGITS} digits take too long to test.`, { hint: 'Give a shorter one.' });
    }
    const prime = await isProbablePrime(number, options.signal);
    return { prime, certain: !prime, how: prime ? 'No composite number is known that passes (BPSW).' : 'Proven.' };
  }

  /**
   * The least prime greater than n; beyond 3.3 * 10^24 a probable one.
   * @param {Whole} n  below 2^128
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError, with 'range' when it has more than 128 bits
   */
  async nextPrime(n, options) {
    return joined((await this.run('neighbour', halves(upTo128Bits(n)), options)).values);
  }

  /**
   * The greatest prime less than n; beyond 3.3 * 10^24 a probable one.
   * @param {Whole} n  below 2^128
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError, with 'range' below 3
   */
  async previousPrime(n, options) {
    return joined((await this.run('neighbour', { ...halves(upTo128Bits(n)), before: 1 }, options)).values);
  }

  /**
   * The prime factors of n, ascending; none for 1.
   * @param {Whole} n  1 to 2^128 - 1
   * @param {RunOptions} [options]
   * @returns {Promise<PrimePower[]>} rejects with TamisError, with 'range' for 0
   */
  async factor(n, options) {
    const number = upTo128Bits(n);
    if (number === 0n) throw new TamisError('range', 'Every number divides 0, so it has no factorisation.', { hint: 'Give 1 or more.' });
    const { values } = await this.run('factor', halves(number), options);
    const powers = [];
    for (let i = 0; i < values.length; i += 3) powers.push({ prime: joined(values.slice(i, i + 2)), exponent: Number(values[i + 2]) });
    return powers;
  }

  /**
   * All divisors of n, ascending.
   * @param {Whole} n  1 to 2^128 - 1, with at most a million divisors
   * @param {RunOptions} [options]
   * @returns {Promise<bigint[]>} rejects with TamisError
   */
  async divisors(n, options) {
    const powers = await this.factor(n, options);
    if (countOf(powers) > 1_000_000n) {
      throw new TamisError('range', `${n} has ${countOf(powers)} divisors, too many for a list.`, { hint: 'factor() says what they are made of.' });
    }
    let divisors = [1n];
    for (const { prime, exponent } of powers) {
      const without = divisors;
      for (let i = 1, power = prime; i <= exponent; i++, power *= prime) divisors = divisors.concat(without.map((d) => d * power));
    }
    return divisors.sort((a, b) => (a < b ? -1 : 1));
  }

  /**
   * How many divisors n has.
   * @param {Whole} n  1 to 2^128 - 1
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async divisorCount(n, options) {
    return countOf(await this.factor(n, options));
  }

  /**
   * Euler's phi: how many of 1 to n have no divisor in common with n.
   * @param {Whole} n  1 to 2^128 - 1
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async eulerPhi(n, options) {
    const powers = await this.factor(n, options);
    return product(powers.map(({ prime, exponent }) => prime ** BigInt(exponent - 1) * (prime - 1n)));
  }

  /**
   * Moebius' mu: 0 when a square divides n, else 1 or -1 for an even or odd number of primes.
   * @param {Whole} n  1 to 2^128 - 1
   * @param {RunOptions} [options]
   * @returns {Promise<number>} rejects with TamisError
   */
  async moebius(n, options) {
    const powers = await this.factor(n, options);
    if (powers.some(({ exponent }) => exponent > 1)) return 0;
    return powers.length % 2 === 0 ? 1 : -1;
  }

  /**
   * The sum of the kth powers of the divisors of n.
   * @param {Whole} n  1 to 2^128 - 1
   * @param {number} [k]  0 to 1000; default 1
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async sigma(n, k = 1, options) {
    checkWhole(k, 'k', 0, 1000);
    const powers = await this.factor(n, options);
    return product(powers.map(({ prime, exponent }) => {
      const power = prime ** BigInt(k);
      let sum = 1n;
      for (let i = 0; i < exponent; i++) sum = sum * power + 1n;
      return sum;
    }));
  }

  /**
   * The product of the different primes of n.
   * @param {Whole} n  1 to 2^128 - 1
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async radical(n, options) {
    return product((await this.factor(n, options)).map(({ prime }) => prime));
  }

  /**
   * pi(x), the number of primes up to x, without finding them: Gourdon's algorithm, in about O(x^(2/3)) steps. 10^12 takes some
   * 20 ms. li() and riemannR() say at once about how many there are.
   * @param {Whole} x  0 to 2^64 - 1
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async primePi(x, options) {
    return (await this.run('prime-pi', { x: whole(x) }, options)).value;
  }

  /**
   * Mertens' function: the sum of Moebius' mu of 1 to x.
   * @param {Whole} x  below 2^64; 10^12 takes about a second
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async mertens(x, options) {
    return BigInt.asIntN(64, (await this.run('mertens', { number: whole(x) }, options)).value);
  }

  /**
   * The sum of the primes up to x.
   * @param {Whole} x  up to 10^14; 10^12 takes about a second
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async sumPrimes(x, options) {
    return joined((await this.run('sum-primes', { number: whole(x) }, options)).values);
  }

  /**
   * The gaps between neighbouring primes of a range that are larger than all before.
   * @param {Whole} start
   * @param {Whole} stop  inclusive; both primes of a gap lie in the range
   * @param {RunOptions} [options]
   * @returns {Promise<{ length: bigint, prime: bigint }[]>} prime: the one before the gap; rejects with TamisError
   */
  async maximalGaps(start, stop, options) {
    const { values } = await this.run('maximal-gaps', { start: whole(start), stop: whole(stop) }, options);
    return gapsOf(values);
  }

  /**
   * How many pairs of primes p <= q have the sum n.
   * @param {Whole} n  below 2^64
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async goldbach(n, options) {
    return (await this.run('goldbach', { number: whole(n) }, options)).value;
  }

  /**
   * How many primes of a range leave `residue` when divided by `modulus`.
   * @param {Whole} start
   * @param {Whole} stop  inclusive
   * @param {Whole} modulus  at least 1
   * @param {Whole} residue  0 to modulus - 1
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async countPrimesMod(start, stop, modulus, residue, options) {
    const params = { start: whole(start), stop: whole(stop), modulus: whole(modulus), residue: whole(residue) };
    return (await this.run('count-residue', params, options)).value;
  }
}

/**
 * The gaps of a job of the kind 'maximal-gaps'.
 * @param {bigint[]} values
 */
export function gapsOf(values) {
  const gaps = [];
  for (let i = 0; i < values.length; i += 2) gaps.push({ length: values[i], prime: values[i + 1] });
  return gaps;
}

/** @param {Whole} n */
function whole(n) {
  if (typeof n !== 'string') return toInteger(n, 'the number');
  // Plain digits may be many more than parseInteger takes.
  return /^\d+$/.test(n) && n.length <= 2 * MOST_DIGITS ? BigInt(n) : parseInteger(n);
}

/** @param {Whole} n */
function upTo128Bits(n) {
  const number = whole(n);
  if (number < 0n || number > U128_MAX) {
    throw new TamisError('range', `The number is ${brief(number)}, which is not between 0 and 2^128-1.`, {
      hint: number < 0n ? 'Give 0 or more.' : 'Only whether a number is prime can be asked for beyond.',
    });
  }
  return number;
}

/** @param {bigint} n */
const halves = (n) => ({ number: n & LOW, numberHigh: n >> 64n });

/** @param {bigint[]} values  the lower half first */
const joined = ([low, high]) => low | high << 64n;

/** @param {bigint[]} factors */
const product = (factors) => factors.reduce((all, factor) => all * factor, 1n);

/** @param {PrimePower[]} powers */
const countOf = (powers) => product(powers.map(({ exponent }) => BigInt(exponent) + 1n));
