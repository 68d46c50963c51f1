// @ts-check
// The host worker: owns the instance whose jobs the page asks for. It never blocks for longer than a slice of numbers takes
// to be tested, so that a cancel is heard at any time.
import { Batch } from './batch.js';
import { instantiate } from './core.js';
import { TamisError, toWire } from './errors.js';
import { guarded } from './guard.js';
import { Heartbeats } from './heartbeats.js';
import { HostedJob, inspect } from './hosted.js';
import { createMemory } from './memory.js';
import { Recorder } from './recorder.js';
import { Scheduler } from './scheduler.js';
import { isGoing, runOnThreads } from './threads.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./core.js').CoreFactory} CoreFactory */
/** @typedef {import('./hosted.js').Runner} Runner */
/** @typedef {import('./protocol.js').Call} Call */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').HostStart} HostStart */
/** @typedef {import('./protocol.js').RunMessage} RunMessage */
/** @typedef {import('./protocol.js').ToHost} ToHost */
/** @typedef {(message: FromHost, transfer?: any[]) => void} Post */

/**
 * @param {HostStart} start
 * @param {CoreFactory} factory
 * @param {Post} post
 * @returns {Promise<(message: ToHost) => void>} takes the messages that follow
 */
export async function startHost(start, factory, post) {
  const { mode, module, threads, deadlineMs } = start;
  const { memory, maximumBytes } = createMemory(start.memoryBytes);
  // One more than there are threads: the library's runner has a thread of its own.
  const poolSize = mode === 'threads' ? threads + 1 : 0;
  /** @type {(why: string) => void} */
  let onCrash = () => {};
  const core = await guarded(() => instantiate(factory, { module, memory, poolSize }), { deadlineMs, onCrash: (why) => onCrash(why) });
  if (mode === 'threads') core.init(threads);
  const host = new Host(core, start, post);
  onCrash = (why) => host.distrust(`a thread stopped: ${why}`);
  post({ type: 'started', version: core.version, threads, memoryBytes: maximumBytes });
  return (message) => host.receive(message);
}

class Host {
  #core;
  #mode;
  #post;
  #scheduler;
  /** @type {Recorder | null} what was recorded in mode `workers` */
  #recorder = null;
  /** @type {Runner} */
  #runner;
  /** @type {Map<number, HostedJob>} by the page's number of the job */
  #jobs = new Map();

  /** @type {Heartbeats | null} of the threads */
  #heartbeats = null;
  /** Another goes on with its jobs, or will: nothing more is said about them. */
  #over = false;

  /**
   * @param {Core} core
   * @param {HostStart} start
   * @param {Post} post
   */
  constructor(core, { mode, silenceMs }, post) {
    this.#core = core;
    this.#mode = mode;
    this.#post = (/** @type {Parameters<Post>} */ ...args) => {
      if (!this.#over) post(...args);
    };
    this.#scheduler = new Scheduler({
      onReplace: (slot, why) => this.#post({ type: 'replace', slot, why }),
      onDismissed: (slot) => this.#post({ type: 'dismissed', slot }),
      onHealed: (healed) => this.#post({ type: 'healed', ...healed }),
      silenceMs,
    });
    this.#runner = this.#scheduler;
    if (mode === 'threads') this.#runner = this.#threads(silenceMs);
  }

  /**
   * @param {number} silenceMs
   * @returns {Runner}
   */
  #threads(silenceMs) {
    const heartbeats = new Heartbeats(this.#core, silenceMs, (why) => this.distrust(why));
    this.#heartbeats = heartbeats;
    return {
      run: (job, _, options) => {
        const called = heartbeats.calling();
        const run = runOnThreads(this.#core, job, options);
        // Without chunks it has ended by now, and called nobody.
        if (isGoing(job.state())) called();
        return run;
      },
      limit: (job, limit) => job.limitThreads(limit),
      revive: null,
    };
  }

  /** @param {ToHost} message */
  receive(message) {
    if ('role' in message) return;
    switch (message.type) {
      case 'run':
        void this.#run(message);
        break;
      case 'cancel':
        this.#jobs.get(message.id)?.cancel();
        break;
      case 'read':
        this.#jobs.get(message.id)?.read(message.spare);
        break;
      case 'call':
        if (message.what.type === 'are-prime') void this.#test(message.call, message.what.numbers);
        else this.#answer(message.call, message.what);
        break;
      case 'chunk-worker':
        this.#scheduler.addWorker(message.slot, message.port);
        break;
      case 'chunk-worker-lost':
        this.#scheduler.loseWorker(message.slot, message.why, message.replaced);
        break;
      case 'dismiss':
        this.#scheduler.dismissWorker(message.slot);
        break;
      case 'ping':
        this.#post({ type: 'pong' });
        break;
      case 'handover':
        this.#handOver();
        break;
      case 'stop':
        this.#stop();
        break;
    }
  }

  /** @param {number} events  kept for each thread; 0 stops */
  #record(events) {
    if (this.#mode === 'threads') {
      this.#core.record(events);
      return;
    }
    if (events > 0) this.#recorder = new Recorder(events);
    this.#scheduler.recorder = events > 0 ? this.#recorder : null;
  }

  #trace() {
    if (this.#mode === 'threads') return this.#core.trace();
    if (!this.#recorder) throw new TamisError('state', 'Nothing was recorded.', { hint: 'Call record() first.' });
    return this.#recorder.json();
  }

  /** @param {RunMessage} message */
  async #run(message) {
    const { id } = message;
    try {
      const job = new HostedJob(this.#core, message, this.#runner, this.#post);
      this.#jobs.set(id, job);
      this.#heartbeats?.run(true);
      try {
        await job.run();
      } finally {
        this.#jobs.delete(id);
        this.#heartbeats?.run(this.#jobs.size > 0);
        job.free();
      }
    } catch (error) {
      // After a trap or an abort the instance can't be trusted any more; another may do better.
      if (error instanceof TamisError) this.#post({ type: 'error', id, error: toWire(error) });
      else this.#fail(toWire(error), id);
    }
  }

  /**
   * @param {number} call
   * @param {Exclude<Call, { type: 'are-prime' }>} what
   */
  #answer(call, what) {
    try {
      this.#post({ type: 'answer', call, value: this.#do(what) });
    } catch (error) {
      this.#refuse(call, error);
    }
  }

  /**
   * Tests numbers on all threads, which keeps this one for the milliseconds that it takes, or on all workers.
   * @param {number} call
   * @param {BigUint64Array} numbers
   */
  async #test(call, numbers) {
    try {
      const primes = this.#mode === 'threads' ? this.#core.arePrime(numbers) : await this.#shared(numbers);
      this.#post({ type: 'answer', call, value: primes }, [primes.buffer]);
    } catch (error) {
      this.#refuse(call, error);
    }
  }

  /** @param {BigUint64Array} numbers */
  async #shared(numbers) {
    const batch = new Batch(numbers);
    await this.#scheduler.run(batch, null, { threads: 0, signal: new AbortController().signal, progressMs: 0, onProgress: () => {} });
    return batch.primes;
  }

  /**
   * @param {number} call
   * @param {unknown} error
   */
  #refuse(call, error) {
    if (error instanceof TamisError) this.#post({ type: 'refusal', call, error: toWire(error) });
    else this.#fail(toWire(error));
  }

  /** @param {Exclude<Call, { type: 'are-prime' }>} what @returns {unknown} */
  #do(what) {
    switch (what.type) {
      // Jobs that have just ended are not to be found: there is nothing to pause then.
      case 'pause':
        return this.#jobs.get(what.id)?.pause();
      case 'resume':
        return this.#jobs.get(what.id)?.resume();
      case 'threads':
        return this.#jobs.get(what.id)?.setThreads(what.threads);
      case 'checkpoint': {
        const checkpoint = this.#jobs.get(what.id)?.checkpoint();
        if (!checkpoint) throw new TamisError('state', 'The job has ended.');
        return checkpoint;
      }
      case 'begin': {
        const job = this.#core.job(what.spec);
        try {
          return job.checkpoint();
        } finally {
          job.free();
        }
      }
      case 'inspect':
        return inspect(this.#core, what.checkpoint);
      case 'record':
        return this.#record(what.events);
      case 'trace':
        return this.#trace();
      case 'token':
        return this.#core.toToken(what.checkpoint);
    }
  }

  /** @param {string} why  what became of a thread */
  distrust(why) {
    this.#fail({ code: 'failed', message: why, hint: '' });
  }

  /**
   * The instance is not to be trusted any more. Its jobs stop, so that nothing still computes when it is ended.
   * @param {import('./errors.js').WireError} error
   * @param {number} [id]  of the job over which that happened
   */
  #fail(error, id) {
    if (this.#over) return;
    this.#post({ type: 'failed', error, id });
    this.#over = true;
    for (const job of this.#jobs.values()) job.cancel();
  }

  /** Another host goes on from here. */
  #handOver() {
    const jobs = [];
    for (const [id, job] of this.#jobs) {
      const kept = job.handOver();
      if (kept) jobs.push({ id, ...kept });
    }
    this.#post({ type: 'handed', jobs });
    this.#over = true;
  }

  /** Cancels all and ends the threads, so that nothing still computes when the worker is terminated. */
  #stop() {
    for (const job of this.#jobs.values()) job.cancel();
    this.#heartbeats?.run(false);
    if (this.#mode === 'threads') this.#core.shutdown();
    this.#over = false;
    this.#post({ type: 'stopped' });
    this.#over = true;
  }
}
