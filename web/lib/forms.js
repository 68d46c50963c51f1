// @ts-check
// The forms in which the primes of a stream are handed over.
import { U64_MAX } from './integers.js';

/**
 * What a batch of each form is.
 * @typedef {object} Batches
 * @property {BigUint64Array<ArrayBuffer>} u64
 * @property {Uint32Array<ArrayBuffer>} u32
 * @property {Float64Array<ArrayBuffer>} f64
 * @property {Uint8Array<ArrayBuffer>} text
 * @property {Uint8Array<ArrayBuffer>} delta
 */
/** @typedef {keyof Batches} FormName */

/**
 * @typedef {object} Form
 * @property {'u64' | 'text' | 'delta'} read  how the core is asked for it
 * @property {'values' | 'bytes'} unit  of a batch's length
 * @property {number} size  bytes of a unit in the core's memory
 * @property {typeof BigUint64Array | typeof Uint32Array | typeof Float64Array | typeof Uint8Array} array  what a batch is
 * @property {number} batch  default length
 * @property {number} mostBatch  so that reading one does not keep the host from hearing a cancel
 * @property {bigint} largest  the largest integer it can hold
 */

/** The core writes whole lines only: with so much room the longest, a 6-tuplet, always fits. */
export const LONGEST_LINE = 160;

const VALUES = /** @type {const} */ ({ read: 'u64', unit: 'values', size: 8, batch: 65_536, mostBatch: 2 ** 20 });
const BYTES = /** @type {const} */ ({ unit: 'bytes', size: 1, array: Uint8Array, batch: 2 ** 20, mostBatch: 2 ** 21, largest: U64_MAX });

/** @type {Record<FormName, Form>} */
export const FORMS = {
  u64: { array: BigUint64Array, largest: U64_MAX, ...VALUES },
  u32: { array: Uint32Array, largest: 2n ** 32n - 1n, ...VALUES },
  f64: { array: Float64Array, largest: 2n ** 53n, ...VALUES },
  text: { read: 'text', ...BYTES },
  delta: { read: 'delta', ...BYTES },
};

/**
 * A copy of what the core has written, in a buffer that can be transferred.
 * @template {FormName} T
 * @param {T} name
 * @param {ArrayBufferLike} memory
 * @param {number} pointer
 * @param {number} length
 * @param {ArrayBuffer} room  where to, from its start on
 * @returns {Batches[T]}
 */
export const copyBatch = (name, memory, pointer, length, room) => (
  /** @type {Batches[T]} */ (COPIES[name](memory, pointer, length, room)));

/** @type {{ [T in FormName]: (memory: ArrayBufferLike, pointer: number, length: number, room: ArrayBuffer) => Batches[T] }} */
const COPIES = {
  u64(memory, pointer, length, room) {
    const values = new BigUint64Array(room, 0, length);
    values.set(new BigUint64Array(memory, pointer, length));
    return values;
  },
  // The next two by halves: a BigInt for each value would take ten times as long.
  u32(memory, pointer, length, room) {
    const halves = new Uint32Array(memory, pointer, 2 * length);
    const values = new Uint32Array(room, 0, length);
    for (let i = 0; i < length; i++) values[i] = halves[2 * i];
    return values;
  },
  f64(memory, pointer, length, room) {
    const halves = new Uint32Array(memory, pointer, 2 * length);
    const values = new Float64Array(room, 0, length);
    for (let i = 0; i < length; i++) values[i] = halves[2 * i + 1] * 2 ** 32 + halves[2 * i];
    return values;
  },
  text: copyBytes,
  delta: copyBytes,
};

/** @param {ArrayBufferLike} memory @param {number} pointer @param {number} length @param {ArrayBuffer} room */
function copyBytes(memory, pointer, length, room) {
  const bytes = new Uint8Array(room, 0, length);
  bytes.set(new Uint8Array(memory, pointer, length));
  return bytes;
}

/**
 * How many primes (k-tuplets) a batch holds.
 * @template {FormName} T
 * @param {T} name
 * @param {Batches[T]} batch
 * @param {number} tuplets
 * @returns {number}
 */
export function entriesOf(name, batch, tuplets) {
  // Of all the bytes of a line only its end has bit 5 clear; of those of a difference the last has bit 7 clear.
  if (name === 'text') return clearBits(/** @type {Uint8Array<ArrayBuffer>} */ (batch), 5);
  if (name === 'delta') return clearBits(/** @type {Uint8Array<ArrayBuffer>} */ (batch), 7);
  return batch.length / tuplets;
}

/**
 * In how many bytes a bit is clear; four at a time, as files of many gigabytes go through here.
 * @param {Uint8Array<ArrayBuffer>} bytes  at the start of their buffer
 * @param {number} bit
 */
function clearBits(bytes, bit) {
  const words = new Int32Array(bytes.buffer, 0, bytes.length >>> 2);
  let count = 0;
  for (let i = 0; i < words.length; i++) count += Math.imul((~words[i] >>> bit) & 0x01010101, 0x01010101) >>> 24;
  for (let i = words.length * 4; i < bytes.length; i++) count += (~bytes[i] >>> bit) & 1;
  return count;
}
