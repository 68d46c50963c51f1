// @ts-check
// tamis is-prime with many numbers. (arePrime() itself is in ../lib/numbers.js, for Node and browsers.)
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { load } from '../../../web/lib/node.js';
import { remove, temporaryFolder } from '../harness/index.js';
import { PI } from '../lib/known.js';
import { tamis } from './command.js';

/** @type {string} */
let folder;
before(async () => { folder = await temporaryFolder('is-prime'); });
after(() => remove(folder));

test('several numbers are answered in their order, a line each', async () => {
  const { code, out, err } = await tamis(['is-prime', '97', '1', '91', '2^64-59', '2^127-1', '2^128', '0', '--threads', '1']);
  assert.equal(code, 0, err);
  assert.equal(out, `97 prime\n1 neither\n91 composite\n18446744073709551557 prime\n${2n ** 127n - 1n} prime\n${2n ** 128n} composite\n0 neither\n`);
  assert.match(err, /^3 of 7 numbers are prime \(.* on 1 thread\)\n$/);
  const { numbers, primes } = JSON.parse((await tamis(['is-prime', '7', '2^127-1', '--json', '--threads', '1'])).out);
  assert.deepEqual([numbers, primes], [[{ n: 7, prime: true, certain: true }, { n: String(2n ** 127n - 1n), prime: true, certain: false }], 2]);
});

test('a file has one a line, and so has standard input', async () => {
  const file = `${folder}/numbers.txt`;
  const text = Array.from({ length: 100_001 }, (_, i) => `${i}\n`).join('');
  await writeFile(file, text);
  for (const mode of ['threads', 'workers']) {
    const { code, out, err } = await tamis(['is-prime', '--input', file, '--mode', mode, '--threads', '2']);
    assert.equal(code, 0, err);
    const lines = out.split('\n');
    assert.equal(lines.length, 100_002);
    assert.ok(lines.slice(0, -1).every((line, i) => line.startsWith(`${i} `)), 'in order');
    assert.equal(lines.filter((line) => line.endsWith(' prime')).length, Number(PI[5]));
    assert.match(err, /^9,592 of 100,001 numbers are prime \(.* on 2 (threads|workers)\)\n$/);
  }
  // Blank lines, the ends of lines of Windows, and a last line without an end.
  const { out, err } = await tamis(['is-prime', '-i', '-', '--threads', '1', '--quiet'], undefined, '\n1e3\r\n\n 10**9+7 \r\n7');
  assert.deepEqual([out, err], ['1000 composite\n1000000007 prime\n7 prime\n', '']);
  assert.equal((await tamis(['is-prime', '--input', '-', '--quiet', '--threads', '1'])).out, '', 'nothing');
});

test('what can not be read is told with its line', async () => {
  for (const [input, message] of /** @type {[string, RegExp][]} */ ([
    ['7\n12x\n', /Line 2: "12x" is not an integer[^]*1e10/],
    ['7\n\n-5\n', /Line 3: -5 is negative\.[^]*0 or more/],
    ['1.5', /Line 1: "1\.5" is not an integer: it is not a whole number/],
    ['7'.repeat(300_000), /Line 1 is too long/],
  ])) {
    const { code, out, err } = await tamis(['is-prime', '--input', '-', '--threads', '1'], undefined, input);
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, message);
    assert.doesNotMatch(err, /at .*\.js:\d+/, 'no stack trace');
  }
  const missing = await tamis(['is-prime', '--input', `${folder}/missing`, '--threads', '1']);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /missing could not be read: there is no such file/);
  for (const args of [['is-prime'], ['is-prime', '7', '--input', '-'], ['factor', '7', '--input', '-'], ['is-prime', '7', '-8']]) {
    assert.equal((await tamis(args)).code, 2, args.join(' '));
  }
});

test('Ctrl-C is heard while standard input says nothing', async () => {
  const { code, err } = await tamis(['decode', '-'], (child) => { setTimeout(() => child.kill('SIGINT'), 800); }, null);
  assert.equal(code, 130, err);
});

test('the product of the primes up to n', async () => {
  const one = await load({ mode: 'workers', threads: 1 });
  try {
    assert.deepEqual([await one.primorial(0), await one.primorial(10), await one.primorial(10.0)], [1n, 210n, 210n]);
    assert.equal(String(await one.primorial(100_000n)).length, 43_293);
    for (const [code, n] of /** @type {[string, any][]} */ ([['range', -1], ['range', 100_001], ['type', 1.5], ['type', '7']])) {
      await assert.rejects(one.primorial(n), { name: 'TamisError', code });
    }
  } finally {
    await one.dispose();
  }
});
