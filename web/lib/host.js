// @ts-check
// The host worker: owns the instance whose jobs the page asks for. It never blocks, so that a cancel
// is heard at any time.
import { instantiate } from './core.js';
import { TamisError, toWire } from './errors.js';
import { guarded } from './guard.js';
import { HostedJob, inspect } from './hosted.js';
import { createMemory } from './memory.js';
import { Scheduler } from './scheduler.js';
import { runOnThreads } from './threads.js';

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
  const core = await guarded(() => instantiate(factory, { module, memory, poolSize }), { deadlineMs });
  if (mode === 'threads') core.init(threads);
  const host = new Host(core, mode, post);
  post({ type: 'started', version: core.version, threads, memoryBytes: maximumBytes });
  return (message) => host.receive(message);
}

class Host {
  #core;
  #mode;
  #post;
  #scheduler;
  /** @type {Runner} */
  #runner;
  /** @type {Map<number, HostedJob>} by the page's number of the job */
  #jobs = new Map();

  /**
   * @param {Core} core
   * @param {'threads' | 'workers'} mode
   * @param {Post} post
   */
  constructor(core, mode, post) {
    this.#core = core;
    this.#mode = mode;
    this.#post = post;
    this.#scheduler = new Scheduler({ onReplace: (slot) => post({ type: 'replace', slot }) });
    this.#runner = mode === 'workers' ? this.#scheduler : {
      run: (job, _, options) => runOnThreads(core, job, options),
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
        this.#jobs.get(message.id)?.read();
        break;
      case 'call':
        this.#answer(message.call, message.what);
        break;
      case 'chunk-worker':
        this.#scheduler.addWorker(message.slot, message.port);
        break;
      case 'chunk-worker-lost':
        this.#scheduler.loseWorker(message.slot, message.why, message.replaced);
        break;
      case 'stop':
        this.#stop();
        break;
    }
  }

  /** @param {RunMessage} message */
  async #run(message) {
    const { id } = message;
    try {
      const job = new HostedJob(this.#core, message, this.#runner, this.#post);
      this.#jobs.set(id, job);
      try {
        await job.run();
      } finally {
        this.#jobs.delete(id);
        job.free();
      }
    } catch (error) {
      this.#post({ type: 'error', id, error: toWire(error) });
      this.#distrust(error);
    }
  }

  /**
   * @param {number} call
   * @param {Call} what
   */
  #answer(call, what) {
    try {
      this.#post({ type: 'answer', call, value: this.#do(what) });
    } catch (error) {
      this.#post({ type: 'refusal', call, error: toWire(error) });
      this.#distrust(error);
    }
  }

  /** @param {Call} what @returns {unknown} */
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
      case 'token':
        return this.#core.toToken(what.checkpoint);
    }
  }

  /** After a trap or an abort the instance can't be trusted any more. @param {unknown} error */
  #distrust(error) {
    if (!(error instanceof TamisError)) this.#post({ type: 'failed', error: toWire(error) });
  }

  /** Cancels all and ends the threads, so that nothing still computes when the worker is terminated. */
  #stop() {
    for (const job of this.#jobs.values()) job.cancel();
    if (this.#mode === 'threads') this.#core.shutdown();
    this.#post({ type: 'stopped' });
  }
}
