// @ts-check
// Gains as a table for people and as rows of CSV for the record.
import { cell } from '../lib/report.js';
import { gainOf, undisturbed } from './pairs.js';

/**
 * @typedef {import('./pairs.js').Pair} Pair
 * @typedef {import('./pairs.js').Gain} Gain
 */

const COLUMNS = ['work', 'contestant', 'threads', 'pairs', 'gain', 'lower', 'upper', 'least', 'undisturbed_pairs', 'undisturbed_gain', 'undisturbed_lower', 'undisturbed_upper',
  'undisturbed_one_s', 'undisturbed_many_s', 'samples_one_s/many_s/speed'];

/**
 * One range: a row for each who counted.
 * @param {Map<string, Pair[]>} taken
 * @param {number} threads
 */
export function table(taken, threads) {
  const told = (/** @type {Gain} */ { pairs, gain, lower, upper }) => `${`${pairs}`.padStart(7)}${ratio(gain).padStart(7)}${`${ratio(lower)} ${ratio(upper)}`.padStart(11)}`;
  const lines = [`${''.padEnd(28)} all pairs   gain  quartiles  least  undisturbed   gain  quartiles  1 thread: s  ${threads} threads: s`];
  for (const [name, pairs] of taken) {
    const [all, own] = [gainOf(pairs), gainOf(undisturbed(pairs))];
    lines.push(`${name.padEnd(28)}   ${told(all)}${ratio(all.least).padStart(7)}      ${told(own)}${seconds(own.one).padStart(13)}${seconds(own.many).padStart(14)}`);
  }
  return lines.join('\n');
}

/**
 * @param {import('../lib/plan.js').Work} work
 * @param {Map<string, Pair[]>} taken
 * @param {number} threads
 */
export const rowsOf = (work, taken, threads) => [...taken].map(([name, pairs]) => {
  const [all, own] = [gainOf(pairs), gainOf(undisturbed(pairs))];
  return [work.name, name, `${threads}`, `${all.pairs}`, ...[all.gain, all.lower, all.upper, all.least].map(digits),
    `${own.pairs}`, ...[own.gain, own.lower, own.upper, own.one, own.many].map(digits),
    pairs.map(({ one, many, least }) => `${digits(one)}/${digits(many)}/${least.toFixed(3)}`).join(' ')];
});

/** The lines of the file. @param {string[][]} rows */
export const csv = (rows) => [COLUMNS, ...rows].map((row) => row.map(cell).join(','));

/** @param {number} value */
const ratio = (value) => (Number.isNaN(value) ? '-' : value.toFixed(2));
/** @param {number} value */
const seconds = (value) => (Number.isNaN(value) ? '-' : value.toFixed(4));
/** @param {number} value */
const digits = (value) => (Number.isNaN(value) ? '' : String(Number(value.toFixed(5))));
