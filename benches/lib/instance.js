// @ts-check
// What an instance of the wasm is asked in another process or page, and what its answer means.

/**
 * @param {import('./plan.js').Work} work
 * @param {number} threads
 * @param {number} pool
 * @returns {import('./measure.js').Request}
 */
export const request = ({ start, stop, cold }, threads, pool) => ({ start: `${start}`, stop: `${stop}`, threads, pool, cold });

/**
 * @param {import('./measure.js').Answer} answer
 * @returns {import('./contestants.js').Outcome}
 */
export const outcomeOf = ({ count, loadSeconds, coldSeconds, warmSeconds }) => ({
  count: BigInt(count),
  seconds: { ...(coldSeconds === null ? {} : { cold: coldSeconds }), warm: warmSeconds },
  loadSeconds,
});
