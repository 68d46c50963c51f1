// @ts-check
// One count in an instance that is there already, the same in Node and in a page.

/**
 * Numbers cross processes as decimal strings: JSON has no bigint.
 * @typedef {{ start: string, stop: string, threads: number }} Range
 * @typedef {{ count: string, seconds: number }} Counted
 */

/** Whoever asked has gone to rest by then: asking takes milliseconds of some processor, which one thread does not miss and two do. */
const REST_MS = 20;

/**
 * @param {import('../../web/lib/client.js').Client} tamis
 * @param {Range} range
 * @returns {Promise<Counted>}
 */
export async function countIn(tamis, { start, stop, threads }) {
  const range = /** @type {const} */ ([BigInt(start), BigInt(stop)]);
  await new Promise((resolve) => { setTimeout(resolve, REST_MS); });
  const began = performance.now();
  const count = await tamis.countPrimes(...range, { threads });
  return { seconds: (performance.now() - began) / 1000, count: String(count) };
}
