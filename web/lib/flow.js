// @ts-check
// The page's side of a stream: what was asked for of the host, what has come, and who waits for it.
import { TamisError, cancelledBy } from './errors.js';

/**
 * How a flow reaches its host.
 * @typedef {object} Link
 * @property {() => void} start
 * @property {() => void} ask  for one batch more
 * @property {() => void} cancel
 * @property {(busy: boolean) => void} hold  whether somebody waits, which keeps a Node process alive
 */

/** So many batches are asked for ahead: one may be on its way while another is used. */
export const AHEAD = 2;

/**
 * Does not know the PrimeStream that it belongs to: that one may be collected as garbage, which cancels this one.
 * @template B
 */
export class Flow {
  /** @type {Link} */
  #link;
  #signal;
  /** @type {{ values: B, entries: number }[]} came and not taken */
  #queue = [];
  /** @type {{ resolve: (values: B | null) => void, reject: (error: unknown) => void }[]} */
  #waiting = [];
  #started = false;
  /** Nothing comes any more. */
  #over = false;
  /** @type {unknown} why not, unless all came or nothing more was wanted */
  #error = null;
  /** @type {() => void} */
  #settle = () => {};
  /** @type {Promise<void>} until the host has let go of the job */
  #settled = new Promise((resolve) => { this.#settle = resolve; });
  #abort = () => this.#end(cancelledBy(/** @type {AbortSignal} */ (this.#signal)), true);
  /** Primes (k-tuplets) taken so far. */
  entries = 0n;

  /**
   * @param {Link} link
   * @param {AbortSignal | undefined} signal
   */
  constructor(link, signal) {
    this.#link = link;
    this.#signal = signal;
  }

  /** @returns {Promise<B | null>} null when that was all */
  take() {
    if (!this.#started && !this.#over) this.#start();
    const next = this.#queue.shift();
    if (next) {
      this.entries += BigInt(next.entries);
      if (!this.#over) this.#link.ask();
      return Promise.resolve(next.values);
    }
    if (this.#over) return this.#error ? Promise.reject(this.#error) : Promise.resolve(null);
    if (this.#waiting.length === 0) this.#link.hold(true);
    return new Promise((resolve, reject) => { this.#waiting.push({ resolve, reject }); });
  }

  /** Nothing more is wanted. @returns {Promise<void>} when the job has ended */
  async stop() {
    if (!this.#started) {
      this.#started = this.#over = true;
      this.#settle();
    }
    if (!this.#over) this.#end(null, true);
    // What has come of a stream that is over is not wanted either.
    this.#queue = [];
    this.#link.hold(true);
    await this.#settled;
    this.#link.hold(false);
  }

  #start() {
    this.#started = true;
    if (this.#signal?.aborted) {
      this.#end(cancelledBy(this.#signal), false);
      this.#settle();
      return;
    }
    this.#signal?.addEventListener('abort', this.#abort);
    try {
      this.#link.start();
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * A batch came.
   * @param {B} values
   * @param {number} entries
   */
  batch(values, entries) {
    if (this.#over) return;
    const waiting = this.#waiting.shift();
    if (!waiting) {
      this.#queue.push({ values, entries });
      return;
    }
    this.entries += BigInt(entries);
    this.#link.ask();
    if (this.#waiting.length === 0) this.#link.hold(false);
    waiting.resolve(values);
  }

  /** The host has ended the job well. */
  done() {
    this.#end(null, false);
    this.#settle();
  }

  /** The job is no more, for this reason. @param {unknown} error */
  failed(error) {
    this.#end(error, false);
    this.#settle();
  }

  /**
   * An error before the job's end, such as one of the user's own onProgress.
   * @param {unknown} error
   */
  spoil(error) {
    this.#end(error, true);
  }

  /**
   * @param {unknown} error
   * @param {boolean} early  before the host has ended the job
   */
  #end(error, early) {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#signal?.removeEventListener('abort', this.#abort);
    if (early) this.#link.cancel();
    // What came before a failure is good; nobody wants what came before a cancel.
    if (early || (error instanceof TamisError && error.code === 'disposed')) this.#queue = [];
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#link.hold(false);
    for (const { resolve, reject } of waiting) {
      if (error) reject(error);
      else resolve(null);
    }
  }
}
