// @ts-check
// Starting workers, under guard: each start ends with a worker that answered or with an error that
// says which one did not.
import { TamisError, cancelledBy, describe, fromWire, seconds } from './errors.js';

/** @typedef {import('./platform/platform.js').Platform} Platform */
/** @typedef {import('./platform/platform.js').Role} Role */
/** @typedef {import('./platform/platform.js').WorkerHandle} WorkerHandle */
/** @typedef {import('./protocol.js').HostStart} HostStart */
/** @typedef {import('./protocol.js').ChunksStart} ChunksStart */
/** @typedef {Extract<import('./protocol.js').FromHost, { type: 'started' }>} HostStarted */

/** A worker that came up knows best what is late, so it gives up before the page does. */
const WORKER_SHARE = 0.8;

/** @type {Record<Role, string>} */
const NAMES = { host: 'The host worker', chunks: 'A worker' };

/**
 * Makes a worker, tells it its role, and waits until it has started.
 *
 * @param {Platform} platform
 * @param {HostStart | ChunksStart} start
 * @param {{ workerUrl?: string | URL, signal?: AbortSignal, transfer?: any[] }} options
 * @returns {Promise<{ handle: WorkerHandle, started: any }>}  started: its first message
 * @throws {TamisError} its worker is terminated then
 */
export async function startWorker(platform, start, { workerUrl, signal, transfer }) {
  const handle = create(platform, start.role, workerUrl);
  try {
    return { handle, started: await firstAnswer(handle, start, { signal, transfer }) };
  } catch (error) {
    handle.terminate();
    throw error;
  } finally {
    handle.onMessage = handle.onLost = () => {};
  }
}

/**
 * @param {Platform} platform
 * @param {Role} role
 * @param {string | URL | undefined} workerUrl
 */
function create(platform, role, workerUrl) {
  try {
    return platform.createWorker(role, workerUrl);
  } catch (cause) {
    throw new TamisError('worker-start', `${NAMES[role]} could not be made: ${describe(cause)}`, {
      hint: 'If the page has a Content-Security-Policy, worker-src must allow the script.',
      cause,
    });
  }
}

/**
 * @param {WorkerHandle} handle
 * @param {HostStart | ChunksStart} start
 * @param {{ signal?: AbortSignal, transfer?: any[] }} options
 * @returns {Promise<any>}
 */
function firstAnswer(handle, start, { signal, transfer }) {
  const name = NAMES[start.role];
  return new Promise((resolve, reject) => {
    const abort = () => {
      settled();
      reject(cancelledBy(/** @type {AbortSignal} */ (signal)));
    };
    const timer = setTimeout(() => {
      reject(new TamisError('timeout', `${name} did not answer within ${seconds(start.deadlineMs)} (${handle.source}).`, {
        hint: 'Give load() a longer `timeoutMs` if the machine or the network is slow; else look whether all scripts it imports are there.',
      }));
    }, start.deadlineMs);
    const settled = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort);
    handle.onMessage = (message) => {
      settled();
      if (message.type === 'started') resolve(message);
      else reject(fromWire(message.error));
    };
    handle.onLost = (why) => {
      settled();
      reject(new TamisError('worker-start', `${name} could not be started from ${handle.source}: ${why}.`, { hint: handle.hint }));
    };
    if (signal?.aborted) abort();
    else handle.post({ ...start, deadlineMs: start.deadlineMs * WORKER_SHARE }, transfer);
  });
}
