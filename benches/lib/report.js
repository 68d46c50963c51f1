// @ts-check
// The figures as a table for people and as CSV for the record.

/** @typedef {import('./figures.js').Figure} Figure */

const MEBIBYTE = 1024 * 1024;

/** @param {number} seconds */
const shown = (seconds) => seconds.toPrecision(4).slice(0, 7);

/**
 * One work: a row for each contestant and state, the thread counts side by side.
 * @param {Figure[]} figures  of one work
 */
export function table(figures) {
  const { work, count, source } = figures[0];
  const threadCounts = [...new Set(figures.map(({ threads }) => threads))].sort((a, b) => a - b);
  /** @type {Map<string, Figure[]>} */
  const rows = new Map();
  for (const figure of figures) {
    const name = `${figure.contestant}${figure.state === 'native' ? '' : `, ${figure.state}`}`;
    rows.set(name, [...(rows.get(name) ?? []), figure]);
  }
  const heading = threadCounts.map((threads) => `${`${threads} thread${threads === 1 ? '' : 's'}: s`.padStart(14)}     min     max      x`);
  const lines = [
    `${work.name}: ${count.toLocaleString('en')} primes from ${work.start} to ${work.stop} (${source})`,
    `${''.padEnd(40)}${heading.join('')}${threadCounts.length > 1 ? '    gain' : ''}   peak MiB`,
  ];
  for (const [name, cells] of rows) {
    const figureOf = (/** @type {number} */ threads) => cells.find((cell) => cell.threads === threads);
    const columns = threadCounts.map((threads) => {
      const figure = figureOf(threads);
      if (!figure) return ''.padEnd(14 + 8 + 8 + 7);
      const { median, min, max, ratio } = figure;
      return `${shown(median).padStart(14)}${shown(min).padStart(8)}${shown(max).padStart(8)}${(ratio?.toFixed(2) ?? '-').padStart(7)}`;
    });
    const [alone, together] = [figureOf(threadCounts[0]), figureOf(threadCounts[threadCounts.length - 1])];
    const gain = alone && together && alone !== together ? (alone.median / together.median).toFixed(2) : '';
    const peaks = cells.flatMap(({ peakBytes }) => peakBytes ?? []);
    const peak = peaks.length > 0 ? (Math.max(...peaks) / MEBIBYTE).toFixed(1) : '';
    lines.push(`${name.padEnd(40)}${columns.join('')}${threadCounts.length > 1 ? gain.padStart(8) : ''}${peak.padStart(11)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** How long the instances took to be ready. @param {Figure[]} figures */
export function loading(figures) {
  /** @type {Map<string, number>} */
  const loads = new Map();
  for (const { contestant, loadSeconds } of figures) {
    if (loadSeconds !== null) loads.set(contestant, Math.min(loads.get(contestant) ?? Infinity, loadSeconds));
  }
  if (loads.size === 0) return '';
  const parts = [...loads].map(([name, seconds]) => `${name} ${Math.round(seconds * 1000)} ms`);
  return `ready to count, compiled and with its threads (least median): ${parts.join('; ')}\n`;
}

const COLUMNS = ['work', 'start', 'stop', 'primes', 'contestant', 'threads', 'state', 'rounds', 'median_s', 'min_s', 'max_s', 'ratio', 'load_s', 'peak_mib', 'samples_s'];

/**
 * @param {string[]} facts  where the figures come from: comments at the top
 * @param {Figure[]} figures
 */
export function csv(facts, figures) {
  const rows = figures.map((figure) => [
    figure.work.name, figure.work.start, figure.work.stop, figure.count, figure.contestant, figure.threads, figure.state,
    figure.samples.length, digits(figure.median), digits(figure.min), digits(figure.max), digits(figure.ratio),
    digits(figure.loadSeconds), figure.peakBytes === null ? '' : (figure.peakBytes / MEBIBYTE).toFixed(1),
    figure.samples.map(digits).join(' '),
  ]);
  return `${[
    ...facts.map((fact) => `# ${fact.replaceAll('\n', ' ')}`),
    ...[COLUMNS, ...rows].map((row) => row.map(cell).join(',')),
  ].join('\n')}\n`;
}

/** Microseconds are as fine as any of the clocks. @param {number | null} value */
const digits = (value) => (value === null ? '' : String(Number(value.toFixed(6))));

/** RFC 4180. @param {unknown} value */
export function cell(value) {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
