// @ts-check
// How a count in WebAssembly is timed, the same in Node and in a page.

/**
 * Numbers cross processes as decimal strings: JSON has no bigint.
 * @typedef {object} Request
 * @property {string} start
 * @property {string} stop
 * @property {number} threads  that count
 * @property {number} pool  that are there
 * @property {boolean} cold
 * @property {'threads' | 'workers'} mode
 * @typedef {object} Answer
 * @property {string} count
 * @property {number} loadSeconds  until the threads are ready, compiling included
 * @property {number | null} coldSeconds  the first call in this instance
 * @property {number} warmSeconds  a later call, when the compilers have come to rest
 */

/** Calls that are not timed take at least this long together. V8 has its hot loops optimised well before. */
export const WARM_UP_SECONDS = 0.5;
/** What warms up where the work itself would take too long. */
const SMALL = { start: 0n, stop: 10n ** 9n };

/**
 * @param {() => Promise<import('../../web/lib/client.js').Client>} load  starts a fresh instance with `pool` threads
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
export async function measure(load, { start, stop, threads, cold }) {
  const { seconds: loadSeconds, value: tamis } = await timed(load);
  try {
    const work = { start: BigInt(start), stop: BigInt(stop) };
    const count = (/** @type {{ start: bigint, stop: bigint }} */ range) => timed(() => tamis.countPrimes(range.start, range.stop, { threads }));
    const first = cold ? await count(work) : null;
    const warmUp = cold ? work : SMALL;
    for (let spent = first?.seconds ?? 0; spent < WARM_UP_SECONDS;) spent += (await count(warmUp)).seconds;
    const { seconds: warmSeconds, value } = await count(work);
    if (first && first.value !== value) throw new Error(`two counts differ: first ${first.value}, then ${value}`);
    return { count: String(value), loadSeconds, coldSeconds: first?.seconds ?? null, warmSeconds };
  } finally {
    await tamis.dispose();
  }
}

/**
 * @template T
 * @param {() => Promise<T>} work
 */
async function timed(work) {
  const began = performance.now();
  const value = await work();
  return { seconds: (performance.now() - began) / 1000, value };
}
