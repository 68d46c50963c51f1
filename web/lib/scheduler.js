// @ts-check
// Mode `workers`: hands out the chunks of the host's jobs to isolated instances, and merges what comes back.
import { STATE } from './core.js';
import { TamisError, cancelledBy, fromWire } from './errors.js';
import { isGoing, progressTeller } from './threads.js';

/** @typedef {import('./core.js').Job} Job */
/** @typedef {import('./kinds.js').JobSpec} JobSpec */
/** @typedef {import('./protocol.js').FromChunks} FromChunks */
/** @typedef {import('./protocol.js').ToChunks} ToChunks */
/** @typedef {import('./threads.js').RunOptions} RunOptions */

/**
 * @typedef {object} Entry  a job under way
 * @property {number} id
 * @property {Job} job
 * @property {JobSpec} spec
 * @property {number} limit  at most so many workers at once
 * @property {Map<bigint, number>} losses  how often a chunk's worker was lost
 * @property {() => void} [onStep]
 * @property {(state: number) => void} tell  its progress
 * @property {() => void} resolve
 * @property {(error: TamisError) => void} reject
 */
/**
 * @typedef {object} Slot  a chunk worker
 * @property {MessagePort} port
 * @property {Set<number>} known  jobs whose parameters it has
 * @property {{ entry: Entry, chunk: bigint }[]} at  what it runs, and what waits behind that
 * @property {number} lastMs  how long its last chunk took
 * @property {ReturnType<typeof setTimeout> | undefined} doom  it is replaced when this rings
 */

/** A worker that still runs a chunk nobody wants after this long is replaced. */
const LINGER_MS = 100;
/** A chunk that kills so many workers fails its job. */
const MAX_LOSSES = 3;
/**
 * While chunks are shorter than this, a worker is given the next one before it has done the last: the
 * message's way would cost a tenth of the time. Longer ones would only delay a cancel.
 */
const SHORT_MS = 25;

export class Scheduler {
  /** @type {Map<number, Slot>} */
  #slots = new Map();
  /** @type {Entry[]} in turn: the first is served next */
  #entries = [];
  #nextId = 1;
  #onReplace;

  /** @param {{ onReplace: (slot: number) => void }} options  asks for another worker in a slot */
  constructor({ onReplace }) {
    this.#onReplace = onReplace;
  }

  /**
   * @param {number} number
   * @param {MessagePort} port
   */
  addWorker(number, port) {
    this.#slots.get(number)?.port.close();
    /** @type {Slot} */
    const slot = { port, known: new Set(), at: [], lastMs: Infinity, doom: undefined };
    this.#slots.set(number, slot);
    port.onmessage = (event) => this.#receive(number, slot, event.data);
    this.#serve();
  }

  /**
   * Its chunks are handed out again.
   * @param {number} number
   * @param {string} why
   * @param {boolean} replaced  another will come
   */
  loseWorker(number, why, replaced) {
    this.#drop(number, new TamisError('failed', `A worker was lost while it ran a chunk: ${why}.`));
    if (this.#slots.size === 0 && !replaced) {
      for (const entry of [...this.#entries]) {
        this.#end(entry, new TamisError('worker-start', `No worker is left to run the job: ${why}.`, {
          hint: 'dispose() of this instance and load() another.',
        }));
      }
    }
    this.#serve();
  }

  /**
   * @param {Job} job
   * @param {JobSpec} spec
   * @param {RunOptions} options
   * @returns {Promise<void>} rejects unless the job is done
   */
  async run(job, spec, { threads, signal, onStep, onProgress }) {
    job.startExternal();
    /** @type {Entry} */
    let entry;
    const cancel = () => this.#end(entry, cancelledBy(signal));
    try {
      await /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
        entry = {
          id: this.#nextId++, job, spec, onStep, resolve, reject,
          limit: threads || Infinity, losses: new Map(), tell: progressTeller(job, onProgress),
        };
        signal.addEventListener('abort', cancel);
        this.#entries.push(entry);
        this.#follow(entry);
        this.#serve();
      }));
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /**
   * More of the job may be read, or it was resumed; it may have chunks again after that, or have come to its end.
   * @param {Job} job
   */
  revive(job) {
    const entry = this.#entries.find((one) => one.job === job);
    if (entry) this.#follow(entry);
    this.#serve();
  }

  /**
   * @param {Job} job
   * @param {number} threads  at most so many workers from now on; 0 = all
   */
  limit(job, threads) {
    const entry = this.#entries.find((one) => one.job === job);
    if (entry) entry.limit = threads || Infinity;
    this.#serve();
  }

  /** Gives chunks to the workers that have none, then a second one to those whose chunks are short. */
  #serve() {
    for (const depth of [1, 2]) {
      for (const slot of this.#slots.values()) {
        if (slot.at.length >= depth || slot.doom !== undefined || (depth > 1 && slot.lastMs > SHORT_MS)) continue;
        const next = this.#next(slot);
        if (next) this.#give(slot, next);
      }
    }
  }

  /**
   * A chunk for this worker; the jobs take turns.
   * @param {Slot} slot
   * @returns {{ entry: Entry, chunk: bigint } | null}
   */
  #next(slot) {
    for (const entry of [...this.#entries]) {
      if (!isAt(slot, entry) && this.#workersAt(entry) >= entry.limit) continue;
      let chunk;
      try {
        chunk = entry.job.takeChunk();
      } catch (error) {
        this.#end(entry, /** @type {TamisError} */ (error));
        continue;
      }
      if (chunk === null) continue;
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      this.#entries.push(entry);
      return { entry, chunk };
    }
    return null;
  }

  /** @param {Entry} entry */
  #workersAt(entry) {
    let count = 0;
    for (const slot of this.#slots.values()) if (isAt(slot, entry)) count++;
    return count;
  }

  /**
   * @param {Slot} slot
   * @param {{ entry: Entry, chunk: bigint }} what
   */
  #give(slot, { entry, chunk }) {
    slot.at.push({ entry, chunk });
    if (!slot.known.has(entry.id)) {
      slot.known.add(entry.id);
      post(slot, { type: 'job', job: entry.id, spec: entry.spec });
    }
    post(slot, { type: 'chunk', job: entry.id, chunk });
  }

  /**
   * @param {number} number
   * @param {Slot} slot
   * @param {FromChunks} message
   */
  #receive(number, slot, message) {
    if (message.type === 'broken') {
      this.#drop(number, fromWire(message.error));
      this.#onReplace(number);
      this.#serve();
      return;
    }
    // Answers come in the order of the questions.
    const done = slot.at.shift();
    if (message.type === 'result') slot.lastMs = message.ms;
    if (done) {
      const { entry, chunk } = done;
      if (this.#lives(entry)) {
        if (message.type === 'error') this.#end(entry, fromWire(message.error));
        else this.#merge(entry, chunk, message.bytes);
      }
      // It may have ended while this worker was at it, when there was no point in telling it.
      if (!this.#lives(entry)) this.#forget(slot, entry);
    }
    if (slot.at.every(({ entry }) => this.#lives(entry))) {
      clearTimeout(slot.doom);
      slot.doom = undefined;
    }
    this.#serve();
  }

  /**
   * @param {Entry} entry
   * @param {bigint} chunk
   * @param {Uint8Array} bytes
   */
  #merge(entry, chunk, bytes) {
    try {
      entry.job.putChunk(chunk, bytes);
    } catch (error) {
      // A job that failed over it has a better sentence than the status.
      this.#end(entry, entry.job.state() === STATE.FAILED ? entry.job.failure() : /** @type {TamisError} */ (error));
      return;
    }
    this.#follow(entry);
  }

  /** Tells the job's progress, and ends it when it is done. @param {Entry} entry */
  #follow(entry) {
    entry.onStep?.();
    const state = entry.job.state();
    entry.tell(state);
    if (state === STATE.DONE) this.#end(entry);
    else if (!isGoing(state)) this.#end(entry, entry.job.failure());
  }

  /**
   * The worker in this slot is no more.
   * @param {number} number
   * @param {TamisError | null} blame  what its chunk is blamed for, if it is
   */
  #drop(number, blame) {
    const slot = this.#slots.get(number);
    if (!slot) return;
    this.#slots.delete(number);
    clearTimeout(slot.doom);
    slot.port.close();
    for (const [place, { entry, chunk }] of slot.at.entries()) {
      if (!this.#lives(entry)) continue;
      // The chunk that was run may be what kills them; the one behind it was only waiting.
      const losses = (entry.losses.get(chunk) ?? 0) + (blame && place === 0 ? 1 : 0);
      entry.losses.set(chunk, losses);
      if (blame && losses >= MAX_LOSSES) this.#end(entry, blame);
      else entry.job.returnChunk(chunk);
    }
  }

  /**
   * @param {Entry} entry
   * @param {TamisError} [error]
   */
  #end(entry, error) {
    if (!this.#lives(entry)) return;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    if (error) entry.reject(error);
    else entry.resolve();
    for (const [number, slot] of this.#slots) {
      if (!isAt(slot, entry)) {
        this.#forget(slot, entry);
      } else {
        // A chunk can't be interrupted in an isolated instance, so its worker goes if it takes long.
        slot.doom ??= setTimeout(() => {
          this.#drop(number, null);
          this.#onReplace(number);
          this.#serve();
        }, LINGER_MS);
      }
    }
  }

  /** @param {Entry} entry */
  #lives(entry) {
    return this.#entries.includes(entry);
  }

  /**
   * @param {Slot} slot
   * @param {Entry} entry
   */
  #forget(slot, entry) {
    if (!isAt(slot, entry) && slot.known.delete(entry.id)) post(slot, { type: 'forget', job: entry.id });
  }
}

/**
 * @param {Slot} slot
 * @param {Entry} entry
 */
const isAt = (slot, entry) => slot.at.some((one) => one.entry === entry);

/**
 * @param {Slot} slot
 * @param {ToChunks} message
 */
const post = (slot, message) => slot.port.postMessage(message);
