// @ts-check
// A probable-prime test for integers of any size.
//
// By the engine's own BigInt, not in the core: a bignum crate would be more wasm for every page, and slower, since engines
// multiply 64 bits by 64 and wasm can't. It takes turns with the page: a slice of a few milliseconds, then whatever else waits.
import { TamisError } from './errors.js';

/** Milliseconds until others get their turn. */
const SLICE = 10;

/** More would take hours. */
export const MOST_DIGITS = 50_000;

/** The primes below 2000, for a start. */
const SMALL = Array.from({ length: 2000 }, (_, n) => n).filter((n) => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n > 1;
}).map(BigInt);

/**
 * Whether n passes a strong test to base 2 and an extra strong Lucas test (BPSW). "No" is certain. Of "yes" no wrong one is known for
 * any size, though there must be some.
 * @param {bigint} n  odd or even, above 1
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>} rejects with TamisError when the signal is aborted
 */
export async function isProbablePrime(n, signal) {
  if (n < 2n) return false;
  for (const p of SMALL) if (n % p === 0n) return n === p;
  if (n < 2003n * 2003n) return true;
  const turns = new Turns(signal);
  return (await passesBaseTwo(n, turns)) && passesLucas(n, turns);
}

/** Lets others have their turn. */
class Turns {
  #signal;
  #begun = performance.now();

  /** @param {AbortSignal} [signal] */
  constructor(signal) {
    this.#signal = signal;
    this.#check();
  }

  get over() {
    return performance.now() - this.#begun > SLICE;
  }

  async next() {
    await new Promise((resolve) => { setTimeout(resolve); });
    this.#check();
    this.#begun = performance.now();
  }

  #check() {
    if (this.#signal?.aborted) throw new TamisError('cancelled', 'The test was cancelled.', { cause: this.#signal.reason });
  }
}

/**
 * Source: M. Rabin, J. Number Theory 12 (1980).
 * @param {bigint} n
 * @param {Turns} turns
 */
async function passesBaseTwo(n, turns) {
  const [odd, twos] = withoutTwos(n - 1n);
  let x = 1n;
  for (const bit of odd) {
    if (turns.over) await turns.next();
    x = x * x % n;
    if (bit === '1') {
      x <<= 1n;
      if (x >= n) x -= n;
    }
  }
  if (x === 1n || x === n - 1n) return true;
  for (let i = 1; i < twos; i++) {
    if (turns.over) await turns.next();
    x = x * x % n;
    if (x === n - 1n) return true;
  }
  return false;
}

/**
 * Q = 1, and P the first of 3, 4, 5, ... for which P^2 - 4 is no square mod n. Source: J. Grantham, Math. Comp. 70 (2001); OEIS A217719.
 * @param {bigint} n
 * @param {Turns} turns
 */
async function passesLucas(n, turns) {
  let p = 3n;
  for (;; p++) {
    const symbol = jacobi(p * p - 4n, n);
    if (symbol === 0) return false;
    if (symbol < 0) break;
    // For a square there is no such P.
    if (p === 40n && isSquare(n)) return false;
  }
  const [odd, twos] = withoutTwos(n + 1n);
  // V_k and V_(k+1), from k = 0.
  let [v, w] = [2n, p];
  for (const bit of odd) {
    if (turns.over) await turns.next();
    const between = (v * w - p) % n;
    if (bit === '1') [v, w] = [between, (w * w - 2n) % n];
    else [v, w] = [(v * v - 2n) % n, between];
  }
  const whole = (/** @type {bigint} */ x) => ((x % n) + n) % n;
  [v, w] = [whole(v), whole(w)];
  if ((v === 2n || v === n - 2n) && whole(2n * w) === whole(p * v)) return true;
  for (let i = 1; i < Math.max(twos, 2); i++) {
    if (v === 0n) return true;
    if (turns.over) await turns.next();
    v = whole(v * v - 2n);
  }
  return false;
}

/**
 * @param {bigint} n
 * @returns {[bits: string, twos: number]} n = odd * 2^twos, the odd one in binary, the highest bit first
 */
function withoutTwos(n) {
  const bits = n.toString(2);
  const end = bits.lastIndexOf('1') + 1;
  return [bits.slice(0, end), bits.length - end];
}

/**
 * Jacobi's symbol for odd n.
 * @param {bigint} a
 * @param {bigint} n
 */
function jacobi(a, n) {
  let sign = 1;
  for (a %= n; a > 0n; [a, n] = [n % a, a]) {
    while (a % 2n === 0n) {
      a /= 2n;
      if (n % 8n === 3n || n % 8n === 5n) sign = -sign;
    }
    if (a % 4n === 3n && n % 4n === 3n) sign = -sign;
  }
  return n === 1n ? sign : 0;
}

/** @param {bigint} n */
function isSquare(n) {
  // Newton's iteration, from above.
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root * root === n;
    root = next;
  }
}
