// @ts-check
// What the matrix's cases expect, in words that need no test library.

/**
 * The error a promise rejects with, which must be of this code.
 * @param {Promise<unknown>} promise
 * @param {string} code
 * @returns {Promise<any>}
 */
export async function failure(promise, code) {
  const error = await promise.then((value) => new Error(`resolved with ${show(value)}, wanted the error '${code}'`), (reason) => reason);
  if (error?.code !== code) {
    const wrong = new Error(`wanted the error '${code}', got '${error?.code}': ${error?.message}`);
    wrong.stack = error?.stack ?? wrong.stack;
    throw wrong;
  }
  ok(error.name === 'TamisError' && /[.:!]/.test(error.message), `"${error.message}" is no sentence`);
  return error;
}

/**
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} [what]
 */
export function equal(actual, expected, what = '') {
  if (show(actual) !== show(expected)) throw new Error(`${what} is ${show(actual)}, wanted ${show(expected)}`.trim());
}

/**
 * @param {unknown} condition
 * @param {string} [what]
 */
export function ok(condition, what = 'a condition does not hold') {
  if (!condition) throw new Error(what);
}

/** @param {unknown} value */
const show = (value) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
