// @ts-check
// tam_status of the C library as error codes of this one.
import { TamisError } from './errors.js';

/** @typedef {import('./errors.js').ErrorCode} ErrorCode */

export const STATUS = /** @type {const} */ ({
  OK: 0, NULL: -1, RANGE: -2, KIND: -3, PARAM: -4, STATE: -5, CANCELLED: -6, TIMEOUT: -7, MEMORY: -8,
  THREADS: -9, MAIN_THREAD: -10, HANDLE: -11, BUFFER: -12, FORMAT: -13, LIMIT: -14, FAILED: -15,
  FOREIGN: -16, TRUNCATED: -17, ALTERED: -18, VERSION: -19, PANIC: -99,
});

/** @type {Record<number, { code: ErrorCode, hint?: string }>} */
const ERRORS = {
  [STATUS.RANGE]: { code: 'range' },
  [STATUS.KIND]: { code: 'kind' },
  [STATUS.PARAM]: { code: 'param' },
  [STATUS.STATE]: { code: 'state' },
  [STATUS.CANCELLED]: { code: 'cancelled' },
  [STATUS.TIMEOUT]: { code: 'timeout' },
  [STATUS.MEMORY]: {
    code: 'memory',
    hint: 'Give load() a larger `memory`, or fewer `threads`, or ask for less at once.',
  },
  [STATUS.THREADS]: { code: 'threads', hint: 'Ask load() for fewer `threads`.' },
  [STATUS.FORMAT]: { code: 'format' },
  [STATUS.LIMIT]: { code: 'range' },
  [STATUS.FOREIGN]: { code: 'foreign', hint: 'Choose a file or a text that tamis has made of a job.' },
  [STATUS.TRUNCATED]: { code: 'truncated', hint: 'Copy or download it again, all of it.' },
  [STATUS.ALTERED]: { code: 'altered', hint: 'Copy or download it again, or take an older one.' },
  [STATUS.VERSION]: { code: 'version', hint: 'Go on with the version that made it, or begin the job anew here.' },
  [STATUS.PANIC]: {
    code: 'panic',
    hint: 'This is a bug in tamis: please report it. The other jobs go on.',
  },
};

/**
 * @param {number} status  below 0
 * @param {string} message
 * @returns {TamisError}
 */
export function statusError(status, message) {
  const { code, hint } = ERRORS[status] ?? { code: 'failed' };
  return new TamisError(code, message, { hint, status });
}
