// @ts-check
// The messages between page, host worker and chunk workers. Types only.
//
//   page ──── ToHost / FromHost ──── host worker        (owns the jobs, merges)
//   page ─ ToChunkWorker / From… ─ chunk worker         (start and death only)
//   host ──── ToChunks / FromChunks, over a MessagePort ──── chunk worker
//
// The first message of the page tells a worker its role.
//
// A stream is a 'run' with a feed: its batches come one for each that was asked for (by the feed's own number at
// first, then by 'read'), and then 'done'.

/** @typedef {import('./errors.js').WireError} WireError */
/** @typedef {import('./feed.js').FeedSpec} FeedSpec */
/** @typedef {import('./kinds.js').JobSpec} JobSpec */

/**
 * @typedef {{ role: 'host', mode: 'threads' | 'workers', module: WebAssembly.Module,
 *   memoryBytes: number, threads: number, deadlineMs: number }} HostStart
 * @typedef {{ role: 'chunks', module: WebAssembly.Module, memoryBytes: number, deadlineMs: number,
 *   port: MessagePort }} ChunksStart
 */

/**
 * @typedef {HostStart
 *   | { type: 'run', id: number, spec: JobSpec, threads: number, feed: FeedSpec | null }
 *   | { type: 'read', id: number }
 *   | { type: 'cancel', id: number }
 *   | { type: 'chunk-worker', slot: number, port: MessagePort }
 *   | { type: 'chunk-worker-lost', slot: number, why: string, replaced: boolean }
 *   | { type: 'stop' }} ToHost
 */

/**
 * @typedef {{ type: 'started', version: string, threads: number, memoryBytes: number }
 *   | { type: 'failed', error: WireError }
 *   | { type: 'progress', id: number, done: bigint, total: bigint }
 *   | { type: 'batch', id: number, values: ArrayBufferView<ArrayBuffer>, entries: number }
 *   | { type: 'done', id: number, values: bigint[], elapsedMs: number }
 *   | { type: 'error', id: number, error: WireError }
 *   | { type: 'replace', slot: number }
 *   | { type: 'stopped' }} FromHost
 */

/** @typedef {{ type: 'started' } | { type: 'failed', error: WireError }} FromChunkWorker */

/**
 * @typedef {{ type: 'job', job: number, spec: JobSpec }
 *   | { type: 'chunk', job: number, chunk: bigint }
 *   | { type: 'forget', job: number }} ToChunks
 */

/**
 * `broken`: the instance itself gave up (a trap); its worker must be replaced.
 * @typedef {{ type: 'result', job: number, chunk: bigint, bytes: Uint8Array, ms: number }
 *   | { type: 'error', job: number, chunk: bigint, error: WireError }
 *   | { type: 'broken', job: number, chunk: bigint, error: WireError }} FromChunks
 */

export {};
