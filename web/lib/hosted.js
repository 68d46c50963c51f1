// @ts-check
// One of the page's jobs, as its host has it: begun or restored, held, run, paused, and kept as a checkpoint.
import { Checkpointer } from './checkpointer.js';
import { madeBy } from './core.js';
import { TamisError, cancelledBy } from './errors.js';
import { Feed } from './feed.js';
import { kindOf, specOf } from './kinds.js';
import { checkFeed } from './options.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./core-job.js').Job} Job */
/** @typedef {import('./host.js').Post} Post */
/** @typedef {import('./kinds.js').JobSpec} JobSpec */
/** @typedef {import('./protocol.js').RunMessage} RunMessage */
/** @typedef {import('./threads.js').RunOptions} RunOptions */

/**
 * Who runs the chunks: the instance's own threads, or a scheduler.
 * @typedef {object} Runner
 * @property {(job: Job, spec: JobSpec, options: RunOptions) => Promise<void>} run  rejects unless the job is done
 * @property {(job: Job, threads: number) => void} limit
 * @property {((job: Job) => void) | null} revive  the job may have chunks again; null: nobody has to be told
 */

export class HostedJob {
  #core;
  #job;
  #post;
  #runner;
  #message;
  /** @type {JobSpec} */
  #spec;
  #controller = new AbortController();
  /** @type {Feed | null} */
  #feed = null;
  /** @type {Checkpointer | null} */
  #checkpointer = null;
  /** Begins a job that was to be paused from the start. */
  #open = () => {};
  #begun = false;
  #paused;
  #stopwatch;
  /** @type {unknown} what went wrong while reading, where nobody awaits it */
  #fault;

  /**
   * @param {Core} core
   * @param {RunMessage} message
   * @param {Runner} runner
   * @param {Post} post
   * @throws {TamisError} when there is no such job, or nothing that could be restored
   */
  constructor(core, message, runner, post) {
    this.#core = core;
    this.#message = message;
    this.#runner = runner;
    this.#post = post;
    this.#paused = message.paused;
    this.#stopwatch = new Stopwatch(message.spentMs ?? 0);
    this.#job = begin(core, message);
    try {
      this.#spec = { ...specOf(this.#job), piece: message.piece };
      const { id, checkpointMs } = message;
      const feed = checkFeed(this.#job, message.feed);
      if (feed) {
        this.#feed = new Feed(core, this.#job, feed, (values, entries, checkpoint) => (
          post({ type: 'batch', id, values, entries, checkpoint }, checkpoint ? [values.buffer, checkpoint.buffer] : [values.buffer])));
      } else if (checkpointMs > 0) {
        this.#checkpointer = new Checkpointer(this.#job, checkpointMs, (checkpoint) => (
          post({ type: 'checkpoint', id, checkpoint, spentMs: this.#stopwatch.elapsed() }, [checkpoint.buffer])));
      }
    } catch (error) {
      this.#job.free();
      throw error;
    }
  }

  /** Runs it to its end, and posts how that went. */
  async run() {
    const { id, checkpoint } = this.#message;
    try {
      // How far it was, before anything is added.
      if (checkpoint) this.#post({ type: 'progress', id, ...progressOf(this.#job), phases: this.#job.phases() });
      if (this.#paused) await this.#held();
      this.#begun = true;
      await this.#runner.run(this.#job, this.#spec, {
        threads: this.#message.threads,
        signal: this.#controller.signal,
        progressMs: this.#message.progressMs,
        onStep: () => {
          this.#guard(() => this.#feed?.pump());
          this.#checkpointer?.step();
        },
        onProgress: (done, total, phases) => this.#post({ type: 'progress', id, done, total, phases }),
      });
      this.#post({ type: 'done', id, values: this.#job.values(), elapsedMs: this.#stopwatch.elapsed() });
    } catch (caught) {
      throw this.#told(this.#fault ?? caught);
    }
  }

  cancel() {
    this.#controller.abort();
  }

  /** One batch more is wanted. @param {ArrayBuffer} [spare]  of a batch that was used */
  read(spare) {
    this.#feed?.ask(spare);
    if (!this.#begun) return;
    // Reading makes room for more chunks, and reading behind the last value ends the job.
    if (this.#runner.revive) this.#runner.revive(this.#job);
    else this.#guard(() => this.#feed?.pump());
  }

  pause() {
    if (this.#paused) return;
    this.#paused = true;
    this.#stopwatch.pause();
    this.#job.pause();
    this.#checkpointer?.now();
  }

  resume() {
    if (!this.#paused) return;
    this.#paused = false;
    this.#stopwatch.resume();
    if (this.#begun) {
      this.#job.resume();
      this.#runner.revive?.(this.#job);
    } else {
      this.#open();
    }
  }

  /** @param {number} threads */
  setThreads(threads) {
    this.#message.threads = threads;
    if (this.#begun) this.#runner.limit(this.#job, threads);
  }

  /** @returns {Uint8Array<ArrayBuffer> | null} null when it is done */
  checkpoint() {
    return this.#job.checkpoint();
  }

  /**
   * Ends it, for another host to go on with.
   * @returns {{ checkpoint: Uint8Array<ArrayBuffer>, spentMs: number } | null} how far it is; null of a stream (its batches have
   *   told that) and of a job that is done
   */
  handOver() {
    const checkpoint = this.#feed ? null : this.#last();
    this.cancel();
    return checkpoint ? { checkpoint, spentMs: this.#stopwatch.elapsed() } : null;
  }

  free() {
    this.#checkpointer?.end();
    this.#feed?.free();
    this.#job.free();
  }

  /** @returns {Promise<void>} when it is resumed */
  #held() {
    const { signal } = this.#controller;
    this.#stopwatch.pause();
    return new Promise((resolve, reject) => {
      this.#open = resolve;
      const cancel = () => reject(cancelledBy(signal));
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel);
    });
  }

  /** What is done beside the job's own promise ends the job when it goes wrong. @param {() => void} what */
  #guard(what) {
    try {
      if (!this.#controller.signal.aborted) what();
    } catch (error) {
      this.#fault = error;
      this.#controller.abort();
    }
  }

  /**
   * An error as the page is to have it: with its kind's own words, and with the checkpoint of what was done.
   * @param {unknown} error
   */
  #told(error) {
    if (!(error instanceof TamisError)) return error;
    const { outside } = kindOf(this.#spec.kind).kind;
    const told = outside && error.code === 'range' ? new TamisError('range', outside.message, { hint: outside.hint, status: error.status }) : error;
    // That of a stream says what was delivered, which the page knows.
    if (!this.#feed) told.checkpoint = this.#last();
    return told;
  }

  #last() {
    try {
      return this.#job.checkpoint() ?? undefined;
    } catch {
      return undefined;
    }
  }
}

/** @param {Core} core @param {RunMessage} message @returns {Job} */
function begin(core, { spec, checkpoint, piece }) {
  if (checkpoint === null) return core.job({ .../** @type {JobSpec} */ (spec), piece });
  return restore(core, checkpoint, piece);
}

/**
 * @param {Core} core
 * @param {Uint8Array | string} checkpoint  or its token
 * @param {number} [piece]
 * @returns {Job}
 */
const restore = (core, checkpoint, piece) => (
  core.restore(typeof checkpoint === 'string' ? core.fromToken(checkpoint) : checkpoint, piece));

/** @param {Job} job */
function progressOf(job) {
  const [done, total] = job.progress();
  return { done, total };
}

/**
 * What a checkpoint holds.
 * @typedef {object} CheckpointFacts
 * @property {string} kind  a name of KINDS
 * @property {Record<string, bigint>} params
 * @property {bigint} done  work; same unit as the total
 * @property {bigint} total
 * @property {string} version  of the tamis that made it
 * @property {Uint8Array} bytes  the checkpoint itself, also when it was given as a token
 */

/**
 * @param {Core} core
 * @param {Uint8Array | string} checkpoint  or its token
 * @returns {CheckpointFacts}
 */
export function inspect(core, checkpoint) {
  const bytes = typeof checkpoint === 'string' ? core.fromToken(checkpoint) : checkpoint;
  const job = core.restore(bytes);
  try {
    const { name, kind } = kindOf(job.kind());
    const params = Object.fromEntries(Object.entries(kind.params).map(([key, { id }]) => [key, job.get(id)]));
    return { kind: name, params, ...progressOf(job), version: madeBy(bytes), bytes };
  } finally {
    job.free();
  }
}

/** Time, without that in pauses. */
class Stopwatch {
  #began;
  /** @type {number | null} */
  #pausedAt = null;

  /** @param {number} spentMs  before now */
  constructor(spentMs) {
    this.#began = performance.now() - spentMs;
  }

  pause() {
    this.#pausedAt ??= performance.now();
  }

  resume() {
    if (this.#pausedAt !== null) this.#began += performance.now() - this.#pausedAt;
    this.#pausedAt = null;
  }

  elapsed() {
    return (this.#pausedAt ?? performance.now()) - this.#began;
  }
}
