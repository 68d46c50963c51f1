// @ts-check
// What load() and run() accept, checked before anything is started.
import { TamisError } from './errors.js';
import { FORMS, LONGEST_LINE } from './forms.js';
import { nameOf, toU64 } from './integers.js';
import { kindOf } from './kinds.js';
import { DEFAULT_BYTES, LARGEST_BYTES, PAGE_BYTES } from './memory.js';

/** @typedef {import('./capabilities.js').Mode} Mode */
/** @typedef {import('./capabilities.js').Verdict} Verdict */
/** @typedef {import('./feed.js').FeedSpec} FeedSpec */
/** @typedef {import('./forms.js').FormName} FormName */
/** @typedef {import('./platform/platform.js').WasmSource} WasmSource */
/** @typedef {import('./progress.js').Progress} Progress */

/**
 * @typedef {object} LoadOptions
 * @property {number} [threads]  1 to 256, also more than there are cores; default: one per core
 * @property {'auto' | Mode} [mode]  'auto' settles for what can be had (fewer threads, then mode
 *   'workers') and says so in capabilities().warnings; a mode that is named is had exactly, or load() rejects
 * @property {number} [memory]  most bytes an instance may grow to; default 512 MiB
 * @property {WasmSource} [wasm]  where tamis.wasm is, or what is in it
 * @property {string | URL} [workerUrl]  where worker.js is
 * @property {number} [timeoutMs]  how long starting may take; default 15,000
 * @property {AbortSignal} [signal]  gives the loading up
 * @property {number} [silenceMs]  how long a thread that works may give no sign of life before it is taken for dead and replaced;
 *   default 4000; Infinity watches nobody, for work with a debugger. Hosts and chunks are given more time.
 * @property {(event: LibraryEvent) => void} [onEvent]  hears what happens to the instance
 */
/**
 * Something was lost, and all goes on: `why`, how much work (milliseconds of it) was lost at most, and how long it took.
 * @typedef {{ type: 'healed', why: string, lostMs: number, takenMs: number }} LibraryEvent
 */
/**
 * @typedef {object} RunOptions
 * @property {AbortSignal} [signal]  cancels the work
 * @property {(progress: Progress) => void} [onProgress]  while it gets on, and once at the end
 * @property {number} [progressMs]  that not more often than this; default 16, which is once a frame. Being told takes time from the
 *   threads: where a second is soon enough, say so
 * @property {number} [threads]  at most so many of the threads there are; default: all
 * @property {(checkpoint: Uint8Array<ArrayBuffer>) => void} [onCheckpoint]  gets the job's checkpoint while it gets on, and
 *   when it was paused: what restore() takes
 * @property {number} [checkpointMs]  that not more often than this; default 1000
 */
/**
 * @typedef {RunOptions & { paused?: boolean }} StartOptions  paused: the job is not begun before its resume()
 */
/**
 * @template {FormName} [T='u64']
 * @typedef {object} StreamOnly
 * @property {T} [type]  what the batches are: 'u64' (BigUint64Array, the default), 'u32' (Uint32Array), 'f64'
 *   (Float64Array, exact up to 2^53), 'text' (bytes: a decimal a line) or 'delta' (bytes: see decodeDelta)
 * @property {number} [tuplets]  2 to 6: k-tuplets instead of primes, as k values one after another, in text as
 *   "(3, 5)"; default 1
 * @property {number} [batch]  most values in a batch, up to 2^20, default 65,536; of 'text' and 'delta' most bytes, up
 *   to 2^21, default 2^20
 * @property {boolean} [reuse]  a batch is good until the next one is asked for: its memory is used again then, and the array is empty
 *   (detached). For who is done with each batch at once: memory that is fresh each time takes longer to get than to fill
 */
/**
 * @template {FormName} [T='u64']
 * @typedef {ReadOptions & StreamOnly<T>} StreamOptions
 */
/**
 * @template {FormName} [T='u64']
 * @typedef {Omit<StreamOptions<T>, 'tuplets'>} RestoreStreamOptions  the checkpoint knows the rest
 */
/** @typedef {Pick<RunOptions, 'signal' | 'onProgress' | 'progressMs' | 'threads'>} ReadOptions */
/** @typedef {Pick<RunOptions, 'signal' | 'onProgress'>} BatchOptions */
/**
 * @template {ListName} [T='u64']
 * @typedef {ReadOptions & { type?: T }} ListOptions  type: as for streams
 */
/**
 * @typedef {object} IteratorOptions
 * @property {boolean} [reuse]  a batch is good until the iterator's next call, as for streams
 * @property {bigint | number} [stopHint]  how far it will about go: up to there, and no further, primes are looked for ahead from the
 *   start on. It goes on beyond all the same
 */
/** @typedef {'u64' | 'u32' | 'f64'} ListName */
/**
 * @typedef {object} Wanted  load options, checked and filled in
 * @property {number | null} threads
 * @property {'auto' | Mode} mode
 * @property {number} memoryBytes
 * @property {WasmSource | undefined} wasm
 * @property {string | URL | undefined} workerUrl
 * @property {number} timeoutMs
 * @property {AbortSignal | undefined} signal
 * @property {number} silenceMs
 * @property {((event: LibraryEvent) => void) | undefined} onEvent
 */

/** Far more than any has: a file of another kind is not even looked at. */
const MOST_CHECKPOINT = 2 ** 26;

/** How often progress is told at most: once a frame. */
const PROGRESS_MS = 16;

/** Threads show that they live within 20 ms; a busy machine may keep one waiting for some hundred. */
const SILENCE_MS = 4000;
const LEAST_SILENCE_MS = 100;

/** What counts milliseconds in 32 bits goes no further; Infinity is as good. */
const MOST_MS = 2 ** 31;

/** TAM_MAX_THREADS */
export const MAX_THREADS = 256;

const LOAD_OPTIONS = ['threads', 'mode', 'memory', 'wasm', 'workerUrl', 'timeoutMs', 'signal', 'silenceMs', 'onEvent'];
const BATCH_OPTIONS = ['signal', 'onProgress'];
const READ_OPTIONS = [...BATCH_OPTIONS, 'progressMs', 'threads'];
const RUN_OPTIONS = [...READ_OPTIONS, 'onCheckpoint', 'checkpointMs'];
const START_OPTIONS = [...RUN_OPTIONS, 'paused'];
const RESTORE_STREAM_OPTIONS = ['type', 'batch', 'reuse', ...READ_OPTIONS];
const STREAM_OPTIONS = [...RESTORE_STREAM_OPTIONS, 'tuplets'];
const ITERATOR_OPTIONS = ['reuse', 'stopHint'];
const LIST_OPTIONS = ['type', ...READ_OPTIONS];
/** @type {ListName[]} */
const LIST_TYPES = ['u64', 'u32', 'f64'];
const MODES = ['auto', 'threads', 'workers'];

/**
 * @param {LoadOptions} options
 * @returns {Wanted}
 */
export function checkLoadOptions(options) {
  known(options, LOAD_OPTIONS, 'load()');
  const { threads, mode = 'auto', memory, wasm, workerUrl, timeoutMs = 15_000, signal, silenceMs = SILENCE_MS, onEvent } = options;
  if (!MODES.includes(mode)) {
    throw new TamisError('type', `mode must be 'auto', 'threads' or 'workers', not ${JSON.stringify(mode)}.`);
  }
  if (workerUrl !== undefined && typeof workerUrl !== 'string' && !(workerUrl instanceof URL)) {
    throw new TamisError('type', `workerUrl must be a URL or a string, not ${nameOf(workerUrl)}.`);
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0)) {
    throw new TamisError('type', 'timeoutMs must be a number of milliseconds above 0.');
  }
  if (typeof silenceMs !== 'number' || !(silenceMs >= LEAST_SILENCE_MS)) {
    throw new TamisError('type', `silenceMs must be a number of milliseconds, at least ${LEAST_SILENCE_MS}.`);
  }
  checkFunction(onEvent, 'onEvent');
  return {
    threads: threads === undefined ? null : checkThreads(threads, MAX_THREADS),
    mode,
    memoryBytes: checkMemory(memory),
    wasm,
    workerUrl,
    timeoutMs,
    signal: checkSignal(signal),
    silenceMs,
    onEvent,
  };
}

/** Those of run(): nobody could resume what it begins. @param {RunOptions} options */
export const checkRunOptions = (options) => known(options, RUN_OPTIONS, 'run()');

/**
 * @param {StartOptions} options
 * @param {number} available  how many threads there are
 */
export function checkStartOptions(options, available) {
  known(options, START_OPTIONS, 'a job');
  const { paused = false, onCheckpoint, checkpointMs = 1000 } = options;
  checkBoolean(paused, 'paused');
  checkFunction(onCheckpoint, 'onCheckpoint');
  checkMilliseconds(checkpointMs, 'checkpointMs');
  return { ...checkRead(options, available), paused, onCheckpoint, checkpointMs: onCheckpoint ? checkpointMs : 0 };
}

/**
 * @param {BatchOptions} options
 * @returns {BatchOptions}
 */
export function checkBatchOptions(options) {
  known(options, BATCH_OPTIONS, 'arePrime()');
  const { signal, onProgress } = options;
  checkFunction(onProgress, 'onProgress');
  return { signal: checkSignal(signal), onProgress };
}

/**
 * @param {ReadOptions} options
 * @param {number} available
 * @returns {{ signal: AbortSignal | undefined, onProgress: RunOptions['onProgress'], progressMs: number, threads: number }}
 *   progressMs: 0 for never; threads: 0 for all
 */
function checkRead({ signal, onProgress, progressMs = PROGRESS_MS, threads }, available) {
  checkFunction(onProgress, 'onProgress');
  checkMilliseconds(progressMs, 'progressMs');
  return {
    signal: checkSignal(signal),
    onProgress,
    progressMs: onProgress ? Math.ceil(Math.min(progressMs, MOST_MS)) : 0,
    threads: threads === undefined ? 0 : checkJobThreads(threads, available),
  };
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function checkFunction(value, name) {
  if (value !== undefined && typeof value !== 'function') throw new TamisError('type', `${name} must be a function, not ${nameOf(value)}.`);
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function checkBoolean(value, name) {
  if (typeof value !== 'boolean') throw new TamisError('type', `${name} must be true or false, not ${nameOf(value)}.`);
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function checkMilliseconds(value, name) {
  if (typeof value !== 'number' || !(value > 0)) throw new TamisError('type', `${name} must be a number of milliseconds above 0.`);
}

/**
 * @param {unknown} threads  of a job
 * @param {number} available
 */
export const checkJobThreads = (threads, available) => (
  checkThreads(threads, available, `There are ${available}: give load() a larger \`threads\` to have more.`));

/**
 * @param {unknown} checkpoint
 * @returns {Uint8Array<ArrayBuffer> | string} a copy that nobody else changes
 */
export function checkCheckpoint(checkpoint) {
  if (typeof checkpoint === 'string') return checkpoint;
  if (checkpoint instanceof Uint8Array) {
    if (checkpoint.length <= MOST_CHECKPOINT) return new Uint8Array(checkpoint);
    throw new TamisError('foreign', `That is no checkpoint of tamis: none has ${checkpoint.length} bytes.`);
  }
  throw new TamisError('type', `A checkpoint is a Uint8Array, or its token a string, not ${nameOf(checkpoint)}.`);
}

/**
 * @template {FormName} T
 * @param {StreamOptions<T>} options
 * @param {bigint} stop  of the range
 * @param {number} available  how many threads there are
 */
export function checkStreamOptions(options, stop, available) {
  known(options, STREAM_OPTIONS, 'a stream');
  const { tuplets = 1 } = options;
  checkWhole(tuplets, 'tuplets', 1, 6);
  return { tuplets, ...checkForm(options, stop, tuplets), ...checkRead(options, available) };
}

/**
 * @template {FormName} T
 * @param {RestoreStreamOptions<T>} options
 * @param {number} available  how many threads there are
 */
export function checkRestoreStreamOptions(options, available) {
  known(options, RESTORE_STREAM_OPTIONS, 'a stream that is restored');
  // What else there is to check, the host does when it knows the stream: checkFeed.
  return { ...checkForm(options, 0n, 1), ...checkRead(options, available) };
}

/**
 * Whether a job can be read as it is wanted; of a stream that was restored nobody knew before.
 * @param {import('./core-job.js').Job} job
 * @param {FeedSpec | null} feed
 * @returns {FeedSpec | null}
 * @throws {TamisError}
 */
export function checkFeed(job, feed) {
  const { name, kind: { stream = false, params, group = 1 } } = kindOf(job.kind());
  if (stream !== (feed !== null)) {
    throw new TamisError('kind', stream ? `${name} is read while it runs.` : `${name} is no stream.`, {
      hint: stream ? 'restoreStream() goes on with it.' : 'restore() goes on with it.',
    });
  }
  if (!feed) return null;
  const [stop, tuplets] = [job.get((params.stop ?? params.number).id), params.k ? Number(job.get(params.k.id)) : group];
  return { ...feed, tuplets, ...checkForm(feed, stop, tuplets) };
}

/**
 * @template {FormName} T
 * @param {{ type?: T, batch?: number, reuse?: boolean }} options
 * @param {bigint} stop
 * @param {number} tuplets
 * @returns {{ type: T, batch: number, reuse: boolean }}
 */
function checkForm({ type = /** @type {T} */ ('u64'), batch, reuse = false }, stop, tuplets) {
  checkType(type, /** @type {FormName[]} */ (Object.keys(FORMS)), stop);
  const form = FORMS[type];
  if (tuplets > 1 && type === 'delta') {
    throw new TamisError('range', "Type 'delta' is for primes: the members of k-tuplets do not ascend.", {
      hint: "Take 'text', 'u64', 'u32' or 'f64'.",
    });
  }
  checkWhole(batch ?? form.batch, 'batch', form.unit === 'bytes' ? LONGEST_LINE : tuplets, form.mostBatch);
  checkBoolean(reuse, 'reuse');
  return { type, batch: batch ?? form.batch, reuse };
}

/** @param {IteratorOptions} options */
export function checkIteratorOptions(options) {
  known(options, ITERATOR_OPTIONS, 'an iterator');
  const { reuse = false, stopHint } = options;
  checkBoolean(reuse, 'reuse');
  return { reuse, stopHint: stopHint === undefined ? null : toU64(stopHint, 'stopHint') };
}

/**
 * @template {ListName} T
 * @param {ListOptions<T>} options
 * @param {bigint} stop  of the range
 */
export function checkListOptions(options, stop) {
  known(options, LIST_OPTIONS, 'a list');
  const { type = /** @type {T} */ ('u64') } = options;
  checkType(type, LIST_TYPES, stop);
  return type;
}

/**
 * @param {FormName} type
 * @param {FormName[]} types
 * @param {bigint} stop
 */
function checkType(type, types, stop) {
  if (!types.includes(type)) {
    const shown = typeof type === 'string' ? JSON.stringify(type) : nameOf(type);
    throw new TamisError('type', `type must be one of ${types.map((name) => `'${name}'`).join(', ')}, not ${shown}.`);
  }
  const { largest } = FORMS[type];
  if (stop > largest) {
    throw new TamisError('range', `Type '${type}' holds integers up to ${largest}, and stop is ${stop}.`, {
      hint: type === 'u32' && stop <= FORMS.f64.largest ? "Type 'f64' holds integers up to 2^53, 'u64' all." : "Type 'u64' holds them all.",
    });
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {number} least
 * @param {number} most
 */
export function checkWhole(value, name, least, most) {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new TamisError('type', `${name} must be an integer, not ${typeof value === 'number' ? value : nameOf(value)}.`, { hint: 'Give a whole number.' });
  }
  if (value < least || value > most) {
    throw new TamisError('range', `${name} is ${value}; it must be between ${least} and ${most}.`, { hint: `Give one from ${least} to ${most}.` });
  }
  return value;
}

/**
 * @param {unknown} threads
 * @param {number} most
 * @param {string} [hint]
 * @returns {number}
 */
export function checkThreads(threads, most, hint) {
  if (typeof threads !== 'number' || !Number.isInteger(threads)) {
    const shown = typeof threads === 'number' ? threads : nameOf(threads);
    throw new TamisError('type', `threads must be an integer, not ${shown}.`);
  }
  if (threads < 1 || threads > most) {
    throw new TamisError('threads', `threads is ${threads}; it must be between 1 and ${most}.`, { hint });
  }
  return threads;
}

/**
 * @param {unknown} memory
 * @returns {number} bytes, a whole number of pages
 */
function checkMemory(memory = DEFAULT_BYTES) {
  if (typeof memory !== 'number' || !Number.isFinite(memory)) {
    throw new TamisError('type', `memory must be a number of bytes, not ${typeof memory === 'number' ? memory : nameOf(memory)}.`);
  }
  if (memory <= 0 || memory > LARGEST_BYTES) {
    throw new TamisError('range', `memory is ${memory}; it must be above 0 and at most ${LARGEST_BYTES} bytes (4 GiB).`);
  }
  return Math.ceil(memory / PAGE_BYTES) * PAGE_BYTES;
}

/**
 * @param {unknown} signal
 * @returns {AbortSignal | undefined}
 */
function checkSignal(signal) {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new TamisError('type', `signal must be an AbortSignal, not ${nameOf(signal)}.`);
}

/**
 * A misspelt option would be ignored in silence.
 * @param {unknown} options
 * @param {string[]} names
 * @param {string} where
 */
function known(options, names, where) {
  if (typeof options !== 'object' || options === null) {
    throw new TamisError('type', `The options of ${where} must be an object, not ${nameOf(options)}.`);
  }
  for (const key of Object.keys(options)) {
    if (!names.includes(key)) {
      throw new TamisError('param', `There is no option "${key}" for ${where}.`, {
        hint: `The options are: ${names.join(', ')}.`,
      });
    }
  }
}

/** @typedef {{ mode: Mode, threads: number, share: number }} Attempt  `share` of the time that is left */

/**
 * The starts to try, one after the other. Pure.
 * @param {Pick<Wanted, 'mode' | 'threads'>} wanted
 * @param {Verdict} verdict
 * @param {number} cores
 * @returns {Attempt[]}
 * @throws {TamisError} 'unsupported'
 */
export function planAttempts(wanted, verdict, cores) {
  const { mode, reason, hint } = verdict;
  if (mode === null) throw new TamisError('unsupported', reason, { hint: hint ?? '' });
  const threads = wanted.threads ?? Math.min(cores, MAX_THREADS);
  if (wanted.mode === 'workers' || mode === 'workers') {
    if (wanted.mode === 'threads') {
      throw new TamisError('unsupported', `Mode 'threads' can't be had: ${reason}`, { hint: hint ?? '' });
    }
    return [{ mode: 'workers', threads, share: 1 }];
  }
  if (wanted.mode === 'threads') return [{ mode, threads, share: 1 }];
  /** @type {Attempt[]} */
  const attempts = [{ mode: 'threads', threads, share: 0.5 }];
  if (threads > 1) attempts.push({ mode: 'threads', threads: Math.ceil(threads / 2), share: 0.5 });
  attempts.push({ mode: 'workers', threads: Math.min(threads, cores), share: 1 });
  return attempts;
}
