// @ts-check
// Which of many numbers are prime: the page's side. They are posted in slices, which the host's threads or workers share.
import { TamisError, cancelledBy } from './errors.js';
import { nameOf, toU64 } from './integers.js';
import { checkBatchOptions } from './options.js';
import { ProgressMeter } from './progress.js';

/** @typedef {import('./link.js').HostLink} HostLink */
/** @typedef {import('./options.js').BatchOptions} BatchOptions */
/**
 * An array or a typed array of integers from 0 to 2^64 - 1.
 * @typedef {ArrayLike<bigint | number>} Integers
 */

/** So many for each thread make a slice: some milliseconds, so that a cancel and other jobs need not wait for long. */
const PER_THREAD = 8192;
/** So many slices are under way: the threads work on one while the other is posted. */
const LANES = 2;
/** How often progress is told at most: once a frame. */
const PROGRESS_MS = 16;

/**
 * @param {HostLink} link
 * @param {{ readonly threads: number }} crew
 * @param {Integers} numbers
 * @param {BatchOptions} options
 * @returns {Promise<Uint8Array<ArrayBuffer>>} 1 or 0 for each
 */
export async function arePrime(link, crew, numbers, options) {
  const { signal, onProgress } = checkBatchOptions(options);
  link.checkAlive();
  if (signal?.aborted) throw cancelledBy(signal);
  const integers = integersOf(numbers);
  const primes = new Uint8Array(integers.length);
  const meter = new ProgressMeter(performance.now());
  let [next, done, toldAt, over] = [0, 0, -Infinity, false];

  const tell = () => {
    toldAt = performance.now();
    onProgress?.(meter.update(BigInt(done), BigInt(integers.length), toldAt));
  };
  const lane = async () => {
    while (!over && next < integers.length) {
      const from = next;
      next = Math.min(from + PER_THREAD * crew.threads, integers.length);
      // A copy, and not given away: should the host be lost, the next one is asked the same.
      const found = await link.call({ type: 'are-prime', numbers: integers.slice(from, next) });
      if (over) return;
      primes.set(found, from);
      done += found.length;
      if (done < integers.length && performance.now() - toldAt >= PROGRESS_MS) tell();
    }
  };
  /** @type {() => void} */
  let abort = () => {};
  const aborted = new Promise((_, reject) => {
    abort = () => reject(cancelledBy(/** @type {AbortSignal} */ (signal)));
  });
  signal?.addEventListener('abort', abort);
  try {
    await Promise.race([Promise.all(Array.from({ length: LANES }, lane)), aborted]);
  } finally {
    over = true;
    signal?.removeEventListener('abort', abort);
  }
  tell();
  return primes;
}

/**
 * @param {unknown} numbers
 * @returns {BigUint64Array}
 * @throws {TamisError} 'type' or 'range', which names the first entry that is not from 0 to 2^64 - 1
 */
function integersOf(numbers) {
  if (numbers instanceof BigUint64Array) return numbers;
  if (!Array.isArray(numbers) && (!ArrayBuffer.isView(numbers) || numbers instanceof DataView)) {
    throw new TamisError('type', `The numbers must be an array or a typed array, not ${nameOf(numbers)}.`, {
      hint: 'Such as [2, 3n], a Uint32Array or a BigUint64Array. isPrime(n) is for one number.',
    });
  }
  const entries = /** @type {ArrayLike<unknown>} */ (numbers);
  const integers = new BigUint64Array(entries.length);
  // Halves of numbers are written in a tenth of the time that BigInts take; the lower one is first wherever wasm runs.
  const halves = new Uint32Array(integers.buffer);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (typeof entry === 'number' && Number.isSafeInteger(entry) && entry >= 0) {
      halves[2 * i] = entry;
      halves[2 * i + 1] = entry / 2 ** 32;
    } else {
      integers[i] = toU64(entry, `numbers[${i}]`);
    }
  }
  return integers;
}
