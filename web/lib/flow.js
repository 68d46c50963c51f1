// @ts-check
// The page's side of a stream: what was asked for of the host, what has come, and who waits for it.
import { TamisError, cancelledBy, fromWire } from './errors.js';
import { ProgressMeter } from './progress.js';

/** @typedef {import('./link.js').HostLink} HostLink */
/** @typedef {import('./progress.js').Progress} Progress */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').RunMessage} RunMessage */

/** So many batches are asked for ahead: one may be on its way while another is used. */
const AHEAD = 2;

/** As many when one of them, which is used, is asked for anew only when its buffer goes back. @param {{ reuse: boolean }} feed */
export const askedAhead = ({ reuse }) => (reuse ? AHEAD + 1 : AHEAD);

/**
 * @template B
 * @typedef {{ values: B, entries: number, checkpoint: Uint8Array<ArrayBuffer> | null }} Arrival
 */

/**
 * Does not know the PrimeStream that it belongs to: that one may be collected as garbage, which cancels this one.
 *
 * A stream is read ahead, so the host's checkpoint would be too far on. Therefore each batch brings the checkpoint behind
 * it, and the stream's own is that of the last batch which was taken.
 * @template B
 */
export class Flow {
  #link;
  /** Kept up to date: its checkpoint is that of the last batch that came, its feed asks for what was asked for and has not come. */
  #order;
  #signal;
  #onProgress;
  #onStart;
  #meter;
  /** @type {Arrival<B>[]} come and not taken */
  #queue = [];
  /** @type {{ resolve: (values: B | null) => void, reject: (error: unknown) => void }[]} */
  #waiting = [];
  /** @type {ArrayBuffer[]} of batches that were taken, to go back when the next one is asked for */
  #lent = [];
  #started = false;
  /** Nothing comes any more. */
  #over = false;
  /** @type {unknown} why not, unless all came or nothing more was wanted */
  #error = null;
  /** @type {() => void} */
  #settle = () => {};
  /** @type {Promise<void>} until the host has let go of the job */
  #settled = new Promise((resolve) => { this.#settle = resolve; });
  #abort = () => this.#end(cancelledBy(/** @type {AbortSignal} */ (this.#signal)), true);
  /** @type {Uint8Array | string | null} behind the last batch that was taken; null: at the beginning, or at the end */
  #taken;
  /** The last batch has come. */
  #complete = false;
  /** It was taken. */
  #read = false;
  /** Primes (k-tuplets) taken so far. */
  entries = 0n;

  /**
   * @param {HostLink} link
   * @param {RunMessage} order
   * @param {{ signal?: AbortSignal, onProgress?: (progress: Progress) => void }} options
   * @param {() => void} onStart  called before the job is begun
   */
  constructor(link, order, { signal, onProgress }, onStart) {
    this.#link = link;
    this.#order = order;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#onStart = onStart;
    this.#taken = order.checkpoint;
    this.#meter = this.#newMeter();
  }

  /** @returns {Promise<B | null>} null when that was all */
  take() {
    if (!this.#started && !this.#over) this.#start();
    this.#giveBack();
    const next = this.#queue.shift();
    if (next) return Promise.resolve(this.#deliver(next));
    if (this.#over) return this.#error ? Promise.reject(this.#error) : Promise.resolve(null);
    if (this.#waiting.length === 0) this.#link.hold(true);
    return new Promise((resolve, reject) => { this.#waiting.push({ resolve, reject }); });
  }

  /** Nothing more is wanted. @returns {Promise<void>} when the job has ended */
  async stop() {
    if (!this.#started) {
      this.#started = this.#over = true;
      this.#settle();
    }
    if (!this.#over) this.#end(null, true);
    // What has come of a stream that is over is not wanted either.
    this.#queue = [];
    this.#link.hold(true);
    await this.#settled;
    this.#link.hold(false);
  }

  /** @returns {Promise<void>} */
  async pause() {
    this.#order.paused = true;
    if (this.#started && !this.#over) await this.#link.call({ type: 'pause', id: this.#order.id });
    this.#meter.pause(performance.now());
  }

  /** @returns {Promise<void>} */
  async resume() {
    this.#order.paused = false;
    if (this.#started && !this.#over) await this.#link.call({ type: 'resume', id: this.#order.id });
    this.#meter.resume(performance.now());
  }

  /** @returns {Promise<Uint8Array<ArrayBuffer>>} */
  async checkpoint() {
    if (this.#read) throw new TamisError('state', 'The stream was read to its end: there is nothing left to go on with.');
    if (this.#taken instanceof Uint8Array) return new Uint8Array(this.#taken);
    if (this.#taken !== null) return (await this.#link.call({ type: 'inspect', checkpoint: this.#taken })).bytes;
    return this.#link.call({ type: 'begin', spec: /** @type {import('./kinds.js').JobSpec} */ (this.#order.spec) });
  }

  /** @returns {Promise<string>} */
  async token() {
    return this.#link.call({ type: 'token', checkpoint: await this.checkpoint() });
  }

  #start() {
    this.#started = true;
    if (this.#signal?.aborted) {
      this.#end(cancelledBy(this.#signal), false);
      this.#settle();
      return;
    }
    try {
      this.#link.checkAlive();
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#signal?.addEventListener('abort', this.#abort);
    this.#onStart();
    this.#meter = this.#newMeter();
    this.#link.run({
      order: this.#order,
      hear: (message) => this.#hear(message),
      lose: (error) => this.#lose(error),
      // Another host would begin it again behind what came last, and there is nothing.
      isOver: () => this.#over || this.#complete,
    });
  }

  #newMeter() {
    const meter = new ProgressMeter(performance.now(), { restored: this.#order.checkpoint !== null });
    if (this.#order.paused) meter.pause(performance.now());
    return meter;
  }

  /** @param {FromHost} message */
  #hear(message) {
    switch (message.type) {
      case 'progress':
        try {
          this.#onProgress?.(this.#meter.update(message.done, message.total, performance.now(), message.phases));
        } catch (error) {
          // Thrown by the user's onProgress: whoever reads will see it.
          this.#end(error, true);
        }
        break;
      case 'batch': {
        const { values, entries, checkpoint } = message;
        this.#arrive({ values: /** @type {B} */ (values), entries, checkpoint });
        break;
      }
      case 'done':
        this.#done();
        break;
      case 'error':
        this.#failed(fromWire(message.error));
        break;
    }
  }

  /** @param {Arrival<B>} batch */
  #arrive(batch) {
    if (this.#over) return;
    if (batch.checkpoint) this.#order.checkpoint = batch.checkpoint;
    else this.#complete = true;
    this.#feed.asked--;
    const waiting = this.#waiting.shift();
    if (!waiting) {
      this.#queue.push(batch);
      return;
    }
    if (this.#waiting.length === 0) this.#link.hold(false);
    waiting.resolve(this.#deliver(batch));
  }

  /**
   * A batch is taken, and another one asked for.
   * @param {Arrival<B>} batch
   */
  #deliver({ values, entries, checkpoint }) {
    this.entries += BigInt(entries);
    this.#taken = checkpoint;
    this.#read = checkpoint === null;
    // Whoever asked for several at once can't know which are still good: those stay, and are not used again.
    if (this.reuse && this.#waiting.length === 0) this.#lent.push(/** @type {any} */ (values).buffer);
    else if (!this.#over) this.#ask();
    return values;
  }

  /** The batches that were taken are used. */
  #giveBack() {
    const lent = this.#lent;
    this.#lent = [];
    if (this.#over) return;
    // Empty: its user has transferred it.
    for (const buffer of lent) this.#ask(buffer.byteLength > 0 ? buffer : undefined);
  }

  /** @param {ArrayBuffer} [spare] */
  #ask(spare) {
    this.#feed.asked++;
    const { id } = this.#order;
    if (spare) this.#link.send({ type: 'read', id, spare }, [spare]);
    else this.#link.send({ type: 'read', id });
  }

  /** Whether batches are good only until the next one is asked for. */
  get reuse() {
    return this.#feed.reuse;
  }

  get #feed() {
    return /** @type {import('./feed.js').FeedSpec} */ (this.#order.feed);
  }

  /** The host has ended the job well. */
  #done() {
    const last = this.#queue.at(-1);
    if (last) last.checkpoint = null;
    else if (!this.#over) this.#read = true;
    this.#end(null, false);
    this.#leave();
  }

  /** The host is no more; nothing is missing where the last batch has come. @param {TamisError} error */
  #lose(error) {
    if (this.#complete && error.code !== 'disposed') this.#done();
    else this.#failed(error);
  }

  /** The job is no more, for this reason. @param {unknown} error */
  #failed(error) {
    if (error instanceof TamisError && !this.#over) {
      const { checkpoint } = this.#order;
      error.checkpoint = checkpoint instanceof Uint8Array ? checkpoint : undefined;
    }
    this.#end(error, false);
    this.#leave();
  }

  /** The host has let go of the job. */
  #leave() {
    this.#link.forget(this.#order.id);
    this.#settle();
  }

  /**
   * @param {unknown} error
   * @param {boolean} early  before the host has ended the job
   */
  #end(error, early) {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#signal?.removeEventListener('abort', this.#abort);
    if (early) this.#link.send({ type: 'cancel', id: this.#order.id });
    // What came before a failure is good; nobody wants what came before a cancel.
    if (early || (error instanceof TamisError && error.code === 'disposed')) this.#queue = [];
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#link.hold(false);
    for (const { resolve, reject } of waiting) {
      if (error) reject(error);
      else resolve(null);
    }
  }
}
