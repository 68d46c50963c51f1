// @ts-check
// What the library exports on every platform, beside load() and capabilities().
export { TamisError } from './errors.js';
export { parseInteger } from './integers.js';
export { KINDS } from './kinds.js';

/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./client.js').Client} Tamis */
/** @typedef {import('./client.js').Result} Result */
/** @typedef {import('./errors.js').ErrorCode} ErrorCode */
/** @typedef {import('./options.js').LoadOptions} LoadOptions */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./progress.js').Progress} Progress */
