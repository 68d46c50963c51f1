// @ts-check
// How many threads a job gets when nobody says how many: as many as there are, until it was measured on this device from
// how many on another one gains nothing. (Cores that are slow, shared, or only half a core are counted by browsers all the same.)

/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./tuning.js').Store} Store */
/** @typedef {{ threads: number, speedup: number, pace: number }} Measured  speedup: over one thread; pace: numbers a millisecond */
/**
 * What is remembered: the best of some measurements.
 * @typedef {Measured & { at: number, looks: number, lookedAt: number }} Opinion  at: when it was measured, as Date.now() gives it;
 *   looks: how many measurements there were, lookedAt: the last of them
 */

/** What one thread is given to do, from 10^9 on: about 40 ms, between these bounds. */
const BEGIN = 1_000_000_000;
const [FEWEST, MOST] = [50_000_000, 400_000_000];
const RUN_MS = 40;
/** Other things run on a device, too: the better of so many runs counts. */
const ROUNDS = 2;
/** Fewer threads are as good as more when they reach this share of the best. */
const ENOUGH = 0.95;
/** Devices change: another power plan, another browser. */
const VALID_MS = 24 * 3600 * 1000;
/** On a device that was busy with something else, few threads look best. So fewer than all are measured again: */
const DOUBT = /** @type {const} */ ({
  /** at each visit, until there were so many measurements, */
  looks: 2,
  /** and later at the first visit after so long. */
  restMs: 3600 * 1000,
});

export class ThreadChoice {
  #store;
  #key;
  #available;
  #asked;
  /** @type {Opinion | null} */
  #opinion = null;
  /** Measured by this instance: once is enough. */
  #looked = false;

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
    this.#opinion = asked ? null : this.#kept();
  }

  /** How many a job gets that does not say. */
  get threads() {
    return Math.min(this.#opinion?.threads ?? Infinity, this.#available);
  }

  /** The same as a limit of a job: 0 for all there are, however many that will be. */
  get limit() {
    return this.threads < this.#available ? this.threads : 0;
  }

  /** Why so many: a sentence. */
  get reason() {
    const count = many(this.threads);
    if (this.#asked) return `${count}: asked for.`;
    if (!this.#opinion) return `${count}: all there are; which number is fastest was not measured.`;
    const { threads, speedup, looks } = this.#opinion;
    const where = looks === 1 ? 'when measured on this device' : `in the ${looks === 2 ? 'better' : 'best'} of ${looks} measurements on this device`;
    const times = `${speedup.toFixed(1)} times as fast as 1 ${where}`;
    if (threads >= this.#available) return `${count}: ${times}.`;
    const found = threads === 1 ? `more were no faster ${where}` : `${times}, and more were no faster`;
    return looks < DOUBT.looks ? `${count}: ${found}; it may have been busy, so the next visit measures again.` : `${count}: ${found}.`;
  }

  /** Whether there is something to find out. */
  get open() {
    if (this.#store === null || this.#asked || this.#available <= 1 || this.#looked) return false;
    return this.#opinion === null || (this.threads < this.#available && isDoubtful(this.#opinion));
  }

  /** There are so many now. @param {number} threads */
  available(threads) {
    this.#available = threads;
  }

  /** So many are there from now on, because somebody asked for them. @param {number} threads */
  resized(threads) {
    this.#available = threads;
    this.#asked = true;
    this.#opinion = null;
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
    this.#looked = true;
    // As it is now: another tab may have measured meanwhile.
    this.#opinion = better(this.#kept(), choose(paces), Date.now());
    this.#store?.set(this.#key, JSON.stringify(this.#opinion));
  }

  /** What is remembered, if it can be had here. */
  #kept() {
    const kept = sane(this.#store?.get(this.#key));
    return kept && kept.threads <= this.#available ? kept : null;
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
    if (pace >= ENOUGH * best) return { threads, speedup: pace / /** @type {number} */ (paces.get(1)), pace };
  }
  throw new RangeError('nothing was measured'); // no pace is above the best
}

/**
 * Of two measurements the one that ran faster: the device had more to give then.
 * @param {Opinion | null} before
 * @param {Measured} found
 * @param {number} now
 * @returns {Opinion}
 */
export function better(before, found, now) {
  const looks = (before?.looks ?? 0) + 1;
  return before && before.pace > found.pace ? { ...before, looks, lookedAt: now } : { ...found, at: now, looks, lookedAt: now };
}

/** @param {Opinion} opinion  that fewer than all threads are best */
const isDoubtful = ({ looks, lookedAt }) => looks < DOUBT.looks || Date.now() - lookedAt >= DOUBT.restMs;

/**
 * What was stored may be anybody's.
 * @param {string | null | undefined} kept
 * @returns {Opinion | null}
 */
function sane(kept) {
  try {
    const { threads, speedup, pace, at, looks, lookedAt } = JSON.parse(kept ?? 'null') ?? {};
    const now = Date.now();
    const good = Number.isInteger(threads) && threads >= 1 && threads <= 256 && speedup > 0 && speedup < 1000 && pace > 0
      && Number.isInteger(looks) && looks >= 1 && at <= lookedAt && lookedAt <= now && now - at < VALID_MS;
    return good ? { threads, speedup, pace, at, looks, lookedAt } : null;
  } catch {
    return null;
  }
}

/** @param {number} threads */
const many = (threads) => (threads === 1 ? '1 thread' : `${threads} threads`);
