// @ts-check
// Mode `workers`: hands out the chunks of the host's jobs to isolated instances, and merges what comes back.
import { Batch } from './batch.js';
import { STATE } from './core-job.js';
import { TamisError, cancelledBy, fromWire, seconds } from './errors.js';
import { HOST_TRACK } from './recorder.js';
import { SteadyClock, tickOf } from './steady.js';
import { isGoing, progressTeller } from './threads.js';

/** @typedef {import('./core-job.js').Job} Job */
/** @typedef {import('./kinds.js').JobSpec} JobSpec */
/** @typedef {import('./protocol.js').FromChunks} FromChunks */
/** @typedef {import('./protocol.js').ToChunks} ToChunks */
/** @typedef {import('./threads.js').RunOptions} RunOptions */

/**
 * @typedef {object} Entry  a job under way
 * @property {number} id
 * @property {Job | Batch} job
 * @property {JobSpec | null} spec  null of a Batch
 * @property {number} limit  at most so many workers at once
 * @property {Map<bigint, number>} losses  how often a chunk's worker was lost
 * @property {number} longestMs  that one of its chunks has taken so far; 0 before the first has come back
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
 * @property {WeakMap<Entry, bigint>} last  the chunk of each job that it was given last
 * @property {number} lastMs  how long its last chunk took
 * @property {number} since  when it began what it runs, by the watchdog's clock
 * @property {number} beganAt  and by the wall's
 * @property {ReturnType<typeof setTimeout> | undefined} doom  it is replaced when this rings
 * @property {number} idleSince  when its last chunk ended, as far as it is recorded; 0: not known
 * @property {boolean} leaving  it is given no more
 */

/**
 * @typedef {object} Loss  work that has to be done again
 * @property {string} why
 * @property {number} at
 * @property {number} lostMs  how long the worker had been at it
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
/** A chunk that takes so many times as long as the job's longest so far will not come back. */
const LONG = 20;
/** No chunk is given up sooner than this many silences; and the first ones, about which nothing is known, are given more. */
const LEAST = 2.5;
const FIRST = 7.5;

export class Scheduler {
  /** @type {Map<number, Slot>} */
  #slots = new Map();
  /** @type {Entry[]} in turn: the first is served next */
  #entries = [];
  #nextId = 1;
  #onReplace;
  #onDismissed;
  #onHealed;
  #silenceMs;
  #watch;
  /** @type {import('./recorder.js').Recorder | null} the flight recorder, while it is on */
  recorder = null;
  /** @type {Map<Entry, Map<bigint, Loss>>} chunks whose worker was lost, until another has them */
  #lost = new Map();

  /**
   * @param {object} options
   * @param {(slot: number, why: string) => void} options.onReplace  asks for another worker in a slot
   * @param {(slot: number) => void} [options.onDismissed]  a worker that was to leave has nothing to do any more
   * @param {(healed: { why: string, lostMs: number, takenMs: number }) => void} [options.onHealed]
   * @param {number} options.silenceMs  how long a thread may be silent; chunks take longer. Infinity: nobody is watched
   */
  constructor({ onReplace, onDismissed = () => {}, onHealed = () => {}, silenceMs }) {
    this.#onReplace = onReplace;
    this.#onDismissed = onDismissed;
    this.#onHealed = onHealed;
    this.#silenceMs = silenceMs;
    this.#watch = new SteadyClock(tickOf(silenceMs), () => this.#look());
  }

  /**
   * @param {number} number
   * @param {MessagePort} port
   */
  addWorker(number, port) {
    this.#slots.get(number)?.port.close();
    /** @type {Slot} */
    const slot = { port, known: new Set(), at: [], last: new WeakMap(), lastMs: Infinity, since: 0, beganAt: 0, idleSince: 0, doom: undefined, leaving: false };
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
    this.#drop(number, lostBy(why));
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
   * There are too many: it finishes what it has, and then `onDismissed` is called.
   * @param {number} number
   */
  dismissWorker(number) {
    const slot = this.#slots.get(number);
    if (!slot) return;
    slot.leaving = true;
    this.#letGo(number, slot);
  }

  /**
   * @param {number} number
   * @param {Slot} slot
   */
  #letGo(number, slot) {
    if (!slot.leaving || slot.at.length > 0) return;
    this.#drop(number, null);
    this.#onDismissed(number);
  }

  /**
   * @param {Job | Batch} job
   * @param {JobSpec | null} spec  null of a Batch
   * @param {RunOptions} options
   * @returns {Promise<void>} rejects unless the job is done
   */
  async run(job, spec, { threads, signal, progressMs, onStep, onProgress }) {
    job.startExternal();
    /** @type {Entry} */
    let entry;
    const cancel = () => this.#end(entry, cancelledBy(signal));
    try {
      await /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
        entry = {
          id: this.#nextId++, job, spec, onStep, resolve, reject,
          limit: threads || Infinity, losses: new Map(), longestMs: 0, tell: progressTeller(job, progressMs, onProgress),
        };
        signal.addEventListener('abort', cancel);
        this.#entries.push(entry);
        this.#serve();
        // Behind that: its first phase is begun now.
        this.#follow(entry);
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
        if (slot.leaving || slot.at.length >= depth || slot.doom !== undefined || (depth > 1 && slot.lastMs > SHORT_MS)) continue;
        const next = this.#next(slot);
        if (next) this.#give(slot, next);
      }
    }
    this.#watch.run(this.#silenceMs < Infinity && [...this.#slots.values()].some(({ at }) => at.length > 0));
  }

  /** Replaces the workers that have been silent for too long. */
  #look() {
    for (const [number, slot] of this.#slots) {
      const [first] = slot.at;
      if (!first || slot.doom !== undefined) continue;
      const silentMs = this.#watch.time - slot.since;
      if (silentMs < this.#patience(first)) continue;
      const why = `it did not answer for ${seconds(silentMs)}`;
      this.#drop(number, lostBy(why));
      this.#onReplace(number, why);
      this.#serve();
    }
  }

  /**
   * How long a worker may take for a chunk. A chunk whose worker was given up may only be long: the next one has more time.
   * @param {{ entry: Entry, chunk: bigint }} what
   */
  #patience({ entry, chunk }) {
    const least = entry.longestMs > 0 ? Math.max(LEAST * this.#silenceMs, LONG * entry.longestMs) : FIRST * this.#silenceMs;
    return least * 2 ** (entry.losses.get(chunk) ?? 0);
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
        chunk = entry.job.takeChunk(slot.last.get(entry));
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
    slot.last.set(entry, chunk);
    if (slot.at.length === 1) this.#begins(slot);
    const lost = this.#lost.get(entry);
    const loss = lost?.get(chunk);
    if (loss) {
      lost?.delete(chunk);
      this.#onHealed({ why: loss.why, lostMs: loss.lostMs, takenMs: performance.now() - loss.at });
    }
    const { id, job, spec } = entry;
    if (job instanceof Batch) {
      const numbers = job.numbersOf(chunk);
      post(slot, { type: 'test', job: id, chunk, numbers }, [numbers.buffer]);
      return;
    }
    if (spec && !slot.known.has(id)) {
      slot.known.add(id);
      post(slot, { type: 'job', job: id, spec });
    }
    post(slot, { type: 'chunk', job: id, chunk });
  }

  /** @param {Slot} slot  starts on the first of its chunks */
  #begins(slot) {
    slot.since = this.#watch.time;
    slot.beganAt = performance.now();
  }

  /**
   * @param {number} number
   * @param {Slot} slot
   * @param {FromChunks} message
   */
  #receive(number, slot, message) {
    if (message.type === 'broken') {
      const error = fromWire(message.error);
      this.#drop(number, error);
      this.#onReplace(number, error.message);
      this.#serve();
      return;
    }
    // Answers come in the order of the questions.
    const done = slot.at.shift();
    this.#begins(slot);
    if (message.type === 'result') {
      slot.lastMs = message.ms;
      this.#record(number, slot, message, done?.entry.id);
    }
    if (done) {
      const { entry, chunk } = done;
      if (message.type === 'result') entry.longestMs = Math.max(entry.longestMs, message.ms);
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
    this.#letGo(number, slot);
    this.#serve();
  }

  /**
   * Writes down what a worker was at.
   * @param {number} number
   * @param {Slot} slot
   * @param {{ chunk: bigint, ms: number, at: number }} result
   * @param {number} [job]
   */
  #record(number, slot, { chunk, ms, at }, job) {
    if (!this.recorder) {
      slot.idleSince = 0;
      return;
    }
    const begin = at - performance.timeOrigin;
    if (slot.idleSince > 0 && begin > slot.idleSince) this.recorder.note(number, { name: 'wait', begin: slot.idleSince, end: begin });
    this.recorder.note(number, { name: 'chunk', begin, end: begin + ms, job, chunk });
    slot.idleSince = begin + ms;
  }

  /**
   * @param {Entry} entry
   * @param {bigint} chunk
   * @param {Uint8Array} bytes
   */
  #merge(entry, chunk, bytes) {
    const begin = performance.now();
    try {
      entry.job.putChunk(chunk, bytes);
      this.recorder?.note(HOST_TRACK, { name: 'merge', begin, end: performance.now(), job: entry.id, chunk });
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
      if (blame && losses >= MAX_LOSSES) {
        this.#end(entry, blame);
        continue;
      }
      entry.job.returnChunk(chunk);
      if (blame && place === 0) this.#note(entry, chunk, blame.message, performance.now() - slot.beganAt);
    }
  }

  /**
   * @param {Entry} entry
   * @param {bigint} chunk
   * @param {string} why
   * @param {number} lostMs
   */
  #note(entry, chunk, why, lostMs) {
    const lost = this.#lost.get(entry) ?? new Map();
    lost.set(chunk, { why, at: performance.now(), lostMs });
    this.#lost.set(entry, lost);
  }

  /**
   * @param {Entry} entry
   * @param {TamisError} [error]
   */
  #end(entry, error) {
    if (!this.#lives(entry)) return;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#lost.delete(entry);
    if (error) entry.reject(error);
    else entry.resolve();
    for (const [number, slot] of this.#slots) {
      if (!isAt(slot, entry)) {
        this.#forget(slot, entry);
      } else {
        // A chunk can't be interrupted in an isolated instance, so its worker goes if it takes long.
        slot.doom ??= setTimeout(() => {
          this.#drop(number, null);
          this.#onReplace(number, 'its chunk was no longer wanted');
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

/** @param {string} why */
const lostBy = (why) => new TamisError('failed', `A worker was lost while it ran a chunk: ${why}.`);

/**
 * @param {Slot} slot
 * @param {Entry} entry
 */
const isAt = (slot, entry) => slot.at.some((one) => one.entry === entry);

/**
 * @param {Slot} slot
 * @param {ToChunks} message
 * @param {Transferable[]} [transfer]
 */
const post = (slot, message, transfer = []) => slot.port.postMessage(message, transfer);
