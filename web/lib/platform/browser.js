// @ts-check
// A page served over HTTP: module workers beside this file, tamis.wasm fetched.
import * as probes from './probes.js';
import { compileFrom, fetchModule } from './wasm.js';
import { webFacts, webStore, webWorker } from './web.js';

/** @typedef {import('./platform.js').Platform} Platform */

const wasmUrl = new URL('../../dist/tamis.wasm', import.meta.url).href;

/** @type {Platform} */
export const browser = {
  facts: () => webFacts({ platform: 'browser', sharedMemory: probes.sharedMemory(), moduleWorkers: probes.moduleWorkers() }),
  store: webStore,
  wasmUrl,
  compile: (wasm, signal) => compileFrom(wasm ?? wasmUrl, (url) => fetchModule(new URL(url, document_()).href, signal)),
  createWorker(role, workerUrl) {
    const options = /** @type {const} */ ({ type: 'module', name: `tamis-${role}` });
    if (workerUrl) {
      const url = new URL(workerUrl, document_());
      return webWorker(new Worker(sameOrigin(url), options), url.href);
    }
    // Spelled out where it is used, so that Vite, webpack and esbuild find the worker's file.
    const worker = new Worker(new URL('../worker.js', import.meta.url), { type: 'module', name: `tamis-${role}` });
    return webWorker(worker, new URL('../worker.js', import.meta.url).href);
  },
};

/** What relative addresses given by the user are relative to. */
const document_ = () => globalThis.document?.baseURI ?? globalThis.location?.href;

/**
 * A worker's script must come from the page's own origin; one line that imports it may stand in.
 * @param {URL} url
 */
function sameOrigin(url) {
  if (url.origin === globalThis.location.origin) return url;
  return URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
}
