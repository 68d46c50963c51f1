// @ts-check
// All primes of a range in one array.
import { TamisError } from './errors.js';
import { estimatePrimes } from './estimate.js';
import { FORMS } from './forms.js';

/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./forms.js').Batches} Batches */
/** @typedef {import('./options.js').ListName} ListName */

/** A list may be so large; engines refuse arrays not far beyond. */
const MOST_BYTES = 2 ** 30;
/** So short a list is cut to its length, by copying it; what is longer keeps the little room behind its end. */
const SHORT_BYTES = 2 ** 20;

/**
 * @template {ListName} T
 * @param {Client} tamis
 * @param {bigint} start
 * @param {bigint} stop
 * @param {import('./options.js').ListOptions<T> & { type: T }} options
 * @returns {Promise<Batches[T]>}
 */
export async function listOf(tamis, start, stop, options) {
  const { array } = FORMS[options.type];
  const size = array.BYTES_PER_ELEMENT;
  const expected = estimatePrimes(start, stop);
  if (expected * size > MOST_BYTES) throw tooLong(start, stop, expected, expected * size);

  // Each batch is copied once more, into its place: that costs less than memory that is new each time, most of all for the system.
  const stream = tamis.primes(start, stop, { ...options, reuse: true });
  let bytes = new Uint8Array(allocate(boundAbove(expected, stop) * size));
  let length = 0;
  for await (const batch of stream) {
    if (length + batch.byteLength > bytes.length) {
      const longer = new Uint8Array(allocate(Math.ceil((length + batch.byteLength) * 1.25 / size) * size));
      longer.set(bytes.subarray(0, length));
      bytes = longer;
    }
    bytes.set(new Uint8Array(batch.buffer, 0, batch.byteLength), length);
    length += batch.byteLength;
  }
  const isTight = length > SHORT_BYTES && bytes.length - length < length / 16;
  const buffer = isTight ? bytes.buffer : bytes.buffer.slice(0, length);
  return /** @type {Batches[T]} */ (new array(buffer, 0, length / size));
}

/**
 * More primes than there are, if hardly. li errs by less than sqrt(x) log(x) / 8 pi (if Riemann was right: L. Schoenfeld, Math. Comp. 30,
 * 1976); the difference of two of them is, for windows far out, closer than that.
 * @param {number} expected
 * @param {bigint} stop
 */
function boundAbove(expected, stop) {
  const x = Number(stop);
  return Math.ceil(expected + 100 + Math.min(expected / 100 + 4 * Math.sqrt(expected), Math.sqrt(x) * Math.log(x + 2) / 8));
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
