// @ts-check
// The host worker: owns the instance whose jobs the page asks for. It never blocks, so that a cancel
// is heard at any time.
import { instantiate } from './core.js';
import { TamisError, toWire } from './errors.js';
import { Feed } from './feed.js';
import { guarded } from './guard.js';
import { createMemory } from './memory.js';
import { Scheduler } from './scheduler.js';
import { runOnThreads } from './threads.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./core.js').CoreFactory} CoreFactory */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').HostStart} HostStart */
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
  /** @type {Map<number, { cancel: () => void, read: () => void }>} by the page's number of the job */
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
  async #run({ id, spec, threads, feed: wanted }) {
    const controller = new AbortController();
    const startedAt = performance.now();
    /** @type {Feed | null} */
    let feed = null;
    /** @type {unknown} what went wrong while reading, where nobody awaits it */
    let fault;
    const pump = () => {
      try {
        if (!controller.signal.aborted) feed?.pump();
      } catch (error) {
        fault = error;
        controller.abort();
      }
    };
    try {
      const job = this.#core.job(spec);
      try {
        if (wanted) {
          feed = new Feed(this.#core, job, wanted, (values, entries) => (
            this.#post({ type: 'batch', id, values, entries }, [values.buffer])));
        }
        this.#jobs.set(id, {
          cancel: () => controller.abort(),
          read: () => {
            feed?.ask();
            // Reading makes room for more chunks, and reading behind the last value ends the job.
            if (this.#mode === 'threads') pump();
            else this.#scheduler.revive(job);
          },
        });
        const options = {
          threads,
          signal: controller.signal,
          onStep: pump,
          /** @type {(done: bigint, total: bigint) => void} */
          onProgress: (done, total) => this.#post({ type: 'progress', id, done, total }),
        };
        if (this.#mode === 'threads') await runOnThreads(this.#core, job, options);
        else await this.#scheduler.run(job, spec, options);
        this.#post({ type: 'done', id, values: job.values(), elapsedMs: performance.now() - startedAt });
      } finally {
        this.#jobs.delete(id);
        feed?.free();
        job.free();
      }
    } catch (caught) {
      const error = fault ?? caught;
      this.#post({ type: 'error', id, error: toWire(error) });
      // A trap or an abort: the instance can't be trusted any more.
      if (!(error instanceof TamisError)) this.#post({ type: 'failed', error: toWire(error) });
    }
  }

  /** Cancels all and ends the threads, so that nothing still computes when the worker is terminated. */
  #stop() {
    for (const job of this.#jobs.values()) job.cancel();
    if (this.#mode === 'threads') this.#core.shutdown();
    this.#post({ type: 'stopped' });
  }
}
