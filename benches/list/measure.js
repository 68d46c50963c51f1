// @ts-check
// Listing by the JavaScript library, on one thread: the same in Node and in a page.

/**
 * Numbers cross processes as decimal strings: JSON has no bigint.
 * @typedef {object} ListRequest
 * @property {'next' | 'generate' | 'stream'} way  by an iterator's batches, in one array, or as a stream
 * @property {string} start
 * @property {string} stop
 * @property {number} calls
 * @property {boolean} reuse  iterators and streams: batches are given back
 * @typedef {object} Line  a call, as list.c prints it
 * @property {number} user  seconds; 0: not known
 * @property {number} seconds
 * @property {number} count
 * @property {string} sum  of all primes mod 2^64; of an array, of each 512th
 */

/**
 * @param {() => Promise<import('../../web/lib/client.js').Client>} load
 * @param {ListRequest} request
 * @returns {Promise<Line[]>}
 */
export async function measureList(load, { way, start, stop, calls, reuse }) {
  const tamis = await load();
  const WAYS = { next, generate, stream };
  try {
    const lines = [];
    for (let call = 0; call < calls; call++) {
      const begun = performance.now();
      const { count, sum } = await WAYS[way]();
      lines.push({ user: 0, seconds: (performance.now() - begun) / 1000, count, sum: String(BigInt.asUintN(64, sum)) });
    }
    return lines;
  } finally {
    await tamis.dispose();
  }

  async function next() {
    const end = BigInt(stop);
    const iterator = tamis.iterator(BigInt(start), { reuse, stopHint: end });
    let count = 0;
    let sum = 0n;
    for (;;) {
      const primes = /** @type {BigUint64Array<ArrayBuffer>} */ (await iterator.nextBatch());
      let length = primes.length;
      while (length > 0 && primes[length - 1] > end) length--;
      count += length;
      sum += sumOf(primes.subarray(0, length));
      if (length < primes.length) break;
    }
    iterator.clear();
    return { count, sum };
  }

  async function generate() {
    const primes = await tamis.listPrimes(BigInt(start), BigInt(stop));
    let sum = 0n;
    for (let i = 0; i < primes.length; i += 512) sum += primes[i];
    return { count: primes.length, sum };
  }

  async function stream() {
    let count = 0;
    let sum = 0n;
    for await (const primes of tamis.primes(BigInt(start), BigInt(stop), { reuse })) {
      count += primes.length;
      sum += sumOf(primes);
    }
    return { count, sum };
  }
}

/**
 * Adding BigInts would take longer than the listing. Here too the reader's own loop is a good part of what a list costs: by thirds of 16,
 * 16 and 32 bits that can't overflow in a batch's sum, four primes at a time, it takes 1.2 ns a prime in Node 26; with halves as
 * doubles, or the length asked for in the loop, twice as long.
 * @param {BigUint64Array<ArrayBuffer>} primes
 */
function sumOf(primes) {
  const halves = new Int32Array(primes.buffer, primes.byteOffset, 2 * primes.length);
  const { length } = halves;
  let low = 0;
  let middle = 0;
  let high = 0;
  let i = 0;
  for (const fours = length & ~7; i < fours; i += 8) {
    const a = halves[i];
    const b = halves[i + 2];
    const c = halves[i + 4];
    const d = halves[i + 6];
    low = (low + (a & 0xffff) + (b & 0xffff) + (c & 0xffff) + (d & 0xffff)) | 0;
    middle = (middle + (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16)) | 0;
    high = (high + halves[i + 1] + halves[i + 3] + halves[i + 5] + halves[i + 7]) | 0;
  }
  for (; i < length; i += 2) {
    low = (low + (halves[i] & 0xffff)) | 0;
    middle = (middle + (halves[i] >>> 16)) | 0;
    high = (high + halves[i + 1]) | 0;
  }
  return BigInt(low >>> 0) + (BigInt(middle >>> 0) << 16n) + (BigInt(high >>> 0) << 32n);
}
