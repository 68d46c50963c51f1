// @ts-check
// What is counted, how often, and what is known to be right.

/**
 * @typedef {object} Work
 * @property {string} name
 * @property {bigint} start
 * @property {bigint} stop  inclusive
 * @property {bigint | null} known  the count; null: what primesieve, the first in turn, says
 * @property {string} [source]  of the known count
 * @property {number} rounds  how often each contestant has its turn
 * @property {boolean} cold  measure the first call in a fresh instance too? It costs that call, and
 *   tells nothing where a count takes many seconds: compiling is over in the first of them.
 */

/** pi(10^n) by n. Source: OEIS A006880. */
const PI = new Map([
  [8, 5_761_455n],
  [9, 50_847_534n],
  [10, 455_052_511n],
  [11, 4_118_054_813n],
]);

/**
 * @param {number} exponent
 * @param {number} rounds
 * @param {boolean} [cold]
 * @returns {Work}
 */
function upTo(exponent, rounds, cold = true) {
  const known = PI.get(exponent);
  if (known === undefined) throw new Error(`pi(10^${exponent}) is not in the table`);
  return { name: `1e${exponent}`, start: 0n, stop: 10n ** BigInt(exponent), known, source: 'OEIS A006880', rounds, cold };
}

/**
 * @param {string} name
 * @param {bigint} start
 * @param {bigint} length
 * @param {number} rounds
 * @returns {Work}
 */
const window = (name, start, length, rounds) => (
  { name, start, stop: start + length, known: null, rounds, cold: true }
);

/**
 * @param {'quick' | 'usual' | 'full'} size
 * @param {number | undefined} rounds  instead of the size's own
 * @returns {Work[]}
 */
export function plan(size, rounds) {
  if (size === 'quick') return [upTo(8, rounds ?? 3), upTo(9, rounds ?? 3)];
  const full = size === 'full';
  const many = rounds ?? (full ? 9 : 5);
  const few = rounds ?? (full ? 5 : 3);
  return [
    upTo(9, many),
    upTo(10, many),
    window('1e15+1e9', 10n ** 15n, 10n ** 9n, many),
    window('1e18+1e9', 10n ** 18n, 10n ** 9n, many),
    window('2^64-1e9+1e8', 2n ** 64n - 10n ** 9n, 10n ** 8n, many),
    upTo(11, few, full),
  ];
}
