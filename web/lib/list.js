// @ts-check
// All primes of a range in one array.
import { TamisError } from './errors.js';
import { estimatePrimes } from './estimate.js';

/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./forms.js').Batches} Batches */
/** @typedef {import('./options.js').ListName} ListName */

/** A list may be so large; engines refuse arrays not far beyond. */
const MOST_BYTES = 2 ** 30;
/** Larger than a stream's own: nobody looks at the first primes before the last ones are there. */
const BATCH = 2 ** 18;

/** @type {{ [T in ListName]: { new (buffer: ArrayBuffer, offset: number, length: number): Batches[T], readonly BYTES_PER_ELEMENT: number } }} */
const ARRAYS = { u64: BigUint64Array, u32: Uint32Array, f64: Float64Array };

/**
 * @template {ListName} T
 * @param {Client} tamis
 * @param {bigint} start
 * @param {bigint} stop
 * @param {import('./options.js').ListOptions<T> & { type: T }} options
 * @returns {Promise<Batches[T]>}
 */
export async function listOf(tamis, start, stop, options) {
  const size = ARRAYS[options.type].BYTES_PER_ELEMENT;
  const expected = estimatePrimes(start, stop);
  if (expected * size > MOST_BYTES) throw tooLong(start, stop, expected, expected * size);

  const stream = tamis.primes(start, stop, { ...options, batch: BATCH });
  let bytes = new Uint8Array(allocate(Math.ceil(expected * 1.01 + 4 * Math.sqrt(expected) + 100) * size));
  let length = 0;
  for await (const { buffer } of stream) {
    if (length + buffer.byteLength > bytes.length) {
      const longer = new Uint8Array(allocate(Math.ceil((length + buffer.byteLength) * 1.25 / size) * size));
      longer.set(bytes.subarray(0, length));
      bytes = longer;
    }
    bytes.set(new Uint8Array(buffer), length);
    length += buffer.byteLength;
  }
  return new ARRAYS[options.type](shrunk(bytes.buffer, length), 0, length / size);
}

/**
 * @param {number} bytes
 * @returns {ArrayBuffer}
 */
function allocate(bytes) {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new TamisError('memory', `There is not enough memory for a list of ${bytes} bytes.`, {
      hint: 'Read the primes as a stream: primes(start, stop).',
      cause,
    });
  }
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} length
 * @returns {ArrayBuffer}
 */
const shrunk = (buffer, length) => (
  // Without a second copy where the engine can (from 2024 on).
  typeof buffer.transfer === 'function' ? buffer.transfer(length) : buffer.slice(0, length));

/**
 * @param {bigint} start
 * @param {bigint} stop
 * @param {number} primes
 * @param {number} bytes
 */
function tooLong(start, stop, primes, bytes) {
  const gibibytes = (bytes / 2 ** 30).toLocaleString('en-US', { maximumFractionDigits: 1 });
  return new TamisError(
    'range',
    `There are about ${Math.round(primes).toLocaleString('en-US')} primes from ${start} to ${stop}: a list of ${gibibytes} GiB. At most 1 GiB can be had at once.`,
    { hint: 'Read them as a stream: for await (const batch of tamis.primes(start, stop)).' },
  );
}
