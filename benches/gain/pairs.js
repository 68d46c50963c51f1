// @ts-check
// What pairs of counts, one on one thread and one on several right after or before it, say together.
import { median } from '../../web/lib/bench.js';

/**
 * @typedef {object} Reading  of benches/scale.rs: the speed of each processor
 * @property {number[]} alone
 * @property {number[]} together
 * @typedef {object} Pair
 * @property {number} one  seconds on one thread
 * @property {number} many  seconds on all
 * @property {number} least  the lowest speed of any processor before, between and after, as a part of `best`
 * @property {number} slice  of the range, which of its slices
 * @typedef {object} Gain
 * @property {number} pairs
 * @property {number} gain  the median of one / many; NaN when there are no pairs
 * @property {number} lower  quartile
 * @property {number} upper
 * @property {number} least  the ratio of the shortest times, each slice's added up; for the shorter one more processors must have been undisturbed at once
 * @property {number} one  median, seconds
 * @property {number} many
 */

/** Processors are their own cores, and all of them, while none is slower than this part of the best. */
export const OWN = 0.85;

/** @param {Reading[]} readings */
export const slowest = (readings) => Math.min(...readings.flatMap(({ alone, together }) => [...alone, ...together]));

/** @param {Reading[]} readings */
export const fastest = (readings) => Math.max(...readings.flatMap(({ alone, together }) => [...alone, ...together]));

/** Those of the pairs in which the processors were the program's own. @param {Pair[]} pairs */
export const undisturbed = (pairs) => pairs.filter(({ least }) => least >= OWN);

/** @param {Pair[]} pairs  @returns {Gain} */
export function gainOf(pairs) {
  const ratios = pairs.map(({ one, many }) => one / many).sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => ratios[Math.round(part * (ratios.length - 1))] ?? NaN;
  const slices = [...new Set(pairs.map(({ slice }) => slice))].map((of) => pairs.filter(({ slice }) => slice === of));
  const shortest = (/** @type {'one' | 'many'} */ which) => slices.reduce((sum, own) => sum + Math.min(...own.map((pair) => pair[which])), 0);
  const middle = (/** @type {number[]} */ values) => (values.length > 0 ? median(values) : NaN);
  return {
    pairs: pairs.length, gain: middle(ratios), lower: at(1 / 4), upper: at(3 / 4),
    least: shortest('one') / shortest('many'),
    one: middle(pairs.map(({ one }) => one)), many: middle(pairs.map(({ many }) => many)),
  };
}
