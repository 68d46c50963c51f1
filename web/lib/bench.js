// @ts-check
// The thread-count benchmark: what is measured in which order, and what the figures say. The page and the
// terminal share it. All but runBenchmark is pure.
import { TamisError } from './errors.js';

/** @typedef {import('./client.js').Client} Client */

/**
 * @typedef {{ threads: number, round: number, warmup: boolean }} Step  one count; rounds start at 1, warm-up at 0
 * @typedef {{ threads: number, ms: number }} Sample
 * @typedef {object} Row  one thread count
 * @property {number} threads
 * @property {number[]} times  milliseconds, as measured
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {number} spread  (max - min) / median
 * @property {number | null} speedup  against the median of the smallest thread count, times that count
 * @property {number | null} efficiency  speedup / threads
 * @typedef {object} AmdahlFit
 * @property {number} serialFraction  0 to 1: the part of the work that more threads do not shorten
 * @property {number} parallelMs
 * @property {number} serialMs
 * @property {number} limit  the speed-up no thread count exceeds; Infinity when nothing is serial
 * @property {number} error  root mean square of the relative errors
 * @typedef {object} Summary
 * @property {Row[]} rows  by thread count
 * @property {AmdahlFit | null} fit
 */

/**
 * The order of the counts: warm-up first, then rounds in which every thread count has its turn, so that a
 * machine that slows down or speeds up meanwhile does not favour any. Every other round runs backwards.
 *
 * @param {{ threadCounts: number[], warmup?: number, repeats?: number }} settings
 * @returns {Step[]}
 */
export function plan({ threadCounts, warmup = 1, repeats = 3 }) {
  const counts = [...new Set(threadCounts)].sort((a, b) => a - b);
  if (counts.length === 0 || counts.some((count) => !Number.isInteger(count) || count < 1)) {
    throw new TamisError('threads', 'A benchmark needs thread counts of 1 or more.');
  }
  if (!Number.isInteger(repeats) || repeats < 1 || !Number.isInteger(warmup) || warmup < 0) {
    throw new TamisError('range', 'A benchmark needs at least one repeat, and a warm-up of 0 or more.');
  }
  /** @type {Step[]} */
  const steps = [];
  for (let i = 0; i < warmup; i++) {
    // The largest count first: it wakes every thread.
    for (const threads of [...counts].reverse()) steps.push({ threads, round: 0, warmup: true });
  }
  for (let round = 1; round <= repeats; round++) {
    const order = round % 2 === 1 ? counts : [...counts].reverse();
    for (const threads of order) steps.push({ threads, round, warmup: false });
  }
  return steps;
}

/**
 * @param {Sample[]} samples  without the warm-up
 * @param {{ cores?: number }} [options]  thread counts beyond the cores are left out of the fit
 * @returns {Summary}
 */
export function summarise(samples, { cores = Infinity } = {}) {
  /** @type {Map<number, number[]>} */
  const byThreads = new Map();
  for (const { threads, ms } of samples) {
    byThreads.set(threads, [...(byThreads.get(threads) ?? []), ms]);
  }
  const counts = [...byThreads.keys()].sort((a, b) => a - b);
  const base = counts.length > 0 ? median(byThreads.get(counts[0]) ?? []) * counts[0] : 0;
  const rows = counts.map((threads) => {
    const times = byThreads.get(threads) ?? [];
    const middle = median(times);
    const [min, max] = [Math.min(...times), Math.max(...times)];
    const speedup = middle > 0 ? base / middle : null;
    return {
      threads,
      times,
      median: middle,
      min,
      max,
      spread: middle > 0 ? (max - min) / middle : 0,
      speedup,
      efficiency: speedup === null ? null : speedup / threads,
    };
  });
  return { rows, fit: amdahlFit(rows.filter((row) => row.threads <= cores).map(({ threads, median: ms }) => ({ threads, ms }))) };
}

/**
 * Fits Amdahl's law, T(n) = serial + parallel / n, by least squares of the relative error.
 * Source: G. Amdahl, AFIPS Conference Proceedings 30 (1967).
 *
 * @param {Sample[]} points  one per thread count
 * @returns {AmdahlFit | null} null with fewer than two thread counts
 */
export function amdahlFit(points) {
  const usable = points.filter(({ ms }) => ms > 0);
  if (new Set(usable.map(({ threads }) => threads)).size < 2) return null;
  // Weights 1 / T^2 turn squares of errors into squares of relative errors: the short times count too.
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const { threads, ms } of usable) {
    const [x, weight] = [1 / threads, 1 / ms ** 2];
    w += weight;
    wx += weight * x;
    wxx += weight * x * x;
    wy += weight * ms;
    wxy += weight * x * ms;
  }
  let parallelMs = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  let serialMs = (wy - parallelMs * wx) / w;
  // A time can't be negative: at the border the other one alone fits best.
  if (serialMs < 0) [serialMs, parallelMs] = [0, wxy / wxx];
  else if (parallelMs < 0) [serialMs, parallelMs] = [wy / w, 0];
  const squares = usable.map(({ threads, ms }) => ((serialMs + parallelMs / threads) / ms - 1) ** 2);
  const serialFraction = serialMs / (serialMs + parallelMs);
  return {
    serialFraction,
    serialMs,
    parallelMs,
    limit: serialFraction > 0 ? 1 / serialFraction : Infinity,
    error: Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length),
  };
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @typedef {object} BenchmarkProgress
 * @property {Step} step  what was just measured
 * @property {number} ms
 * @property {number} index  counts done, warm-up included
 * @property {number} total
 * @property {Summary} summary  so far
 */
/**
 * @typedef {object} BenchmarkResult
 * @property {bigint} start
 * @property {bigint} stop
 * @property {bigint | null} count  the primes found: the same every time, which is checked
 * @property {Sample[]} samples  in the order they were measured, without the warm-up
 * @property {Summary} summary
 * @property {boolean} complete  false when it was stopped
 */

/**
 * Counts the primes of a range again and again, with the thread counts taking turns. When `signal`
 * stops it, it resolves with what was measured until then.
 *
 * @param {Pick<Client, 'run' | 'capabilities'>} tamis  loaded with at least as many threads as the largest count
 * @param {object} settings
 * @param {bigint | number} settings.start
 * @param {bigint | number} settings.stop
 * @param {number[]} settings.threadCounts
 * @param {number} [settings.warmup]  counts per thread count that are not measured; default 1
 * @param {number} [settings.repeats]  default 3
 * @param {AbortSignal} [settings.signal]
 * @param {(progress: BenchmarkProgress) => void} [settings.onResult]  after each count
 * @returns {Promise<BenchmarkResult>}
 */
export async function runBenchmark(tamis, { start, stop, threadCounts, warmup, repeats, signal, onResult }) {
  const steps = plan({ threadCounts, warmup, repeats });
  const cores = tamis.capabilities().hardwareConcurrency;
  /** @type {Sample[]} */
  const samples = [];
  /** @type {bigint | null} */
  let count = null;
  /** @param {boolean} complete */
  const result = (complete) => ({
    start: BigInt(start), stop: BigInt(stop), count, samples, summary: summarise(samples, { cores }), complete,
  });
  for (const [index, step] of steps.entries()) {
    try {
      const { value, elapsedMs: ms } = await tamis.run('count-primes', { start, stop }, { threads: step.threads, signal });
      if (count !== null && value !== count) {
        throw new TamisError('failed', `Two counts of the same range differ: ${count} and ${value}.`, {
          hint: 'This is a bug in tamis, or a fault of the machine: please report it.',
        });
      }
      count = value;
      if (!step.warmup) samples.push({ threads: step.threads, ms });
      onResult?.({ step, ms, index: index + 1, total: steps.length, summary: summarise(samples, { cores }) });
    } catch (error) {
      if (error instanceof TamisError && error.code === 'cancelled') return result(false);
      throw error;
    }
  }
  return result(true);
}
