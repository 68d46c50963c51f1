// @ts-check
// A clock for watchdogs: it goes only while this thread's own timers come on time. Neither the sleep of the machine, nor a
// stopped or overloaded browser, nor the throttled timers of a hidden tab make anybody look dead by it: what keeps us
// from hearing keeps others from answering, too. But those of a hidden tab do not: workers' timers and all messages come as
// ever. There the timers that are late steadily (once a second, after some minutes once a minute) are on time.

/** Timers that come later than this much after their time were not on time. */
const LATE = 2;

/** Workers are never hidden. */
const isHidden = () => typeof document === 'object' && document.visibilityState === 'hidden';

export class SteadyClock {
  #tickMs;
  #onTick;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #tickedAt = 0;
  #gap = 0;
  #time = 0;

  /**
   * @param {number} tickMs  how exact it is
   * @param {() => void} onTick  called after each tick, while it runs
   */
  constructor(tickMs, onTick) {
    this.#tickMs = tickMs;
    this.#onTick = onTick;
  }

  /** Milliseconds, in whole ticks or a little more. */
  get time() {
    return this.#time;
  }

  /** It runs while there is somebody to be watched; at other times it costs nothing. @param {boolean} running */
  run(running) {
    if (running === (this.#timer !== undefined)) return;
    if (!running) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#tickedAt = performance.now();
    this.#gap = 0;
    const timer = setInterval(() => this.#tick(), this.#tickMs);
    this.#timer = timer;
    // A watchdog is no reason for a Node process to go on.
    /** @type {any} */ (timer).unref?.();
  }

  #tick() {
    const now = performance.now();
    const gap = now - this.#tickedAt;
    const isSteady = gap <= LATE * this.#tickMs || (isHidden() && gap <= LATE * this.#gap);
    this.#tickedAt = now;
    this.#gap = gap;
    this.#time += isSteady ? gap : this.#tickMs;
    this.#onTick();
  }
}

/**
 * How often a watchdog looks that is to notice a silence of so many milliseconds.
 * @param {number} silenceMs
 */
export const tickOf = (silenceMs) => Math.min(250, Math.max(5, silenceMs / 10));
