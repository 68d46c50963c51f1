// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInteger, TamisError } from '../../../web/lib/node.js';
import { toU64, U64_MAX } from '../../../web/lib/integers.js';

/** @param {string} code */
const coded = (code) => (/** @type {unknown} */ error) => {
  assert.ok(error instanceof TamisError);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, /[.]$/);
  return true;
};

test('integers are read in every way people write them', () => {
  /** @type {[string, bigint][]} */
  const cases = [
    ['0', 0n], ['7', 7n], ['007', 7n], ['1000000', 10n ** 6n], [' 42 ', 42n], ['+42', 42n],
    ['1_000_000', 10n ** 6n], ['1,000,000', 10n ** 6n], ['1 000 000', 10n ** 6n], ['1\u202f000\u00a0000', 10n ** 6n],
    ['1e10', 10n ** 10n], ['1E10', 10n ** 10n], ['1e+10', 10n ** 10n], ['1.5e9', 1_500_000_000n], ['2.50', -1n], ['2.0', 2n],
    ['10**10', 10n ** 10n], ['2^40', 2n ** 40n], ['2 ^ 40', 2n ** 40n], ['2^64-1', U64_MAX], ['2^64 - 1', U64_MAX],
    ['2^3^2', 512n], ['2**3**2', 512n], ['3*10^9', 3n * 10n ** 9n], ['3 × 10^9', 3n * 10n ** 9n],
    ['1e3+7', 1007n], ['10-3-2', 5n], ['-5', -5n], ['2^10*2-48', 2000n], ['0^0', 1n], ['1^99999999999', 1n], ['0^5', 0n],
  ];
  for (const [text, value] of cases) {
    if (value === -1n) assert.throws(() => parseInteger(text), coded('invalid-integer'), text);
    else assert.equal(parseInteger(text), value, text);
  }
});

test('what is no integer is refused with a sentence that shows how to write one', () => {
  for (const text of ['', '  ', 'abc', '12abc', '1.5', '1e-3', '1,00', '1,0000', '1__0', '_1', '1_', '0x10', '2^', '^2',
    '2^-1', '2**', '--5', '5-', '1e', 'e5', '1 2', 'Infinity', 'NaN', '١٢', '2^(3)', '1;2']) {
    assert.throws(() => parseInteger(text), (error) => coded('invalid-integer')(error) && /1e10/.test(/** @type {TamisError} */ (error).hint), text);
  }
});

test('a number too large to compute is refused before it is computed', () => {
  for (const text of ['9^9^9', '10**100000', '1e99999', '2^4097', '9^9^9^9^9']) {
    assert.throws(() => parseInteger(text), coded('range'), text);
  }
});

test('only strings are read', () => {
  for (const value of [7, 7n, null, undefined, {}]) {
    assert.throws(() => parseInteger(/** @type {any} */ (value)), coded('type'));
  }
});

test('toU64 takes BigInts and safe integers within 64 bits and nothing else', () => {
  assert.equal(toU64(0, 'stop'), 0n);
  assert.equal(toU64(-0, 'stop'), 0n);
  assert.equal(toU64(2 ** 53 - 1, 'stop'), 2n ** 53n - 1n);
  assert.equal(toU64(U64_MAX, 'stop'), U64_MAX);
  for (const value of [-1, -1n, 2n ** 64n]) assert.throws(() => toU64(value, 'stop'), coded('range'));
  for (const value of [0.5, NaN, Infinity, 2 ** 53, '7', null, undefined, true, {}, [], Symbol('7')]) {
    assert.throws(() => toU64(value, 'stop'), coded('type'));
  }
});
