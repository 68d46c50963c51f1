// @ts-check
// Mode `threads`: notices threads that died or hang, by the words they move while they work (tam_heartbeats). A thread
// whose web worker was terminated says nothing, and leaves locks behind that the others wait for.
import { SteadyClock, tickOf } from './steady.js';
import { seconds } from './errors.js';

/** @typedef {import('./core.js').Core} Core */

/** The lowest bit of a word. */
const AT_WORK = 1;

export class Heartbeats {
  #core;
  #silenceMs;
  #onSilent;
  #clock;
  /** @type {{ word: number, since: number, called: boolean }[]} by thread: what was seen last, and when it changed */
  #threads = [];

  /**
   * @param {Core} core  whose threads run
   * @param {number} silenceMs  Infinity: nobody is watched
   * @param {(why: string) => void} onSilent  called once
   */
  constructor(core, silenceMs, onSilent) {
    this.#core = core;
    this.#silenceMs = silenceMs;
    this.#onSilent = onSilent;
    this.#clock = new SteadyClock(tickOf(silenceMs), () => this.#look());
    this.#threads = this.#read().map((word) => ({ word, since: 0, called: false }));
  }

  /**
   * Jobs are under way, or none is. Who owes a sign of life owes it still: many short jobs miss a dead thread as one long one does.
   * @param {boolean} busy
   */
  run(busy) {
    this.#clock.run(busy && this.#silenceMs < Infinity);
  }

  /**
   * A job is about to be started, for which every thread is called: also those that rest have to move now.
   * @returns {() => void} to be called if it was started, and did not end at once
   */
  calling() {
    const words = this.#read();
    return () => {
      for (const [i, thread] of this.#threads.entries()) {
        // Who already owes a sign of life gets no more time for it.
        if (thread.called || thread.word & AT_WORK) continue;
        Object.assign(thread, { word: words[i], since: this.#clock.time, called: true });
      }
    };
  }

  #look() {
    const words = this.#read();
    for (const [i, thread] of this.#threads.entries()) {
      if (words[i] !== thread.word) {
        Object.assign(thread, { word: words[i], since: this.#clock.time, called: false });
        continue;
      }
      const silentMs = this.#clock.time - thread.since;
      if (!(thread.called || thread.word & AT_WORK) || silentMs < this.#silenceMs) continue;
      this.#clock.run(false);
      this.#onSilent(`thread ${i + 1} of ${words.length} gave no sign of life for ${seconds(silentMs)}`);
      return;
    }
  }

  /** @returns {number[]} */
  #read() {
    const { first, count } = this.#core.heartbeats();
    const words = this.#core.words();
    return Array.from({ length: count }, (_, i) => Atomics.load(words, first + i));
  }
}
