// @ts-check
// Millions of ascending primes (or k-tuplets) in about a byte each, any row of which is found at once. Pure.
//
// A row is kept as its distance from the row before, as the library's 'delta' streams bring it: unsigned LEB128, seven
// bits a byte, the lowest first. A k-tuplet is its first member, with the number of its form in the same varint. To
// find a row without reading all before it, every so many rows its value and its place are noted.
import { kindOf } from './kinds.js';

/** So many varints at most are read for nothing to find a row: some microseconds. */
const MARK_EVERY = 1024;

/**
 * A stretch of rows that came together.
 * @typedef {object} Piece
 * @property {Uint8Array} bytes
 * @property {number} first  number of its first row
 * @property {number} rows
 * @property {Uint32Array} offsets  where the varint of each marked row begins
 * @property {BigUint64Array} values  what each marked row is
 */
/**
 * @typedef {object} Row
 * @property {bigint} value  the prime, or the first member
 * @property {number} form
 * @property {number | null} gap  to the row before; null for the first
 */

export class PackedList {
  /** @type {Piece[]} */
  #pieces = [];
  #forms;
  #k;
  /** How many rows there are. */
  length = 0;
  /** What they take. */
  bytes = 0;
  /** The last row, or its first member. */
  last = 0n;

  /** @param {number} [k]  1 for primes */
  constructor(k = 1) {
    this.#k = k;
    this.#forms = kindOf(k).forms.length;
  }

  /** The first row. */
  get first() {
    return this.#pieces[0]?.values[0] ?? 0n;
  }

  /**
   * Takes a batch of a 'delta' stream; it belongs to the list from then on.
   * @param {Uint8Array} bytes  whole varints
   */
  appendDeltas(bytes) {
    if (bytes.length > 0) this.#append(bytes, this.length === 0 ? firstOf(bytes) : null);
  }

  /**
   * Takes a batch of a 'u64' stream of k-tuplets.
   * @param {BigUint64Array<ArrayBuffer>} members
   */
  appendTuplets(members) {
    if (members.length === 0) return;
    // By halves: BigInts would take ten times as long.
    const halves = new Uint32Array(members.buffer, members.byteOffset, members.length * 2);
    const bytes = new Uint8Array(members.length * 8);
    let [low, high] = [Number(this.last & 0xffff_ffffn), Number(this.last >> 32n)];
    if (this.length === 0) [low, high] = [halves[0], halves[1]];
    let end = 0;
    for (let i = 0; i < halves.length; i += 2 * this.#k) {
      // Where there are two forms, their second members tell them apart.
      const form = this.#forms === 2 && ((halves[i + 2] - halves[i]) >>> 0) === 4 ? 1 : 0;
      let left = ((halves[i + 1] - high) * 2 ** 32 + (halves[i] - low)) * this.#forms + form;
      [low, high] = [halves[i], halves[i + 1]];
      for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes[end++] = (left % 0x80) | 0x80;
      bytes[end++] = left;
    }
    this.#append(bytes.slice(0, end), this.length === 0 ? members[0] : null);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {bigint | null} first  of the list, whose varint says nothing of use here
   */
  #append(bytes, first) {
    const base = first ?? this.last;
    const [offsets, values] = [/** @type {number[]} */ ([]), /** @type {bigint[]} */ ([])];
    const reader = new Reader(bytes, 0);
    let [sum, rows] = [0, 0];
    while (reader.at < bytes.length) {
      const at = reader.at;
      const gap = this.#gapOf(reader.next());
      if (first === null || rows > 0) sum += gap;
      if (rows % MARK_EVERY === 0) {
        offsets.push(at);
        values.push(base + BigInt(sum));
      }
      rows += 1;
    }
    this.#pieces.push({
      bytes, first: this.length, rows, offsets: Uint32Array.from(offsets), values: BigUint64Array.from(values),
    });
    this.length += rows;
    this.bytes += bytes.length + 12 * offsets.length;
    this.last = base + BigInt(sum);
  }

  /** @param {number} payload */
  #gapOf(payload) {
    return this.#forms === 1 ? payload : Math.floor(payload / this.#forms);
  }

  /**
   * The rows from `from` on, `count` of them or as many as there are.
   * @param {number} from  0 for the first
   * @param {number} count
   * @returns {Row[]}
   */
  rows(from, count) {
    /** @type {Row[]} */
    const rows = [];
    const end = Math.min(this.length, from + count);
    for (let row = Math.max(0, from); row < end;) {
      const piece = this.#pieces[lastWhere(this.#pieces.length, (i) => this.#pieces[i].first <= row)];
      const until = Math.min(end, piece.first + piece.rows);
      const mark = Math.floor((row - piece.first) / MARK_EVERY);
      const reader = new Reader(piece.bytes, piece.offsets[mark]);
      let value = piece.values[mark];
      for (let at = piece.first + mark * MARK_EVERY, skipped = 0; at < until; at += 1) {
        const payload = reader.next();
        const gap = this.#gapOf(payload);
        const isMark = at === piece.first + mark * MARK_EVERY;
        if (!isMark) skipped += gap;
        if (at < row) continue;
        value += BigInt(skipped);
        skipped = 0;
        rows.push({ value, form: payload % this.#forms, gap: at === 0 ? null : gap });
      }
      row = until;
    }
    return rows;
  }

  /**
   * The number of the first row that is not less than `value`; `length` when there is none.
   * @param {bigint} value
   */
  find(value) {
    if (this.length === 0 || value <= this.first) return 0;
    if (value > this.last) return this.length;
    const { values, first } = this.#pieces[lastWhere(this.#pieces.length, (i) => this.#pieces[i].values[0] < value)];
    const mark = lastWhere(values.length, (i) => values[i] < value);
    const from = first + mark * MARK_EVERY;
    // One more: it may be the first row of the next stretch.
    const near = this.rows(from, MARK_EVERY + 1);
    return from + near.findIndex((row) => row.value >= value);
  }
}

/** Reads varints; those that have more than 53 bits come out rounded. */
class Reader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  next() {
    let byte = this.bytes[this.at++];
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let unit = 0x80; byte >= 0x80; unit *= 0x80) {
      byte = this.bytes[this.at++];
      value += (byte & 0x7f) * unit;
    }
    return value;
  }
}

/**
 * The first varint, exactly.
 * @param {Uint8Array} bytes
 */
function firstOf(bytes) {
  let value = 0n;
  for (let i = 0, shift = 0n; ; i += 1, shift += 7n) {
    value |= BigInt(bytes[i] & 0x7f) << shift;
    if (bytes[i] < 0x80) return value;
  }
}

/**
 * The largest i below `length` for which `holds`, which holds for 0 and, once it does not, for none after.
 * @param {number} length
 * @param {(i: number) => boolean} holds
 */
function lastWhere(length, holds) {
  let [low, high] = [0, length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
