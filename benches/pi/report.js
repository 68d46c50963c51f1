// @ts-check
// What is made of the measurements of pi(x).
import { median } from '../../web/lib/bench.js';
import { primecountInWasm } from './peers.js';

/**
 * @typedef {import('./measure.js').Spent} Spent
 * @typedef {object} Row
 * @property {number} k  of pi(10^k)
 * @property {string} name
 * @property {number} threads
 * @property {number} seconds  the median, as the next two
 * @property {number | null} user
 * @property {number | null} peak  KB
 * @property {number | null} x  seconds, as a multiple of primecount's with the fewest threads
 * @property {number | null} xUser
 * @property {number | null} xWasm  of tamis in wasm: x, as a multiple of that of primecount in wasm
 * @property {Spent[]} spent
 */

/**
 * @param {number} k
 * @param {{ name: string, threads: number, spent: Spent[] }[]} told  the first is what the others are compared with
 * @returns {Row[]}
 */
export function rowsOf(k, told) {
  const middle = (/** @type {Spent[]} */ spent, /** @type {'seconds' | 'user' | 'peak'} */ what) => {
    const all = spent.map((one) => one[what]).filter((value) => value !== null);
    return all.length === 0 ? null : median(all);
  };
  const base = told[0].spent;
  // Short processes have a user time of 0 ticks.
  const ratio = (/** @type {number | null} */ a, /** @type {number | null} */ b) => (a === null || !b ? null : a / b);
  return told.map(({ name, threads, spent }) => {
    const [seconds, user] = [Number(middle(spent, 'seconds')), middle(spent, 'user')];
    const x = ratio(seconds, middle(base, 'seconds'));
    const xWasm = name.startsWith('tamis wasm') ? ratio(x, primecountInWasm(k, threads)) : null;
    return { k, name, threads, seconds, user, peak: middle(spent, 'peak'), x, xUser: ratio(user, middle(base, 'user')), xWasm, spent };
  });
}

/** @param {Row[]} rows  of one k */
export function table(rows) {
  const cell = (/** @type {string} */ before, /** @type {number | null} */ value, /** @type {number} */ digits, /** @type {number} */ width, unit = '') => (
    value === null ? ' '.repeat(before.length + width + unit.length) : `${before}${value.toFixed(digits).padStart(width)}${unit}`
  );
  return [`pi(10^${rows[0].k})`, ...rows.map((row) => [
    `  ${row.name.padEnd(24)} ${row.threads} threads`, cell('', row.seconds, 4, 9, ' s'), cell(' x ', row.x, 2, 5), cell('  user ', row.user, 4, 9, ' s'),
    cell('  x user ', row.xUser, 2, 5), cell('  ', row.peak && row.peak / 1024, 1, 6, ' MB'), cell('  x primecount in wasm ', row.xWasm, 2, 4),
  ].join('').trimEnd())].join('\n');
}

/** RFC 4180. @param {Row[]} rows */
export function csv(rows) {
  const samples = (/** @type {(number | null)[]} */ values) => values.filter((value) => value !== null).map((value) => value.toFixed(4)).join(' ');
  const columns = ['x', 'contestant', 'threads', 'median_s', 'x', 'user_s', 'x_user', 'x_primecount_wasm', 'peak_kb', 'samples_s', 'samples_user_s'];
  return [columns, ...rows.map((row) => [
    `1e${row.k}`, row.name, row.threads, row.seconds.toFixed(6), row.x?.toFixed(3), row.user?.toFixed(6), row.xUser?.toFixed(3), row.xWasm?.toFixed(3),
    row.peak, samples(row.spent.map((one) => one.seconds)), samples(row.spent.map((one) => one.user)),
  ])].map((row) => row.map((value) => (/,/.test(String(value)) ? `"${value}"` : value ?? '')).join(',')).join('\n');
}

/** Growth is fitted from here on: before, starting is most of it. */
const FIT_FROM = 12;

/**
 * How time grows with x, of all who were measured at three sizes or more.
 * @param {Row[]} rows
 * @returns {string[]}
 */
export function growth(rows) {
  const least = Math.min(...rows.map(({ threads }) => threads));
  return [...new Set(rows.map(({ name }) => name))].flatMap((name) => {
    const own = rows.filter((row) => row.name === name && row.threads === least && row.k >= FIT_FROM);
    if (own.length < 3) return [];
    const points = own.map(({ k, user, seconds }) => /** @type {[number, number]} */ ([k * Math.log(10), Math.log(user ?? seconds)]));
    return [`${name}: ${own[0].user === null ? 'elapsed' : 'user'} time grows as x^${slope(points).toFixed(3)}`];
  });
}

/**
 * Of the straight line through points, by least squares.
 * @param {[number, number][]} points
 */
export function slope(points) {
  const mean = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => a + b) / numbers.length;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  return mean(points.map(([x, y]) => (x - mx) * (y - my))) / mean(points.map(([x]) => (x - mx) ** 2));
}

/**
 * What was aimed at, and how it is.
 * @param {Row[]} rows
 * @returns {string[]}
 */
export function targets(rows) {
  const said = [];
  const one = rows.filter(({ threads }) => threads === 1);
  for (const { name, seconds } of one.filter(({ k, name }) => k === 12 && /chromium/i.test(name))) {
    said.push(`${name}: pi(10^12) in ${(1000 * seconds).toFixed(1)} ms (aim: 50)`);
  }
  const most = (/** @type {Row[]} */ some, /** @type {(row: Row) => number | null} */ of) => Math.max(...some.map((row) => of(row) ?? 0)).toFixed(2);
  for (const [start, kFrom, aim] of /** @type {const} */ ([['tamis native', 12, 1.3], ['tamis wasm', 14, 2]])) {
    const some = one.filter(({ k, name }) => k >= kFrom && k <= 16 && name.startsWith(start));
    const ofUser = some.some(({ xUser }) => xUser !== null) ? `, of user time ${most(some, ({ xUser }) => xUser)} x` : '';
    if (some.length > 0) said.push(`${start}, 1 thread, 10^${kFrom} to 10^16: at most ${most(some, ({ x }) => x)} x native primecount (aim: ${aim})${ofUser}`);
  }
  const beside = rows.filter(({ xWasm }) => xWasm !== null);
  const faster = beside.filter(({ xWasm }) => Number(xWasm) < 1);
  if (beside.length > 0) said.push(`tamis wasm is faster than primecount in wasm in ${faster.length} of ${beside.length} rows: at most ${most(beside, ({ xWasm }) => xWasm)} x of its time`);
  return said;
}
