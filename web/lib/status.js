// @ts-check
// tam_status of the C library as error codes of this one.
import { TamisError } from './errors.js';

/** @typedef {import('./errors.js').ErrorCode} ErrorCode */

export const STATUS = /** @type {const} */ ({
  OK: 0, NULL: -1, RANGE: -2, KIND: -3, PARAM: -4, STATE: -5, CANCELLED: -6, TIMEOUT: -7, MEMORY: -8,
  THREADS: -9, MAIN_THREAD: -10, HANDLE: -11, BUFFER: -12, FORMAT: -13, LIMIT: -14, FAILED: -15,
  FOREIGN: -16, TRUNCATED: -17, ALTERED: -18, VERSION: -19, PANIC: -99,
});

/** @type {Record<number, { code: ErrorCode, message?: string, hint?: string }>}  message: for people who hold no C library */
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
  [STATUS.FOREIGN]: {
    code: 'foreign',
    message: 'This is no checkpoint of tamis.',
    hint: 'Choose a file that tamis has saved, or copy a text that begins with tamis1-.',
  },
  [STATUS.TRUNCATED]: { code: 'truncated', message: 'The checkpoint is cut short.', hint: 'Save or copy it again, all of it.' },
  [STATUS.ALTERED]: {
    code: 'altered',
    message: 'The checkpoint is damaged: nothing of it was used.',
    hint: 'Save or copy it again, or take an earlier one.',
  },
  [STATUS.VERSION]: { code: 'version', hint: 'Or begin the job anew with this one.' },
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
  const { code, message: own, hint } = ERRORS[status] ?? { code: 'failed' };
  return new TamisError(code, own ?? message, { hint, status });
}
