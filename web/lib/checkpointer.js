// @ts-check
// When a job's checkpoint is posted: while it gets on, and once when it was paused.

import { TamisError } from './errors.js';

/** @typedef {import('./core-job.js').Job} Job */

export class Checkpointer {
  #job;
  #everyMs;
  #send;
  /** What was done at the last one. */
  #done = -1n;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Job} job
   * @param {number} everyMs  at most so often
   * @param {(checkpoint: Uint8Array<ArrayBuffer>) => void} send
   */
  constructor(job, everyMs, send) {
    this.#job = job;
    this.#everyMs = everyMs;
    this.#send = send;
  }

  /** The job may have got on: so often that nothing but a timer is set here. */
  step() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.now();
    }, this.#everyMs);
  }

  /** Posts what is not posted yet; for a job that was paused, which may be for long. */
  now() {
    const [done] = this.#job.progress();
    if (done === this.#done) return;
    try {
      const checkpoint = this.#job.checkpoint();
      if (!checkpoint) return;
      this.#done = done;
      this.#send(checkpoint);
    } catch (error) {
      // Memory may be short for a moment: the job goes on, and a later one will do.
      if (!(error instanceof TamisError)) throw error;
    }
  }

  end() {
    clearTimeout(this.#timer);
  }
}
