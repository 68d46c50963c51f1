// @ts-check
// Differences and estimates, apart from any worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundOfPrimes, estimatePrimes } from '../../../web/lib/estimate.js';
import { entriesOf } from '../../../web/lib/forms.js';
import { decodeDelta } from '../../../web/lib/node.js';

const U64_MAX = 2n ** 64n - 1n;

/** As the format is described: slow and obvious. @param {bigint[]} values */
function encoded(values) {
  const bytes = [];
  for (const [i, value] of values.entries()) {
    let rest = i === 0 ? value : value - values[i - 1];
    for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
  }
  return new Uint8Array(bytes);
}

/** @param {Iterable<Uint8Array> | AsyncIterable<Uint8Array>} pieces */
async function decoded(pieces) {
  const values = [];
  for await (const batch of decodeDelta(pieces)) values.push(...batch);
  return values;
}

test('differences of every length are read, in pieces of any length', async () => {
  /** @type {bigint[]} */
  const values = [];
  for (let bits = 0n, value = 2n; bits < 62n; bits++) values.push(value += (1n << bits) + 3n);
  const lists = [[], [0n], [2n, 3n, 5n], [0n, U64_MAX], [U64_MAX], [127n, 128n, 255n, 256n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 127n], values];
  for (const list of lists) {
    const bytes = encoded(list);
    for (const length of [1, 2, 3, 1000]) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += length) pieces.push(bytes.subarray(at, at + length));
      assert.deepEqual(await decoded(pieces), list);
    }
  }
});

test('what is no list of differences is refused', async () => {
  /** @type {[number[], RegExp][]} */
  const cases = [
    [[2, 0x80], /in the midst of a number/],
    [[2, 1, 0], /after its number 2: a difference is 0/],
    [[...Array(10).fill(0x80), 1], /more than 64 bits/],
    [[...Array(9).fill(0xff), 2], /more than 64 bits/],
    [[...encoded([U64_MAX]), 1], /the sum exceeds 64 bits/],
    [[...encoded([U64_MAX]), 0x80, 1], /the sum exceeds 64 bits/],
    [[2, 0x80, 0x80, 0], /a difference is 0/],
  ];
  for (const [bytes, message] of cases) {
    await assert.rejects(decoded([new Uint8Array(bytes)]), { name: 'TamisError', code: 'format', message, hint: /--format delta/ });
  }
  await assert.rejects(decoded(/** @type {any} */ (['2'])), { code: 'type' });
});

test('entries of text and differences are counted at every alignment', () => {
  const lines = ['2\n', '10007\n', '(3, 5)\n', '18446744073709551557\n', '(5, 7, 11)\n'];
  for (let count = 0; count < 30; count++) {
    const text = Array.from({ length: count }, (_, i) => lines[i % 5]).join('');
    assert.equal(entriesOf('text', new TextEncoder().encode(text), 2), count);
    const values = Array.from({ length: count }, (_, i) => BigInt((i + 1) ** 5));
    assert.equal(entriesOf('delta', encoded(values), 1), count);
  }
});

test('estimates lie near OEIS A006880, and near counts of windows', () => {
  /** @type {[bigint, bigint, number][]} */
  const cases = [
    [0n, 10n ** 3n, 168], [0n, 10n ** 6n, 78_498], [0n, 10n ** 9n, 50_847_534], [0n, 10n ** 12n, 37_607_912_018], [0n, 10n ** 18n, 24_739_954_287_740_860],
    [10n ** 9n, 10n ** 9n + 10n ** 8n, 4_814_936], // primesieve 1e9 1.1e9
    [10n ** 12n, 2n * 10n ** 12n, 73_301_896_139 - 37_607_912_018], // OEIS A007504's neighbour: pi(2 * 10^12), primecount 2e12
  ];
  for (const [start, stop, count] of cases) {
    const estimate = estimatePrimes(start, stop);
    assert.ok(Math.abs(estimate / count - 1) < (count < 1000 ? 0.1 : 0.003), `${start} to ${stop}: ${estimate}, not ${count}`);
  }
  assert.equal(estimatePrimes(0n, 1n), 0);
  assert.ok(estimatePrimes(2n, 2n) >= 1);
  assert.ok(estimatePrimes(U64_MAX, U64_MAX) > 0);
});

test('the bound of so many primes lies beyond them, and not far', () => {
  // OEIS A006988: the 10^n-th prime.
  for (const [exponent, prime] of [2n, 29n, 541n, 7919n, 104729n, 1299709n, 15485863n, 179424673n, 2038074743n, 22801763489n].entries()) {
    const bound = boundOfPrimes(0n, 10n ** BigInt(exponent));
    assert.ok(bound > prime && Number(bound) < Number(prime) * 1.1 + 50_000, `10^${exponent}: ${bound}`);
  }
  assert.equal(boundOfPrimes(U64_MAX - 1000n, 10n), U64_MAX);
  assert.equal(boundOfPrimes(U64_MAX, 1n), U64_MAX);
  assert.equal(boundOfPrimes(0n, 2n ** 80n), U64_MAX);
});
