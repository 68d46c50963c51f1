// @ts-check
/** Hard time limits: nothing in the tests waits for ever. */

/**
 * Settles as `promise` does, or rejects with a sentence after `ms`.
 * @template T
 * @param {number} ms
 * @param {string} what  who is asked for what, as in "firefox, asked to click #go"
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export async function within(ms, what, promise) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}, did not answer within ${ms / 1000} s.`)), ms);
  });
  // The loser of the race may still reject, long after anyone listens.
  promise.catch(() => {});
  try {
    return await Promise.race([promise, /** @type {Promise<never>} */ (limit)]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
