// @ts-check
// A job as its user holds it.
import { TamisError, cancelledBy, fromWire } from './errors.js';
import { checkJobThreads } from './options.js';
import { ProgressMeter } from './progress.js';

/** @typedef {import('./capabilities.js').Mode} Mode */
/** @typedef {import('./link.js').HostLink} HostLink */
/** @typedef {import('./progress.js').Progress} Progress */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').RunMessage} RunMessage */
/** @typedef {'running' | 'paused' | 'done' | 'cancelled' | 'failed'} JobState */

/**
 * @typedef {object} Result
 * @property {bigint} value  the first of the values
 * @property {bigint[]} values  what the kind yields
 * @property {number} elapsedMs  from the start of the work to its end, without the time it was paused
 * @property {number} threads  at most so many worked on it
 * @property {Mode} mode
 */

/** A cancel is answered after this long at the latest; the host answers sooner unless the machine is overloaded. */
const CANCEL_MS = 40;

/**
 * A job under way. Made by `tamis.start()` and `tamis.restore()`.
 *
 *     const job = tamis.start('count-primes', { start: 0, stop: 10n ** 13n });
 *     await job.pause();                            // chunks under way are finished, no more are begun
 *     const checkpoint = await job.checkpoint();    // a few hundred bytes, to be kept anywhere
 *     job.cancel();
 *     ...
 *     const { value } = await tamis.restore(checkpoint).result;    // later, or elsewhere
 */
export class JobHandle {
  #link;
  #crew;
  /** Kept up to date: see RunMessage. */
  #order;
  #signal;
  #onProgress;
  #onCheckpoint;
  #meter;
  /** @type {JobState} */
  #state;
  /** @type {Progress | null} */
  #progress = null;
  /** @type {(result: Result) => void} */
  #resolve = () => {};
  /** @type {(error: unknown) => void} */
  #reject = () => {};
  /** @type {Uint8Array | undefined} what a job that did not end well left behind */
  #left;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #abort = () => this.cancel();

  /** @type {Promise<Result>} rejects with TamisError (code, message, hint, checkpoint) */
  result = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  /**
   * Made by start() and restore().
   * @param {HostLink} link
   * @param {RunMessage} order
   * @param {Pick<import('./options.js').StartOptions, 'signal' | 'onProgress' | 'onCheckpoint'>} options
   * @param {{ readonly mode: Mode, readonly threads: number }} crew
   */
  constructor(link, order, { signal, onProgress, onCheckpoint }, crew) {
    this.#link = link;
    this.#order = order;
    this.#crew = crew;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#onCheckpoint = onCheckpoint;
    this.#meter = new ProgressMeter(performance.now(), { restored: order.checkpoint !== null });
    this.#state = order.paused ? 'paused' : 'running';
    if (order.paused) this.#meter.pause(performance.now());
    // Whoever steers a job need not wait for it; that it failed is no unhandled rejection then.
    this.result.catch(() => {});
    link.hold(true);
    if (signal?.aborted) {
      this.#fail(this.#cancelled());
      return;
    }
    signal?.addEventListener('abort', this.#abort);
    link.run({ order, hear: (message) => this.#hear(message), lose: (error) => this.#fail(error) });
  }

  /** As last heard of. @returns {JobState} */
  get state() {
    return this.#state;
  }

  /** The last progress, with onProgress as often as that is told, else ten times a second; null before the first. @returns {Progress | null} */
  get progress() {
    return this.#progress;
  }

  /**
   * Begins no more of its chunks. Those under way are finished, within milliseconds to a few seconds. Does nothing
   * to a job that has ended.
   * @returns {Promise<void>} when the host has heard of it
   */
  async pause() {
    this.#order.paused = true;
    await this.#steer({ type: 'pause', id: this.#order.id }, () => {
      this.#state = 'paused';
      this.#meter.pause(performance.now());
    });
  }

  /** Goes on. @returns {Promise<void>} when the host has heard of it */
  async resume() {
    this.#order.paused = false;
    await this.#steer({ type: 'resume', id: this.#order.id }, () => {
      this.#state = 'running';
      this.#meter.resume(performance.now());
    });
  }

  /**
   * Lets at most so many threads (or workers) work on it from now on; those that are too many finish their chunks.
   * @param {number} threads  1 to the `threads` there are
   * @returns {Promise<void>} when the host has heard of it
   */
  async setThreads(threads) {
    this.#order.threads = checkJobThreads(threads, this.#crew.threads);
    await this.#steer({ type: 'threads', id: this.#order.id, threads }, () => {});
  }

  /** Ends it: `result` rejects with the code 'cancelled'. Does nothing to a job that has ended. */
  cancel() {
    if (this.#hasEnded || this.#timer !== undefined) return;
    this.#link.send({ type: 'cancel', id: this.#order.id });
    this.#timer = setTimeout(() => this.#fail(this.#cancelled()), CANCEL_MS);
  }

  /**
   * How far it is, as bytes that restore() takes, here or elsewhere: all that was merged. Running jobs are not stopped
   * for it. Of a job that was cancelled, or failed, what it left behind.
   * @returns {Promise<Uint8Array<ArrayBuffer>>} rejects with TamisError, with the code 'state' when the job is done
   */
  async checkpoint() {
    try {
      if (!this.#hasEnded) return await this.#link.call({ type: 'checkpoint', id: this.#order.id });
    } catch (error) {
      // It may have ended just now.
      if (!this.#hasEnded || (error instanceof TamisError && error.code === 'disposed')) throw error;
    }
    if (this.#left) return new Uint8Array(this.#left);
    throw this.#state === 'done'
      ? new TamisError('state', 'The job is done: there is nothing left to go on with.', { hint: 'Its `result` is there.' })
      : new TamisError('state', 'The job has ended, and left no checkpoint.');
  }

  /** The checkpoint as a text to be copied. @returns {Promise<string>} rejects as checkpoint() */
  async token() {
    return this.#link.call({ type: 'token', checkpoint: await this.checkpoint() });
  }

  get #hasEnded() {
    return this.#state !== 'running' && this.#state !== 'paused';
  }

  /**
   * @param {import('./protocol.js').Call} what
   * @param {() => void} heard
   */
  async #steer(what, heard) {
    if (this.#hasEnded) return;
    await this.#link.call(what);
    if (!this.#hasEnded) heard();
  }

  /** @param {FromHost} message */
  #hear(message) {
    switch (message.type) {
      case 'progress':
        this.#progress = this.#meter.update(message.done, message.total, performance.now(), message.phases);
        this.#tell(this.#onProgress, this.#progress);
        break;
      case 'checkpoint':
        this.#order.checkpoint = message.checkpoint;
        this.#order.spentMs = message.spentMs;
        this.#tell(this.#onCheckpoint, new Uint8Array(message.checkpoint));
        break;
      case 'done': {
        const { values, elapsedMs } = message;
        const { mode, threads } = this.#crew;
        this.#end('done');
        this.#resolve({ value: values[0], values, elapsedMs, threads: this.#order.threads || threads, mode });
        break;
      }
      case 'error': {
        const error = fromWire(message.error);
        this.#left = error.checkpoint;
        this.#fail(error.code === 'cancelled' ? this.#cancelled() : error);
        break;
      }
    }
  }

  /**
   * Calls what the user gave.
   * @template T
   * @param {((value: T) => void) | undefined} callback
   * @param {T} value
   */
  #tell(callback, value) {
    try {
      callback?.(value);
    } catch (error) {
      // The job's promise is where the user will see it.
      this.#link.send({ type: 'cancel', id: this.#order.id });
      this.#fail(error);
    }
  }

  /** The host knows no reason; the signal has it. */
  #cancelled() {
    return this.#signal?.aborted ? cancelledBy(this.#signal) : new TamisError('cancelled', 'The work was cancelled.');
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#hasEnded) return;
    const { checkpoint } = this.#order;
    if (checkpoint instanceof Uint8Array) this.#left ??= checkpoint;
    if (error instanceof TamisError) error.checkpoint ??= this.#left;
    this.#end(error instanceof TamisError && error.code === 'cancelled' ? 'cancelled' : 'failed');
    this.#reject(error);
  }

  /** @param {JobState} state */
  #end(state) {
    this.#state = state;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#link.forget(this.#order.id);
    this.#link.hold(false);
  }
}
