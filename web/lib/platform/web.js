// @ts-check
// What the two kinds of page have in common.
import { webIsolation } from './isolation.js';
import * as probes from './probes.js';

/** @typedef {import('./platform.js').Facts} Facts */
/** @typedef {import('./platform.js').WorkerHandle} WorkerHandle */

/**
 * @param {Pick<Facts, 'platform' | 'sharedMemory' | 'moduleWorkers'>} own  what the kind of page decides
 * @returns {Facts}
 */
export function webFacts(own) {
  const facts = {
    ...own,
    crossOriginIsolated: globalThis.crossOriginIsolated === true,
    secureContext: globalThis.isSecureContext === true,
    hardwareConcurrency: globalThis.navigator?.hardwareConcurrency || 1,
    workers: typeof Worker === 'function',
    simd: probes.simd(),
    exceptions: probes.exceptions(),
    waitAsync: probes.waitAsync(),
    protocol: globalThis.location?.protocol ?? '',
  };
  return { ...facts, isolation: webIsolation(facts) };
}

/**
 * @param {Worker} worker
 * @param {string} source
 * @returns {WorkerHandle}
 */
export function webWorker(worker, source) {
  /** @type {WorkerHandle} */
  const handle = {
    source,
    hint: 'Check that the file, and what it imports, can be opened at that address with a JavaScript type, and, on a page that is cross-origin isolated, that it comes with Cross-Origin-Embedder-Policy: require-corp.',
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage() {},
    onLost() {},
    terminate: () => worker.terminate(),
    keepAlive() {},
  };
  worker.onmessage = (event) => handle.onMessage(event.data);
  worker.onmessageerror = () => handle.onLost('a message could not be read');
  worker.onerror = (event) => {
    // Reported through onLost; unhandled it would only appear a second time in the console.
    event.preventDefault();
    // A script that can't be loaded gives a bare event without a message.
    handle.onLost(event.message || 'its script could not be loaded');
  };
  return handle;
}

/**
 * localStorage, as far as it may be had: not in workers, in sandboxed frames, or where the user forbids it. A full
 * one forgets.
 * @type {import('../tuning.js').Store}
 */
export const webStore = {
  get(key) {
    try {
      return globalThis.localStorage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      globalThis.localStorage?.setItem(key, value);
    } catch {
      // It will be measured again.
    }
  },
};
