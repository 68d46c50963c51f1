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
// first, then by 'read'), and then 'done'. Each batch has with it the checkpoint of a stream that was read so far.
// With 'read' may come the buffer of a batch that was used, for one that is to come.
//
// The page keeps the message that began a job up to date (the last checkpoint, whether it is paused, its threads):
// posted to another host it goes on there.

/** @typedef {import('./errors.js').WireError} WireError */
/** @typedef {import('./feed.js').FeedSpec} FeedSpec */
/** @typedef {import('./kinds.js').JobSpec} JobSpec */

/**
 * Begins a job, or goes on with that of a checkpoint.
 * @typedef {object} RunMessage
 * @property {'run'} type
 * @property {number} id
 * @property {JobSpec | null} spec  null for a job that was restored by its user
 * @property {Uint8Array | string | null} checkpoint  or its token; goes before the spec
 * @property {number} [piece]  bytes, see tuning.js
 * @property {number} threads  at most so many; 0 = all
 * @property {FeedSpec | null} feed
 * @property {boolean} paused  it is not begun before it is resumed
 * @property {number} [spentMs]  that it had worked before the checkpoint
 * @property {number} checkpointMs  how often its checkpoint is posted at most, while it gets on; 0 = never
 * @property {number} progressMs  and its progress
 */
/**
 * What a host answers. The first three are answered also when the job has ended, and do nothing then.
 * @typedef {{ type: 'pause', id: number }
 *   | { type: 'resume', id: number }
 *   | { type: 'threads', id: number, threads: number }
 *   | { type: 'checkpoint', id: number }
 *   | { type: 'begin', spec: JobSpec }
 *   | { type: 'inspect', checkpoint: Uint8Array | string }
 *   | { type: 'token', checkpoint: Uint8Array }
 *   | { type: 'are-prime', numbers: BigUint64Array }
 *   | { type: 'record', events: number }
 *   | { type: 'trace' }} Call  begin: the checkpoint of a job that was not started;
 *   are-prime: 1 or 0 for each, a slice that takes some milliseconds; record: for each thread, 0 stops
 */

/**
 * @typedef {{ role: 'host', mode: 'threads' | 'workers', module: WebAssembly.Module,
 *   memoryBytes: number, threads: number, deadlineMs: number, silenceMs: number }} HostStart
 * @typedef {{ role: 'chunks', module: WebAssembly.Module, memoryBytes: number, deadlineMs: number,
 *   port: MessagePort }} ChunksStart
 */

/**
 * @typedef {HostStart
 *   | RunMessage
 *   | { type: 'call', call: number, what: Call }
 *   | { type: 'read', id: number, spare?: ArrayBuffer }
 *   | { type: 'cancel', id: number }
 *   | { type: 'chunk-worker', slot: number, port: MessagePort }
 *   | { type: 'chunk-worker-lost', slot: number, why: string, replaced: boolean }
 *   | { type: 'dismiss', slot: number }
 *   | { type: 'ping' }
 *   | { type: 'handover' }
 *   | { type: 'stop' }} ToHost  dismiss: of a chunk worker, when it has done what it has; handover: of all jobs, to another host
 */

/**
 * `failed`: the host gave up, or the instance of its threads; if it was over one job, with its number.
 * @typedef {{ type: 'started', version: string, threads: number, memoryBytes: number }
 *   | { type: 'failed', error: WireError, id?: number }
 *   | { type: 'progress', id: number, done: bigint, total: bigint, phases: import('./progress.js').Part[] }
 *   | { type: 'batch', id: number, values: ArrayBufferView<ArrayBuffer>, entries: number,
 *     checkpoint: Uint8Array<ArrayBuffer> | null }
 *   | { type: 'checkpoint', id: number, checkpoint: Uint8Array<ArrayBuffer>, spentMs: number }
 *   | { type: 'answer', call: number, value: any }
 *   | { type: 'refusal', call: number, error: WireError }
 *   | { type: 'done', id: number, values: bigint[], elapsedMs: number }
 *   | { type: 'error', id: number, error: WireError }
 *   | { type: 'replace', slot: number, why: string }
 *   | { type: 'dismissed', slot: number }
 *   | { type: 'healed', why: string, lostMs: number, takenMs: number }
 *   | { type: 'pong' }
 *   | { type: 'handed', jobs: { id: number, checkpoint: Uint8Array<ArrayBuffer>, spentMs: number }[] }
 *   | { type: 'stopped' }} FromHost
 */

/** @typedef {{ type: 'started' } | { type: 'failed', error: WireError }} FromChunkWorker */

/**
 * @typedef {{ type: 'job', job: number, spec: JobSpec }
 *   | { type: 'chunk', job: number, chunk: bigint }
 *   | { type: 'test', job: number, chunk: bigint, numbers: BigUint64Array }
 *   | { type: 'forget', job: number }} ToChunks  test: which are prime, as the chunk of a job that needs no parameters
 */

/**
 * `at` is when the chunk began, by a clock that all workers share. `broken`: the instance itself gave up (a trap); its worker must be replaced.
 * @typedef {{ type: 'result', job: number, chunk: bigint, bytes: Uint8Array, ms: number, at: number }
 *   | { type: 'error', job: number, chunk: bigint, error: WireError }
 *   | { type: 'broken', job: number, chunk: bigint, error: WireError }} FromChunks
 */

export {};
