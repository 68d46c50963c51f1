// @ts-check
/// <reference lib="esnext.disposable" preserve="true" />
// The library as a page or a Node program holds it. Everything here is messages: nothing blocks.
import { arePrime } from './are-prime.js';
import { TamisError } from './errors.js';
import { Flow, askedAhead } from './flow.js';
import { toU64 } from './integers.js';
import { PrimeIterator } from './iterate.js';
import { JobHandle } from './job.js';
import { KINDS, jobSpec, nthJob } from './kinds.js';
import { HostLink } from './link.js';
import { listOf } from './list.js';
import { NumberTheory } from './numbers.js';
import {
  checkCheckpoint, checkIteratorOptions, checkListOptions, checkRestoreStreamOptions, checkRunOptions, checkStartOptions, checkStreamOptions, checkThreads, checkWhole, MAX_THREADS,
} from './options.js';
import { RING_EVENTS } from './recorder.js';
import { PrimeStream } from './stream.js';
import { ThreadChoice } from './thread-choice.js';
import { Tuning } from './tuning.js';

/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./capabilities.js').Mode} Mode */
/** @typedef {import('./forms.js').Batches} Batches */
/** @typedef {import('./forms.js').FormName} FormName */
/** @typedef {import('./hosted.js').CheckpointFacts} CheckpointFacts */
/** @typedef {import('./job.js').Result} Result */
/** @typedef {import('./kinds.js').JobSpec} JobSpec */
/** @typedef {import('./options.js').ListName} ListName */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./options.js').StartOptions} StartOptions */
/** @typedef {import('./launch.js').Crew} Crew */
/** @typedef {import('./launch.js').Launcher} Launcher */
/** @typedef {import('./options.js').LibraryEvent} LibraryEvent */
/** @typedef {import('./options.js').Wanted} Wanted */
/** @typedef {import('./protocol.js').RunMessage} RunMessage */
/** @typedef {import('./tuning.js').Store} Store */

/** @typedef {{ crew: Crew, launcher: Launcher, store: Store | null, wanted: Wanted }} Parts */

/** A product of more digits takes the page too long. */
const MOST_PRIMORIAL = 100_000n;

/** How often a job that its user holds, but does not listen to, tells its progress. */
const HELD_PROGRESS_MS = 100;

/** How much work is lost at most when a host is. */
const CHECKPOINT_MS = 1000;

/**
 * What `await using tamis = await load()` calls at the end of its block. Engines that do not have it yet get
 * a symbol nobody knows.
 * @type {typeof Symbol.asyncDispose}
 */
const asyncDispose = Symbol.asyncDispose ?? Symbol('asyncDispose');

export class Client extends NumberTheory {
  #link;
  #capabilities;
  #version;
  #tuning;
  #choice;
  /** Events kept for each thread while it is recorded what they do; 0: it is not. */
  #recording = 0;
  #onEvent;

  /**
   * Made by load().
   * @param {Parts} parts
   * @param {string} version
   * @param {Capabilities & { mode: Mode }} capabilities
   */
  constructor({ crew, launcher, store, wanted }, version, capabilities) {
    super();
    this.#version = version;
    this.#capabilities = capabilities;
    this.#onEvent = wanted.onEvent;
    this.#link = new HostLink({ crew, launcher, silenceMs: wanted.silenceMs }, {
      onCrew: (crew, other) => this.#changed(crew, other),
      onHealed: ({ why, lostMs, takenMs }) => this.#tell({ type: 'healed', why, lostMs, takenMs }),
      onEnd: () => this.#tuning.end(),
    });
    this.#tuning = new Tuning(store, version, capabilities.hardwareConcurrency);
    this.#choice = new ThreadChoice(store, version, capabilities, wanted.threads !== null);
    this.#tuning.begin(this, this.#choice);
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
    return { ...this.#capabilities, warnings: [...this.#capabilities.warnings], threadsReason: this.#choice.reason };
  }

  /** How many threads a job gets that asks for no number; capabilities().threadsReason says why. */
  get jobThreads() {
    return this.#choice.threads;
  }

  /** Whether nothing is under way. */
  get idle() {
    return this.#link.idle;
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
   * that is not less than start. nthPrime(1) is 2. From 2 on a large n is found by way of pi(x), far beyond what can be sieved;
   * run('nth-prime', { n }) sieves always.
   * @param {bigint | number} n
   * @param {bigint | number} [start]
   * @param {RunOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError, with the code 'range' when there is no such prime below 2^64
   */
  async nthPrime(n, start = 0n, options) {
    const { kind, params } = nthJob(n, start);
    return (await this.run(kind, params, options)).value;
  }

  /**
   * The primes from start to stop, both included, as one typed array. Of a list longer than a megabyte the array's buffer may be a
   * little longer than the array.
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
   * The product of the primes up to n: 1 below 2.
   * @param {bigint | number} n  at most 100,000, whose product has 43,293 digits
   * @param {import('./options.js').ReadOptions} [options]
   * @returns {Promise<bigint>} rejects with TamisError
   */
  async primorial(n, options = {}) {
    const primes = await this.listPrimes(0n, toU64(n, 'n', 0n, MOST_PRIMORIAL), options);
    return primes.reduce((product, prime) => product * prime, 1n);
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
    this.#link.checkAlive();
    const { type, tuplets, batch, reuse, ...readOptions } = checkStreamOptions(options, toU64(stop, 'stop'), this.threads);
    const spec = jobSpec('list-primes', { start, stop, k: tuplets });
    return new PrimeStream(this.#flow({ spec, checkpoint: null }, { type, tuplets, batch, reuse }, readOptions));
  }

  /**
   * The values of an arithmetic function of the integers from start to stop, both included, in batches: 'smallest-factors' (of a prime
   * and of 0 and 1 itself), 'phi' (Euler's), or 'moebius' (-1 is 2n ** 64n - 1n: see BigInt.asIntN). 0 for 0.
   * @template {FormName} [T='u64']
   * @param {'smallest-factors' | 'phi' | 'moebius'} name
   * @param {bigint | number} start
   * @param {bigint | number} stop
   * @param {Omit<import('./options.js').StreamOptions<T>, 'tuplets'>} [options]
   * @returns {PrimeStream<T>}
   * @throws {TamisError} for what can't be asked for; reading rejects with TamisError
   */
  table(name, start, stop, options = {}) {
    this.#link.checkAlive();
    const { type, batch, tuplets, reuse, ...readOptions } = checkStreamOptions(options, toU64(stop, 'stop'), this.threads);
    if (type === 'delta' || tuplets > 1) {
      throw new TamisError('type', 'A table can be read as u64, u32, f64 or text.', { hint: 'Its values do not ascend, and do not come in tuplets.' });
    }
    const spec = jobSpec(`list-${name}`, { start, stop });
    return new PrimeStream(this.#flow({ spec, checkpoint: null }, { type, tuplets, batch, reuse }, readOptions));
  }

  /**
   * The factorisation of n!: each prime up to n and its exponent, as pairs of values one behind another, in text as "(2, 8)".
   * @template {FormName} [T='u64']
   * @param {bigint | number} n
   * @param {Omit<import('./options.js').StreamOptions<T>, 'tuplets'>} [options]
   * @returns {PrimeStream<T>}
   * @throws {TamisError} for what can't be asked for; reading rejects with TamisError
   */
  factorialExponents(n, options = {}) {
    this.#link.checkAlive();
    const pairs = /** @type {import('./options.js').StreamOptions<T>} */ ({ ...options, tuplets: 2 });
    const { type, batch, tuplets, reuse, ...readOptions } = checkStreamOptions(pairs, toU64(n, 'n'), this.threads);
    const spec = jobSpec('factorial', { number: n });
    return new PrimeStream(this.#flow({ spec, checkpoint: null }, { type, tuplets, batch, reuse }, readOptions));
  }

  /**
   * Goes on with a stream: what it gives begins behind the last batch that had been taken when the checkpoint was made.
   * Its `count` is of what this one has delivered. Of the type 'delta', it begins with the difference to the last prime that was read
   * as one, so that the bytes of both make one list.
   * @template {FormName} [T='u64']
   * @param {Uint8Array | string} checkpoint  of PrimeStream.checkpoint(), or its token
   * @param {import('./options.js').RestoreStreamOptions<T>} [options]
   * @returns {PrimeStream<T>}
   * @throws {TamisError} for what can't be asked for; reading rejects with TamisError, as `result` of restore()
   */
  restoreStream(checkpoint, options = {}) {
    this.#link.checkAlive();
    const { type, batch, reuse, ...readOptions } = checkRestoreStreamOptions(options, this.threads);
    return new PrimeStream(this.#flow({ spec: null, checkpoint: checkCheckpoint(checkpoint) }, { type, tuplets: 1, batch, reuse }, readOptions));
  }

  /**
   * An iterator over the primes in both directions. Its first next() gives the least prime that is not less than
   * start, its first prev() the greatest that is not greater.
   * @param {bigint | number} [start]
   * @param {import('./options.js').IteratorOptions} [options]
   * @returns {PrimeIterator}
   * @throws {TamisError} when start is no integer of 64 bits, or for what can't be asked for
   */
  iterator(start = 0n, options = {}) {
    return new PrimeIterator(this, start, checkIteratorOptions(options));
  }

  /**
   * Which of many numbers are prime, on all threads (or workers) there are: a million numbers of 64 bits take about a second of one
   * thread. Nothing of it is to be changed before the answer is there.
   * @param {import('./are-prime.js').Integers} numbers  each from 0 to 2^64 - 1: a BigUint64Array, which is not copied as a whole,
   *   another typed array, or an array of numbers and BigInts
   * @param {import('./options.js').BatchOptions} [options]
   * @returns {Promise<Uint8Array<ArrayBuffer>>} 1 for a prime and 0 for any other, in their order; rejects with TamisError, which
   *   names the first entry that is no such integer, as in "numbers[7]"
   */
  async arePrime(numbers, options = {}) {
    this.#giveWay(options?.signal);
    return arePrime(this.#link, this, numbers, options);
  }

  /**
   * Runs a job of any kind but 'list-primes', which is a stream: see primes().
   * @param {string} kind  a name of KINDS
   * @param {Record<string, bigint | number | undefined>} [params]
   * @param {RunOptions} [options]
   * @returns {Promise<Result>} rejects with TamisError (code, message, hint)
   * @override
   */
  async run(kind, params = {}, options = {}) {
    checkRunOptions(options);
    return this.#start(kind, params, options, 0).result;
  }

  /**
   * The same, as a job that can be paused, resumed, and kept as a checkpoint.
   * @param {string} kind
   * @param {Record<string, bigint | number | undefined>} [params]
   * @param {StartOptions} [options]
   * @returns {JobHandle} at once
   * @throws {TamisError} for what can't be asked for; its `result` rejects with TamisError
   */
  start(kind, params = {}, options = {}) {
    return this.#start(kind, params, options, HELD_PROGRESS_MS);
  }

  /**
   * @param {string} kind
   * @param {Record<string, bigint | number | undefined>} params
   * @param {StartOptions} options
   * @param {number} unheardMs  how often progress is told that nobody listens to
   */
  #start(kind, params, options, unheardMs) {
    this.#link.checkAlive();
    const spec = jobSpec(kind, params);
    if (KINDS[kind].stream) {
      throw new TamisError('kind', `${kind} is read while it runs.`, { hint: 'Read it by primes(start, stop) or table(name, start, stop), or have primes whole by listPrimes(start, stop).' });
    }
    return this.#handle({ spec, checkpoint: null }, options, unheardMs);
  }

  /**
   * Goes on with a job: on this device or another than it was begun on, in either mode, with any number of threads.
   * @param {Uint8Array | string} checkpoint  or its token
   * @param {StartOptions} [options]
   * @returns {JobHandle} its `result` rejects with the code 'foreign', 'truncated', 'altered', 'version' or 'kind' when the
   *   checkpoint can't be used
   * @throws {TamisError} for what can't be asked for
   */
  restore(checkpoint, options = {}) {
    this.#link.checkAlive();
    return this.#handle({ spec: null, checkpoint: checkCheckpoint(checkpoint) }, options, HELD_PROGRESS_MS);
  }

  /**
   * What a checkpoint holds; runs nothing.
   * @param {Uint8Array | string} checkpoint  or its token
   * @returns {Promise<CheckpointFacts>} rejects as `result` of restore()
   */
  async readCheckpoint(checkpoint) {
    return this.#link.call({ type: 'inspect', checkpoint: checkCheckpoint(checkpoint) });
  }

  /**
   * A checkpoint as a text to be copied to another device, where restore() takes it.
   * @param {Uint8Array} checkpoint
   * @returns {Promise<string>} rejects as `result` of restore()
   */
  async tokenOf(checkpoint) {
    return this.#link.call({ type: 'token', checkpoint: /** @type {Uint8Array} */ (checkCheckpoint(checkpoint)) });
  }

  /**
   * Switches the flight recorder on: from now on the last `events` of each thread are kept (a chunk that ran, a result that was
   * merged, a wait). It costs less than one percent.
   * @param {{ events?: number }} [options]  16 to 65,536, default 4096
   * @returns {Promise<void>} rejects with TamisError
   */
  async record({ events = RING_EVENTS.usual } = {}) {
    checkWhole(events, 'events', RING_EVENTS.least, RING_EVENTS.most);
    this.#recording = events;
    await this.#link.call({ type: 'record', events });
  }

  /** Switches it off; what was recorded can still be had. @returns {Promise<void>} */
  async stopRecording() {
    this.#recording = 0;
    await this.#link.call({ type: 'record', events: 0 });
  }

  /**
   * What was recorded, as JSON that Perfetto and the Firefox profiler open.
   * @returns {Promise<string>} rejects with the code 'state' when nothing was ever recorded
   */
  async trace() {
    return this.#link.call({ type: 'trace' });
  }

  /**
   * @param {Pick<RunMessage, 'spec' | 'checkpoint'>} origin
   * @param {StartOptions} options
   * @param {number} unheardMs
   * @returns {JobHandle}
   */
  #handle(origin, options, unheardMs) {
    const { threads, paused, checkpointMs, progressMs, ...callbacks } = checkStartOptions(options, this.threads);
    this.#giveWay(callbacks.signal);
    const terms = {
      threads: threads || this.#choice.limit, paused, checkpointMs: checkpointMs || CHECKPOINT_MS, progressMs: progressMs || unheardMs, feed: null,
    };
    return new JobHandle(this.#link, this.#order(origin, terms), callbacks, this);
  }

  /**
   * @template {FormName} T
   * @param {Pick<RunMessage, 'spec' | 'checkpoint'>} origin
   * @param {Omit<import('./feed.js').FeedSpec, 'asked'> & { type: T }} feed
   * @param {{ threads: number, progressMs: number } & Pick<RunOptions, 'signal' | 'onProgress'>} options
   * @returns {Flow<Batches[T]>}
   */
  #flow(origin, feed, { threads, progressMs, ...callbacks }) {
    const order = this.#order(origin, {
      threads: threads || this.#choice.limit, paused: false, checkpointMs: 0, progressMs, feed: { ...feed, asked: askedAhead(feed) },
    });
    return new Flow(this.#link, order, callbacks, () => {
      this.#giveWay(callbacks.signal);
      order.piece = this.#tuning.state.pieceBytes;
    });
  }

  /**
   * @param {Pick<RunMessage, 'spec' | 'checkpoint'>} origin
   * @param {Pick<RunMessage, 'threads' | 'paused' | 'checkpointMs' | 'progressMs' | 'feed'>} terms
   * @returns {RunMessage}
   */
  #order(origin, terms) {
    return { type: 'run', id: this.#link.newId(), ...origin, ...terms, piece: this.#tuning.state.pieceBytes };
  }

  /**
   * Has so many threads (or workers) from now on, more or fewer than before. The page goes on meanwhile, and so do the jobs
   * under way: those that asked for no number of threads with all that there are then.
   * @param {number} threads  1 to 256
   * @returns {Promise<void>} rejects with TamisError when they can't be had; what there was is there then
   */
  async resize(threads) {
    await this.#link.resize(checkThreads(threads, MAX_THREADS));
    this.#choice.resized(this.threads);
  }

  /**
   * @param {Crew} crew  what works from now on
   * @param {boolean} other  than before, and not only in another size
   */
  #changed({ mode, threads, started, missing }, other) {
    const { warnings } = this.#capabilities;
    for (const { message } of missing) warnings.push(`A worker could not be started: ${message}`);
    this.#capabilities = { ...this.#capabilities, mode, threads, memoryBytes: started.memoryBytes };
    this.#choice.available(threads);
    // What the one before had recorded went with it.
    if (other && this.#recording > 0) void this.#link.call({ type: 'record', events: this.#recording }).catch(() => {});
  }

  /** @param {LibraryEvent} event */
  #tell(event) {
    // What the user's function throws is the user's, and not to be met here.
    if (this.#onEvent) queueMicrotask(() => this.#onEvent?.(event));
  }

  /**
   * Cancels all jobs (they reject with code 'disposed') and ends the workers. Fine to call twice.
   * @returns {Promise<void>}
   */
  dispose() {
    return this.#link.dispose();
  }

  /** @returns {Promise<void>} */
  [asyncDispose]() {
    return this.dispose();
  }

  /**
   * Isolated workers can't be interrupted: a measurement under way there is waited for.
   * @param {AbortSignal} [signal]
   */
  #giveWay(signal) {
    this.#tuning.giveWay(this.mode === 'threads', signal);
  }
}
