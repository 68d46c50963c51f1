// @ts-check
// Whether the host still answers: asked while somebody waits for it. (A host blocks for milliseconds at most; it may die without a word when
// the browser takes its memory, and it may hang with its instance.)
import { seconds } from './errors.js';
import { SteadyClock, tickOf } from './steady.js';

/** The host may have to make a job ready, or to finish one, which takes longer than a thread may be silent. */
const PATIENCE = 2.5;

export class HostWatch {
  #limitMs;
  #ask;
  #onSilent;
  #clock;
  #heardAt = 0;
  #asked = false;

  /**
   * @param {number} silenceMs  Infinity: it is not watched
   * @param {() => void} ask  sends what the host answers
   * @param {(why: string) => void} onSilent
   */
  constructor(silenceMs, ask, onSilent) {
    this.#limitMs = PATIENCE * silenceMs;
    this.#ask = ask;
    this.#onSilent = onSilent;
    this.#clock = new SteadyClock(tickOf(silenceMs), () => this.#look());
  }

  /** Somebody waits for the host, or nobody. @param {boolean} busy */
  run(busy) {
    this.#clock.run(busy && this.#limitMs < Infinity);
    if (!busy) this.renew();
  }

  /** It said something. */
  heard() {
    this.#heardAt = this.#clock.time;
    this.#asked = false;
  }

  /** From now on another host is meant. */
  renew() {
    this.heard();
  }

  #look() {
    const silentMs = this.#clock.time - this.#heardAt;
    if (this.#asked && silentMs >= this.#limitMs) {
      this.renew();
      this.#onSilent(`the host worker did not answer for ${seconds(silentMs)}`);
    } else if (!this.#asked) {
      this.#asked = true;
      this.#ask();
    }
  }
}
