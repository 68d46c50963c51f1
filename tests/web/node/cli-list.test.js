// @ts-check
// tamis count with k-tuplets, list, nth and decode, run for real: what is printed, written, and said when it goes wrong.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { before, test, after } from 'node:test';
import { remove, temporaryFolder } from '../harness/index.js';
import { tamis } from './command.js';

/** @type {string} */
let folder;
before(async () => { folder = await temporaryFolder('list'); });
after(() => remove(folder));

test('count counts k-tuplets, one kind or several in one pass', async () => {
  // OEIS A007508 and A050258.
  assert.equal((await tamis(['count', '1e8', '--twins', '--quiet'])).out, '440312\n');
  const several = await tamis(['count', '0', '1e6', '--quadruplets', '--tuplets', '1,2']);
  assert.equal(several.out, 'primes 78498\ntwins 8169\nquadruplets 166\n');
  assert.match(several.err, /78,498 primes, 8,169 twins, 166 quadruplets from 0 to 1,000,000 in /);
  const json = JSON.parse((await tamis(['count', '1e6', '--tuplets', '4', '--json', '--mode', 'workers', '--threads', '2'])).out);
  assert.deepEqual([json.counts, json.mode], [{ quadruplets: 166 }, 'workers']);
});

test('list prints primes, k-tuplets, or so many primes from a start', async () => {
  assert.equal((await tamis(['list', '20'])).out, '2\n3\n5\n7\n11\n13\n17\n19\n');
  const { out, err } = await tamis(['list', '100', '110', '--threads', '1']);
  assert.equal(out, '101\n103\n107\n109\n');
  assert.match(err, /4 primes from 100 to 110 written to standard output \(16 B\) in .* on 1 thread\n/);
  assert.equal((await tamis(['list', '24', '28', '--quiet'])).out, '');
  assert.equal((await tamis(['list', '20', '--twins'])).out, '(3, 5)\n(5, 7)\n(11, 13)\n(17, 19)\n');
  assert.equal((await tamis(['list', '--start', '10', '--stop', '2^5', '--tuplets', '3'])).out, '(11, 13, 17)\n(13, 17, 19)\n(17, 19, 23)\n');
  assert.equal((await tamis(['list', '1e18', '--count', '2', '--mode', 'workers', '--threads', '2'])).out, '1000000000000000003\n1000000000000000009\n');
  const many = (await tamis(['list', '--count', '1e6', '--quiet'])).out.trimEnd().split('\n');
  assert.deepEqual([many.length, many[999_999]], [1_000_000, '15485863']); // OEIS A006988
});

test('files hold what standard output would, and decode reads differences back', async () => {
  const text = `${folder}/primes.txt`;
  const delta = `${folder}/primes.delta`;
  const { code, out, err } = await tamis(['list', '1e7', '--output', text]);
  assert.deepEqual([code, out], [0, ''], err);
  assert.match(err, /664,579 primes from 0 to 10,000,000 written to .*primes\.txt/);
  const json = JSON.parse((await tamis(['list', '0', '--count', '664579', '--format', 'delta', '-o', delta, '--json'])).out);
  assert.deepEqual([json.count, json.bytes, json.format, json.kind], [664_579, (await stat(delta)).size, 'delta', 'primes']);
  const hash = (/** @type {Uint8Array} */ bytes) => createHash('sha256').update(bytes).digest('hex');
  const expected = hash(await readFile(text));
  const decoded = await tamis(['decode', delta]);
  assert.equal(hash(decoded.bytes), expected);
  assert.match(decoded.err, /664,579 primes of .*primes\.delta written to standard output/);
  const { bytes } = await tamis(['list', '1e7', '--format', 'delta', '--quiet']);
  assert.equal(hash(bytes), hash(await readFile(delta)));
  await tamis(['decode', '-', '--output', `${folder}/again.txt`], undefined, bytes);
  assert.equal(hash(await readFile(`${folder}/again.txt`)), expected);
});

test('nth prints a prime', async () => {
  const { out, err } = await tamis(['nth', '1e6']);
  assert.equal(out, '15485863\n');
  assert.match(err, /15,485,863 is the 1,000,000th prime, found in .* on \d+ threads?/);
  assert.match((await tamis(['nth', '3', '--start', '100'])).err, /107 is the 3rd prime above 100/);
  assert.match((await tamis(['nth', '-2', '--start', '100'])).err, /89 is the 2nd prime below 100/);
  assert.match((await tamis(['nth', '0', '--start', '98'])).err, /101 is the first prime from 98 on/);
  const { n, start, prime, mode } = JSON.parse((await tamis(['nth', '-1', '--start', '2^64-1', '--json', '--mode', 'workers', '--threads', '1'])).out);
  assert.deepEqual([n, start, prime, mode], [-1, '18446744073709551615', '18446744073709551557', 'workers']);
});

test('fewer primes than asked for is an error, with those there are', async () => {
  const { code, out, err } = await tamis(['list', '2^64-100', '--count', '9']);
  assert.equal(code, 2);
  assert.equal(out, '18446744073709551521\n18446744073709551533\n18446744073709551557\n');
  assert.match(err, /only 3 primes from 18446744073709551516 to 2\^64-1; these were written/);
});

test('a reader that stops ends the list without fuss', async () => {
  for (const format of ['text', 'delta']) {
    const { code, err } = await tamis(['list', '1e13', '--format', format], (child) => child.stdout?.once('data', () => child.stdout?.destroy()));
    assert.equal(code, 0, err);
    assert.match(err, /^tamis: standard output could not be written: its reader has stopped\.\n$/);
  }
});

test('Ctrl-C is heard although nobody takes what was printed', async () => {
  const { code, err } = await tamis(['list', '1e13'], (child) => {
    child.stdout?.once('readable', () => child.kill('SIGINT'));
    child.stdout?.pause();
  });
  assert.equal(code, 130, err);
  assert.match(err, /went to standard output\.\ntamis: stopped\n$/);
});

test('Ctrl-C leaves whole lines in the file, and says how many', async () => {
  for (const mode of ['threads', 'workers']) {
    const file = `${folder}/stopped-${mode}.txt`;
    const { code, err } = await tamis(['list', '1e13', '--output', file, '--mode', mode, '--threads', '2'], async (child) => {
      while (!await stat(file).then(({ size }) => size > 0, () => false)) await new Promise((resolve) => { setTimeout(resolve, 20); });
      child.kill('SIGINT');
    });
    assert.equal(code, 130, err);
    const lines = (await readFile(file, 'utf8')).split('\n');
    assert.equal(lines.pop(), '', 'the last line is whole');
    const [, said = ''] = /stopped-\w+\.txt holds the first ([\d,]+) primes from 0 on \(.*\)\.\ntamis: stopped/.exec(err) ?? [];
    assert.equal(Number(said.replaceAll(',', '')), lines.length, err);
    assert.ok(lines.every((line, i) => i === 0 || Number(line) > Number(lines[i - 1])), 'they ascend');
  }
});

test('what goes wrong with a file is said in a sentence', async (t) => {
  const locked = `${folder}/locked.txt`;
  await writeFile(locked, 'mine');
  await chmod(locked, 0o400);
  const damaged = `${folder}/damaged.delta`;
  await writeFile(damaged, new Uint8Array([2, 1, 2, 0x80]));
  /** @type {[string[], RegExp][]} */
  const cases = [
    [['list', '1e6', '--output', `${folder}/nowhere/primes.txt`], /nowhere\/primes\.txt could not be written: there is no such file or folder\./],
    [['list', '1e6', '--output', folder], /could not be written: it is a folder\./],
    [['decode', `${folder}/nothing.delta`], /nothing\.delta could not be read: there is no such file or folder\./],
    [['decode', folder], /could not be read: it is a folder\./],
    [['decode', damaged], /the first 3 primes went to standard output[^]*after its number 3: it ends in the midst of a number/],
  ];
  // Linux's device that is always full, and root may write everywhere.
  if (process.platform === 'linux') cases.push([['list', '1e6', '--output', '/dev/full'], /\/dev\/full is empty\.[^]*could not be written: no space is left on the device\./]);
  if (process.getuid?.() !== 0) cases.push([['list', '1e6', '--output', locked], /locked\.txt could not be written: permission was denied\./]);
  else t.diagnostic('as root: that permission is denied can not be seen');
  for (const [args, message] of cases) {
    const { code, err } = await tamis(args);
    assert.equal(code, 1, `${args.join(' ')}: ${err}`);
    assert.match(err, message);
    assert.doesNotMatch(err, /at .*\.js:\d+/, 'no stack trace');
  }
  assert.equal(await readFile(locked, 'utf8'), 'mine');
});

test('a mistake does not empty the file that is there', async () => {
  const file = `${folder}/kept.txt`;
  await writeFile(file, 'mine');
  assert.equal((await tamis(['list', '10', '5', '--output', file])).code, 2);
  assert.equal(await readFile(file, 'utf8'), 'mine');
});
