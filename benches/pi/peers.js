// @ts-check
// What is known of others without running them.

/** pi(10^n) from n = 9 on. Source: OEIS A006880. */
const KNOWN = [
  50_847_534n, 455_052_511n, 4_118_054_813n, 37_607_912_018n, 346_065_536_839n, 3_204_941_750_802n, 29_844_570_422_669n,
  279_238_341_033_925n, 2_623_557_157_654_233n, 24_739_954_287_740_860n,
];

export const [LEAST, MOST] = [9, 8 + KNOWN.length];

/** @param {number} k */
export const known = (k) => KNOWN[k - LEAST];

/**
 * primecount as wasm: the best build of it that was found (Emscripten 6.0.5, -O3 -msimd128 -pthread, Node 20; newer engines
 * changed nothing). It is elapsed seconds with 1 and 2 threads, and those of native primecount with 1 thread in the same run: as ratios they carry
 * over to other machines. At 10^12 it took 39 to 58 ms on 1 thread.
 * @type {Record<number, { native: number, wasm: Record<number, number> }>}
 */
const PRIMECOUNT = {
  12: { native: 0.010, wasm: { 1: 0.039, 2: 0.064 } },
  13: { native: 0.039, wasm: { 1: 0.124, 2: 0.128 } },
  14: { native: 0.149, wasm: { 1: 0.41, 2: 0.316 } },
  15: { native: 0.572, wasm: { 1: 1.53, 2: 1.12 } },
  16: { native: 2.20, wasm: { 1: 4.71, 2: 4.26 } },
  17: { native: 8.65, wasm: { 1: 17.2, 2: 8.9 } },
};

/**
 * The time of primecount as wasm for pi(10^k), as a multiple of native primecount's with 1 thread.
 * @param {number} k
 * @param {number} threads
 * @returns {number | null}  null where it was not measured
 */
export function primecountInWasm(k, threads) {
  const seconds = PRIMECOUNT[k]?.wasm[threads];
  return seconds === undefined ? null : seconds / PRIMECOUNT[k].native;
}
