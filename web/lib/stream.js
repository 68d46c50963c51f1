// @ts-check
// Primes as they are found: an async iterable with bounded memory.
import { TamisError } from './errors.js';

/** @typedef {import('./forms.js').Batches} Batches */
/** @typedef {import('./forms.js').FormName} FormName */
/**
 * @template B
 * @typedef {import('./flow.js').Flow<B>} Flow
 */

/** A stream that nobody can read any more stops its job. */
const forgotten = new FinalizationRegistry((/** @type {Flow<any>} */ flow) => void flow.stop());

/**
 * The primes (or k-tuplets) of a range in ascending order, in batches. Made by `tamis.primes()`.
 *
 * The work begins with the first read and goes on as far as it is read: some tens of megabytes are sieved ahead, then
 * it waits for the reader. Whoever does not read to the end should say so, by `break`, `cancel()` or the signal; what is
 * only dropped is cancelled when it is collected as garbage.
 *
 *     for await (const batch of tamis.primes(0, 1e9)) for (const prime of batch) ...
 *
 * @template {FormName} [T='u64']
 */
export class PrimeStream {
  /** @type {Flow<Batches[T]>} */
  #flow;

  /**
   * Made by primes().
   * @param {Flow<Batches[T]>} flow
   */
  constructor(flow) {
    this.#flow = flow;
    forgotten.register(this, flow, this);
  }

  /** How many primes (or k-tuplets) have been delivered so far; all of them once the stream has ended. */
  get count() {
    return this.#flow.entries;
  }

  /**
   * The batches, one by one; each goes to one reader. A `break` cancels the job.
   * @returns {AsyncIterableIterator<Batches[T]>}
   */
  [Symbol.asyncIterator]() {
    /** @type {AsyncIterableIterator<Batches[T]>} */
    const iterator = {
      next: () => this.#next(),
      return: async () => {
        await this.cancel();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /**
   * The same as a ReadableStream. It reads no further than its own reader does; its cancel() ends the job.
   * @returns {ReadableStream<Batches[T]>}
   * @throws {TamisError} 'type' with the option `reuse`: pipes ask for the next batch before they are done with one
   */
  readable() {
    if (this.#flow.reuse) {
      throw new TamisError('type', 'A stream whose batches are reused can not be a ReadableStream: what is piped waits in queues.', { hint: 'Leave `reuse` out.' });
    }
    return new ReadableStream({
      pull: async (controller) => {
        const { done, value } = await this.#next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => this.cancel(),
    }, { highWaterMark: 0 });
  }

  /**
   * Finds no more primes for now; what was found already can still be read.
   * @returns {Promise<void>} when the host has heard of it; rejects with TamisError
   */
  pause() {
    return this.#flow.pause();
  }

  /** Goes on. @returns {Promise<void>} as pause() */
  resume() {
    return this.#flow.resume();
  }

  /**
   * What restoreStream() goes on with behind the last batch that was taken, however many wait behind it. Also of a stream
   * that was cancelled or has failed.
   * @returns {Promise<Uint8Array<ArrayBuffer>>} rejects with TamisError, with the code 'state' when all was read
   */
  checkpoint() {
    return this.#flow.checkpoint();
  }

  /** The checkpoint as a text to be copied. @returns {Promise<string>} rejects as checkpoint() */
  token() {
    return this.#flow.token();
  }

  /**
   * Ends the stream; reads find its end. Fine to call twice, or at the end.
   * @returns {Promise<void>} when the job has ended
   */
  cancel() {
    return this.#flow.stop();
  }

  /** @returns {Promise<IteratorResult<Batches[T], undefined>>} rejects with TamisError */
  async #next() {
    const value = await this.#flow.take();
    if (value !== null) return { done: false, value };
    // Uses `this` also to keep it from being collected while somebody waits.
    forgotten.unregister(this);
    return { done: true, value: undefined };
  }
}
