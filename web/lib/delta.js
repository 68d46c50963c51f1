// @ts-check
// Type 'delta' of streams, and files of it: the first prime, then the difference of each to the one before, as
// unsigned LEB128 (seven bits a byte, the lowest first, the highest bit set in all but the last).
import { TamisError } from './errors.js';
import { nameOf } from './integers.js';

/** 64 bits have no more. */
const MOST_BYTES = 10;

/**
 * Reads what a stream of type 'delta' has written.
 *
 *     for await (const primes of decodeDelta(createReadStream('primes.delta'))) ...
 *
 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} bytes  in pieces of any length
 * @returns {AsyncGenerator<BigUint64Array<ArrayBuffer>, void, undefined>} a batch for each piece
 * @throws {TamisError} 'format' when the bytes are damaged or cut short
 */
export async function* decodeDelta(bytes) {
  const decoder = new Decoder();
  for await (const piece of bytes) {
    if (!(piece instanceof Uint8Array)) {
      throw new TamisError('type', `decodeDelta reads pieces of Uint8Array, not ${nameOf(piece)}.`);
    }
    const values = decoder.decode(piece);
    if (values.length > 0) yield values;
  }
  decoder.end();
}

/** Sums in halves of 32 bits: BigInts would take ten times as long. */
class Decoder {
  /** Of the last value. */
  #low = 0;
  #high = 0;
  /** Of the number that is being read: bits 0 to 27, 28 to 55, 56 to 63, and how many bytes it has so far. */
  #a = 0;
  #b = 0;
  #c = 0;
  #length = 0;
  /** Values so far, for messages; and whether there are any. */
  #count = 0;

  /**
   * @param {Uint8Array} bytes
   * @returns {BigUint64Array<ArrayBuffer>}
   */
  decode(bytes) {
    let ends = 0;
    for (let i = 0; i < bytes.length; i++) ends += (bytes[i] >>> 7) ^ 1;
    const values = new BigUint64Array(ends);
    const halves = new Uint32Array(values.buffer);
    let at = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#length > 0 || byte >= 0x80 || byte === 0 || this.#count === 0) {
        if (!this.#long(byte)) continue;
      } else {
        const low = this.#low + byte;
        this.#low = low >>> 0;
        if (low > 0xffff_ffff) this.#carry();
        this.#count++;
      }
      halves[at++] = this.#low;
      halves[at++] = this.#high;
    }
    return values;
  }

  end() {
    if (this.#length > 0) this.#damaged('it ends in the midst of a number');
  }

  /**
   * A byte of a number that has several, or may be none at all.
   * @param {number} byte
   * @returns {boolean} whether the number is complete
   */
  #long(byte) {
    const bits = byte & 0x7f;
    const place = this.#length++;
    if (place < 4) this.#a |= bits << (7 * place);
    else if (place < 8) this.#b |= bits << (7 * (place - 4));
    else if (place < MOST_BYTES - 1) this.#c |= bits;
    else if (bits < 2) this.#c |= bits << 7;
    else this.#damaged('a number has more than 64 bits');
    if (byte >= 0x80) {
      if (this.#length === MOST_BYTES) this.#damaged('a number has more than 64 bits');
      return false;
    }
    const low = this.#low + ((this.#a | this.#b << 28) >>> 0);
    const high = this.#high + ((this.#b >>> 4 | this.#c << 24) >>> 0) + (low > 0xffff_ffff ? 1 : 0);
    if (high > 0xffff_ffff) this.#damaged('the sum exceeds 64 bits');
    if (this.#count > 0 && low === this.#low && high === this.#high) this.#damaged('a difference is 0');
    this.#low = low >>> 0;
    this.#high = high;
    this.#a = this.#b = this.#c = this.#length = 0;
    this.#count++;
    return true;
  }

  #carry() {
    if (this.#high === 0xffff_ffff) this.#damaged('the sum exceeds 64 bits');
    this.#high++;
  }

  /**
   * @param {string} why
   * @returns {never}
   */
  #damaged(why) {
    throw new TamisError('format', `This is not a list of primes as differences, or it is damaged after its number ${this.#count}: ${why}.`, {
      hint: "Such lists are made by primes() with type 'delta', or by tamis list --format delta.",
    });
  }
}
