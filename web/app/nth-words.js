// @ts-check
// The nth prime in words. Pure.
import { grouped, ordinal } from './format.js';

/**
 * "the 5th prime after 100"
 * @param {bigint} n
 * @param {bigint} start
 */
export function nthWords(n, start) {
  if (n === 0n) return `the first prime that is not less than ${grouped(start)}`;
  if (n < 0n) {
    const from = `below ${grouped(start)}`;
    return n === -1n ? `the greatest prime ${from}` : `the ${ordinal(-n)} prime ${from}, counted downwards`;
  }
  if (start < 2n) return `the ${ordinal(n)} prime`;
  return `the ${n === 1n ? 'first' : ordinal(n)} prime after ${grouped(start)}`;
}
