// @ts-check
// The benchmark's settings, and the link that carries them:
// #benchmark?start=0&stop=1e9&threads=4&repeats=5&warmup=1

/**
 * As they stand in the form; whether they make sense is the form's business.
 * @typedef {{ start: string, stop: string, threads: string, repeats: string, warmup: string }} Settings
 */

const PREFIX = '#benchmark?';
const NAMES = /** @type {const} */ (['start', 'stop', 'threads', 'repeats', 'warmup']);
/** Longer values in a link are nobody's numbers. */
const LONGEST = 80;

/**
 * @param {Settings} settings
 * @returns {string}  with the leading #
 */
export function toHash(settings) {
  const query = new URLSearchParams(NAMES.map((name) => [name, settings[name].trim()]));
  // Powers stay readable in the address.
  return PREFIX + query.toString().replaceAll('%5E', '^');
}

/**
 * @param {string} hash
 * @returns {Partial<Settings> | null}  null when the link carries no settings
 */
export function fromHash(hash) {
  if (!hash.startsWith(PREFIX)) return null;
  const query = new URLSearchParams(hash.slice(PREFIX.length));
  /** @type {Partial<Settings>} */
  const settings = {};
  for (const name of NAMES) {
    const value = query.get(name);
    if (value !== null) settings[name] = value.slice(0, LONGEST);
  }
  return settings;
}

/**
 * How many threads to try when nobody said: a little past the cores of a small machine, to show
 * what that does; just the cores of a large one.
 * @param {number} cores
 */
export const defaultThreads = (cores) => (cores <= 8 ? cores + 2 : cores);
