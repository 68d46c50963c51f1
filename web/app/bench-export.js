// @ts-check
// The benchmark's figures as files: JSON with everything, CSV with one line per thread count. Pure.

/** @typedef {import('../lib/bench.js').Sample} Sample */
/** @typedef {import('../lib/bench.js').Summary} Summary */

/**
 * What was measured, where, and how.
 * @typedef {object} Report
 * @property {string} version  of tamis
 * @property {string} date  ISO 8601
 * @property {string} mode
 * @property {number} cores
 * @property {string} browser  as it names itself
 * @property {bigint} start
 * @property {bigint} stop
 * @property {bigint | null} count  primes found
 * @property {number} threads  the largest count that was planned
 * @property {number} repeats
 * @property {number} warmup
 * @property {boolean} complete  false when it was stopped
 * @property {Sample[]} samples  in the order of measuring
 * @property {Summary} summary
 */

/**
 * Numbers that may pass 2^53 are strings; times are milliseconds.
 * @param {Report} report
 */
export const toJson = ({ summary, ...report }) =>
  `${JSON.stringify({ tool: 'tamis', ...report, ...summary }, (_, value) => {
    if (typeof value === 'bigint') return String(value);
    // JSON has no Infinity: nothing serial, no limit.
    return value === Infinity ? null : value;
  }, 2)}\n`;

/** @param {Report} report */
export function toCsv({ start, stop, mode, summary }) {
  const lines = [
    ['start', 'stop', 'mode', 'threads', 'runs', 'median_ms', 'min_ms', 'max_ms', 'speedup', 'efficiency'],
    ...summary.rows.map((row) => [
      start, stop, mode, row.threads, row.times.length,
      fixed(row.median), fixed(row.min), fixed(row.max), fixed(row.speedup), fixed(row.efficiency),
    ]),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** @param {number | null} value */
const fixed = (value) => (value === null ? '' : value.toFixed(3));

/**
 * "tamis-1e9-4-threads-2026-11-20"
 * @param {Report} report
 */
export const fileName = ({ start, stop, threads, date }) =>
  `tamis-${start === 0n ? '' : `${start}-`}${stop}-${threads}-threads-${date.slice(0, 10)}`;
