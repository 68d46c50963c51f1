// @ts-check
// Integers as people write them (parseInteger) and as programs pass them (toU64).
import { TamisError } from './errors.js';

/** 2^64 - 1, the largest number the core can hold. */
export const U64_MAX = 2n ** 64n - 1n;

/** 2^63 - 1 */
export const I64_MAX = 2n ** 63n - 1n;

/** Results beyond so many bits are refused before they are computed: 9^9^9 must not hang. */
const MAX_BITS = 4096;

const EXAMPLES = 'Write it as 1000000, 1_000_000, 1,000,000, 1e10, 10**10, 2^40 or 2^64-1.';

// Digits: grouped by comma or space in threes, or by underscores anywhere between digits.
const NUMBER = /^(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:_\d+)*)(?:\.\d+)?(?:[eE]\+?\d+)?/;

/**
 * Reads an integer written by a person: digits with separators, scientific notation when the value
 * is whole, powers (`2^40`, `10**10`), and sums, differences and products of these (`2^64 - 1`).
 *
 * @param {string} text
 * @returns {bigint}
 * @throws {TamisError} 'type' for anything but a string, 'invalid-integer' for a text that is not
 *   an integer, 'range' for one of more than 4096 bits
 */
export function parseInteger(text) {
  if (typeof text !== 'string') {
    throw new TamisError('type', `parseInteger reads a string, not ${nameOf(text)}.`);
  }
  const reader = new Reader(text);
  const value = reader.sum();
  reader.end();
  return value;
}

/** A recursive-descent reader: sum > product > power > number. */
class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.rest = text.trim();
  }

  /** @returns {bigint} */
  sum() {
    const negative = this.take(/^-(?!-)/);
    if (!negative) this.take(/^\+/);
    let value = negative ? -this.product() : this.product();
    for (;;) {
      if (this.take(/^\+/)) value += this.product();
      else if (this.take(/^-/)) value -= this.product();
      else return value;
    }
  }

  /** @returns {bigint} */
  product() {
    let value = this.power();
    while (this.take(/^(?:\*(?!\*)|×|·)/)) {
      const factor = this.power();
      this.#limit(bits(value) + bits(factor));
      value *= factor;
    }
    return value;
  }

  /** @returns {bigint} right-associative: 2^3^2 is 2^9 */
  power() {
    const base = this.number();
    if (!this.take(/^(?:\*\*|\^)/)) return base;
    const exponent = this.power();
    if (base > 1n) this.#limit(Number(exponent) * bits(base - 1n || 1n));
    // 0 and 1 to any power are themselves; the exponent may be too large to raise to.
    if (base <= 1n) return exponent === 0n ? 1n : base;
    return base ** exponent;
  }

  /** @returns {bigint} */
  number() {
    const found = this.take(NUMBER);
    if (!found) this.#fail();
    const [mantissa = '', exponent = '0'] = found.replace(/[_, \u00a0\u202f]/g, '').split(/[eE]/);
    const [whole = '', decimals = ''] = mantissa.split('.');
    const zeros = Number(exponent) - decimals.length;
    this.#limit(zeros * 4);
    if (zeros >= 0) return BigInt(whole + decimals) * 10n ** BigInt(zeros);
    const [value, unit] = [BigInt(whole + decimals), 10n ** BigInt(-zeros)];
    if (value % unit !== 0n) this.#fail('it is not a whole number');
    return value / unit;
  }

  end() {
    if (this.rest !== '') this.#fail();
  }

  /**
   * @param {RegExp} token
   * @returns {string} what was taken, '' for nothing
   */
  take(token) {
    const found = token.exec(this.rest)?.[0] ?? '';
    if (found) this.rest = this.rest.slice(found.length).trimStart();
    return found;
  }

  /** @param {number} size in bits */
  #limit(size) {
    if (size > MAX_BITS) {
      throw new TamisError('range', `"${shown(this.text)}" is far too large.`, {
        hint: 'Numbers up to 2^64-1 can be worked on.',
      });
    }
  }

  /**
   * @param {string} [why]
   * @returns {never}
   */
  #fail(why) {
    const reason = why ?? (this.rest === '' ? 'it ends too early' : `"${shown(this.rest)}" was not understood`);
    const message = this.text.trim() === ''
      ? 'There is no number to read.'
      : `"${shown(this.text)}" is not an integer: ${reason}.`;
    throw new TamisError('invalid-integer', message, { hint: EXAMPLES });
  }
}

/** @param {bigint} value */
const bits = (value) => value.toString(2).length;

/** @param {string} text */
const shown = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/**
 * A bigint from what a program passed: a bigint, or a number that is a safe integer.
 * @param {unknown} value
 * @param {string} name  of the argument, for the message
 * @returns {bigint}
 */
export function toInteger(value, name) {
  if (typeof value === 'bigint') return value;
  if (Number.isSafeInteger(value)) return BigInt(/** @type {number} */ (value));
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw new TamisError('type', `${name} is ${value}, which is not an integer.`, { hint: 'Give a whole number.' });
    throw new TamisError('type', `${name} is ${value}, which is not a safe integer.`, {
      hint: 'Beyond 2^53 a number loses digits: pass a BigInt such as 10n ** 18n.',
    });
  }
  throw new TamisError('type', `${name} must be a BigInt or an integer, not ${nameOf(value)}.`, {
    hint: typeof value === 'string' ? 'parseInteger(text) reads a number from a string.' : 'Such as 1000003 or 10n ** 18n.',
  });
}

/**
 * Like {@link toInteger}, within 0 .. 2^64 - 1 (or the bounds given).
 * @param {unknown} value
 * @param {string} name
 * @param {bigint} [min]
 * @param {bigint} [max]
 * @returns {bigint}
 */
export function toU64(value, name, min = 0n, max = U64_MAX) {
  const integer = toInteger(value, name);
  if (integer < min || integer > max) {
    const limit = max === U64_MAX ? '2^64-1' : max === I64_MAX ? '2^63-1' : String(max);
    throw new TamisError('range', `${name} is ${brief(integer)}, which is not between ${min} and ${limit}.`, {
      hint: integer > U64_MAX && max === U64_MAX
        ? 'Whether a number is prime, its factors and its neighbours can be asked for beyond.'
        : `Give one from ${min} to ${limit}.`,
    });
  }
  return integer;
}

/** An integer in a message. @param {bigint} n */
export function brief(n) {
  const text = String(n);
  return text.length > 50 ? `one of ${text.length} digits` : text;
}

/** @param {unknown} value */
export function nameOf(value) {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  const type = typeof value;
  return type === 'object' ? 'an object' : `a ${type}`;
}
