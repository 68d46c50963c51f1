// @ts-check
// What this browser can do, tried out on the page: shared memory, nested workers, and the core's own features.
import * as engine from '../platform/probes.js';

/** @typedef {{ id: string, ok: boolean | null, title: string, says: string }} Probe  ok: null where it costs nothing that it is missing */

const ANSWER_MS = 5000;

/** A memory that threads share, and one atomic instruction on it. */
const THREADS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 11, 1, 9, 0, 65, 0, 254, 16, 2, 0, 26, 11];

/**
 * @param {URL} worker  nested-worker.js
 * @returns {Promise<Probe[]>}
 */
export async function probeBrowser(worker) {
  const shared = engine.sharedMemory();
  const isolated = globalThis.crossOriginIsolated === true;
  const nested = await nestedWorkers(worker, shared);
  /** @param {string} id @param {string} title @param {boolean} ok */
  const feature = (id, title, ok) => ({ id, ok, title, says: ok ? 'yes' : 'no: a browser from 2022 on has it' });
  return [
    { id: 'isolated', ok: isolated || null, title: 'Isolated page', says: isolated ? 'yes' : 'no' },
    { id: 'shared', ok: shared || null, title: 'Shared memory', says: shared ? 'yes, it can be posted to a worker' : 'no, so mode workers' },
    { id: 'nested', ok: nested === '', title: 'Workers in workers', says: nested || `yes${shared ? ', and they see the shared memory' : ''}` },
    feature('simd', 'WebAssembly SIMD', engine.simd()),
    feature('exceptions', 'WebAssembly exceptions', engine.exceptions()),
    feature('threads', 'WebAssembly threads', WebAssembly.validate(new Uint8Array(THREADS))),
  ];
}

/**
 * Starts a worker that starts a worker, which adds one to a word of shared memory if there is one.
 * @param {URL} url
 * @param {boolean} shared
 * @returns {Promise<string>}  what is wrong, or ''
 */
async function nestedWorkers(url, shared) {
  if (typeof Worker !== 'function') return 'no: there are no workers';
  const memory = shared ? new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) : null;
  const worker = new Worker(url, { type: 'module' });
  try {
    const answer = await Promise.race([
      new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          resolve('no: the worker\'s script could not be loaded');
        };
        worker.postMessage({ depth: 1, memory });
      }),
      new Promise((resolve) => { setTimeout(resolve, ANSWER_MS, `no answer within ${ANSWER_MS / 1000} s`); }),
    ]);
    if (answer !== '') return answer;
    return memory && new Int32Array(memory.buffer)[0] !== 1 ? 'they start, but do not see the shared memory' : '';
  } catch (error) {
    return `no: ${error}`;
  } finally {
    worker.terminate();
  }
}
