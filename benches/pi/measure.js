// @ts-check
// How pi(x) in WebAssembly is timed, the same in Node and in a page.
import { WARM_UP_SECONDS } from '../lib/measure.js';

/**
 * Numbers cross processes as decimal strings: JSON has no bigint.
 * @typedef {object} PiRequest
 * @property {string} x
 * @property {number} threads
 * @typedef {object} Spent  by one call
 * @property {string} count
 * @property {number} seconds
 * @property {number | null} user  seconds of all threads, where that can be known
 * @property {number | null} peak  the most memory the process had so far, in KB, where that can be known
 */

/** What warms up where x itself would take too long: below 2^50 / 23 and beyond, it is the same code that is hot. */
const LARGEST_WARM_UP = 10n ** 14n;
/** There is one call that is timed, and short ones are repeated until they took so long together, or so often. */
const TIMED_SECONDS = 0.4;
const MOST_CALLS = 10;

/**
 * @param {() => Promise<import('../../web/lib/client.js').Client>} load  starts a fresh instance with `threads` threads
 * @param {PiRequest} request
 * @param {() => { user: number | null, peak: number | null }} [meter]  what the process has spent so far
 * @returns {Promise<Spent[]>}
 */
export async function measurePi(load, { x, threads }, meter = () => ({ user: null, peak: null })) {
  const tamis = await load();
  try {
    const call = async (/** @type {bigint} */ n) => {
      const [begun, before] = [performance.now(), meter()];
      const count = String(await tamis.primePi(n, { threads }));
      const [seconds, { user, peak }] = [(performance.now() - begun) / 1000, meter()];
      return { count, seconds, user: user === null || before.user === null ? null : user - before.user, peak };
    };
    const n = BigInt(x);
    const small = n < LARGEST_WARM_UP ? n : LARGEST_WARM_UP;
    for (let spent = 0; spent < WARM_UP_SECONDS;) spent += (await call(small)).seconds;
    /** @type {Spent[]} */
    const calls = [];
    for (let spent = 0; calls.length === 0 || (spent < TIMED_SECONDS && calls.length < MOST_CALLS);) {
      const one = await call(n);
      calls.push(one);
      spent += one.seconds;
    }
    return calls;
  } finally {
    await tamis.dispose();
  }
}
