// @ts-check
// A page opened from disk: browsers load no modules and no files there, so all is embedded by the build.
// The worker is a classic script in a Blob (Chromium has no module Blob workers on file://).
import wasmBase64 from 'tamis:wasm-base64';
import workerSource from 'tamis:worker-source';
import { compileBytes, compileFrom, fetchModule } from './wasm.js';
import { webFacts, webStore, webWorker } from './web.js';

/** @typedef {import('./platform.js').Platform} Platform */

const NAME = 'the embedded script';

/** Made once and never revoked: a worker that is slow to start would find it gone. */
let workerBlob = '';

/** @type {Platform} */
export const classic = {
  // Not probed: Firefox can post shared memory here, but threads need a module worker from a file.
  facts: () => webFacts({ platform: 'classic', sharedMemory: false, moduleWorkers: false }),
  store: webStore,
  wasmUrl: 'the embedded tamis.wasm',
  compile: (wasm, signal) => (wasm === undefined
    ? compileBytes(decode(wasmBase64), 'The embedded tamis.wasm')
    : compileFrom(wasm, (url) => fetchModule(new URL(url, document.baseURI).href, signal))),
  createWorker(role, workerUrl) {
    workerBlob ||= URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
    const worker = new Worker(workerUrl ?? workerBlob, { name: `tamis-${role}` });
    return webWorker(worker, String(workerUrl ?? NAME));
  },
};

/** @param {string} base64 */
function decode(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
