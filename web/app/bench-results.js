// @ts-check
// What the benchmark found: the sentences, the charts and the table. Shown anew after every run.
import { byId, make, makeSvg } from './dom.js';
import { amdahlWords, verdict } from './bench-words.js';
import { Charts } from './charts.js';
import { duration, grouped, many } from './format.js';

/** @typedef {import('../lib/bench.js').Row} Row */
/** @typedef {import('./bench-export.js').Report} Report */

export class BenchResults {
  #cores;
  #charts;

  /** @param {number} cores */
  constructor(cores) {
    this.#cores = cores;
    this.#charts = new Charts(cores);
    byId('bench-key').replaceChildren(
      keyEntry('measured', 'Median, fastest and slowest run'),
      keyEntry('fit', 'Amdahl’s law, fitted'),
      keyEntry('ideal', 'Ideal: every core adds its full share'),
    );
  }

  /** @param {number} most  threads: what the charts make room for */
  begin(most) {
    this.#charts.clear();
    this.most = most;
    byId('bench-results').hidden = true;
  }

  /** @param {Report} report */
  show(report) {
    const { rows, fit } = report.summary;
    // The charts measure their width, so they must be on the page first.
    byId('bench-results').hidden = false;
    byId('bench-verdict').textContent = verdict(rows, this.#cores);
    byId('bench-amdahl').textContent = amdahlWords(fit, rows, this.#cores);
    byId('bench-caption').textContent =
      `Primes from ${grouped(report.start)} to ${grouped(report.stop)}, mode ${report.mode}, ${many(report.cores, 'core')}. Spread is the fastest to the slowest run.`;
    this.#table(rows);
    this.#draw(report);
  }

  /** @param {Row[]} rows */
  #table(rows) {
    const best = Math.min(...rows.map((row) => row.median));
    byId('bench-rows').replaceChildren(...rows.map((row) => make('tr', rows.length > 1 && row.median === best ? { 'data-best': 'true' } : {},
      make('th', { scope: 'row', class: 'num' }, String(row.threads)),
      ...[
        duration(row.median),
        between(duration(row.min), duration(row.max)),
        String(row.times.length),
        row.speedup === null ? '–' : `${row.speedup.toFixed(2)} ×`,
        row.efficiency === null ? '–' : `${Math.round(row.efficiency * 100)}%`,
      ].map((text, i) => make('td', { class: i === 2 ? 'num wide' : 'num' }, text)))));
  }

  /** @param {Report} report */
  #draw({ summary: { rows, fit }, threads: most }) {
    const cores = this.#cores;
    if (rows.length === 0) return;
    // The one-thread time that speed-ups refer to; see summarise() in lib/bench.js.
    const alone = rows[0].median * rows[0].threads;
    const fitted = (/** @type {number} */ n) =>
      fit && n <= cores ? fit.serialMs + fit.parallelMs / n : null;
    const working = (/** @type {number} */ n) => Math.min(n, cores);
    const times = rows.map(({ threads, median, min, max }) => ({ threads, middle: median, low: min, high: max }));
    /** @param {(ms: number, threads: number) => number} convert */
    const points = (convert) => times.map(({ threads, middle, low, high }) => ({
      threads, middle: convert(middle, threads), low: convert(high, threads), high: convert(low, threads),
    }));
    /** @param {(ms: number, threads: number) => number} convert */
    const fitAs = (convert) => (/** @type {number} */ n) => {
      const ms = fitted(n);
      return ms === null ? null : convert(ms, n);
    };
    const speedup = (/** @type {number} */ ms) => alone / ms;
    const efficiency = (/** @type {number} */ ms, /** @type {number} */ n) => alone / ms / n;
    this.#charts.show('time', { points: times, fit: fitted, ideal: (n) => alone / working(n) }, most);
    this.#charts.show('speedup', { points: points(speedup), fit: fitAs(speedup), ideal: working }, most);
    this.#charts.show('efficiency', { points: points(efficiency), fit: fitAs(efficiency), ideal: (n) => working(n) / n }, most);
  }
}

/**
 * "62 – 66 ms": the unit once, where it is the same.
 * @param {string} low
 * @param {string} high
 */
function between(low, high) {
  const [number, unit] = low.split(' ');
  return high.endsWith(` ${unit}`) ? `${number} – ${high}` : `${low} – ${high}`;
}

/**
 * @param {'measured' | 'fit' | 'ideal'} line
 * @param {string} text
 */
function keyEntry(line, text) {
  const drawing = makeSvg('svg', { viewBox: '0 0 36 14', 'data-line': line, 'aria-hidden': 'true', focusable: 'false' },
    makeSvg('path', { d: 'M0 7h36' }));
  if (line === 'measured') {
    drawing.append(makeSvg('path', { d: 'M18 1v12' }), makeSvg('circle', { cx: 18, cy: 7, r: 3.5 }));
  }
  return make('li', {}, drawing, text);
}
