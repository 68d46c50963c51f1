// @ts-check
// The one loaded library of this page: starting it, starting it again with more threads or another
// mode, and who is using it now.
import { load, TamisError } from '../lib/index.js';

/** @typedef {import('../lib/index.js').Tamis} Tamis */
/** @typedef {import('../lib/options.js').LibraryEvent} LibraryEvent */
/** @typedef {'starting' | 'ready' | 'failed'} EngineState */
/** @typedef {'auto' | 'threads' | 'workers'} WantedMode */

/** The most threads the library takes. */
export const MAX_THREADS = 256;
/** Shorter counts say little about the speed of longer ones. */
const TELLING_MS = 30;

/** Dispatches `change` whenever its state, its threads or its user changes. */
export class Engine extends EventTarget {
  /** @type {EngineState} */
  state = 'starting';
  /** @type {Tamis | null} */
  tamis = null;
  /** @type {unknown} why it failed */
  error = null;
  /** @type {string | null} what runs on it now, in words: "a count" */
  user = null;
  /** @type {WantedMode} */
  wanted = 'auto';
  /** The instance that runs the jobs of all tabs, while this tab leads. @type {Tamis | null} */
  jobsTamis = null;
  /** What was lost last, and made good. @type {{ why: string, takenMs: number } | null} */
  healed = null;
  /** Numbers per second and core of the last count; 0 while nothing was counted. */
  pace = 0;

  /** Cores, as the browser tells them. */
  get cores() {
    return navigator.hardwareConcurrency || 1;
  }

  get threads() {
    return this.tamis?.threads ?? 0;
  }

  /**
   * Starts the library, in place of the one that is there. Never rejects: look at `state`.
   * @param {{ threads?: number, mode?: WantedMode, signal?: AbortSignal }} [options]
   */
  async start({ threads, mode = this.wanted, signal } = {}) {
    this.wanted = mode;
    this.state = 'starting';
    this.error = null;
    this.#changed();
    try {
      const before = this.tamis;
      this.tamis = null;
      await before?.dispose();
      this.tamis = await load({ threads, mode, signal, onEvent: this.hear });
      this.state = 'ready';
    } catch (error) {
      this.state = 'failed';
      this.error = error;
    }
    this.#changed();
  }

  /**
   * Sees to it that at least so many threads are there.
   * @param {number} threads
   * @param {AbortSignal} [signal]
   * @returns {Promise<number>}  how many there are now: fewer, where the browser had no more
   */
  async provide(threads, signal) {
    const before = this.threads;
    if (before >= threads) return before;
    await this.start({ threads, signal });
    if (this.state !== 'ready') {
      const { error } = this;
      // The page goes on with what it had.
      await this.start({ threads: before });
      throw error;
    }
    return this.threads;
  }

  /** What a library of this page tells of itself. @param {LibraryEvent} event */
  hear = ({ why, takenMs }) => {
    this.healed = { why, takenMs };
    this.#changed();
  };

  /**
   * Starts the instance for the jobs of all tabs.
   * @param {(event: LibraryEvent) => void} [onEvent]
   * @returns {Promise<Tamis>}
   */
  async loadForJobs(onEvent) {
    const hear = (/** @type {LibraryEvent} */ event) => {
      this.hear(event);
      onEvent?.(event);
    };
    this.jobsTamis = await load({ mode: this.wanted, threads: this.threads || undefined, onEvent: hear });
    this.#changed();
    return this.jobsTamis;
  }

  /** @returns {Tamis} */
  get ready() {
    if (this.tamis) return this.tamis;
    throw new TamisError('state', this.state === 'failed'
      ? 'The sieve did not start, so nothing can be counted.'
      : 'The sieve is still starting.', {
      hint: this.state === 'failed' ? 'Press “Try again” at the top of the page.' : 'Try again in a moment.',
    });
  }

  /**
   * Takes the engine for one piece of work; counts and benchmarks would only disturb each other.
   * @param {string} user  in words: "a count"
   * @param {string} remedy  how the one that holds it is stopped
   * @returns {() => void}  gives it back
   */
  claim(user, remedy = 'Wait for it to end, or press Esc to stop it.') {
    void this.ready;
    if (this.user) {
      throw new TamisError('state', `There is ${this.user} running already.`, { hint: remedy });
    }
    this.user = user;
    this.#changed();
    return () => {
      this.user = null;
      this.#changed();
    };
  }

  /** @param {{ start: bigint, stop: bigint, threads: number, ms: number }} counted */
  notePace({ start, stop, threads, ms }) {
    if (ms < TELLING_MS) return;
    this.pace = Number(stop - start) / (ms / 1000) / Math.min(threads, this.cores);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * An error in sentences: what went wrong, and what to do next.
 * @param {unknown} error
 * @returns {{ text: string, hint: string }}
 */
export function inWords(error) {
  // The library's hint speaks to programs here: load() another instance.
  if (isFatal(error)) return { text: error.message, hint: 'Start the sieve afresh, then try again.' };
  if (error instanceof TamisError) return { text: error.message, hint: error.hint };
  const text = error instanceof Error ? error.message : String(error);
  return { text: `Something unexpected went wrong: ${text}`, hint: 'Reload the page to start afresh.' };
}

/**
 * Whether the instance that gave this error can do no more.
 * @param {unknown} error
 * @returns {error is TamisError}
 */
export const isFatal = (error) =>
  error instanceof TamisError && (error.code === 'failed' || error.code === 'disposed');

/** @param {unknown} error */
export const isCancelled = (error) => error instanceof TamisError && error.code === 'cancelled';

/**
 * An answer beyond the numbers of 64 bits, or a question about them.
 * @param {unknown} error
 */
export const isOutOfRange = (error) => error instanceof TamisError && error.code === 'range';

/**
 * Threads for work that has no setting for them: one for each core.
 * @param {Engine} engine
 */
export const crewOf = ({ threads, cores }) => Math.max(1, Math.min(threads, cores));
