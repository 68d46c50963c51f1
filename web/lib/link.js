// @ts-check
// The page's side of its host: who waits for which answer, whether a Node process is held, and the end of it all.
import { TamisError, fromWire } from './errors.js';

/** @typedef {import('./platform/platform.js').WorkerHandle} WorkerHandle */
/** @typedef {import('./protocol.js').Call} Call */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').RunMessage} RunMessage */
/** @typedef {import('./protocol.js').ToHost} ToHost */
/** @typedef {import('./team.js').Team} Team */

/**
 * A job under way, as the link knows it.
 * @typedef {object} Rider
 * @property {RunMessage} order  what began it, kept up to date: posted to another host, it goes on there
 * @property {(message: FromHost) => void} hear
 * @property {(error: TamisError) => void} lose  the host is no more
 */

/** How long dispose() waits for the threads to leave their work. */
const STOP_MS = 1000;

export class HostLink {
  #host;
  #team;
  #onEnd;
  /** @type {Map<number, Rider>} */
  #riders = new Map();
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: TamisError) => void }>} */
  #calls = new Map();
  #nextId = 1;
  /** How many wait for the workers; 0 lets a Node process end. */
  #waits = 0;
  /** @type {TamisError | null} */
  #ended = null;
  /** @type {Promise<void> | null} */
  #disposal = null;
  #onStopped = () => {};

  /**
   * @param {{ host: WorkerHandle, team: Team | null }} parts
   * @param {() => void} onEnd  nothing can be run any more
   */
  constructor({ host, team }, onEnd) {
    this.#host = host;
    this.#team = team;
    this.#onEnd = onEnd;
    host.onMessage = (message) => this.#receive(message);
    host.onLost = (why) => this.#lose(why);
    this.#keepAlive(false);
  }

  /** @throws {TamisError} when nothing can be run any more */
  checkAlive() {
    if (this.#ended) throw again(this.#ended);
  }

  /** A number for a job or a call. */
  newId() {
    return this.#nextId++;
  }

  /** @param {Rider} rider */
  run(rider) {
    this.#riders.set(rider.order.id, rider);
    this.send(rider.order);
  }

  /** Its job has ended, or nobody wants it. @param {number} id */
  forget(id) {
    this.#riders.delete(id);
  }

  /** @param {ToHost} message */
  send(message) {
    this.#host.post(message);
  }

  /**
   * Asks the host for something.
   * @param {Call} what
   * @returns {Promise<any>} rejects with TamisError
   */
  async call(what) {
    this.checkAlive();
    const call = this.newId();
    this.hold(true);
    try {
      return await new Promise((resolve, reject) => {
        this.#calls.set(call, { resolve, reject });
        this.send({ type: 'call', call, what });
      });
    } finally {
      this.#calls.delete(call);
      this.hold(false);
    }
  }

  /** Somebody waits for the workers, or does no longer. @param {boolean} more */
  hold(more) {
    this.#waits += more ? 1 : -1;
    if (this.#waits === (more ? 1 : 0) && !this.#disposal) this.#keepAlive(more);
  }

  /** @returns {Promise<void>} */
  dispose() {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #dispose() {
    const lost = this.#ended !== null;
    this.#end(new TamisError('disposed', 'This instance was disposed of.', { hint: 'load() gives another.' }));
    if (!lost) {
      this.#keepAlive(true);
      // Threads that still compute when their worker is terminated would burn on for seconds in Chromium.
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      await /** @type {Promise<void>} */ (new Promise((resolve) => {
        this.#onStopped = resolve;
        timer = setTimeout(resolve, STOP_MS);
        this.send({ type: 'stop' });
      }));
      clearTimeout(timer);
    }
    this.#team?.disband();
    this.#host.terminate();
  }

  /** @param {FromHost} message */
  #receive(message) {
    switch (message.type) {
      case 'progress':
      case 'batch':
      case 'checkpoint':
      case 'done':
      case 'error':
        this.#riders.get(message.id)?.hear(message);
        break;
      case 'answer':
        this.#calls.get(message.call)?.resolve(message.value);
        break;
      case 'refusal':
        this.#calls.get(message.call)?.reject(fromWire(message.error));
        break;
      case 'replace':
        void this.#team?.replace(message.slot, 'its chunk was no longer wanted');
        break;
      case 'failed':
        this.#lose(message.error.message);
        break;
      case 'stopped':
        this.#onStopped();
        break;
    }
  }

  /** The host can't be trusted, or is no more. @param {string} why */
  #lose(why) {
    this.#onStopped();
    if (this.#ended) return;
    this.#end(new TamisError('failed', `The core stopped unexpectedly: ${why}.`, {
      hint: 'dispose() of this instance and load() another, with more `memory` if it ran out.',
    }));
    this.#team?.disband();
    this.#host.terminate();
  }

  /** @param {TamisError} error  what running jobs and later calls reject with */
  #end(error) {
    this.#ended = error;
    this.#onEnd();
    for (const rider of [...this.#riders.values()]) rider.lose(again(error));
    for (const call of [...this.#calls.values()]) call.reject(again(error));
  }

  /** Node: only work under way holds the process open. @param {boolean} busy */
  #keepAlive(busy) {
    this.#host.keepAlive(busy);
    this.#team?.keepAlive(busy);
  }
}

/** The same error for another: it may get a checkpoint of its own. @param {TamisError} cause */
const again = (cause) => new TamisError(cause.code, cause.message, { hint: cause.hint, cause });
