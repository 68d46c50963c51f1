// @ts-check
// What is no number, or none that can be worked on: each has its own code and a hint, in the library and in the command.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { li, load, parseInteger } from '../../../web/lib/node.js';
import { tamis as command } from './command.js';

/** @typedef {Awaited<ReturnType<typeof load>>} Tamis */

/** @type {Tamis[]} */
const both = [];
before(async () => {
  both.push(await load({ mode: 'threads', threads: 1 }), await load({ mode: 'workers', threads: 1 }));
});
after(() => Promise.all(both.map((tamis) => tamis.dispose())));

/** What is no integer, whoever is asked. @type {[code: string, input: unknown][]} */
const NO_INTEGERS = [
  ['type', 1.5], ['type', NaN], ['type', Infinity], ['type', -Infinity], ['type', 2 ** 53], ['type', null], ['type', undefined], ['type', true],
  ['type', {}], ['type', [7]],
];
/** Where a string is read as people write numbers. @type {[code: string, input: unknown][]} */
const NO_NUMBERS = [
  ...NO_INTEGERS, ['invalid-integer', '12x'], ['invalid-integer', ''], ['invalid-integer', ' '], ['invalid-integer', '1.5'], ['invalid-integer', '1e'],
  ['invalid-integer', '0x10'], ['invalid-integer', 'NaN'], ['invalid-integer', '--5'], ['range', -5], ['range', -5n], ['range', '-5'], ['range', '9^9^9'],
];
const BEYOND_64 = /** @type {[string, unknown][]} */ ([['range', 2n ** 64n], ['range', '2^64'], ['range', 10n ** 9000n]]);
const BEYOND_128 = /** @type {[string, unknown][]} */ ([['range', 2n ** 128n], ['range', '2^128']]);

/** @type {Record<string, [code: string, input: unknown][]>} */
const CALLS = {
  isPrime: [...NO_NUMBERS, ['range', 10n ** 60_000n], ['range', '9'.repeat(60_000)]],
  factor: [...NO_NUMBERS, ...BEYOND_128, ['range', 0], ['range', 0n], ['range', '0']],
  divisors: [...NO_NUMBERS, ...BEYOND_128, ['range', 0]],
  eulerPhi: [...NO_NUMBERS, ...BEYOND_128, ['range', 0]],
  moebius: [...NO_NUMBERS, ...BEYOND_128, ['range', 0]],
  radical: [...NO_NUMBERS, ...BEYOND_128, ['range', 0]],
  sigma: [...NO_NUMBERS, ...BEYOND_128, ['range', 0]],
  nextPrime: [...NO_NUMBERS, ...BEYOND_128],
  previousPrime: [...NO_NUMBERS, ...BEYOND_128],
  primePi: [...NO_NUMBERS, ...BEYOND_64],
  mertens: [...NO_NUMBERS, ...BEYOND_64],
  sumPrimes: [...NO_NUMBERS, ...BEYOND_64, ['range', 10n ** 14n + 1n]],
  goldbach: [...NO_NUMBERS, ...BEYOND_64],
  nthPrime: [...NO_INTEGERS, ['type', '5'], ['range', 2n ** 63n], ['range', -(2n ** 63n)], ['range', 425_656_284_035_217_744n]],
  primorial: [...NO_INTEGERS, ['type', '5'], ['range', -1], ['range', 100_001]],
};

for (const [name, cases] of Object.entries(CALLS)) {
  test(`${name}() refuses each with its code and a hint`, async () => {
    for (const tamis of both) {
      for (const [code, input] of cases) {
        const what = `${name}(${typeof input === 'string' ? JSON.stringify(input.slice(0, 20)) : String(input).slice(0, 20)}) in mode ${tamis.mode}`;
        const error = await /** @type {any} */ (tamis)[name](input).then((/** @type {unknown} */ value) => assert.fail(`${what} is ${value}`), (/** @type {unknown} */ reason) => reason);
        assert.deepEqual([error.name, error.code], ['TamisError', code], `${what}: ${error.stack}`);
        assert.match(error.message, /^[^]+[.]$/, what);
        assert.match(error.hint, /^[^]+[.]$/, what);
        assert.ok(error.message.length < 200, `${what}: ${error.message.length} letters`);
      }
    }
  });
}

test('the smallest and the largest that can be asked for have answers', async () => {
  for (const tamis of both) {
    assert.deepEqual([await tamis.isPrime(0), await tamis.isPrime('1'), await tamis.isPrime(2n ** 64n)], [false, false, false]);
    assert.deepEqual([await tamis.factor(1), await tamis.divisors(1)], [[], [1n]]);
    assert.deepEqual((await tamis.factor(2n ** 64n)), [{ prime: 2n, exponent: 64 }]);
    assert.deepEqual([await tamis.primePi(0), await tamis.mertens(0), await tamis.sumPrimes(0), await tamis.goldbach(0)], [0n, 0n, 0n, 0n]);
  }
});

test('two arguments are told apart', async () => {
  const [tamis] = /** @type {any[]} */ (both);
  for (const [code, name, args] of /** @type {[string, string, unknown[]][]} */ ([
    ['range', 'sigma', [12, -1]], ['range', 'sigma', [12, 1001]], ['type', 'sigma', [12, 1.5]], ['type', 'sigma', [12, '2']],
    ['range', 'maximalGaps', [2, 1]], ['range', 'maximalGaps', [-1, 1]], ['range', 'maximalGaps', [0, '2^64']], ['invalid-integer', 'maximalGaps', [0, 'x']],
    ['range', 'countPrimesMod', [0, 10, 0, 0]], ['range', 'countPrimesMod', [0, 10, 4, 4]], ['type', 'countPrimesMod', [0, 10, 4, 0.5]],
    ['range', 'countPrimes', [10, 9]], ['range', 'countPrimes', [-1, 9]], ['type', 'countPrimes', ['0', 9]],
  ])) {
    const error = await tamis[name](...args).catch((/** @type {unknown} */ reason) => reason);
    assert.deepEqual([error.name, error.code], ['TamisError', code], `${name}(${args}): ${error.stack ?? error}`);
    assert.notEqual(error.hint, '', `${name}(${args})`);
  }
});

test('parseInteger and the approximations say so at once', () => {
  for (const [code, text] of /** @type {[string, any][]} */ ([['invalid-integer', '12x'], ['invalid-integer', ''], ['range', '9^9^9'], ['type', 12]])) {
    assert.throws(() => parseInteger(text), (/** @type {any} */ error) => error.code === code && (code === 'type' || error.hint !== ''), String(text));
  }
  for (const [code, x] of /** @type {[string, any][]} */ ([['range', -1], ['range', NaN], ['type', '5'], ['type', undefined]])) {
    assert.throws(() => li(x), (/** @type {any} */ error) => error.code === code && error.hint !== '', String(x));
  }
});

test('the command exits with 2, says what is wrong, and how it is right', async () => {
  /** @type {[string[], RegExp][]} */
  const cases = [
    [['pi', '12x'], /"12x" is not an integer: "x" was not understood\.\nWrite it as /],
    [['is-prime', ''], /There is no number to read\.\nWrite it as /],
    [['is-prime', '-5'], /negative number.*\nGive 0 or more\.\n/],
    [['is-prime', '1.5'], /"1\.5" is not an integer: it is not a whole number\.\nWrite it as /],
    [['factor', '0'], /Every number divides 0.*\nGive 1 or more\.\n/],
    [['factor', '2^128'], /not between 0 and 2\^128-1\.\nOnly whether/],
    [['pi', '2^64'], /not between 0 and 2\^64-1\.\nWhether a number is prime/],
    [['nth', '2^63'], /2\^63-1\.\nThere are not so many/],
    [['sum', '1e15'], /not between 0 and 100000000000000\.\nGive one from/],
    [['goldbach', 'NaN'], /"NaN" is not an integer/],
  ];
  // Two at a time: each takes a fraction of a second, most of it to start.
  for (let i = 0; i < cases.length; i += 2) {
    await Promise.all(cases.slice(i, i + 2).map(async ([args, message]) => {
      const { code, out, err } = await command([...args, '--threads', '1']);
      assert.deepEqual([code, out], [2, ''], `${args.join(' ')}: ${err}`);
      assert.match(err, message);
      assert.doesNotMatch(err, /at .*\.js:\d+/, 'no stack trace');
    }));
  }
});
