// @ts-check
/// <reference lib="esnext.disposable" preserve="true" />
// The library as a page or a Node program holds it. Everything here is messages: nothing blocks.
import { TamisError, cancelledBy, fromWire } from './errors.js';
import { jobSpec } from './kinds.js';
import { checkRunOptions } from './options.js';
import { ProgressMeter } from './progress.js';

/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./capabilities.js').Mode} Mode */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./platform/platform.js').WorkerHandle} WorkerHandle */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').ToHost} ToHost */
/** @typedef {import('./team.js').Team} Team */

/**
 * @typedef {object} Result
 * @property {bigint} value  the first of the values
 * @property {bigint[]} values  what the kind yields
 * @property {number} elapsedMs  from the start of the work to its end
 * @property {number} threads  at most so many worked on it
 * @property {Mode} mode
 */

/**
 * @typedef {object} Pending
 * @property {(result: Result) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {(done: bigint, total: bigint) => void} progress
 * @property {number} threads
 */

/** A cancel is answered after this long at the latest; the host answers sooner unless the machine is overloaded. */
const CANCEL_MS = 40;
/** How long dispose() waits for the threads to leave their work. */
const STOP_MS = 1000;

/**
 * What `await using tamis = await load()` calls at the end of its block. Engines that do not have it yet get
 * a symbol nobody knows.
 * @type {typeof Symbol.asyncDispose}
 */
const asyncDispose = Symbol.asyncDispose ?? Symbol('asyncDispose');

export class Client {
  #host;
  #team;
  #capabilities;
  #version;
  /** @type {Map<number, Pending>} */
  #jobs = new Map();
  #nextId = 1;
  /** @type {TamisError | null} why nothing can be run any more */
  #ended = null;
  /** @type {Promise<void> | null} */
  #disposal = null;
  #onStopped = () => {};

  /**
   * Made by load().
   * @param {{ host: WorkerHandle, team: Team | null }} parts
   * @param {string} version
   * @param {Capabilities & { mode: Mode }} capabilities
   */
  constructor({ host, team }, version, capabilities) {
    this.#host = host;
    this.#team = team;
    this.#version = version;
    this.#capabilities = capabilities;
    host.onMessage = (message) => this.#receive(message);
    host.onLost = (why) => this.#lose(why);
    this.#keepAlive(false);
  }

  /** How the work is shared out: 'threads' or 'workers'. @returns {Mode} */
  get mode() {
    return this.#capabilities.mode;
  }

  /** How many threads (or isolated workers) there are. */
  get threads() {
    return this.#capabilities.threads;
  }

  /** Version of the core, as in "0.1.0". */
  get version() {
    return this.#version;
  }

  /** What this engine can do, the mode, why, and what would make it better. @returns {Capabilities & { mode: Mode }} */
  capabilities() {
    return { ...this.#capabilities, warnings: [...this.#capabilities.warnings] };
  }

  /**
   * Counts the primes p with start <= p <= stop.
   * @param {bigint | number} start
   * @param {bigint | number} stop  inclusive, < 2n ** 64n
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError (code, message, hint)
   */
  async countPrimes(start, stop, options) {
    return (await this.run('count-primes', { start, stop }, options)).value;
  }

  /**
   * Runs a job of any kind.
   * @param {string} kind  a name of KINDS
   * @param {Record<string, bigint | number | undefined>} [params]
   * @param {RunOptions} [options]
   * @returns {Promise<Result>} rejects with TamisError (code, message, hint)
   */
  async run(kind, params = {}, options = {}) {
    if (this.#ended) throw this.#ended;
    const spec = jobSpec(kind, params);
    const { signal, onProgress, threads } = checkRunOptions(options, this.threads);
    if (signal?.aborted) throw cancelledBy(signal);

    const id = this.#nextId++;
    const meter = new ProgressMeter(performance.now());
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const cancel = () => {
      this.#send({ type: 'cancel', id });
      timer = setTimeout(() => this.#jobs.get(id)?.reject(cancelledBy(/** @type {AbortSignal} */ (signal))), CANCEL_MS);
    };
    if (this.#jobs.size === 0) this.#keepAlive(true);
    try {
      return await new Promise((resolve, reject) => {
        this.#jobs.set(id, {
          resolve,
          // The host knows no reason; the signal has it.
          reject: (error) => reject(signal?.aborted && error instanceof TamisError && error.code === 'cancelled' ? cancelledBy(signal) : error),
          progress: (done, total) => onProgress?.(meter.update(done, total, performance.now())),
          threads: threads || this.threads,
        });
        signal?.addEventListener('abort', cancel);
        this.#send({ type: 'run', id, spec, threads });
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      this.#jobs.delete(id);
      if (this.#jobs.size === 0 && !this.#disposal) this.#keepAlive(false);
    }
  }

  /**
   * Cancels all jobs (they reject with code 'disposed') and ends the workers. Fine to call twice.
   * @returns {Promise<void>}
   */
  dispose() {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  /** @returns {Promise<void>} */
  [asyncDispose]() {
    return this.dispose();
  }

  async #dispose() {
    const lost = this.#ended !== null;
    this.#end(new TamisError('disposed', 'This instance was disposed of.', { hint: 'load() gives another.' }));
    if (!lost) {
      this.#keepAlive(true);
      // Threads that still compute when their worker is terminated would burn on for seconds in Chromium.
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      await /** @type {Promise<void>} */ (new Promise((resolve) => {
        this.#onStopped = resolve;
        timer = setTimeout(resolve, STOP_MS);
        this.#send({ type: 'stop' });
      }));
      clearTimeout(timer);
    }
    this.#team?.disband();
    this.#host.terminate();
  }

  /** @param {FromHost} message */
  #receive(message) {
    switch (message.type) {
      case 'progress': {
        const job = this.#jobs.get(message.id);
        try {
          job?.progress(message.done, message.total);
        } catch (error) {
          // Thrown by the user's onProgress: the job's promise is where the user will see it.
          this.#send({ type: 'cancel', id: message.id });
          job?.reject(error);
        }
        break;
      }
      case 'done': {
        const { id, values, elapsedMs } = message;
        const job = this.#jobs.get(id);
        job?.resolve({ value: values[0], values, elapsedMs, threads: job.threads, mode: this.mode });
        break;
      }
      case 'error':
        this.#jobs.get(message.id)?.reject(fromWire(message.error));
        break;
      case 'replace':
        void this.#team?.replace(message.slot, 'its chunk was no longer wanted');
        break;
      case 'failed':
        this.#lose(message.error.message);
        break;
      case 'stopped':
        this.#onStopped();
        break;
    }
  }

  /** The host can't be trusted, or is no more. @param {string} why */
  #lose(why) {
    this.#onStopped();
    if (this.#ended) return;
    this.#end(new TamisError('failed', `The core stopped unexpectedly: ${why}.`, {
      hint: 'dispose() of this instance and load() another, with more `memory` if it ran out.',
    }));
    this.#team?.disband();
    this.#host.terminate();
  }

  /** @param {TamisError} error  what running jobs and later calls reject with */
  #end(error) {
    this.#ended = error;
    for (const job of this.#jobs.values()) job.reject(error);
  }

  /** @param {ToHost} message */
  #send(message) {
    this.#host.post(message);
  }

  /** Node: only work under way holds the process open. @param {boolean} busy */
  #keepAlive(busy) {
    this.#host.keepAlive(busy);
    this.#team?.keepAlive(busy);
  }
}
