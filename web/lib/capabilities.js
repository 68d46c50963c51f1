// @ts-check
// What this engine can do, which mode follows from it, and why: in sentences, for the user.

/** @typedef {import('./platform/platform.js').Facts} Facts */
/** @typedef {'threads' | 'workers'} Mode */
/** @typedef {{ mode: Mode | null, reason: string, hint: string | null }} Verdict */

/**
 * @typedef {Facts & Verdict & {
 *   threads: number,
 *   memoryBytes: number | null,
 *   warnings: string[],
 *   threadsReason: string,
 * }} Capabilities
 *   `mode` is null where the core can't run at all; `threads` is how many there are (after load) or
 *   would be asked for (before); `memoryBytes` is what an instance may grow to (null before load);
 *   `warnings` tells what load() had to settle for, and what was lost since; `threadsReason` is a sentence on how many threads a
 *   job gets that asks for no number.
 */

/**
 * Which mode the facts allow. Pure, so that every case can be tested.
 * @param {Facts} facts
 * @returns {Verdict}
 */
export function judge(facts) {
  if (!facts.simd || !facts.exceptions) {
    const lacks = facts.simd ? 'exceptions' : 'SIMD';
    return {
      mode: null,
      reason: `This engine's WebAssembly has no ${lacks}, which the core is built with.`,
      hint: 'Use a newer browser: Chrome or Edge 95, Firefox 100, Safari 16.4, or Node 18, or later.',
    };
  }
  if (!facts.workers) {
    return {
      mode: null,
      reason: 'There are no workers here: globalThis.Worker is missing.',
      hint: "In Node, import 'tamis' by its name (or lib/node.js): this is the entry for pages.",
    };
  }
  if (facts.platform === 'node') {
    return facts.sharedMemory
      ? { mode: 'threads', reason: 'Node shares memory between its worker threads.', hint: null }
      : { mode: 'workers', reason: 'This Node does not let memory be shared between worker threads.', hint: null };
  }
  if (facts.platform === 'classic') {
    return facts.protocol === 'file:'
      ? {
        mode: 'workers',
        reason: 'The page was opened from disk (file://), where browsers do not share memory between workers.',
        hint: 'Serve the folder over HTTP: `make serve` does, with the headers that shared memory needs.',
      }
      : {
        mode: 'workers',
        reason: 'This is the bundle for pages opened from disk, which always works without shared memory.',
        hint: 'Over HTTP, import lib/index.js instead.',
      };
  }
  if (facts.sharedMemory) {
    return { mode: 'threads', reason: 'Memory can be shared between workers here.', hint: null };
  }
  if (!facts.secureContext) {
    return {
      mode: 'workers',
      reason: 'Browsers share memory between workers only on secure pages, and this one came over plain HTTP from another machine.',
      hint: 'Open it over HTTPS, or on the same machine as http://localhost.',
    };
  }
  if (!facts.crossOriginIsolated) {
    return {
      mode: 'workers',
      reason: 'The page is not cross-origin isolated, so the browser does not let workers share memory.',
      hint: `Have the server send "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" with the page and its workers.${otherWay(facts)}`,
    };
  }
  return {
    mode: 'workers',
    reason: 'The page is cross-origin isolated, but this browser still does not let workers share memory.',
    hint: 'Shared memory is switched off in this browser; a current Chrome, Firefox or Safari has it on.',
  };
}

/** For those who can't set headers. @param {Facts} facts */
function otherWay({ isolation: { serviceWorker, why } }) {
  if (serviceWorker === 'available' && !/tamis-isolate\.js/.test(why.serviceWorker)) return ` ${why.serviceWorker}`;
  if (serviceWorker === 'available') return ' On a host that cannot send headers, `tamis-isolate.js` does it by a service worker.';
  return ` A service worker could not do it in the server's place: ${why.serviceWorker}`;
}
