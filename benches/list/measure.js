// @ts-check
// Listing by the JavaScript library, on one thread: the same in Node and in a page.

/**
 * Numbers cross processes as decimal strings: JSON has no bigint.
 * @typedef {object} ListRequest
 * @property {'generate' | 'stream'} way  one array, or batch by batch
 * @property {string} start
 * @property {string} stop
 * @property {number} calls
 * @property {boolean} reuse  streams: batches are given back
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
  try {
    const lines = [];
    for (let call = 0; call < calls; call++) {
      const begun = performance.now();
      const { count, sum } = await (way === 'generate' ? generate() : stream());
      lines.push({ user: 0, seconds: (performance.now() - begun) / 1000, count, sum: String(BigInt.asUintN(64, sum)) });
    }
    return lines;
  } finally {
    await tamis.dispose();
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
 * Adding BigInts would take longer than the listing: the two halves are added as numbers, which are exact for a batch.
 * @param {BigUint64Array<ArrayBuffer>} primes
 */
function sumOf(primes) {
  const halves = new Uint32Array(primes.buffer, primes.byteOffset, 2 * primes.length);
  let low = 0;
  let high = 0;
  for (let i = 0; i < halves.length; i += 2) {
    low += halves[i];
    high += halves[i + 1];
  }
  return BigInt(low) + (BigInt(high) << 32n);
}
