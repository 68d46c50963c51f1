// @ts-check
// One measurement in a page. benches/lib/browser.js calls `bench`.
import { load } from '../../web/lib/index.js';
import { countIn } from '../gain/count.js';
import { measure } from '../lib/measure.js';
import { measureList } from '../list/measure.js';
import { measurePi } from '../pi/measure.js';

/** @typedef {import('../lib/measure.js').Request | import('../pi/measure.js').PiRequest | import('../list/measure.js').ListRequest | PooledRange} Asked */
/** @typedef {import('../lib/measure.js').Answer | import('../pi/measure.js').Spent[] | import('../list/measure.js').Line[] | import('../gain/count.js').Counted} Answer */
/** @typedef {{ range: import('../gain/count.js').Range, pool: number }} PooledRange  for the instance that the page keeps */

/** @type {Promise<Answer> | null} */
let running = null;

/** @type {Promise<import('../../web/lib/client.js').Client> | null} */
let kept = null;

export const bench = {
  /** @param {Asked} request */
  start(request) {
    running = run(request);
    // Whoever asks next hears of it; until then it is not unhandled.
    running.catch(() => {});
  },
  /**
   * The answer, or null when there is none within ten seconds: WebDriver allows a script thirty.
   * Seldom asking leaves the processors to what is measured.
   */
  next: () => Promise.race([running, new Promise((resolve) => { setTimeout(resolve, 10_000, null); })]),
};
Object.assign(globalThis, { bench });

/** @param {Asked} request  @returns {Promise<Answer>} */
async function run(request) {
  if ('range' in request) return countIn(await (kept ??= load({ threads: request.pool, mode: 'threads' })), request.range);
  const wasm = await neverSeenBefore(new URL('../../web/dist/tamis.wasm', import.meta.url));
  if ('way' in request) return measureList(() => load({ threads: 1, mode: 'threads', wasm }), request);
  if ('x' in request) return measurePi(() => load({ threads: request.threads, mode: 'threads', wasm }), request);
  return measure(() => load({ threads: request.pool, mode: request.mode, wasm }), request);
}

/**
 * The wasm file with a custom section of random bytes at its end. Browsers keep optimised code, on disk
 * and in memory, for bytes that they know; a first call would then be none.
 * @param {URL} url
 */
async function neverSeenBefore(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}: run make web`);
  const name = new TextEncoder().encode('nonce');
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const section = [0, 1 + name.length + nonce.length, name.length, ...name, ...nonce];
  return new Blob([await response.arrayBuffer(), new Uint8Array(section)]).arrayBuffer();
}
