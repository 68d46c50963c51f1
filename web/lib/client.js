// @ts-check
/// <reference lib="esnext.disposable" preserve="true" />
// The library as a page or a Node program holds it. Everything here is messages: nothing blocks.
import { TamisError, cancelledBy, fromWire } from './errors.js';
import { AHEAD, Flow } from './flow.js';
import { I64_MAX, toInteger, toU64 } from './integers.js';
import { PrimeIterator } from './iterate.js';
import { KINDS, jobSpec } from './kinds.js';
import { listOf } from './list.js';
import { checkListOptions, checkRunOptions, checkStreamOptions, checkWhole } from './options.js';
import { ProgressMeter } from './progress.js';
import { PrimeStream } from './stream.js';
import { Tuning } from './tuning.js';

/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./capabilities.js').Mode} Mode */
/** @typedef {import('./forms.js').Batches} Batches */
/** @typedef {import('./forms.js').FormName} FormName */
/** @typedef {import('./kinds.js').JobSpec} JobSpec */
/** @typedef {import('./options.js').ListName} ListName */
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
 * @property {(error: unknown) => void} spoil  the user's own onProgress threw this
 * @property {(done: bigint, total: bigint) => void} progress
 * @property {(values: any, entries: number) => void} [batch]  of a stream
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
  /** How many calls wait for the workers; 0 lets a Node process end. */
  #waits = 0;
  /** @type {TamisError | null} why nothing can be run any more */
  #ended = null;
  /** @type {Promise<void> | null} */
  #disposal = null;
  #onStopped = () => {};
  #tuning;

  /**
   * Made by load().
   * @param {{ host: WorkerHandle, team: Team | null, store: import('./tuning.js').Store | null }} parts
   * @param {string} version
   * @param {Capabilities & { mode: Mode }} capabilities
   */
  constructor({ host, team, store }, version, capabilities) {
    this.#host = host;
    this.#team = team;
    this.#version = version;
    this.#capabilities = capabilities;
    host.onMessage = (message) => this.#receive(message);
    host.onLost = (why) => this.#lose(why);
    this.#keepAlive(false);
    this.#tuning = new Tuning(store, version, capabilities.hardwareConcurrency);
    this.#tuning.begin(this);
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

  /** In which pieces the sieve works on this device, and how that is known. Pages measure it once, by themselves. */
  get tuning() {
    return this.#tuning.state;
  }

  /**
   * Measures which piece of the sieve is fastest here (about 0.2 s of one thread), and uses it from now on. Best while nothing
   * else runs. Pages do so by themselves when they have been idle for a moment after load(), and remember it.
   * @param {RunOptions} [options]
   * @returns {Promise<number>} bytes; rejects with TamisError
   */
  async tune(options) {
    const pieceBytes = Number((await this.run('tune', {}, options)).value);
    this.#tuning.measured(pieceBytes);
    return pieceBytes;
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
   * Counts the prime k-tuplets (2: twins, 3: triplets of both forms, ... 6: sextuplets) whose members all lie
   * between start and stop, both included; k = 1 counts primes. run('count-tuplets') counts several in one pass.
   * @param {number} k  1 to 6
   * @param {bigint | number} start
   * @param {bigint | number} stop
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError (code, message, hint)
   */
  async countTuplets(k, start, stop, options) {
    checkWhole(k, 'k', 1, 6);
    return (await this.run('count-tuplets', { start, stop, kinds: 1 << (k - 1) }, options)).values[k - 1];
  }

  /**
   * The nth prime greater than start, or, when n is negative, the |n|th below it; n = 0 gives the first prime
   * that is not less than start. nthPrime(1) is 2.
   * @param {bigint | number} n
   * @param {bigint | number} [start]
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError, with the code 'range' when there is no such prime below 2^64
   */
  async nthPrime(n, start = 0n, options) {
    const wanted = toInteger(n, 'n');
    const distance = wanted < 0n ? -wanted : wanted;
    if (distance > I64_MAX) throw new TamisError('range', `n is ${wanted}, which is not between -(2^63-1) and 2^63-1.`);
    return (await this.run('nth-prime', { n: distance, start, before: wanted < 0n ? 1 : 0 }, options)).value;
  }

  /**
   * The primes from start to stop, both included, as one typed array.
   * @template {ListName} [T='u64']
   * @param {bigint | number} start
   * @param {bigint | number} stop
   * @param {import('./options.js').ListOptions<T>} [options]  type: 'u64' (BigUint64Array, the default), 'u32' or 'f64'
   * @returns {Promise<Batches[T]>} rejects with TamisError, with the code 'range' when the list would exceed 1 GiB
   */
  async listPrimes(start, stop, options = {}) {
    const [from, to] = [toU64(start, 'start'), toU64(stop, 'stop')];
    const type = checkListOptions(options, to);
    return listOf(this, from, to, { ...options, type });
  }

  /**
   * The primes from start to stop, both included, in batches as they are found, with bounded memory.
   * @template {FormName} [T='u64']
   * @param {bigint | number} start
   * @param {bigint | number} stop
   * @param {import('./options.js').StreamOptions<T>} [options]
   * @returns {PrimeStream<T>}
   * @throws {TamisError} for what can't be asked for; reading rejects with TamisError
   */
  primes(start, stop, options = {}) {
    if (this.#ended) throw this.#ended;
    const { type, tuplets, batch, ...runOptions } = checkStreamOptions(options, toU64(stop, 'stop'), this.threads);
    const spec = jobSpec('list-primes', { start, stop, k: tuplets });
    return new PrimeStream(this.#flow(spec, { type, tuplets, batch, asked: AHEAD }, runOptions));
  }

  /**
   * An iterator over the primes in both directions. Its first next() gives the least prime that is not less than
   * start, its first prev() the greatest that is not greater.
   * @param {bigint | number} [start]
   * @returns {PrimeIterator}
   * @throws {TamisError} when start is no integer of 64 bits
   */
  iterator(start = 0n) {
    return new PrimeIterator(this, start);
  }

  /**
   * Runs a job of any kind but 'list-primes', which is a stream: see primes().
   * @param {string} kind  a name of KINDS
   * @param {Record<string, bigint | number | undefined>} [params]
   * @param {RunOptions} [options]
   * @returns {Promise<Result>} rejects with TamisError (code, message, hint)
   */
  async run(kind, params = {}, options = {}) {
    if (this.#ended) throw this.#ended;
    const spec = jobSpec(kind, params);
    const { stream, outside } = KINDS[kind];
    if (stream) {
      throw new TamisError('kind', `${kind} is read while it runs.`, { hint: 'Read it by primes(start, stop), or have it whole by listPrimes(start, stop).' });
    }
    const { signal, onProgress, threads } = checkRunOptions(options, this.threads);
    if (signal?.aborted) throw cancelledBy(signal);
    this.#giveWay(signal);

    const id = this.#nextId++;
    const meter = new ProgressMeter(performance.now());
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const cancel = () => {
      this.#send({ type: 'cancel', id });
      timer = setTimeout(() => this.#jobs.get(id)?.reject(cancelledBy(/** @type {AbortSignal} */ (signal))), CANCEL_MS);
    };
    this.#wait(true);
    try {
      return await new Promise((resolve, reject) => {
        this.#jobs.set(id, {
          resolve,
          reject(error) {
            // The host knows no reason; the signal has it.
            if (signal?.aborted && isError(error, 'cancelled')) reject(cancelledBy(signal));
            else if (outside && isError(error, 'range')) reject(new TamisError('range', outside.message, { hint: outside.hint, status: error.status, cause: error }));
            else reject(error);
          },
          spoil: (error) => {
            this.#send({ type: 'cancel', id });
            reject(error);
          },
          progress: (done, total) => onProgress?.(meter.update(done, total, performance.now())),
          threads: threads || this.threads,
        });
        signal?.addEventListener('abort', cancel);
        this.#send({ type: 'run', id, spec: this.#tuned(spec), threads, feed: null });
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      this.#jobs.delete(id);
      this.#wait(false);
    }
  }

  /**
   * @template {FormName} T
   * @param {JobSpec} spec
   * @param {import('./feed.js').FeedSpec & { type: T }} feed
   * @param {ReturnType<typeof checkRunOptions>} options
   * @returns {Flow<Batches[T]>}
   */
  #flow(spec, feed, { signal, onProgress, threads }) {
    const id = this.#nextId++;
    /** @type {Flow<Batches[T]>} */
    const flow = new Flow({
      start: () => {
        if (this.#ended) throw this.#ended;
        const meter = new ProgressMeter(performance.now());
        this.#jobs.set(id, {
          resolve: () => {
            this.#jobs.delete(id);
            flow.done();
          },
          reject: (error) => {
            this.#jobs.delete(id);
            flow.failed(error);
          },
          spoil: (error) => flow.spoil(error),
          progress: (done, total) => onProgress?.(meter.update(done, total, performance.now())),
          batch: (values, entries) => flow.batch(values, entries),
          threads: threads || this.threads,
        });
        this.#giveWay(signal);
        this.#send({ type: 'run', id, spec: this.#tuned(spec), threads, feed });
      },
      ask: () => this.#send({ type: 'read', id }),
      cancel: () => this.#send({ type: 'cancel', id }),
      hold: (busy) => this.#wait(busy),
    }, signal);
    return flow;
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
          job?.spoil(error);
        }
        break;
      }
      case 'batch':
        this.#jobs.get(message.id)?.batch?.(message.values, message.entries);
        break;
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
    this.#tuning.giveWay(false);
    for (const job of [...this.#jobs.values()]) job.reject(error);
  }

  /** @param {JobSpec} spec @returns {JobSpec} */
  #tuned(spec) {
    return { ...spec, piece: this.#tuning.state.pieceBytes };
  }

  /**
   * Isolated workers can't be interrupted: a measurement under way there is waited for.
   * @param {AbortSignal} [signal]
   */
  #giveWay(signal) {
    this.#tuning.giveWay(this.mode === 'threads', signal);
  }

  /** @param {ToHost} message */
  #send(message) {
    this.#host.post(message);
  }

  /** Somebody waits for the workers, or does no longer. @param {boolean} more */
  #wait(more) {
    this.#waits += more ? 1 : -1;
    if (this.#waits === (more ? 1 : 0) && !this.#disposal) this.#keepAlive(more);
  }

  /** Node: only work under way holds the process open. @param {boolean} busy */
  #keepAlive(busy) {
    this.#host.keepAlive(busy);
    this.#team?.keepAlive(busy);
  }
}

/**
 * @param {unknown} error
 * @param {import('./errors.js').ErrorCode} code
 * @returns {error is TamisError}
 */
const isError = (error, code) => error instanceof TamisError && error.code === code;
