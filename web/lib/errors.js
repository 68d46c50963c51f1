// @ts-check
/**
 * Why something failed. Numbers of the C library (`tam_status`) map onto these in status.js.
 *
 * @typedef {'range' | 'type' | 'invalid-integer' | 'kind' | 'param' | 'cancelled' | 'memory'
 *   | 'threads' | 'worker-start' | 'wasm-missing' | 'wasm-type' | 'timeout' | 'failed' | 'panic'
 *   | 'disposed' | 'state' | 'unsupported' | 'format'
 *   | 'foreign' | 'truncated' | 'altered' | 'version'} ErrorCode  the last four: of a checkpoint
 */

/**
 * An error as it travels between workers: structured clone keeps no class and no extra fields.
 * @typedef {{ code: ErrorCode, message: string, hint: string, status?: number, checkpoint?: Uint8Array }} WireError
 */

/** Every error of this library: a code for programs, a message and a hint for people. */
export class TamisError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message  a sentence: what went wrong
   * @param {{ hint?: string, status?: number, cause?: unknown, checkpoint?: Uint8Array }} [more]
   */
  constructor(code, message, { hint = '', status, cause, checkpoint } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TamisError';
    /** @type {ErrorCode} */
    this.code = code;
    /** What to do about it: a sentence, or ''. */
    this.hint = hint;
    /** @type {number | undefined} the `tam_status` behind it, if there was one */
    this.status = status;
    /** @type {Uint8Array | undefined} of a job that did not end well: restore() goes on from there */
    this.checkpoint = checkpoint;
  }
}

/**
 * @param {unknown} error
 * @returns {WireError}
 */
export function toWire(error) {
  if (error instanceof TamisError) {
    const { code, message, hint, status, checkpoint } = error;
    return { code, message, hint, status, checkpoint };
  }
  return { code: 'failed', message: describe(error), hint: '' };
}

/**
 * @param {WireError} wire
 * @returns {TamisError}
 */
export const fromWire = ({ code, message, ...more }) => new TamisError(code, message, more);

/**
 * A cause in words, whatever was thrown.
 * @param {unknown} error
 * @returns {string}
 */
export function describe(error) {
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

/**
 * The error of work that `signal` stopped; the signal's reason is kept as the cause.
 * @param {AbortSignal} signal
 * @returns {TamisError}
 */
export const cancelledBy = (signal) =>
  new TamisError('cancelled', 'The work was cancelled.', { cause: signal.reason });

/**
 * What a page's policy or the engine's limits have against running wasm, if that is what went wrong.
 * (WebKit objects when it instantiates, the others when they compile.)
 * @param {unknown} cause
 * @returns {TamisError | null}
 */
export function refusal(cause) {
  const why = describe(cause).trim();
  if (/unsafe-eval|content security policy|CSP/i.test(why)) {
    return new TamisError('unsupported', `The page's Content-Security-Policy forbids WebAssembly: ${why}`, {
      hint: "Add 'wasm-unsafe-eval' to its script-src.",
      cause,
    });
  }
  if (cause instanceof RangeError || /out of memory/i.test(why)) {
    return new TamisError('memory', `There is not enough memory to start: ${why}`, {
      hint: 'Close other tabs or programs, ask for fewer `threads`, or dispose() of instances that are not used any more.',
      cause,
    });
  }
  return null;
}

/** A span of time in a message. @param {number} ms */
export const seconds = (ms) => `${Number((ms / 1000).toFixed(1))} s`;
