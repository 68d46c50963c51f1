// @ts-check
// Node 18 or newer: worker_threads, tamis.wasm read from the file system.
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { TamisError, describe } from '../errors.js';
import { nodeIsolation } from './isolation.js';
import * as probes from './probes.js';
import { compileBytes, compileFrom, fetchModule } from './wasm.js';

/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./platform.js').WorkerHandle} WorkerHandle */

const wasmUrl = new URL('../../dist/tamis.wasm', import.meta.url).href;
const ownWorkerUrl = new URL('../worker-node.js', import.meta.url);

/** @type {Platform} */
export const node = {
  facts: () => ({
    platform: 'node',
    crossOriginIsolated: false,
    sharedMemory: probes.sharedMemory(),
    secureContext: true,
    hardwareConcurrency: os.availableParallelism?.() ?? os.cpus().length,
    simd: probes.simd(),
    exceptions: probes.exceptions(),
    waitAsync: probes.waitAsync(),
    workers: true,
    moduleWorkers: true,
    protocol: 'node:',
    isolation: nodeIsolation(probes.sharedMemory()),
    node: process.versions.node,
  }),
  // Programs come and go: what they want measured, they ask for.
  store: null,
  wasmUrl,
  compile: (wasm, signal) => compileFrom(wasm ?? wasmUrl, (url) => {
    const href = URL.canParse?.(url) ?? /^[a-z]{2,}:/i.test(url) ? url : pathToFileURL(url).href;
    return href.startsWith('file:') ? readModule(href, signal) : fetchModule(href, signal);
  }),
  createWorker(role, workerUrl = ownWorkerUrl) {
    const url = typeof workerUrl === 'string' && !workerUrl.startsWith('file:') ? pathToFileURL(workerUrl) : new URL(workerUrl);
    // Node's own options are not for workers: with --input-type they refuse to start from a file.
    return nodeWorker(new Worker(url, { name: `tamis-${role}`, execArgv: [] }), url.href);
  },
};

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function readModule(url, signal) {
  /** @type {Buffer} */
  let bytes;
  try {
    bytes = await readFile(fileURLToPath(url), { signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new TamisError('wasm-missing', `${fileURLToPath(url)} could not be read: ${describe(cause)}.`, {
      hint: 'Build it with `make web`, or give load() the right path as `wasm`.',
      cause,
    });
  }
  return compileBytes(bytes, fileURLToPath(url));
}

/**
 * @param {Worker} worker
 * @param {string} source
 * @returns {WorkerHandle}
 */
function nodeWorker(worker, source) {
  let ended = false;
  /** @type {WorkerHandle} */
  const handle = {
    source,
    hint: 'Check that the file is there and can be read.',
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage() {},
    onLost() {},
    terminate() {
      ended = true;
      void worker.terminate();
    },
    keepAlive: (busy) => (busy ? worker.ref() : worker.unref()),
  };
  worker.on('message', (message) => handle.onMessage(message));
  worker.on('messageerror', () => handle.onLost('a message could not be read'));
  worker.on('error', (error) => handle.onLost(describe(error)));
  worker.on('exit', (code) => {
    if (!ended) handle.onLost(`it ended with exit code ${code}`);
  });
  return handle;
}
