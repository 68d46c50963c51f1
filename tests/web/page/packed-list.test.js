// @ts-check
/** The list's pure parts: rows in a byte each, a bar for any length, and what a file will be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, kindOf } from '../../../web/app/kinds.js';
import { PackedList } from '../../../web/app/packed-list.js';
import { expectedOf } from '../../../web/app/primes.js';
import { fileNameOf, planOf, withoutLast } from '../../../web/app/save-plan.js';
import { MOST_PX, barHeight, isRoll, toBar, toPlace } from '../../../web/app/scroll-map.js';

/** Trial division, for what is tested here alone. @param {number} most */
function primesUpTo(most) {
  /** @type {number[]} */
  const primes = [];
  for (let n = 2; n <= most; n += 1) if (primes.every((p) => p * p > n || n % p)) primes.push(n);
  return primes;
}

/** As the library's 'delta' streams have it. @param {bigint[]} values @param {bigint} before */
function varints(values, before) {
  const bytes = [];
  let last = before;
  for (const value of values) {
    let gap = value - last;
    last = value;
    for (; gap >= 0x80n; gap >>= 7n) bytes.push(Number(gap & 0x7fn) | 0x80);
    bytes.push(Number(gap));
  }
  return Uint8Array.from(bytes);
}

/** In pieces of uneven length. @param {bigint[]} values */
function packed(values) {
  const list = new PackedList();
  let [at, before, size] = [0, 0n, 1];
  while (at < values.length) {
    const part = values.slice(at, at + size);
    list.appendDeltas(varints(part, before));
    before = part[part.length - 1];
    at += size;
    size = (size * 7) % 3001 + 1;
  }
  return list;
}

test('every row of a packed list is what was put in, wherever reading begins', () => {
  const values = primesUpTo(50_000).map(BigInt);
  const list = packed(values);
  assert.equal(list.length, values.length);
  assert.equal(list.last, values.at(-1));
  for (let from = 0; from < values.length; from += 97) {
    const rows = list.rows(from, 30);
    assert.deepEqual(rows.map((row) => row.value), values.slice(from, from + 30));
    assert.deepEqual(rows.map((row) => row.gap), rows.map((row, i) => (from + i === 0 ? null : Number(row.value - values[from + i - 1]))));
  }
  assert.deepEqual(list.rows(values.length, 5), []);
  assert.equal(list.rows(values.length - 2, 5).length, 2);
});

test('a packed list finds the first row that is not less', () => {
  const values = primesUpTo(30_000).map(BigInt);
  const list = packed(values);
  let want = 0;
  for (let n = 0n; n < 30_100n; n += 1n) {
    while (want < values.length && values[want] < n) want += 1;
    assert.equal(list.find(n), want, `${n}`);
  }
  assert.equal(new PackedList().find(5n), 0);
});

test('a packed list holds numbers up to 2^64 and gaps of several bytes', () => {
  // Any ascending numbers do.
  const top = [363n, 279n, 257n, 189n, 179n, 95n, 83n, 59n].map((k) => 2n ** 64n - k);
  const list = packed([2n ** 64n - 2n ** 50n, 2n ** 64n - 2n ** 40n, ...top]);
  assert.deepEqual(list.rows(2, 99).map((row) => row.value), top);
  assert.equal(list.find(top[3] - 1n), 5);
  assert.equal(list.first, 2n ** 64n - 2n ** 50n);
});

test('tuplets keep their form', () => {
  const primes = primesUpTo(60_000);
  const known = new Set(primes);
  for (const { k, forms } of KINDS.slice(1)) {
    const tuplets = primes.flatMap((p) => forms.map((form) => form.map((offset) => p + offset)).filter((members) => members.every((m) => known.has(m))));
    const list = new PackedList(k);
    for (let at = 0; at < tuplets.length; at += 100) {
      list.appendTuplets(BigUint64Array.from(tuplets.slice(at, at + 100).flat().map(BigInt)));
    }
    assert.equal(list.length, tuplets.length);
    assert.deepEqual(list.rows(0, tuplets.length).map((row) => forms[row.form].map((offset) => Number(row.value) + offset)), tuplets);
    const last = tuplets[tuplets.length - 1][0];
    assert.equal(list.find(BigInt(last)), tuplets.length - 1);
  }
});

test('the bar follows the list there and back, one to one at its ends', () => {
  const view = 448;
  for (const rows of [10, 131_072, 131_073, 1_000_000, 50_847_534, 100_000_000]) {
    const full = rows * 32;
    assert.ok(barHeight(full) <= MOST_PX);
    const most = Math.max(0, full - view);
    let before = -1;
    for (let i = 0; i <= 1000; i += 1) {
      const place = (most * i) / 1000;
      const bar = toBar(place, full, view);
      assert.ok(bar >= before && bar <= Math.max(0, barHeight(full) - view) + 1e-6, `${rows} rows, ${place}`);
      before = bar;
      assert.ok(Math.abs(toPlace(bar, full, view) - place) < 1e-3);
    }
    if (most < 1000) continue;
    assert.equal(toBar(1000, full, view), 1000);
    assert.equal(Math.round(barHeight(full) - toBar(most - 500, full, view)), Math.round(view + 500));
  }
  assert.equal(isRoll(120, 1e9, view), true);
  assert.equal(isRoll(10_000, 1e9, view), false);
  assert.equal(isRoll(10_000, 1e6, view), true);
});

test('the estimates of k-tuplets are near the counts', () => {
  // OEIS A007508 (twins) and A050258 (quadruplets) at 10^9.
  for (const [k, count] of [[2, 3_424_506], [4, 28_388]]) {
    assert.ok(Math.abs(expectedOf(0n, 10n ** 9n, k) / count - 1) < 0.002, `${kindOf(k).many}`);
  }
  // A window is as dense as its place in a long range has it.
  for (const { k } of KINDS) {
    const [from, width] = [10n ** 15n, 10n ** 12n];
    const direct = expectedOf(from, from + width, k);
    const split = expectedOf(from, from + width * 20n, k) - expectedOf(from + width, from + width * 20n, k);
    assert.ok(Math.abs(direct / split - 1) < 0.01, `${k}`);
  }
});

test('the size of a file is known beforehand', () => {
  const primes = primesUpTo(100_000).map(BigInt);
  const text = primes.map((p) => `${p}\n`).join('');
  const wanted = { start: 0n, stop: 100_000n, k: 1, format: /** @type {const} */ ('text') };
  assert.ok(Math.abs(planOf(wanted).bytes / text.length - 1) < 0.02);
  assert.ok(Math.abs(planOf({ ...wanted, format: 'delta' }).bytes / varints(primes, 0n).length - 1) < 0.02);
  const many = planOf({ start: 0n, count: 10n ** 9n, k: 1, format: 'delta' });
  assert.equal(many.entries, 1e9);
  // The 10^9th prime is 22801763489: OEIS A006988.
  assert.ok(many.stop > 22_801_763_489n && many.stop < 23_000_000_000n);
  assert.ok(Math.abs(many.bytes / 1e9 - 1) < 0.02);
  assert.equal(planOf({ start: 2n ** 64n - 1000n, count: 10n ** 9n, k: 1, format: 'text' }).stop, 2n ** 64n - 1n);
  assert.ok(planOf({ start: 10n ** 15n, count: 5n, k: 6, format: 'text' }).entries === 5);
});

test('files are named after what is in them', () => {
  assert.equal(fileNameOf({ start: 0n, stop: 100n, k: 1, format: 'text' }), 'primes-0-to-100.txt');
  assert.equal(fileNameOf({ start: 7n, count: 10n, k: 2, format: 'delta' }), 'twins-10-from-7.delta');
});

test('a batch is cut between entries', () => {
  const text = new TextEncoder().encode('2\n3\n101\n');
  assert.equal(new TextDecoder().decode(withoutLast(text, 'text', 1)), '2\n3\n');
  assert.equal(withoutLast(text, 'text', 3).length, 0);
  assert.deepEqual([...withoutLast(Uint8Array.of(2, 1, 0x80, 1, 4), 'delta', 2)], [2, 1]);
});
