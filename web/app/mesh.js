// @ts-check
// The picture in the masthead: the numbers from 0 on, 30 to a row, as holes of a sieve. Only eight
// columns can let a prime (above 5) through: the wheel mod 30 that the counting is built on.
import { byId, makeSvg } from './dom.js';

const COLUMNS = 30;
const ROWS = 8;
const PITCH = 10;

/** @param {number} n */
function isPrime(n) {
  for (let p = 2; p * p <= n; p += 1) if (n % p === 0) return false;
  return n > 1;
}

export function drawMesh() {
  const holes = Array.from({ length: COLUMNS * ROWS }, (_, n) => {
    const through = isPrime(n);
    return makeSvg('circle', {
      cx: ((n % COLUMNS) + 0.5) * PITCH,
      cy: (Math.floor(n / COLUMNS) + 0.5) * PITCH,
      r: through ? 3.4 : 1.6,
      class: through ? 'through' : 'held',
    });
  });
  byId('mesh').replaceChildren(
    makeSvg('svg', { viewBox: `0 0 ${COLUMNS * PITCH} ${ROWS * PITCH}`, focusable: 'false' }, ...holes));
}
