// @ts-check
// The doctor for hosts: whether a server sends what threads need, and what to tell it. For pages and Node.
import { examine } from './checks.js';
import { look } from './look.js';

export { adviceText, advise } from './advice.js';
export { examine } from './checks.js';
export { look, pageAddress } from './look.js';

/** @typedef {import('./advice.js').Advice} Advice */
/** @typedef {import('./checks.js').Finding} Finding */
/** @typedef {import('./checks.js').Need} Need */
/** @typedef {import('./checks.js').Report} Report */
/** @typedef {import('./look.js').LookOptions} LookOptions */

/**
 * Looks at a page's host and says what is right and what is wrong.
 * @param {string} address  as pageAddress() gives it
 * @param {LookOptions} [options]
 * @returns {Promise<Report>}
 */
export const diagnose = async (address, options) => examine(await look(address, options));
