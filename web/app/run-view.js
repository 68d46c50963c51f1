// @ts-check
// The bar of work under way and the gauges below it.
import { announce, byId, setTitle } from './dom.js';
import { duration, percent, timeLeft } from './format.js';
import { phaseList } from './phases.js';

/** @typedef {import('../lib/index.js').Progress} Progress */

/** Figures that change more often can't be read, and painting them takes time from the work. */
const PAINT_EVERY_MS = 100;
/** A screen reader should not be talked over. */
const ANNOUNCE_EVERY_MS = 5000;
/** Work shorter than this shows no progress: it would only flash. */
const SHOW_AFTER_MS = 150;

/**
 * Binds `id-run`, its bar `id-bar`, its phases `id-phases` and its gauges `id-percent`, `id-elapsed` and `id-eta`, where there are such.
 * @param {string} id
 * @param {object} [options]
 * @param {(latest: Progress | null) => Record<string, string>} [options.gauges]  texts of further gauges `id-<name>`
 * @param {() => void} [options.onShow]
 */
export function runView(id, { gauges = () => ({}), onShow = () => {} } = {}) {
  const bar = /** @type {HTMLProgressElement} */ (byId(`${id}-bar`));
  const panel = byId(`${id}-run`);
  const phases = phaseList(document.getElementById(`${id}-phases`));
  let [beganAt, announcedAt] = [0, 0];
  /** @type {Progress | null} */
  let latest = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;

  const paint = () => {
    const now = performance.now();
    const share = percent(latest?.fraction ?? 0);
    const left = timeLeft(latest?.etaMs ?? null);
    bar.value = latest?.fraction ?? 0;
    phases.show(latest?.phases ?? []);
    // The clock goes on where chunks are long and progress comes seldom.
    const texts = { percent: share, elapsed: duration(now - beganAt), eta: left, ...gauges(latest) };
    for (const [name, text] of Object.entries(texts)) {
      const gauge = document.getElementById(`${id}-${name}`);
      if (gauge) gauge.textContent = text;
    }
    if (panel.hidden && now - beganAt >= SHOW_AFTER_MS) {
      panel.hidden = false;
      onShow();
    }
    if (latest) setTitle(share);
    if (now - announcedAt > ANNOUNCE_EVERY_MS) {
      announcedAt = now;
      announce(`${share} done, ${left} left.`);
    }
  };

  return {
    fraction: () => latest?.fraction ?? 0,
    elapsed: () => performance.now() - beganAt,

    /** @param {number} [already]  milliseconds that the work has taken before */
    begin(already = 0) {
      announcedAt = performance.now();
      beganAt = announcedAt - already;
      latest = null;
      paint();
      clock = setInterval(paint, PAINT_EVERY_MS);
    },

    /** @param {Progress} progress */
    update(progress) {
      latest = progress;
    },

    end() {
      clearInterval(clock);
      panel.hidden = true;
    },
  };
}
