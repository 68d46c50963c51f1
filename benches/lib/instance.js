// @ts-check
// What an instance of the wasm is asked in another process or page, and what its answer means.

/**
 * @param {import('./plan.js').Work} work
 * @param {number} threads
 * @param {number} pool
 * @param {'threads' | 'workers'} mode
 * @returns {import('./measure.js').Request}
 */
export const request = ({ start, stop, cold }, threads, pool, mode) => ({ start: `${start}`, stop: `${stop}`, threads, pool, cold, mode });

/**
 * @param {import('./measure.js').Answer} answer
 * @returns {import('./contestants.js').Outcome}
 */
export const outcomeOf = ({ count, loadSeconds, coldSeconds, warmSeconds }) => ({
  count: BigInt(count),
  seconds: { ...(coldSeconds === null ? {} : { cold: coldSeconds }), warm: warmSeconds },
  loadSeconds,
});

/**
 * @param {string} where  as in "Node 26"
 * @param {'threads' | 'workers'} mode
 */
export const nameOf = (where, mode) => `tamis wasm, ${where}${mode === 'workers' ? ', workers' : ''}`;
