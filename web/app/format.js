// @ts-check
// Numbers, times and shares as people read them. Pure.

const SCALES = /** @type {const} */ ([
  ['quintillion', 10n ** 18n],
  ['quadrillion', 10n ** 15n],
  ['trillion', 10n ** 12n],
  ['billion', 10n ** 9n],
  ['million', 10n ** 6n],
]);

/**
 * 10000000000n is "10,000,000,000".
 * @param {bigint | number} value
 */
export const grouped = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/**
 * "10 billion" for round numbers from a million on, '' for all others.
 * @param {bigint} value
 */
export function roundWords(value) {
  for (const [name, size] of SCALES) {
    if (value < size) continue;
    const tenths = (value * 10n) / size;
    if (tenths * size !== value * 10n) return '';
    return `${grouped(tenths / 10n)}${tenths % 10n ? `.${tenths % 10n}` : ''} ${name}`;
  }
  return '';
}

/**
 * Three significant digits and a scale's name: "9.81 billion".
 * @param {number} value  not negative
 */
export function approximate(value) {
  for (const [name, size] of SCALES) {
    const scaled = value / Number(size);
    // 0.9995 of a scale would be shown as 1,000 of the one below.
    if (scaled >= 0.9995) return `${significant(scaled)} ${name}`;
  }
  return value >= 1000 ? grouped(Math.round(value)) : significant(value);
}

/**
 * Three significant digits, without an exponent.
 * @param {number} value
 */
export function significant(value) {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 99.95) return grouped(Math.round(value));
  return value.toPrecision(3);
}

/**
 * A length of time, in the units a person would say it in.
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 0.995) return `${ms.toFixed(2)} ms`;
  if (ms < 99.95) return `${ms.toPrecision(3)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const days = seconds / 86400;
  if (days < 730) return `${Math.round(days)} days`;
  return `${approximate(Math.round(days / 365.25))} years`;
}

/** @param {number} value */
const two = (value) => String(value).padStart(2, '0');

/**
 * Time left, coarse enough not to flicker.
 * @param {number | null} ms
 */
export function timeLeft(ms) {
  if (ms === null || !Number.isFinite(ms)) return 'not known yet';
  if (ms < 1000) return 'under a second';
  if (ms < 60_000) return `about ${Math.round(ms / 1000)} s`;
  return `about ${duration(ms)}`;
}

/**
 * A share as a percentage; never 100% before the end, nor 0% after the beginning.
 * @param {number} fraction
 */
export function percent(fraction) {
  if (fraction >= 0.01 || fraction === 0) return `${Math.floor(fraction * 100)}%`;
  return fraction < 1e-4 ? 'under 0.01%' : `${(Math.floor(fraction * 1e4) / 100).toFixed(2)}%`;
}

/**
 * "1 thread", "3 threads".
 * @param {number | bigint} count
 * @param {string} noun
 */
export const many = (count, noun) => `${grouped(count)} ${noun}${Number(count) === 1 ? '' : 's'}`;

/**
 * "1.02 GB", in the decimal units that disks are sold in.
 * @param {number} count
 */
export function bytes(count) {
  if (count < 999.5) return many(Math.round(count), 'byte');
  for (const [unit, size] of /** @type {const} */ ([['kB', 1e3], ['MB', 1e6], ['GB', 1e9], ['TB', 1e12]])) {
    if (count < 999.5 * size) return `${significant(count / size)} ${unit}`;
  }
  return `${approximate(count)} bytes`;
}

/**
 * "1st", "22nd", "1,000th"
 * @param {bigint} n  not negative
 */
export function ordinal(n) {
  const teen = n % 100n >= 11n && n % 100n <= 13n;
  const ending = teen ? 'th' : ['th', 'st', 'nd', 'rd'][Number(n % 10n)] ?? 'th';
  return `${grouped(n)}${ending}`;
}
