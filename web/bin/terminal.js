// @ts-check
// What a person sees: numbers, durations, and a progress bar.
import process from 'node:process';

/** @typedef {import('../lib/progress.js').Progress} Progress */

/** @param {bigint | number} value */
export const grouped = (value) => value.toLocaleString('en-US');

/**
 * @param {number} ms
 * @returns {string} as in "850 ms", "12.3 s", "4 min 05 s", "3 h 12 min"
 */
export function duration(ms) {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 99.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  const minutes = Math.round(seconds) / 60;
  if (minutes < 60) return `${Math.floor(minutes)} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
  const hours = Math.round(minutes) / 60;
  return `${Math.floor(hours)} h ${String(Math.round(minutes) % 60).padStart(2, '0')} min`;
}

/** A number with three digits and a unit of thousands, as in "6.12 G". @param {number} value */
export function scaled(value) {
  const units = ['', ' k', ' M', ' G', ' T', ' P', ' E'];
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : Number(value.toPrecision(3))}${units[unit]}`;
}

/** As in "850 B", "12.3 MB". @param {number} bytes */
export const bytesOf = (bytes) => {
  const text = scaled(bytes);
  return `${text}${text.includes(' ') ? '' : ' '}B`;
};

/** The line of a job under way. @param {Progress} progress @param {number} columns */
export function progressLine({ fraction, rate, etaMs, phases }, columns) {
  const active = phases.length > 1 ? phases.filter(({ state }) => state === 'active').map(({ name }) => name) : [];
  const left = etaMs === null ? [] : [`${duration(etaMs)} left`];
  const figures = ` ${(fraction * 100).toFixed(1).padStart(5)}%  ${[`${scaled(rate)}/s`, ...left, ...(active.length > 0 ? [active.join(' + ')] : [])].join('  ')}`;
  const width = Math.max(10, Math.min(40, columns - figures.length - 4));
  const full = Math.round(fraction * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]${figures}`.slice(0, columns - 1);
}

/** Ten times a second is enough to read. */
const SHOWN_MS = 100;

/** One line on standard error that is written over; silent when that is no terminal. */
export class StatusLine {
  /** @param {{ quiet: boolean, stream?: NodeJS.WriteStream }} options */
  constructor({ quiet, stream = process.stderr }) {
    this.stream = stream;
    this.on = !quiet && stream.isTTY === true;
    this.shownAt = -Infinity;
    this.shown = false;
  }

  /**
   * The options of a job whose progress is to be shown.
   * @param {(progress: Progress, columns: number) => string} line
   */
  listener(line) {
    if (!this.on) return {};
    return {
      onProgress: (/** @type {Progress} */ progress) => this.show((columns) => line(progress, columns)),
      // Half of it, or one that is told a little early would not be shown, and the next one late.
      progressMs: SHOWN_MS / 2,
    };
  }

  /** @param {(columns: number) => string} line */
  show(line) {
    const now = performance.now();
    if (!this.on || now - this.shownAt < SHOWN_MS) return;
    this.shownAt = now;
    this.shown = true;
    // To the line's start, the text, and clear what is left of the one before.
    this.stream.write(`\r${line(this.stream.columns || 80)}\x1b[K`);
  }

  clear() {
    if (this.shown) this.stream.write('\r\x1b[K');
    this.shown = false;
    this.shownAt = -Infinity;
  }
}
