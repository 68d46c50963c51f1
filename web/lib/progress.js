// @ts-check
/**
 * Something a job is at: sieving, or a term of a formula.
 * @typedef {object} Phase
 * @property {string} name  for people
 * @property {number} share  of the whole cost, 0 to 1; 0 of a last step whose cost is not known
 * @property {number} fraction  of it that is done, 0 to 1
 * @property {'waiting' | 'active' | 'done'} state  active: begun, and not all of it is merged; several may be so at once
 */
/**
 * The same as the host tells it; where the phases before it end, it begins.
 * @typedef {{ name: string, total: bigint, state: Phase['state'] }} Part
 */
/**
 * @typedef {object} Progress
 * @property {bigint} done  work merged so far
 * @property {bigint} total  all the work; same unit
 * @property {number} fraction  0 to 1
 * @property {number} rate  work per second, averaged over the last seconds
 * @property {number} elapsedMs
 * @property {number | null} etaMs  time left at that rate; null while unknown
 * @property {Phase[]} phases  in their order, of a job: at least one; their shares add up to 1
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
   * @param {Part[]} [parts]
   * @returns {Progress}
   */
  update(done, total, now, parts = []) {
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
      phases: phasesAt(this.done, total, parts),
    };
  }
}

/**
 * What is merged is merged in order, so how much of the whole is done says it of each phase.
 * @param {bigint} done
 * @param {bigint} whole
 * @param {Part[]} parts
 * @returns {Phase[]}
 */
function phasesAt(done, whole, parts) {
  let left = done;
  return parts.map(({ name, total, state }) => {
    const here = left < total ? left : total;
    left -= here;
    // A job without work has phases all the same.
    const share = whole > 0n ? Number(total) / Number(whole) : 1 / parts.length;
    if (total === 0n) return { name, share, fraction: Number(state === 'done'), state };
    // The states are read after the progress, and may be further.
    const now = here === total ? 'done' : state === 'done' ? 'active' : state;
    return { name, share, fraction: Number(here) / Number(total), state: now };
  });
}
