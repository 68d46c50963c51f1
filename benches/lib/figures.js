// @ts-check
// From single measurements to medians and ratios.
import { median } from '../../web/lib/bench.js';

/** @typedef {import('./plan.js').Work} Work */
/** @typedef {import('./contestants.js').Contestant} Contestant */
/** @typedef {import('./contestants.js').Outcome} Outcome */

/**
 * @typedef {object} Figure  one contestant with one thread count in one state at one work
 * @property {Work} work
 * @property {bigint} count
 * @property {string} source  of the count that this one was held against
 * @property {string} contestant
 * @property {number} threads
 * @property {string} state
 * @property {number[]} samples  seconds, in the order measured
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {number | null} ratio  of medians, to the first contestant with one thread
 * @property {number | null} loadSeconds  median
 * @property {number | null} peakBytes  the most of all rounds
 */

/** The measurements of one work, in the order in which they were taken. */
export class Tally {
  #work;
  #baseline;
  /** @type {{ contestant: string, threads: number, outcome: Outcome }[]} */
  #entries = [];

  /**
   * @param {Work} work
   * @param {string} baseline  the contestant whose one thread is 1.00
   */
  constructor(work, baseline) {
    this.#work = work;
    this.#baseline = baseline;
  }

  /** The right count: the known one, or the first that was told. @returns {bigint | null} */
  get count() {
    return this.#work.known ?? this.#entries[0]?.outcome.count ?? null;
  }

  /** Whose count that is. */
  get source() {
    const { known, source = 'a table' } = this.#work;
    return known === null ? `${this.#entries[0]?.contestant} in this run` : source;
  }

  /**
   * Errors: a count that is not the known one, or not the others'.
   * @param {string} contestant
   * @param {number} threads
   * @param {Outcome} outcome
   */
  add(contestant, threads, outcome) {
    if (this.count !== null && outcome.count !== this.count) {
      throw new Error(`WRONG: it counts ${outcome.count} primes; right is ${this.count} (${this.source})`);
    }
    this.#entries.push({ contestant, threads, outcome });
  }

  /** @returns {Figure[]} */
  figures() {
    const count = this.count;
    if (count === null) return [];
    /** @type {Map<string, Figure>} */
    const figures = new Map();
    for (const { contestant, threads, outcome } of this.#entries) {
      for (const [state, seconds] of Object.entries(outcome.seconds)) {
        const key = JSON.stringify([contestant, threads, state]);
        const known = figures.get(key);
        if (known) known.samples.push(seconds);
        else {
          figures.set(key, {
            work: this.#work, count, source: this.source, contestant, threads, state, samples: [seconds],
            median: 0, min: 0, max: 0, ratio: null, ...this.#ofAllRounds(contestant, threads),
          });
        }
      }
    }
    const all = [...figures.values()];
    for (const figure of all) {
      figure.median = median(figure.samples);
      figure.min = Math.min(...figure.samples);
      figure.max = Math.max(...figure.samples);
    }
    const one = all.find(({ contestant, threads }) => contestant === this.#baseline && threads === 1);
    for (const figure of all) figure.ratio = one && one.median > 0 ? figure.median / one.median : null;
    return all;
  }

  /**
   * @param {string} contestant
   * @param {number} threads
   */
  #ofAllRounds(contestant, threads) {
    const outcomes = this.#entries.filter((entry) => entry.contestant === contestant && entry.threads === threads).map(({ outcome }) => outcome);
    const loads = outcomes.flatMap(({ loadSeconds }) => loadSeconds ?? []);
    const peaks = outcomes.flatMap(({ peakBytes }) => peakBytes ?? []);
    return {
      loadSeconds: loads.length > 0 ? median(loads) : null,
      peakBytes: peaks.length > 0 ? Math.max(...peaks) : null,
    };
  }
}
