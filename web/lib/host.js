// @ts-check
// The host worker: owns the instance whose jobs the page asks for. It never blocks, so that a cancel
// is heard at any time.
import { instantiate } from './core.js';
import { TamisError, toWire } from './errors.js';
import { guarded } from './guard.js';
import { createMemory } from './memory.js';
import { Scheduler } from './scheduler.js';
import { runOnThreads } from './threads.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./core.js').CoreFactory} CoreFactory */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').HostStart} HostStart */
/** @typedef {import('./protocol.js').ToHost} ToHost */

/**
 * @param {HostStart} start
 * @param {CoreFactory} factory
 * @param {(message: FromHost) => void} post
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
  /** @type {Map<number, AbortController>} by the page's number of the job */
  #jobs = new Map();

  /**
   * @param {Core} core
   * @param {'threads' | 'workers'} mode
   * @param {(message: FromHost) => void} post
   */
  constructor(core, mode, post) {
    this.#core = core;
    this.#mode = mode;
    this.#post = post;
    this.#scheduler = new Scheduler({ onReplace: (slot) => post({ type: 'replace', slot }) });
  }

  /** @param {ToHost} message */
  receive(message) {
    if ('role' in message) return;
    switch (message.type) {
      case 'run':
        void this.#run(message);
        break;
      case 'cancel':
        this.#jobs.get(message.id)?.abort();
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

  /** @param {Extract<ToHost, { type: 'run' }>} message */
  async #run({ id, spec, threads }) {
    const controller = new AbortController();
    this.#jobs.set(id, controller);
    const startedAt = performance.now();
    try {
      const job = this.#core.job(spec);
      try {
        const options = {
          threads,
          signal: controller.signal,
          /** @type {(done: bigint, total: bigint) => void} */
          onProgress: (done, total) => this.#post({ type: 'progress', id, done, total }),
        };
        if (this.#mode === 'threads') await runOnThreads(this.#core, job, options);
        else await this.#scheduler.run(job, spec, options);
        this.#post({ type: 'done', id, values: job.values(), elapsedMs: performance.now() - startedAt });
      } finally {
        job.free();
      }
    } catch (error) {
      this.#post({ type: 'error', id, error: toWire(error) });
      // A trap or an abort: the instance can't be trusted any more.
      if (!(error instanceof TamisError)) this.#post({ type: 'failed', error: toWire(error) });
    } finally {
      this.#jobs.delete(id);
    }
  }

  /** Cancels all and ends the threads, so that nothing still computes when the worker is terminated. */
  #stop() {
    for (const controller of this.#jobs.values()) controller.abort();
    if (this.#mode === 'threads') this.#core.shutdown();
    this.#post({ type: 'stopped' });
  }
}
