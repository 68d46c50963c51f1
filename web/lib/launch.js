// @ts-check
// Starts what computes: a host, with the threads inside it or a team of workers beside it. When a page is loaded, and again
// when what was started is lost or has to have another size.
import { TamisError } from './errors.js';
import { startWorker } from './start.js';
import { Team } from './team.js';

/** @typedef {import('./capabilities.js').Mode} Mode */
/** @typedef {import('./options.js').Wanted} Wanted */
/** @typedef {import('./platform/platform.js').Platform} Platform */
/** @typedef {import('./platform/platform.js').WorkerHandle} WorkerHandle */
/** @typedef {import('./start.js').HostStarted} HostStarted */

/**
 * What was started.
 * @typedef {object} Crew
 * @property {WorkerHandle} host
 * @property {Team | null} team  in mode `workers`
 * @property {Mode} mode
 * @property {number} threads  how many there are
 * @property {HostStarted} started  the host's own words
 * @property {TamisError[]} missing  why some are not there
 */
/**
 * @typedef {object} Order
 * @property {Mode} mode
 * @property {number} threads
 * @property {number} deadlineMs
 * @property {boolean} exactly  fewer workers than that are as bad as none
 * @property {AbortSignal} [signal]
 */

export class Launcher {
  #platform;
  #wanted;
  #module;

  /**
   * @param {Platform} platform
   * @param {Wanted} wanted
   * @param {WebAssembly.Module} module
   */
  constructor(platform, wanted, module) {
    this.#platform = platform;
    this.#wanted = wanted;
    this.#module = module;
  }

  /**
   * @param {Order} order
   * @returns {Promise<Crew>} rejects with TamisError; nothing is left running then
   */
  async start({ mode, threads, deadlineMs, exactly, signal }) {
    const { memoryBytes, workerUrl, silenceMs } = this.#wanted;
    const module = this.#module;
    const hosting = startWorker(
      this.#platform,
      { role: 'host', mode, module, memoryBytes, threads, deadlineMs, silenceMs },
      { workerUrl, signal },
    );
    if (mode === 'threads') {
      const { handle: host, started } = await hosting;
      return { host, team: null, mode, threads, started, missing: [] };
    }

    // Beside the host: each of them loads the same scripts, which takes longer than all the rest.
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    const team = new Team(this.#platform, {
      module, memoryBytes, deadlineMs, workerUrl,
      toHost: (message, transfer) => void hosting.then(({ handle }) => handle.post(message, transfer), () => {}),
    });
    try {
      const manning = team.start(threads, stop.signal);
      const { handle: host, started } = await hosting;
      const missing = await manning;
      if (missing.length === 0 || (missing.length < threads && !exactly && !signal?.aborted)) {
        return { host, team, mode, threads: threads - missing.length, started, missing };
      }
      host.terminate();
      throw missing[0];
    } catch (error) {
      stop.abort();
      team.disband();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * Another crew in place of one that was lost: the same, or with fewer threads when that can't be had now.
   * @param {{ mode: Mode, threads: number }} lost
   * @param {AbortSignal} signal
   * @returns {Promise<Crew>} rejects with TamisError
   */
  async again({ mode, threads }, signal) {
    for (let count = threads; ; count = Math.floor(count / 2)) {
      try {
        return await this.start({ mode, threads: count, deadlineMs: this.#wanted.timeoutMs, exactly: false, signal });
      } catch (error) {
        if (count <= 1 || signal.aborted || !(error instanceof TamisError)) throw error;
      }
    }
  }

  /**
   * A crew of another size.
   * @param {{ mode: Mode, threads: number, signal: AbortSignal }} order
   * @returns {Promise<Crew>} rejects with TamisError
   */
  another(order) {
    return this.start({ ...order, deadlineMs: this.#wanted.timeoutMs, exactly: true });
  }
}
