// @ts-check
// The handles of the C library (tam_job in include/tamis.h) as objects. As core.js: runs in workers, may block or throw.
import { TamisError } from './errors.js';
import { STATUS } from './status.js';

/** @typedef {import('./core.js').Core} Core */

/** TAM_STATE_… */
export const STATE = /** @type {const} */ ({ NEW: 0, RUNNING: 1, DONE: 2, CANCELLED: 3, FAILED: 4, PAUSED: 5 });

/** TAM_PARAM_THREADS, which every kind has. */
export const PARAM_THREADS = 3;

/** TAM_FORMAT_… */
export const FORMAT = /** @type {const} */ ({ TEXT: 1, DELTA: 2 });

/** Room for a checkpoint, or its text, to begin with: most are shorter. */
export const CHECKPOINT_BYTES = 512;
/** Room for the results of one chunk, to begin with. */
const CHUNK_BYTES = 4096;
/** Room for results, to begin with: most kinds have few. */
const VALUES = 8;

/** @param {Uint8Array} bytes */
export function untilNul(bytes) {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A handle of the C library. */
export class Job {
  #core;
  #handle;
  /** Room for a chunk's result: one that does not fit has to be run again. */
  #chunkBytes = CHUNK_BYTES;

  /**
   * @param {Core} core
   * @param {number} handle
   */
  constructor(core, handle) {
    this.#core = core;
    this.#handle = handle;
  }

  /**
   * @param {number} param
   * @param {bigint} value
   */
  set(param, value) {
    this.#core.call('tam_job_set_u64', this.#handle, param, value);
  }

  /** @param {number} threads  at most so many of the pool; 0 = all */
  limitThreads(threads) {
    this.set(PARAM_THREADS, BigInt(threads));
  }

  start() {
    this.#core.call('tam_job_start', this.#handle);
  }

  /** Chunks are run elsewhere: see takeChunk and putChunk. */
  startExternal() {
    this.#core.call('tam_job_start_external', this.#handle);
  }

  /** @returns {number} one of STATE */
  state() {
    return this.#core.out32('tam_job_state', [this.#handle], false);
  }

  /** @returns {[done: bigint, total: bigint]} */
  progress() {
    return this.#core.out64x2('tam_job_progress', [this.#handle]);
  }

  /** What it is at; nothing before its start. @returns {import('./progress.js').Part[]} */
  phases() {
    const count = this.#core.out32('tam_job_phases', [this.#handle]);
    return Array.from({ length: count }, (_, index) => this.#core.phase(this.#handle, index));
  }

  cancel() {
    this.#core.call('tam_job_cancel', this.#handle);
  }

  /** No more of its chunks are begun. */
  pause() {
    this.#control('tam_job_pause');
  }

  resume() {
    this.#control('tam_job_resume');
  }

  /** A job that has ended meanwhile is not an error. @param {string} name */
  #control(name) {
    const status = this.#core.try(name, this.#handle);
    if (status !== STATUS.OK && status !== STATUS.STATE) throw this.#core.error(status);
  }

  /** How far it is, as bytes that restore() takes. @returns {Uint8Array<ArrayBuffer> | null} null when it is done */
  checkpoint() {
    try {
      return this.#core.outBytes('tam_job_checkpoint', [this.#handle], CHECKPOINT_BYTES);
    } catch (error) {
      if (error instanceof TamisError && error.status === STATUS.STATE) return null;
      throw error;
    }
  }

  /** @returns {number} TAM_KIND_… */
  kind() {
    return this.#core.out32('tam_job_kind', [this.#handle], false);
  }

  /** @param {number} param @returns {bigint} */
  get(param) {
    return this.#core.out64('tam_job_get_u64', [this.#handle, param]);
  }

  /** @returns {bigint[]} */
  values() {
    for (let capacity = VALUES; ;) {
      const pointer = this.#core.allocate(capacity * 8);
      try {
        const { status, length } = this.#core.fill('tam_job_results_u64', this.#handle, pointer, capacity);
        if (status === STATUS.OK) return [...new BigUint64Array(this.#core.bytes(pointer, length * 8).buffer)];
        if (status !== STATUS.BUFFER || length <= capacity) throw this.#core.error(status);
        capacity = length;
      } finally {
        this.#core.release(pointer);
      }
    }
  }

  /**
   * Moves the next values of a stream to `pointer`, as many as are there now and fit. Does not wait.
   * @param {'u64' | 'text' | 'delta'} how
   * @param {number} pointer
   * @param {number} capacity  in values of 64 bits, or in bytes of text or delta
   * @returns {number} how many; 0 when there are none now, or when the job has ended, which its state tells
   */
  read(how, pointer, capacity) {
    const { status, length } = how === 'u64'
      ? this.#core.fill('tam_job_read_u64', this.#handle, 0n, pointer, capacity)
      : this.#core.fill('tam_job_read_bytes', this.#handle, how === 'text' ? FORMAT.TEXT : FORMAT.DELTA, 0n, pointer, capacity);
    if (status === STATUS.OK) return length;
    if (status === STATUS.TIMEOUT || status === STATUS.CANCELLED || status === STATUS.FAILED) return 0;
    throw this.#core.error(status);
  }

  /** Why a job that ended did not end well. */
  failure() {
    const status = this.#core.out32('tam_job_failure', [this.#handle], false);
    return this.#core.error(status || this.#core.try('tam_job_wait', this.#handle, 0n), this.message());
  }

  /** @returns {string} */
  message() {
    return untilNul(this.#core.outBytes('tam_job_message', [this.#handle], 256));
  }

  /** @returns {number} index into words() of the word that changes with progress and state */
  eventWord() {
    return this.#core.out32('tam_job_event_word', [this.#handle]) >>> 2;
  }

  /** Progress moves the event word at most once in `ms` milliseconds; 0: never. @param {number} ms */
  announceEvery(ms) {
    this.#core.call('tam_job_event_interval', this.#handle, ms);
  }

  /**
   * @param {bigint} [last]  the last chunk of the one who is to have it, who goes on with the next one more easily
   * @returns {bigint | null} the next chunk to hand out; null when there is none now
   */
  takeChunk(last) {
    try {
      if (last !== undefined) return this.#core.out64('tam_job_take_chunk_after', [this.#handle, last]);
      return this.#core.out64('tam_job_take_chunk', [this.#handle]);
    } catch (error) {
      if (error instanceof TamisError && error.status === STATUS.STATE) return null;
      throw error;
    }
  }

  /**
   * @param {bigint} chunk
   * @param {Uint8Array} bytes
   */
  putChunk(chunk, bytes) {
    this.#core.lend(bytes, (pointer) => this.#core.call('tam_job_put_chunk', this.#handle, chunk, pointer, bytes.length));
  }

  /** @param {bigint} chunk */
  returnChunk(chunk) {
    this.#core.call('tam_job_return_chunk', this.#handle, chunk);
  }

  /**
   * Runs one chunk of a job that was never started, on this thread.
   * @param {bigint} chunk
   * @returns {Uint8Array}
   */
  runChunk(chunk) {
    try {
      const bytes = this.#core.outBytes('tam_job_run_chunk', [this.#handle, chunk], this.#chunkBytes);
      // The first chunk may be a little shorter than those that follow.
      this.#chunkBytes = Math.max(this.#chunkBytes, Math.ceil(bytes.length * 1.125));
      return bytes;
    } catch (error) {
      // The job has a better sentence than the status.
      if (error instanceof TamisError && error.status) throw this.#core.error(error.status, this.message());
      throw error;
    }
  }

  free() {
    this.#core.call('tam_job_free', this.#handle);
    this.#handle = 0;
  }
}
