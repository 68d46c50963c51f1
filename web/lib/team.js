// @ts-check
// The page's side of mode `workers`: makes the chunk workers, connects each to the host, and replaces
// one that was lost. (The page makes them because nested Blob workers fail on file:// in WebKitGTK.)
import { describe } from './errors.js';
import { startWorker } from './start.js';

/** @typedef {import('./errors.js').TamisError} TamisError */
/** @typedef {import('./platform/platform.js').Platform} Platform */
/** @typedef {import('./platform/platform.js').WorkerHandle} WorkerHandle */
/** @typedef {import('./protocol.js').ToHost} ToHost */

/**
 * @typedef {object} TeamOptions
 * @property {WebAssembly.Module} module
 * @property {number} memoryBytes
 * @property {number} deadlineMs
 * @property {string | URL | undefined} workerUrl
 * @property {(message: ToHost, transfer?: any[]) => void} toHost
 */

/** A worker that does not start although others did may have met a bad moment: */
const MAX_TRIES = 3;
/** which it is given time to pass. (Firefox lets requests of a page fail that was reloaded a moment ago.) */
const MOMENT_MS = 200;

export class Team {
  #platform;
  #options;
  /** @type {Map<number, WorkerHandle>} by slot */
  #members = new Map();
  /** Slots of those that are to leave when they have done what they are at. */
  #leaving = new Set();
  #nextSlot = 0;
  /** Workers on their way. */
  #starting = 0;
  #busy = true;
  #disbanded = false;

  /**
   * @param {Platform} platform
   * @param {TeamOptions} options
   */
  constructor(platform, options) {
    this.#platform = platform;
    this.#options = options;
  }

  /** How many there are to stay. */
  get size() {
    return this.#members.size - this.#leaving.size;
  }

  /**
   * Starts workers side by side; those that do not start although others do, again.
   * @param {number} count
   * @param {AbortSignal} [signal]
   * @returns {Promise<TamisError[]>} why some did not start, at last
   */
  async start(count, signal) {
    const giveUpAt = performance.now() + this.#options.deadlineMs;
    let slots = Array.from({ length: count }, () => this.#nextSlot++);
    for (let tries = 1; ; tries++) {
      const outcomes = await Promise.allSettled(slots.map((slot) => this.#add(slot, signal)));
      const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [/** @type {TamisError} */ (outcome.reason)] : []));
      slots = slots.filter((_, i) => outcomes[i].status === 'rejected');
      // Only what may pass: not a worker that says itself why it can not start, and not one that took all the time there was.
      const hopeful = this.#members.size > 0 && errors.every(({ code }) => code === 'worker-start');
      if (slots.length === 0 || !hopeful || tries === MAX_TRIES) return errors;
      await new Promise((resolve) => { setTimeout(resolve, MOMENT_MS); });
      if (signal?.aborted || this.#disbanded || performance.now() > giveUpAt) return errors;
    }
  }

  /**
   * @param {number} slot
   * @param {AbortSignal} [signal]
   */
  async #add(slot, signal) {
    const { module, memoryBytes, deadlineMs, workerUrl, toHost } = this.#options;
    const { port1, port2 } = new MessageChannel();
    this.#starting++;
    const { handle } = await startWorker(
      this.#platform,
      { role: 'chunks', module, memoryBytes, deadlineMs, port: port2 },
      { workerUrl, signal, transfer: [port2] },
    ).finally(() => { this.#starting--; });
    if (this.#disbanded) {
      handle.terminate();
      return;
    }
    handle.onLost = (why) => void this.replace(slot, why);
    handle.keepAlive(this.#busy);
    this.#members.set(slot, handle);
    toHost({ type: 'chunk-worker', slot, port: port1 }, [port1]);
  }

  /**
   * Has so many from now on.
   * @param {number} count
   * @param {AbortSignal} signal
   * @returns {Promise<TamisError[]>} why some did not start
   */
  async resize(count, signal) {
    if (count > this.size) return this.start(count - this.size, signal);
    this.dismiss(this.size - count);
    return [];
  }

  /**
   * Lets the youngest go, each as soon as it has done what it is at.
   * @param {number} count
   */
  dismiss(count) {
    const staying = [...this.#members.keys()].filter((slot) => !this.#leaving.has(slot)).sort((a, b) => b - a);
    for (const slot of staying.slice(0, count)) {
      this.#leaving.add(slot);
      this.#options.toHost({ type: 'dismiss', slot });
    }
  }

  /** The host has nothing for it to do any more. @param {number} slot */
  dismissed(slot) {
    this.#members.get(slot)?.terminate();
    this.#members.delete(slot);
    this.#leaving.delete(slot);
  }

  /**
   * Ends the worker in a slot, tells the host, and puts another there.
   * @param {number} slot
   * @param {string} why
   */
  async replace(slot, why) {
    const handle = this.#members.get(slot);
    if (!handle || this.#disbanded) return;
    handle.terminate();
    this.#members.delete(slot);
    const { toHost } = this.#options;
    const left = this.#leaving.delete(slot);
    toHost({ type: 'chunk-worker-lost', slot, why, replaced: !left || this.size + this.#starting > 0 });
    if (left) return;
    for (let tries = 1; !this.#disbanded; tries++) {
      try {
        await this.#add(slot);
        return;
      } catch (error) {
        if (tries < MAX_TRIES) continue;
        toHost({ type: 'chunk-worker-lost', slot, why: describe(error), replaced: this.size + this.#starting > 0 });
        return;
      }
    }
  }

  /** @param {boolean} busy */
  keepAlive(busy) {
    this.#busy = busy;
    for (const handle of this.#members.values()) handle.keepAlive(busy);
  }

  disband() {
    this.#disbanded = true;
    for (const handle of this.#members.values()) handle.terminate();
    this.#members.clear();
    this.#leaving.clear();
  }
}
