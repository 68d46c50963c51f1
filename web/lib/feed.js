// @ts-check
// The host's side of a stream: reads batches from its job, no more of them than were asked for.
import { FORMS, LONGEST_LINE, copyBatch, entriesOf } from './forms.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./core-job.js').Job} Job */
/** @typedef {import('./forms.js').FormName} FormName */

/**
 * How a stream is to be read, as it is posted.
 * @typedef {object} FeedSpec
 * @property {FormName} type
 * @property {number} tuplets
 * @property {number} batch  most values, or bytes, at once
 * @property {boolean} reuse  the buffers of batches come back
 * @property {number} asked  how many batches are asked for from the start
 */

export class Feed {
  #core;
  #job;
  #spec;
  #send;
  #asked;
  #pointer;
  /** @type {ArrayBuffer[]} of batches that were used, each long enough for any */
  #spares = [];

  /**
   * @param {Core} core
   * @param {Job} job
   * @param {FeedSpec} spec
   * @param {(values: ArrayBufferView<ArrayBuffer>, entries: number, checkpoint: Uint8Array<ArrayBuffer> | null) => void} send
   *   checkpoint: of the stream read so far; null behind the last value
   */
  constructor(core, job, spec, send) {
    this.#core = core;
    this.#job = job;
    this.#spec = spec;
    this.#send = send;
    this.#asked = spec.asked;
    this.#pointer = core.allocate(spec.batch * FORMS[spec.type].size);
  }

  /** One batch more is wanted. @param {ArrayBuffer} [spare]  of one that was used */
  ask(spare) {
    this.#asked++;
    if (spare) this.#spares.push(spare);
  }

  /** Sends what is there of what was asked for. Never waits. */
  pump() {
    const { type, tuplets } = this.#spec;
    while (this.#asked > 0) {
      const length = this.#read();
      if (length === 0) break;
      this.#asked--;
      const values = copyBatch(type, this.#core.words().buffer, this.#pointer, length, this.#room(length));
      this.#send(values, entriesOf(type, values, tuplets), this.#job.checkpoint());
    }
  }

  /** Fills the buffer with what is there. @returns {number} its length */
  #read() {
    const { type, tuplets, batch } = this.#spec;
    const { read, size, unit } = FORMS[type];
    const least = unit === 'bytes' ? LONGEST_LINE : tuplets;
    let length = 0;
    while (batch - length >= least) {
      const more = this.#job.read(read, this.#pointer + length * size, batch - length);
      if (more === 0) break;
      length += more;
    }
    return length;
  }

  /** Where to put a batch. @param {number} length */
  #room(length) {
    const { type, batch, reuse } = this.#spec;
    return this.#spares.pop() ?? new ArrayBuffer((reuse ? batch : length) * FORMS[type].array.BYTES_PER_ELEMENT);
  }

  free() {
    this.#core.release(this.#pointer);
  }
}
