// @ts-check
// What differs between a page, a page opened from disk, and Node. Types only.

/** @typedef {'host' | 'chunks'} Role */

/**
 * A worker, seen from the thread that made it.
 * @typedef {object} WorkerHandle
 * @property {string} source  where its script came from, for messages
 * @property {string} hint  what to look at when it does not start
 * @property {(message: unknown, transfer?: any[]) => void} post
 * @property {(message: any) => void} onMessage  set by the owner
 * @property {(why: string) => void} onLost  set by the owner; the script did not load, or it died
 * @property {() => void} terminate
 * @property {(busy: boolean) => void} keepAlive  Node: whether it holds the process open
 */

/**
 * @typedef {object} Facts
 * @property {'browser' | 'classic' | 'node'} platform
 * @property {boolean} crossOriginIsolated
 * @property {boolean} sharedMemory  whether shared memory can be posted to a worker: the probe that counts
 * @property {boolean} secureContext
 * @property {number} hardwareConcurrency
 * @property {boolean} simd
 * @property {boolean} exceptions  wasm exceptions (legacy encoding)
 * @property {boolean} workers  whether there are workers at all
 * @property {boolean} moduleWorkers
 * @property {boolean} waitAsync
 * @property {string} protocol  'https:', 'http:', 'file:', … ; 'node:' in Node
 * @property {import('./isolation.js').Isolation} isolation  which ways to shared memory there are, each with a sentence
 * @property {string} [node]  version of Node
 */

/**
 * @typedef {object} Platform
 * @property {() => Facts} facts
 * @property {(role: Role, workerUrl?: string | URL) => WorkerHandle} createWorker
 * @property {(wasm: WasmSource | undefined, signal: AbortSignal) => Promise<WebAssembly.Module>} compile
 * @property {import('../tuning.js').Store | null} store  null: nothing is remembered
 * @property {string} wasmUrl  where tamis.wasm is looked for, for messages
 */

/** @typedef {URL | string | ArrayBuffer | ArrayBufferView | WebAssembly.Module} WasmSource */

export {};
