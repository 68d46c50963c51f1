// @ts-check
// What the benchmark says, in sentences. Pure.
import { approximate, duration, many, significant, timeLeft } from './format.js';

/** @typedef {import('../lib/bench.js').AmdahlFit} AmdahlFit */
/** @typedef {import('../lib/bench.js').Row} Row */
/** @typedef {import('../lib/bench.js').Step} Step */

/** In shorter counts the starting and gathering outweigh the work. */
const TELLING_MS = 30;

/**
 * "Run 7 of 24: 3 threads, repeat 2"
 * @param {Step} step
 * @param {number} index  from 0
 * @param {number} total
 */
export const stepWords = (step, index, total) =>
  `Run ${index + 1} of ${total}: ${many(step.threads, 'thread')}, ${step.warmup ? 'warm-up' : `repeat ${step.round}`}`;

/**
 * @param {number} most  threads
 * @param {number} repeats
 * @param {number} warmup
 * @param {number | null} ms  how long it may take, where that can be told
 */
export function planWords(most, repeats, warmup, ms) {
  const runs = most * (repeats + warmup);
  const counts = most === 1 ? 'one thread only' : `1 to ${most} threads`;
  const each = `${many(repeats, 'repeat')}${warmup ? ` and ${many(warmup, 'warm-up')}` : ''} each`;
  const time = ms === null ? '' : `, ${timeLeft(Math.max(1000, ms))} by the pace of the last count`;
  return `${many(runs, 'run')}: ${counts}, ${each}${time}.`;
}

/**
 * @param {string[]} titles  of the jobs under way
 * @param {boolean} here  this tab runs them
 */
export function busyWords(titles, here) {
  const where = here ? 'in this tab' : 'in another tab of this page';
  const [first] = titles;
  return titles.length === 1
    ? `A job is under way ${where}, and takes threads from what is measured: ${first[0].toLowerCase()}${first.slice(1)}.`
    : `${many(titles.length, 'job')} are under way ${where}, and take threads from what is measured.`;
}

/** @param {number} count */
export const pausedWords = (count) => (count === 1 ? 'A job is paused for the benchmark.' : `${many(count, 'job')} are paused for the benchmark.`);

/** Said when a job ran during a benchmark. */
export const DISTURBED = 'A job was under way meanwhile: without it these times are shorter.';

/**
 * @param {Row[]} rows
 * @param {number} cores
 */
export function verdict(rows, cores) {
  if (rows.length === 0) return '';
  const [first] = rows;
  if (rows.length === 1) return `${many(first.threads, 'thread')}: ${duration(first.median)}.`;
  const best = rows.reduce((a, b) => (b.median < a.median ? b : a));
  if (best === first) {
    const short = first.median < TELLING_MS ? ' A count as short as this says little: try a larger range.' : '';
    return `${many(first.threads, 'thread')} did best here, in ${duration(first.median)}; more did not help.${short}`;
  }
  // A smaller team that is as quick within the noise is the better advice.
  const enough = rows.find((row) => row.median <= best.median * 1.03) ?? best;
  const gain = first.median / enough.median;
  const past = best.threads > cores && enough.threads <= cores ? ` More than the ${many(cores, 'core')} buy nothing.` : '';
  return `${many(enough.threads, 'thread')} took ${duration(enough.median)}, ${many(first.threads, 'thread')} ${duration(first.median)}: ${significant(gain)} times as fast.${past}`;
}

/**
 * @param {AmdahlFit | null} fit
 * @param {Row[]} rows
 * @param {number} cores
 */
export function amdahlWords(fit, rows, cores) {
  const used = rows.filter((row) => row.threads <= cores).length;
  if (!fit) {
    return used < 2 && rows.length > 0
      ? 'Amdahl’s law can be fitted from two thread counts within the cores on.'
      : '';
  }
  const share = fit.serialFraction * 100;
  const beyond = rows.length > used ? ` Counts past the ${many(cores, 'core')} are left out of it.` : '';
  const weak = used === 2 ? ' With two thread counts the line meets both, so take it as a hint.' : '';
  if (share < 0.05) {
    return `Amdahl’s law fits with no serial part to speak of: each core adds its full share.${weak}${beyond}`;
  }
  if (share > 99) return `Amdahl’s law fits with a serial fraction of 100%: here more threads shorten nothing.${weak}${beyond}`;
  const limit = fit.limit < 1000 ? significant(fit.limit) : approximate(fit.limit);
  return `Amdahl’s law fits with a serial fraction of ${share < 9.95 ? share.toPrecision(2) : Math.round(share)}%: that part no thread shortens, so no number of cores would pass ${limit} times.${weak}${beyond}`;
}
