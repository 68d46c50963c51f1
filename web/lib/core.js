// @ts-check
// The C library (include/tamis.h) as objects. Runs in workers; everything here may block or throw.
import { CHECKPOINT_BYTES, Job, untilNul } from './core-job.js';
import { TamisError, refusal } from './errors.js';
import { clearUpperHalves } from './platform/registers.js';
import { STATUS, statusError } from './status.js';

/** @typedef {import('./kinds.js').JobSpec} JobSpec */

/** What emscripten's module offers: the exports of the C library, each with a leading underscore. */
/** @typedef {Record<string, (...args: any[]) => any>} Exports */
/** @typedef {(options: Record<string, unknown>) => Promise<Exports>} CoreFactory */

/** TAM_PHASE_…, by number. */
export const PHASE_STATES = /** @type {const} */ (['waiting', 'active', 'done']);

/** Room for what was recorded, to begin with. */
const TRACE_BYTES = 2 ** 20;

/**
 * @param {CoreFactory} factory
 * @param {{ module: WebAssembly.Module, memory: WebAssembly.Memory, poolSize: number }} options
 * @returns {Promise<Core>}
 */
export async function instantiate(factory, { module, memory, poolSize }) {
  /** @type {(error: unknown) => void} */
  let fail = () => {};
  // Emscripten waits for ever for an instance that can't be made, so its failure is raced.
  const failure = new Promise((_, reject) => { fail = reject; });
  const made = factory({
    wasmMemory: memory,
    pthreadPoolSize: poolSize,
    /**
     * @param {WebAssembly.Imports} imports
     * @param {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} done
     */
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(module, imports).then(
        (instance) => done(instance, module),
        (error) => fail(refusal(error) ?? error),
      );
    },
  });
  return new Core(await Promise.race([made, /** @type {Promise<never>} */ (failure)]), memory);
}

export class Core {
  #exports;
  #memory;
  /** What was set last; 0: nothing. */
  #piece = 0;
  /** @type {number} 24 bytes that outputs are written to */
  #out;

  /**
   * @param {Exports} exports
   * @param {WebAssembly.Memory} memory
   */
  constructor(exports, memory) {
    this.#exports = exports;
    this.#memory = memory;
    this.#out = this.allocate(24);
  }

  /** @returns {string} */
  get version() {
    return this.text(this.#exports._tam_version());
  }

  /** @param {number} threads */
  init(threads) {
    this.call('tam_init', threads);
  }

  shutdown() {
    this.call('tam_shutdown');
  }

  /** @returns {number} */
  get threads() {
    return this.out32('tam_threads', []);
  }

  /**
   * The words that the threads move while they live.
   * @returns {{ first: number, count: number }}  first: index into words()
   */
  heartbeats() {
    this.call('tam_heartbeats', this.#out, this.#out + 8);
    const view = this.view();
    return { first: view.getUint32(this.#out, true) >>> 2, count: view.getUint32(this.#out + 8, true) };
  }

  /**
   * A job with its parameters, not started.
   * @param {JobSpec} spec
   * @returns {Job}
   */
  job({ kind, params, piece }) {
    this.setPiece(piece);
    const job = new Job(this, this.out32('tam_job_new', [kind], true));
    try {
      for (const [id, value] of params) job.set(id, value);
    } catch (error) {
      job.free();
      throw error;
    }
    return job;
  }

  /**
   * The job of a checkpoint, not started; its parameters are fixed.
   * @param {Uint8Array} checkpoint
   * @param {number} [piece]
   * @returns {Job}
   */
  restore(checkpoint, piece) {
    this.setPiece(piece);
    return this.lend(checkpoint, (pointer) => {
      try {
        return new Job(this, this.out32('tam_job_restore', [pointer, checkpoint.length], true));
      } catch (error) {
        // Which version goes on with it, only its own sentence says.
        if (!(error instanceof TamisError) || error.status !== STATUS.VERSION) throw error;
        throw this.error(error.status, untilNul(this.outBytes('tam_checkpoint_message', [pointer, checkpoint.length], 256)));
      }
    });
  }

  /**
   * A checkpoint as a text that people can copy.
   * @param {Uint8Array} checkpoint
   * @returns {string}
   */
  toToken(checkpoint) {
    const bytes = this.lend(checkpoint, (pointer) => (
      this.outBytes('tam_checkpoint_to_text', [pointer, checkpoint.length], 2 * CHECKPOINT_BYTES)));
    return untilNul(bytes);
  }

  /**
   * @param {string} token
   * @returns {Uint8Array<ArrayBuffer>}
   */
  fromToken(token) {
    const text = new TextEncoder().encode(`${token}\0`);
    return this.lend(text, (pointer) => this.outBytes('tam_checkpoint_from_text', [pointer], CHECKPOINT_BYTES));
  }

  /**
   * Which numbers are prime. All threads work on it, this one too, and it blocks until they are done: a millisecond for a thousand.
   * @param {BigUint64Array} numbers
   * @returns {Uint8Array<ArrayBuffer>} 1 or 0 for each
   */
  arePrime(numbers) {
    const results = this.allocate(numbers.length || 1);
    try {
      this.lend(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), (pointer) => (
        this.call('tam_is_prime_many', pointer, numbers.length, results)));
      return this.bytes(results, numbers.length);
    } finally {
      this.release(results);
    }
  }

  /** @param {number} events  kept for each thread; 0 stops the flight recorder */
  record(events) {
    if (events > 0) this.call('tam_trace_start', events);
    else this.call('tam_trace_stop');
  }

  /** What was recorded, as JSON. @returns {string} */
  trace() {
    return untilNul(this.outBytes('tam_trace_json', [], TRACE_BYTES));
  }

  /** In which pieces the sieve works from now on. @param {number} [piece]  bytes */
  setPiece(piece) {
    if (!piece || piece === this.#piece) return;
    this.call('tam_set_piece_bytes', BigInt(piece));
    this.#piece = piece;
  }

  /**
   * Calls a function that returns tam_status.
   * @param {string} name
   * @param {...(number | bigint)} args
   */
  call(name, ...args) {
    const status = this.try(name, ...args);
    if (status !== STATUS.OK) throw this.error(status);
  }

  /**
   * @param {string} name
   * @param {...(number | bigint)} args
   * @returns {number} the status
   */
  try(name, ...args) {
    clearUpperHalves();
    return this.#exports[`_${name}`](...args);
  }

  /**
   * @param {number} status
   * @param {string} [message]  more telling than the status' own text
   * @returns {TamisError}
   */
  error(status, message) {
    return statusError(status, sentence(message || this.text(this.#exports._tam_status_text(status))));
  }

  /**
   * Calls a function whose last argument is an output of 32 bits.
   * @param {string} name
   * @param {(number | bigint)[]} args
   * @param {boolean} [unsigned]
   * @returns {number}
   */
  out32(name, args, unsigned = true) {
    this.call(name, ...args, this.#out);
    return unsigned ? this.view().getUint32(this.#out, true) : this.view().getInt32(this.#out, true);
  }

  /**
   * Calls a function whose last argument is an output of 64 bits.
   * @param {string} name
   * @param {(number | bigint)[]} args
   * @returns {bigint}
   */
  out64(name, args) {
    this.call(name, ...args, this.#out);
    return this.view().getBigUint64(this.#out, true);
  }

  /**
   * Calls a function with two outputs of 64 bits.
   * @param {string} name
   * @param {(number | bigint)[]} args
   * @returns {[bigint, bigint]}
   */
  out64x2(name, args) {
    this.call(name, ...args, this.#out, this.#out + 8);
    const view = this.view();
    return [view.getBigUint64(this.#out, true), view.getBigUint64(this.#out + 8, true)];
  }

  /**
   * Where a phase of a job is.
   * @param {number} handle
   * @param {number} index
   * @returns {import('./progress.js').Part}
   */
  phase(handle, index) {
    const out = this.#out;
    this.call('tam_job_phase', handle, index, out + 16, out, out + 8, out + 20);
    const view = this.view();
    return {
      name: this.text(view.getUint32(out + 16, true)),
      total: view.getBigUint64(out + 8, true),
      state: PHASE_STATES[view.getInt32(out + 20, true)],
    };
  }

  /**
   * Calls a function that takes (buffer, capacity, &length) at its end, with a buffer that is large enough.
   * @param {string} name
   * @param {(number | bigint)[]} args
   * @param {number} capacity  to begin with
   * @returns {Uint8Array<ArrayBuffer>} a copy
   */
  outBytes(name, args, capacity) {
    for (;;) {
      const buffer = this.allocate(capacity);
      try {
        const { status, length } = this.fill(name, ...args, buffer, capacity);
        if (status === STATUS.OK) return this.bytes(buffer, length);
        if (status !== STATUS.BUFFER || length <= capacity) throw this.error(status);
        capacity = length;
      } finally {
        this.#exports._free(buffer);
      }
    }
  }

  /**
   * Calls a function that takes (buffer, capacity, &length) at its end, with the buffer given.
   * @param {string} name
   * @param {...(number | bigint)} args
   * @returns {{ status: number, length: number }} the length holds when the status is OK or BUFFER
   */
  fill(name, ...args) {
    const status = this.try(name, ...args, this.#out);
    return { status, length: this.view().getUint32(this.#out, true) };
  }

  /**
   * @param {number} size
   * @returns {number}
   */
  allocate(size) {
    // Pointers come back signed; above 2 GiB they would be negative.
    const pointer = this.#exports._malloc(size) >>> 0;
    if (pointer === 0) throw this.error(STATUS.MEMORY);
    return pointer;
  }

  /**
   * Bytes in this memory, for one use.
   * @template T
   * @param {Uint8Array} bytes
   * @param {(pointer: number) => T} use
   * @returns {T}
   */
  lend(bytes, use) {
    const pointer = this.allocate(bytes.length || 1);
    try {
      this.write(bytes, pointer);
      return use(pointer);
    } finally {
      this.release(pointer);
    }
  }

  /** @param {number} pointer */
  release(pointer) {
    this.#exports._free(pointer);
  }

  /** A view of the memory as it is now: growth on any thread makes older views too short. */
  view() {
    return new DataView(this.#memory.buffer);
  }

  /** For Atomics; to be asked for anew after every wait. */
  words() {
    return new Int32Array(this.#memory.buffer);
  }

  /**
   * @param {number} pointer
   * @param {number} length
   * @returns {Uint8Array<ArrayBuffer>} a copy that is not shared
   */
  bytes(pointer, length) {
    const copy = new Uint8Array(length);
    copy.set(new Uint8Array(this.#memory.buffer, pointer, length));
    return copy;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} pointer
   */
  write(bytes, pointer) {
    new Uint8Array(this.#memory.buffer, pointer, bytes.length).set(bytes);
  }

  /**
   * @param {number} pointer  to a text that ends with NUL
   * @returns {string}
   */
  text(pointer) {
    const heap = new Uint8Array(this.#memory.buffer);
    // TextDecoder refuses views of shared memory, hence the copy.
    return new TextDecoder().decode(this.bytes(pointer, heap.indexOf(0, pointer) - pointer));
  }
}

/** The C library's messages are made to be put into others. @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');

/**
 * The version of the tamis that made a checkpoint; in every format it is in the same place.
 * @param {Uint8Array} checkpoint  one that is whole
 * @returns {string}
 */
export const madeBy = (checkpoint) => new TextDecoder().decode(checkpoint.subarray(17, 17 + checkpoint[16]));
