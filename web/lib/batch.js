// @ts-check
// Mode `workers`: numbers that chunk workers test for primality, for the scheduler as one more job. Its chunks bring their numbers along.
import { STATE } from './core-job.js';
import { TamisError } from './errors.js';

/** So many one thread tests at once: the core would look for other threads beyond. A few milliseconds. */
const CHUNK = 4096;

/** Answers as a Job does where the scheduler asks. */
export class Batch {
  #numbers;
  #missing;
  /** @type {bigint[]} to be handed out, the next one last */
  #waiting = [];
  /** 1 or 0 for each number. */
  primes;

  /** @param {BigUint64Array} numbers */
  constructor(numbers) {
    this.#numbers = numbers;
    this.primes = new Uint8Array(numbers.length);
    for (let chunk = Math.ceil(numbers.length / CHUNK) - 1; chunk >= 0; chunk--) this.#waiting.push(BigInt(chunk));
    this.#missing = new Set(this.#waiting);
  }

  startExternal() {}

  /** @returns {number} one of STATE */
  state() {
    return this.#missing.size === 0 ? STATE.DONE : STATE.RUNNING;
  }

  /** @returns {[done: bigint, total: bigint]} */
  progress() {
    const total = Math.ceil(this.#numbers.length / CHUNK);
    return [BigInt(total - this.#missing.size), BigInt(total)];
  }

  /** As of a job: testing is all it does. @returns {import('./progress.js').Part[]} */
  phases() {
    return [{ name: 'testing', total: this.progress()[1], state: this.#missing.size === 0 ? 'done' : 'active' }];
  }

  /** @returns {bigint | null} */
  takeChunk() {
    return this.#waiting.pop() ?? null;
  }

  /** @param {bigint} chunk */
  returnChunk(chunk) {
    this.#waiting.push(chunk);
  }

  /**
   * @param {bigint} chunk
   * @param {Uint8Array} primes
   */
  putChunk(chunk, primes) {
    this.primes.set(primes, Number(chunk) * CHUNK);
    this.#missing.delete(chunk);
  }

  /** What a worker needs for a chunk: a copy, for another may need it again. @param {bigint} chunk */
  numbersOf(chunk) {
    const from = Number(chunk) * CHUNK;
    return this.#numbers.slice(from, from + CHUNK);
  }

  /** It goes on as long as chunks are missing. */
  failure() {
    return new TamisError('failed', 'Numbers could not be tested.');
  }
}
