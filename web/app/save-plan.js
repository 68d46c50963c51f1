// @ts-check
// What a file of primes will be: how many, how large, and what it is called. Pure.
import { boundOfPrimes } from '../lib/estimate.js';
import { expectedOf } from './primes.js';

/** @typedef {'text' | 'delta'} Format */
/**
 * What is to be written: a range (stop), or so many from the start on (count).
 * @typedef {{ start: bigint, k: number, format: Format } & ({ stop: bigint, count?: undefined } | { count: bigint, stop?: undefined })} Wanted
 */
/**
 * @typedef {object} Plan
 * @property {bigint} stop  where the sieve may end
 * @property {number} entries  expected primes (k-tuplets)
 * @property {number} bytes  expected
 */

const LARGEST = 2n ** 64n - 1n;

/**
 * @param {Wanted} wanted
 * @returns {Plan}
 */
export function planOf({ start, stop, count, k, format }) {
  if (stop !== undefined) {
    return { stop, entries: expectedOf(start, stop, k), bytes: bytesOf(start, stop, k, format) };
  }
  const end = k === 1 ? boundOfPrimes(start, count) : boundOfTuplets(start, count, k);
  // The bound lies a little further than needed.
  const entries = Math.min(Number(count), expectedOf(start, end, k));
  const share = entries / Math.max(1, expectedOf(start, end, k));
  return { stop: end, entries, bytes: bytesOf(start, end, k, format) * share };
}

/**
 * A number up to which there are surely so many k-tuplets, or the largest there is.
 * @param {bigint} start
 * @param {bigint} count
 * @param {number} k
 */
function boundOfTuplets(start, count, k) {
  const wanted = Number(count) * 1.02 + 20 * Math.sqrt(Number(count)) + 100;
  let [low, high] = [start, LARGEST];
  while (high - low > 1000n) {
    const middle = (low + high) / 2n;
    if (expectedOf(start, middle, k) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * @param {bigint} start
 * @param {bigint} stop
 * @param {number} k
 * @param {Format} format
 */
function bytesOf(start, stop, k, format) {
  let sum = 0;
  // Numbers of the same length, or about the same distance, at a time.
  for (let low = 1n; low <= stop; low *= 10n) {
    const [from, to] = [low === 1n ? start : max(start, low), min(stop, low * 10n - 1n)];
    if (from > to) continue;
    const digits = String(to).length;
    // "97\n", "(3, 5)\n"; a difference below 128 takes one byte, and few take more.
    const line = k === 1 ? digits + 1 : k * (digits + 2) + 1;
    sum += expectedOf(from, to, k) * (format === 'text' ? line : 1 + Math.exp(-127 / Math.log(Number(to) + 2)));
  }
  return sum;
}

/** @param {bigint} a @param {bigint} b */
const max = (a, b) => (a > b ? a : b);
/** @param {bigint} a @param {bigint} b */
const min = (a, b) => (a < b ? a : b);

const NAMES = ['primes', 'twins', 'triplets', 'quadruplets', 'quintuplets', 'sextuplets'];

/**
 * "primes-0-to-1000000.txt", "twins-1000000-from-0.txt"
 * @param {Wanted} wanted
 */
export function fileNameOf({ start, stop, count, k, format }) {
  const part = stop === undefined ? `${count}-from-${start}` : `${start}-to-${stop}`;
  return `${NAMES[k - 1]}-${part}.${format === 'text' ? 'txt' : 'delta'}`;
}

/**
 * A batch without its last entries.
 * @param {Uint8Array<ArrayBuffer>} batch  of whole lines or differences
 * @param {Format} format
 * @param {number} entries  how many are too many
 */
export function withoutLast(batch, format, entries) {
  // The end of an entry: a line's newline, a varint's byte without its highest bit.
  const isEnd = (/** @type {number} */ byte) => (format === 'text' ? byte === 10 : byte < 0x80);
  let end = batch.length;
  for (let left = entries; left > 0 && end > 0; left -= 1) {
    do end -= 1; while (end > 0 && !isEnd(batch[end - 1]));
  }
  return batch.subarray(0, end);
}
