// @ts-check
// The library for one platform. index.js, node.js and classic.js choose which.
import { judge } from './capabilities.js';
import { load } from './load.js';
import { MAX_THREADS } from './options.js';

/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./options.js').LoadOptions} LoadOptions */
/** @typedef {import('./platform/platform.js').Platform} Platform */

/** @param {Platform} platform */
export function api(platform) {
  return {
    /**
     * Starts the library. Two instances do not disturb each other, apart from sharing the cores.
     * @param {LoadOptions} [options]
     * @returns {Promise<Client>} rejects with TamisError (code, message, hint)
     */
    load: (options = {}) => load(platform, options),

    /**
     * What this engine can do, without starting anything.
     * @returns {Promise<Capabilities>}
     */
    async capabilities() {
      const facts = platform.facts();
      const threads = Math.min(facts.hardwareConcurrency, MAX_THREADS);
      const threadsReason = `${threads === 1 ? '1 thread' : `${threads} threads`}: one for each core that this engine tells of.`;
      return { ...facts, ...judge(facts), threads, threadsReason, memoryBytes: null, warnings: [] };
    },
  };
}
