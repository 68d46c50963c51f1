// @ts-check
// How many threads a job gets when nobody says how many: as many as there are, until it was measured on this device from
// how many on another one gains nothing. (Cores that are slow, shared, or only half a core are counted by browsers all the same.)

/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./tuning.js').Store} Store */
/** @typedef {{ threads: number, speedup: number }} Measured  speedup: over one thread */

/** What one thread is given to do, from 10^9 on: about 40 ms, between these bounds. */
const BEGIN = 1_000_000_000;
const [FEWEST, MOST] = [50_000_000, 400_000_000];
const RUN_MS = 40;
/** Other things run on a device, too: the better of so many runs counts. */
const ROUNDS = 2;
/** Fewer threads are as good as more when they reach this share of the best. */
const ENOUGH = 0.95;
/** What was measured while something else kept the device busy is not believed for long. */
const VALID_MS = 24 * 3600 * 1000;

export class ThreadChoice {
  #store;
  #key;
  #available;
  #asked;
  /** @type {Measured & { source: 'measured' | 'remembered' } | null} */
  #measured = null;

  /**
   * @param {Store | null} store  null: nothing is remembered, and nothing is measured unasked
   * @param {string} version  of the core
   * @param {{ threads: number, hardwareConcurrency: number, mode: string }} had
   * @param {boolean} asked  so many threads were asked for: jobs get them all
   */
  constructor(store, version, { threads, hardwareConcurrency, mode }, asked) {
    this.#store = store;
    this.#key = `tamis.threads.${version}.${hardwareConcurrency}.${mode}`;
    this.#available = threads;
    this.#asked = asked;
    const kept = asked ? null : sane(store?.get(this.#key));
    if (kept && kept.threads <= threads) this.#measured = { ...kept, source: 'remembered' };
  }

  /** How many a job gets that does not say. */
  get threads() {
    return Math.min(this.#measured?.threads ?? Infinity, this.#available);
  }

  /** The same as a limit of a job: 0 for all there are, however many that will be. */
  get limit() {
    return this.threads < this.#available ? this.threads : 0;
  }

  /** Why so many: a sentence. */
  get reason() {
    const count = many(this.threads);
    if (this.#asked) return `${count}: asked for.`;
    if (!this.#measured) return `${count}: all there are; which number is fastest was not measured.`;
    const { threads, speedup } = this.#measured;
    if (threads === 1) return `${count}: more were no faster when measured on this device.`;
    const times = `${speedup.toFixed(1)} times as fast as 1 when measured on this device`;
    return threads < this.#available ? `${count}: ${times}, and more were no faster.` : `${count}: ${times}.`;
  }

  /** Whether there is something to find out. */
  get open() {
    return this.#store !== null && !this.#asked && this.#available > 1 && this.#measured === null;
  }

  /** There are so many now. @param {number} threads */
  available(threads) {
    this.#available = threads;
  }

  /** So many are there from now on, because somebody asked for them. @param {number} threads */
  resized(threads) {
    this.#available = threads;
    this.#asked = true;
    this.#measured = null;
  }

  /**
   * Finds out, and remembers. Some tenths of a second of all threads.
   * @param {Client} client
   * @param {AbortSignal} signal  cancels what runs
   * @param {AbortSignal} wanted  somebody needs the threads: no more runs are begun. (Isolated workers can't be interrupted.)
   */
  async measure(client, signal, wanted) {
    /** @param {number} threads @param {number} size  for each of them */
    const pace = async (threads, size) => {
      wanted.throwIfAborted();
      const stop = BEGIN + size * threads;
      const { elapsedMs } = await client.run('count-primes', { start: BEGIN, stop }, { threads, signal });
      return size * threads / Math.max(elapsedMs, 1e-3);
    };
    const size = Math.min(MOST, Math.max(FEWEST, RUN_MS * await pace(1, FEWEST)));
    /** @type {Map<number, number>} */
    const paces = new Map();
    for (let round = 0; round < ROUNDS; round++) {
      for (const threads of counts(this.#available)) {
        paces.set(threads, Math.max(paces.get(threads) ?? 0, await pace(threads, Math.floor(size))));
      }
    }
    if (this.#asked) return;
    this.#measured = { ...choose(paces), source: 'measured' };
    this.#store?.set(this.#key, JSON.stringify({ ...choose(paces), at: Date.now() }));
  }
}

/** 1, 2, 4, … and all. @param {number} available */
export function counts(available) {
  const tried = [];
  for (let threads = 1; threads < available; threads *= 2) tried.push(threads);
  return [...tried, available];
}

/**
 * The fewest threads that are nearly as fast as any number.
 * @param {Map<number, number>} paces  by number of threads, ascending
 * @returns {Measured}
 */
export function choose(paces) {
  const best = Math.max(...paces.values());
  for (const [threads, pace] of paces) {
    if (pace >= ENOUGH * best) return { threads, speedup: pace / /** @type {number} */ (paces.get(1)) };
  }
  throw new RangeError('nothing was measured'); // no pace is above the best
}

/**
 * What was stored may be anybody's.
 * @param {string | null | undefined} kept
 * @returns {Measured | null}
 */
function sane(kept) {
  try {
    const { threads, speedup, at } = JSON.parse(kept ?? 'null') ?? {};
    const age = Date.now() - at;
    const good = Number.isInteger(threads) && threads >= 1 && threads <= 256 && speedup > 0 && speedup < 1000 && age >= 0 && age < VALID_MS;
    return good ? { threads, speedup } : null;
  } catch {
    return null;
  }
}

/** @param {number} threads */
const many = (threads) => (threads === 1 ? '1 thread' : `${threads} threads`);
