// @ts-check
// The leader's writes: at most one of a job at a time, none of them in the way of the work.
import { describe } from '../errors.js';
import { Superseded } from './store.js';

/** @typedef {import('./record.js').Stored} Stored */
/**
 * What is known of a job's writes.
 * @typedef {object} Written
 * @property {number} at  when the last one began
 * @property {boolean} waits  whether one is to begin when the one under way has ended
 * @property {Promise<void>} busy
 * @property {ReturnType<typeof setTimeout>} [timer]  of a later one
 */

/** Writes take milliseconds. A database that hangs must not hold up a job. */
const PATIENCE_MS = 1000;

export class Writes {
  #epoch;
  #store;
  #records;
  #everyMs;
  #tell;
  /** @type {Map<string, Written>} */
  #written = new Map();
  /** Jobs of which a write is under way, or waits for one. @type {Set<string>} */
  pending = new Set();
  /** Jobs that are removed, of which the database may not know. @type {Set<string>} */
  #removing = new Set();
  #over = false;

  /**
   * @param {object} parts
   * @param {number} parts.epoch
   * @param {import('./store.js').Store} parts.store
   * @param {Map<string, Stored>} parts.records
   * @param {number} parts.everyMs  what can wait is not written more often
   * @param {object} parts.tell
   * @param {(topic: string, sentence: string | null) => void} parts.tell.remark  null: it no longer holds
   * @param {() => void} parts.tell.superseded
   */
  constructor({ epoch, store, records, everyMs, tell }) {
    this.#epoch = epoch;
    this.#store = store;
    this.#records = records;
    this.#everyMs = everyMs;
    this.#tell = tell;
  }

  /**
   * Writes a record. While a write of it is under way, the next one waits and takes with it what has changed meanwhile.
   * @param {Stored} record
   * @returns {Promise<void>} when it is written, or a little later than that usually takes
   */
  save(record) {
    const written = this.#of(record.id);
    clearTimeout(written.timer);
    written.timer = undefined;
    // A write that was asked for before the end is still made: it may be the last there is. Should it come too late, it is refused.
    if (!written.waits && !this.#over) {
      written.waits = true;
      this.pending.add(record.id);
      written.busy = written.busy.then(async () => {
        written.waits = false;
        written.at = performance.now();
        if (this.#records.get(record.id) === record) await this.#attempt(this.#store.put(this.#epoch, record));
        if (!written.waits) this.pending.delete(record.id);
      });
    }
    return soon(written.busy);
  }

  /** Writes a record when it is time for it. @param {Stored} record */
  later(record) {
    const written = this.#of(record.id);
    const wait = written.at + this.#everyMs - performance.now();
    if (wait <= 0) void this.save(record);
    else written.timer ??= setTimeout(() => void this.save(record), wait);
  }

  /** @param {string} id @returns {Promise<void>} */
  remove(id) {
    const { busy, timer } = this.#of(id);
    clearTimeout(timer);
    this.#written.delete(id);
    this.#removing.add(id);
    return soon(busy.then(async () => {
      if (await this.#attempt(this.#store.remove(this.#epoch, id))) this.#removing.delete(id);
    }));
  }

  /** The last word of a page that may go at once. @param {Stored[]} records */
  part(records) {
    this.#store.part(this.#epoch, records, [...this.#removing]);
  }

  end() {
    this.#over = true;
    for (const { timer } of this.#written.values()) clearTimeout(timer);
  }

  /** @param {string} id @returns {Written} */
  #of(id) {
    const written = this.#written.get(id) ?? { at: -Infinity, waits: false, busy: Promise.resolve() };
    this.#written.set(id, written);
    return written;
  }

  /**
   * A write that fails, or takes long, is said, and the job goes on.
   * @param {Promise<void>} write
   * @returns {Promise<boolean>} whether it did not fail
   */
  async #attempt(write) {
    const timer = setTimeout(() => this.#tell.remark('written', notWritten(new Error("the browser's database does not answer"))), 2 * PATIENCE_MS);
    try {
      await write;
      this.#tell.remark('written', null);
      return true;
    } catch (error) {
      if (error instanceof Superseded) this.#tell.superseded();
      else this.#tell.remark('written', notWritten(error));
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Resolves with `write`, or a little later than one usually takes. @param {Promise<void>} write @returns {Promise<void>} */
function soon(write) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const enough = new Promise((/** @type {(value: void) => void} */ resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
  return Promise.race([write, enough]).finally(() => clearTimeout(timer));
}

/** @param {unknown} error */
function notWritten(error) {
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') {
    return 'The browser has no room left to keep jobs in. They go on, but would not survive this page: free some space, or save them to a file.';
  }
  return `What the jobs have reached could not be kept (${describe(error).replace(/\.$/, '')}). They go on, but would not survive this page: save them to a file.`;
}
