// @ts-check
/**
 * @typedef {object} Progress
 * @property {bigint} done  work merged so far
 * @property {bigint} total  all the work; same unit
 * @property {number} fraction  0 to 1
 * @property {number} rate  work per second, averaged over the last seconds
 * @property {number} elapsedMs
 * @property {number | null} etaMs  time left at that rate; null while unknown
 */

/** The rate is averaged over this long, so that it follows changes yet stands still enough to read. */
const WINDOW_MS = 4000;

/** Turns (done, total) pairs into progress that never runs backwards. */
export class ProgressMeter {
  /**
   * @param {number} now  milliseconds on a monotonic clock
   * @param {{ restored?: boolean }} [options]  what is done at the first update was done before
   */
  constructor(now, { restored = false } = {}) {
    this.startedAt = now;
    this.done = 0n;
    /** @type {{ at: number, done: bigint }[]} oldest first */
    this.samples = restored ? [] : [{ at: now, done: 0n }];
    /** @type {number | null} */
    this.pausedAt = null;
  }

  /** Time stands still until resume(). @param {number} now */
  pause(now) {
    this.pausedAt ??= now;
  }

  /** @param {number} now */
  resume(now) {
    if (this.pausedAt === null) return;
    const lost = now - this.pausedAt;
    this.startedAt += lost;
    for (const sample of this.samples) sample.at += lost;
    this.pausedAt = null;
  }

  /**
   * @param {bigint} done
   * @param {bigint} total
   * @param {number} now
   * @returns {Progress}
   */
  update(done, total, now) {
    now = this.pausedAt ?? now;
    if (done > this.done) this.done = done;
    this.samples.push({ at: now, done: this.done });
    while (this.samples.length > 2 && this.samples[1].at <= now - WINDOW_MS) this.samples.shift();
    const [oldest] = this.samples;
    const seconds = (now - oldest.at) / 1000;
    const rate = seconds > 0 ? Number(this.done - oldest.done) / seconds : 0;
    const left = Number(total - this.done);
    return {
      done: this.done,
      total,
      fraction: total > 0n ? Math.min(1, Number(this.done) / Number(total)) : 1,
      rate,
      elapsedMs: now - this.startedAt,
      etaMs: left <= 0 ? 0 : rate > 0 ? (left / rate) * 1000 : null,
    };
  }
}
