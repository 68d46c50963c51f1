// @ts-check
// One prime after another, in both directions.
import { toU64, U64_MAX } from './integers.js';

/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./stream.js').PrimeStream} PrimeStream */

/** Integers to either side that are listed where the direction is not known. */
const AROUND = 2n ** 15n;
/** Integers of the first window in one direction; each further one has so many times as many, up to the most. */
const FIRST = 2n ** 17n;
/** Windows ahead are streams: of one of them no more is held than the stream's own batches. Each new one costs some milliseconds, and what is sieved for nobody is in vain. */
const AHEAD = { growth: 32n, most: 2n ** 34n };
/** Windows behind are held whole, since streams ascend. */
const BEHIND = { growth: 4n, most: 2n ** 24n };
/** Values in a batch of a stream. */
const BATCH = 65_536;

const NONE = new BigUint64Array(0);

/**
 * The primes around a place, next and previous ones, up to both ends of 64 bits. Made by `tamis.iterator()`.
 *
 * Nearly all calls are answered from a batch that is here already; only those that cross its edge ask the workers.
 * Calls that are not awaited are answered in their order. One that rejects leaves the place as it was.
 *
 *     const primes = tamis.iterator(1e12);
 *     await primes.next();            // 1000000000039n
 *     await primes.prev();            // 999999999989n
 *     for await (const prime of primes) ...     from there on upwards
 */
export class PrimeIterator {
  #tamis;
  #reuse;
  #stopHint;
  /**
   * All primes from #low to #high, both included, or NONE when they were given away. Nothing is known while #high is less
   * than #low.
   */
  #primes = NONE;
  /** @type {bigint} */
  #low;
  /** @type {bigint} */
  #high;
  /** Which of #primes next() and prev() answer; outside of it when they are further off. */
  #next = 0;
  #prev = -1;
  /** In which direction the last window was fetched: turning to and fro at an edge must stay cheap. */
  #heading = 0;
  #window = FIRST;
  /** @type {{ batches: AsyncIterator<BigUint64Array<ArrayBuffer>>, stop: bigint } | null} */
  #ahead = null;
  /** @type {Promise<unknown> | null} the last of the calls that wait */
  #last = null;

  /**
   * Made by iterator().
   * @param {Client} tamis
   * @param {bigint | number} start
   * @param {{ reuse: boolean, stopHint: bigint | null }} options
   */
  constructor(tamis, start, { reuse, stopHint }) {
    this.#tamis = tamis;
    this.#reuse = reuse;
    this.#stopHint = stopHint;
    this.#low = toU64(start, 'start');
    this.#high = this.#low - 1n;
  }

  /** @returns {Promise<bigint | null>} the next prime; null beyond 2^64 - 59, the last one */
  next() {
    if (this.#last || this.#next >= this.#primes.length) return this.#inTurn(() => this.#step(1));
    return Promise.resolve(this.#up());
  }

  /** @returns {Promise<bigint | null>} the prime before; null before 2, the first one */
  prev() {
    if (this.#last || this.#prev < 0) return this.#inTurn(() => this.#step(-1));
    return Promise.resolve(this.#down());
  }

  /**
   * Goes to n: next() gives the least prime that is not less, prev() the greatest that is not greater. Answers
   * at once.
   * @param {bigint | number} n
   */
  skipTo(n) {
    const place = toU64(n, 'n');
    if (this.#last) void this.#inTurn(async () => this.#place(place));
    else this.#place(place);
  }

  /** Gives back what is held, in the workers too, and goes to 0. */
  clear() {
    const clear = () => {
      this.#forget();
      [this.#low, this.#high] = [0n, -1n];
    };
    if (this.#last) void this.#inTurn(async () => clear());
    else clear();
  }

  /**
   * The primes that follow, some tens of thousands at a time, ascending. Counts as one step: a prev() after it gives
   * the prime before them, a next() the one behind them.
   * @returns {Promise<BigUint64Array<ArrayBuffer> | null>} null beyond the last prime
   */
  nextBatch() {
    return this.#inTurn(async () => {
      if (!await this.#reach(1)) return null;
      const [from, to] = [this.#next, this.#primes.length];
      [this.#next, this.#prev] = [to, from - 1];
      return this.#give(from, to);
    });
  }

  /**
   * The primes before, as many as are at hand, ascending all the same. Counts as one step.
   * @returns {Promise<BigUint64Array<ArrayBuffer> | null>} null before the first prime
   */
  prevBatch() {
    return this.#inTurn(async () => {
      if (!await this.#reach(-1)) return null;
      const to = this.#prev + 1;
      [this.#next, this.#prev] = [to, -1];
      return this.#give(0, to);
    });
  }

  /**
   * Upwards from where it is. A `break` stops the work ahead; the iterator can be used further.
   * @returns {AsyncIterableIterator<bigint>}
   */
  [Symbol.asyncIterator]() {
    /** @type {AsyncIterableIterator<bigint>} */
    const iterator = {
      next: async () => {
        const value = await this.next();
        return value === null ? { done: true, value: undefined } : { done: false, value };
      },
      return: async () => {
        await this.#inTurn(() => this.#stop());
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /**
   * Calls that have to wait are done one after the other.
   * @template T
   * @param {() => Promise<T>} call
   * @returns {Promise<T>}
   */
  #inTurn(call) {
    const done = (this.#last ?? Promise.resolve()).then(call, call);
    const last = done.then(() => {}, () => {}).then(() => {
      if (this.#last === last) this.#last = null;
    });
    this.#last = last;
    return done;
  }

  /**
   * For the caller: a copy of a part, but the whole itself, as copies take a sixth of the time. #next and #prev lie
   * outside then.
   * @param {number} from
   * @param {number} to
   */
  #give(from, to) {
    const primes = this.#primes;
    if (to - from < primes.length) return primes.slice(from, to);
    this.#primes = NONE;
    return primes;
  }

  #up() {
    const prime = this.#primes[this.#next];
    this.#prev = this.#next - 1;
    this.#next++;
    return prime;
  }

  #down() {
    const prime = this.#primes[this.#prev];
    this.#next = this.#prev + 1;
    this.#prev--;
    return prime;
  }

  /** @param {1 | -1} heading */
  async #step(heading) {
    if (!await this.#reach(heading)) return null;
    return heading > 0 ? this.#up() : this.#down();
  }

  /**
   * Makes the next prime in this direction one of #primes.
   * @param {1 | -1} heading
   * @returns {Promise<boolean>} false when there is none
   */
  async #reach(heading) {
    for (;;) {
      if (heading > 0 ? this.#next < this.#primes.length : this.#prev >= 0) return true;
      const known = this.#low <= this.#high;
      if (known && (heading > 0 ? this.#high === U64_MAX : this.#low === 0n)) return false;
      if (!known) await this.#around(this.#low, heading);
      else if (this.#heading === -heading) await this.#around(heading > 0 ? this.#high + 1n : this.#low - 1n, heading);
      else if (heading > 0) await this.#forward();
      else await this.#backward();
      this.#heading = known && this.#heading !== -heading ? heading : 0;
    }
  }

  /**
   * Looks to both sides.
   * @param {bigint} place
   * @param {1 | -1} heading
   */
  async #around(place, heading) {
    await this.#stop();
    this.#window = FIRST;
    const low = place > AROUND ? place - AROUND : 0n;
    const high = place < U64_MAX - AROUND ? place + AROUND : U64_MAX;
    const primes = await this.#tamis.listPrimes(low, high);
    if (this.#low > this.#high) {
      this.#take(primes, low, high);
      this.#point(place);
    } else if (heading > 0 ? primes[primes.length - 1] > this.#high : primes[0] < this.#low) {
      this.#take(primes, low, high);
      this.#point(place);
    } else if (heading > 0) {
      this.#high = high;
    } else {
      this.#low = low;
    }
  }

  async #forward() {
    const low = this.#high + 1n;
    if (!this.#ahead) {
      const stop = this.#stopAhead(low);
      this.#widen(AHEAD);
      this.#ahead = { batches: this.#tamis.primes(low, stop, { batch: BATCH, reuse: this.#reuse })[Symbol.asyncIterator](), stop };
    }
    if (this.#reuse && this.#primes.length > 0) {
      // The stream takes them back now. The last one is kept: prev() may come before others are there.
      const last = this.#primes.slice(-1);
      this.#take(last, last[0], this.#high);
      [this.#next, this.#prev] = [1, 0];
    }
    const ahead = this.#ahead;
    let found;
    try {
      found = await ahead.batches.next();
    } catch (error) {
      this.#ahead = null;
      throw error;
    }
    if (found.done) {
      // No further prime up to the window's end.
      this.#ahead = null;
      this.#high = ahead.stop;
      return;
    }
    this.#take(found.value, low, found.value[found.value.length - 1]);
    [this.#next, this.#prev] = [0, -1];
  }

  /** Where the window ends that begins at `low`. @param {bigint} low */
  #stopAhead(low) {
    if (this.#stopHint !== null && low <= this.#stopHint) return this.#stopHint;
    return low < U64_MAX - this.#window ? low + this.#window : U64_MAX;
  }

  async #backward() {
    const high = this.#low - 1n;
    const low = high > this.#window ? high - this.#window : 0n;
    this.#widen(BEHIND);
    const primes = await this.#tamis.listPrimes(low, high);
    if (primes.length === 0) {
      this.#low = low;
      return;
    }
    this.#take(primes, low, high);
    [this.#next, this.#prev] = [primes.length, primes.length - 1];
  }

  /** @param {{ growth: bigint, most: bigint }} how */
  #widen({ growth, most }) {
    this.#window = this.#window * growth < most ? this.#window * growth : most;
  }

  /**
   * @param {BigUint64Array<ArrayBuffer>} primes
   * @param {bigint} low
   * @param {bigint} high
   */
  #take(primes, low, high) {
    this.#primes = primes;
    this.#low = low;
    this.#high = high;
  }

  /** @param {bigint} place */
  #place(place) {
    if (place < this.#low || place > this.#high || this.#primes === NONE) {
      this.#forget();
      [this.#low, this.#high] = [place, place - 1n];
    } else {
      this.#point(place);
    }
  }

  /** Points to the primes on both sides of a place that is known. @param {bigint} place */
  #point(place) {
    let [from, to] = [0, this.#primes.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#primes[middle] < place) from = middle + 1;
      else to = middle;
    }
    this.#next = from;
    this.#prev = this.#primes[from] === place ? from : from - 1;
  }

  #forget() {
    void this.#stop();
    this.#primes = NONE;
    [this.#next, this.#prev] = [0, -1];
    this.#heading = 0;
    this.#window = FIRST;
  }

  /** Ends the stream ahead. */
  async #stop() {
    const ahead = this.#ahead;
    this.#ahead = null;
    await ahead?.batches.return?.();
  }
}
