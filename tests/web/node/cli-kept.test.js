// @ts-check
// tamis --checkpoint and tamis resume, run for real: killed without warning, interrupted, and gone on with.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { load } from '../../../web/lib/node.js';
import { remove, temporaryFolder } from '../harness/index.js';
import { tamis } from './command.js';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {string} */
let folder;
before(async () => { folder = await temporaryFolder('kept'); });
after(() => remove(folder));

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** @param {string} file */
const contents = (file) => readFile(file).catch(() => null);

/** Kills the child when its file has been written so often, in the midst of what it does then. @param {string} file @param {number} times @param {NodeJS.Signals} signal */
const whenWritten = (file, times, signal) => async (/** @type {ChildProcess} */ child) => {
  let last = await contents(file);
  for (let seen = 0; seen < times && child.exitCode === null;) {
    const now = await contents(file);
    if (now && !(last && now.equals(last))) seen++;
    last = now;
    await sleep(10);
  }
  child.kill(signal);
};

/** @param {string} file */
const hash = async (file) => createHash('sha256').update(await readFile(file)).digest('hex');

/** 10^11 takes some ten seconds here. OEIS A006880. */
const WORK = ['count', '1e11'];
const ANSWER = '4118054813\n';

test('a count that is killed goes on: in the other mode, on other numbers of threads, to the same answer', { timeout: 300_000 }, async (t) => {
  const file = `${folder}/count.checkpoint`;
  const first = await tamis([...WORK, '--checkpoint', file, '--mode', 'threads', '--threads', '2'], whenWritten(file, 3, 'SIGKILL'));
  assert.equal(first.signal, 'SIGKILL');
  const second = await tamis([...WORK, '--checkpoint', file, '--mode', 'workers', '--threads', '1'], whenWritten(file, 2, 'SIGKILL'));
  assert.equal(second.signal, 'SIGKILL');
  const [, share] = /going on from .*count\.checkpoint, where ([\d.]+)% was done/.exec(second.err) ?? [];
  assert.ok(Number(share) > 0, second.err);
  const { code, out, err } = await tamis(['resume', file, '--mode', 'threads', '--threads', '3']);
  assert.deepEqual([code, out], [0, ANSWER], err);
  const [, later] = /where ([\d.]+)% was done/.exec(err) ?? [];
  assert.ok(Number(later) > Number(share), err);
  assert.match(err, /4,118,054,813 primes from 0 to 100,000,000,000 in /);
  assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith('count')), [], 'the file is gone, and nothing beside it is left');
  t.diagnostic(`killed at ${share}% and ${later}%`);
});

test('Ctrl-C writes a last checkpoint, says how to go on, and exits with 130', { timeout: 120_000 }, async () => {
  for (const mode of ['threads', 'workers']) {
    const file = `${folder}/interrupted-${mode}`;
    const args = ['nth', '8e9', '--start', '1e12', '--checkpoint', file, '--mode', mode, '--threads', '2'];
    const { code, out, err } = await tamis(args, whenWritten(file, 1, 'SIGINT'));
    assert.deepEqual([code, out], [130, ''], err);
    assert.match(err, /interrupted-\w+ holds what was done: the same command goes on from there, and so does: tamis resume .*interrupted-\w+\ntamis: stopped\n$/);
    const job = /** @type {Buffer} */ (await contents(file));
    const tamis_ = await load({ threads: 1 });
    const { kind, params } = await tamis_.readCheckpoint(job);
    await tamis_.dispose();
    assert.deepEqual([kind, params.n, params.start, params.before], ['nth-prime', 8_000_000_000n, 10n ** 12n, 0n]);
    // Nothing is printed on the way to the answer where that is asked for.
    const rest = await tamis([...args, '--json'], whenWritten(file, 1, 'SIGINT'));
    assert.deepEqual([rest.code, rest.out], [130, '']);
  }
});

test('k-tuplets and the nth prime go on to known answers', { timeout: 120_000 }, async () => {
  const file = `${folder}/small`;
  // So short that it may be done before it is stopped: both are fine.
  await tamis(['count', '1e10', '--tuplets', '1,2', '--checkpoint', file, '--quiet'], async (child) => {
    while (!await contents(file) && child.exitCode === null) await sleep(5);
    await sleep(300);
    child.kill('SIGINT');
  });
  assert.ok(await contents(file), 'a count of 10^10 takes longer than 0.3 s');
  // OEIS A006880 and A007508
  assert.equal((await tamis(['resume', file, '--quiet'])).out, 'primes 455052511\ntwins 27412679\n');
  await tamis(['nth', '1e8', '--checkpoint', file], async (child) => {
    while (!await contents(file) && child.exitCode === null) await sleep(5);
    child.kill('SIGKILL');
  });
  // OEIS A006988
  assert.equal((await tamis(['nth', '1e8', '--checkpoint', file, '--quiet'])).out, '2038074743\n');
  assert.equal(await contents(file), null);
});

test('a list that is killed is the same in the end as one that was not', { timeout: 300_000 }, async (t) => {
  // High up, where sieving takes long and the output is short.
  const start = String(10n ** 18n);
  for (const [format, mode, range] of /** @type {const} */ ([
    ['text', 'threads', ['--start', start, '--stop', String(10n ** 18n + 30n * 10n ** 8n), '--twins']],
    ['delta', 'workers', ['--start', start, '--stop', String(10n ** 18n + 30n * 10n ** 8n)]],
    ['delta', 'threads', ['--start', start, '--count', '7e7']],
  ])) {
    const [whole, output, file] = [`${folder}/whole`, `${folder}/output`, `${folder}/list.checkpoint`];
    const options = [...range, '--format', format, '--quiet', '--mode', mode, '--threads', '1'];
    assert.equal((await tamis(['list', ...options, '-o', whole])).code, 0);
    const args = ['list', ...options, '-o', output, '--checkpoint', file];
    let size = 0;
    // It is written at the beginning and then once a second; there are some four seconds of work.
    for (const times of [2, 1]) {
      const { signal, err } = await tamis(args, whenWritten(file, times, 'SIGKILL'));
      assert.equal(signal, 'SIGKILL', err);
      const { bytes } = JSON.parse(await readFile(file, 'utf8'));
      assert.ok(bytes > size && bytes <= (await stat(output)).size, `${bytes} bytes, after ${size}`);
      size = bytes;
    }
    const { code, err } = await tamis(['resume', file, '--quiet', '--threads', '2']);
    assert.equal(code, 0, err);
    assert.deepEqual([(await stat(output)).size, await hash(output)], [(await stat(whole)).size, await hash(whole)], `${format}, ${mode}`);
    assert.equal(await contents(file), null);
    t.diagnostic(`${format}, ${mode}: gone on with at ${size} of ${(await stat(whole)).size} bytes`);
    await rm(output);
  }
});

test('a list goes on only with its own output', { timeout: 120_000 }, async () => {
  const [output, file] = [`${folder}/mine.txt`, `${folder}/mine.checkpoint`];
  const args = ['list', '1e13', '-o', output, '--checkpoint', file];
  const { code, err } = await tamis(args, whenWritten(file, 2, 'SIGINT'));
  assert.equal(code, 130, err);
  assert.match(err, /mine\.txt holds the first [\d,]+ primes from 0 on[^]*mine\.checkpoint holds what was done/);
  const { bytes } = JSON.parse(await readFile(file, 'utf8'));
  assert.ok(bytes > 0 && (await stat(output)).size >= bytes);
  for (const other of [['list', '1e12', '-o', output], ['list', '1e13', '-o', `${output}2`], ['list', '1e13', '--format', 'delta', '-o', output], ['count', '1e13']]) {
    const refused = await tamis([...other, '--checkpoint', file]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /mine\.checkpoint holds another job: list-primes with start 0, stop 10000000000000, k 1 \(as text to .*mine\.txt\)\.\nGo on with that one by: tamis resume .*mine\.checkpoint/);
  }
  await truncate(output, bytes - 1);
  const changed = await tamis(args);
  assert.equal(changed.code, 1);
  assert.match(changed.err, /mine\.txt could not be written: it is shorter than the \d+ bytes that it had: it was changed\./);
  await writeFile(file, (await readFile(file)).subarray(0, -20));
  assert.match((await tamis(args)).err, /but it is damaged/);
});

test('files that are not checkpoints, or of other jobs, are refused by name', async () => {
  const page = `${folder}/page.html`;
  await writeFile(page, '<!doctype html>');
  const good = `${folder}/good`;
  await tamis(['count', '1e13', '--checkpoint', good], whenWritten(good, 1, 'SIGKILL'));
  const short = `${folder}/short`;
  await writeFile(short, (await readFile(good)).subarray(0, -3));
  const altered = `${folder}/altered`;
  const bytes = await readFile(good);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(altered, bytes);
  /** @type {[string[], RegExp][]} */
  const cases = [
    [['resume', `${folder}/nothing`], /nothing could not be read: there is no such file or folder\./],
    [['resume', folder], /could not be read: it is a folder\./],
    [['resume', page], /page\.html can't be gone on with: .*no checkpoint/],
    [['resume', short], /short can't be gone on with: .*cut short/],
    [['resume', altered], /altered can't be gone on with: .*damaged/],
    [['count', '1e12', '--checkpoint', good], /good holds another job: count-primes with start 0, stop 10000000000000\./],
    [['count', '1e13', '--twins', '--checkpoint', good], /good holds another job/],
    [['nth', '1e13', '--checkpoint', good], /good holds another job/],
    [['list', '1e13', '-o', `${folder}/o`, '--checkpoint', good], /good holds another job/],
    [['count', '1e12', '--checkpoint', `${folder}/nowhere/file`], /nowhere\/file could not be written: there is no such file or folder\./],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = await tamis(args);
    assert.deepEqual([code, out], [1, ''], `${args.join(' ')}: ${err}`);
    assert.match(err, message);
    assert.doesNotMatch(err, /at .*\.js:\d+/, 'no stack trace');
  }
  assert.equal(await contents(`${folder}/o`), null, 'no output was begun');
  const none = await tamis(['nth', '10', '--start', '2^64-60', '--checkpoint', `${folder}/none`]);
  assert.equal(none.code, 2);
  assert.match(none.err, /^tamis: There are not so many primes there/);
  assert.equal(await contents(`${folder}/none`), null, 'going on would not find one either');
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [['resume'], /resume which file/],
    [['resume', good, 'more'], /one word too many/],
    [['list', '100', '--checkpoint', good], /--checkpoint needs --output/],
    [['bench', '--checkpoint', good], /nothing to tamis bench/],
  ])) {
    const { code, err } = await tamis(args);
    assert.equal(code, 2);
    assert.match(err, message);
  }
});

test('a file is one process\'s alone, while it lives', { timeout: 120_000 }, async () => {
  const file = `${folder}/shared`;
  const args = ['count', '1e13', '--checkpoint', file];
  const claims = async () => (await readdir(folder)).filter((name) => name.startsWith('shared.lock-'));
  const first = await tamis(args, async (child) => {
    while (!await contents(file) && child.exitCode === null) await sleep(5);
    // What another would overwrite: the same job, another one, that of a list, and whatever it holds.
    for (const other of [args, ['nth', '1e10', '--checkpoint', file], ['list', '1e13', '-o', `${file}.txt`, '--checkpoint', file], ['resume', file]]) {
      const { code, out, err } = await tamis(other);
      assert.deepEqual([code, out], [1, ''], err);
      assert.match(err, new RegExp(`^tamis: .*shared is in use: process ${child.pid} keeps its job there\\.\nWait for it to end, or name another file\\.`));
    }
    assert.equal((await claims()).length, 1, 'who was refused leaves nothing');
    child.kill('SIGKILL');
  });
  assert.equal(first.signal, 'SIGKILL');
  assert.equal((await claims()).length, 1, 'the dead can\'t clear up');
  const second = await tamis(args, whenWritten(file, 1, 'SIGINT'));
  assert.equal(second.code, 130, second.err);
  assert.match(second.err, /going on from/);
  assert.deepEqual(await claims(), []);

  // As of a machine that shares the folder: nobody here knows whether that process lives.
  const far = `${file}.lock-1-1-elsewhere`;
  await writeFile(far, '');
  const refused = await tamis(args);
  assert.match(refused.err, /shared is in use: process 1 on elsewhere keeps its job there\.\n.*remove .*shared\.lock-1-1-elsewhere\.\n$/);
  await rm(far);
  if (process.platform !== 'linux') return;
  // Our own number, which another process had before a reboot.
  await writeFile(`${file}.lock-${process.pid}-1-${os.hostname()}`, '');
  const reused = await tamis(args, whenWritten(file, 1, 'SIGINT'));
  assert.equal(reused.code, 130, reused.err);
});

test('of many that begin at once on one file at most one goes on', { timeout: 120_000 }, async () => {
  const file = `${folder}/rush`;
  const ends = await Promise.all(Array.from({ length: 4 }, () => tamis(['nth', '1e9', '--start', '1e12', '--threads', '1', '--checkpoint', file],
    async (child) => {
      while (!await contents(file) && child.exitCode === null) await sleep(5);
      await sleep(3000);
      child.kill('SIGINT');
    })));
  const going = ends.filter(({ err }) => !/is in use/.test(err));
  assert.ok(going.length <= 1, ends.map(({ err }) => err).join('\n'));
  for (const { code } of ends) assert.ok(code === 130 || code === 1);
  assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith('rush.lock')), []);
});

test('a page\'s checkpoint, or its token in a file, is resumed; and that of a stream prints what is left', async () => {
  const tamis_ = await load({ threads: 2 });
  const stream = tamis_.primes(0, 1000, { batch: 100 });
  for await (const _ of stream) break;
  const job = tamis_.start('self-test', { chunks: 100 }, { paused: true });
  await writeFile(`${folder}/stream`, await stream.checkpoint());
  await writeFile(`${folder}/token.txt`, `${await job.token()}\n`);
  job.cancel();
  await tamis_.dispose();
  const rest = (await tamis(['resume', `${folder}/stream`])).out.trimEnd().split('\n');
  // The 101st prime is 547, the 168th 997: OEIS A000040.
  assert.deepEqual([rest.length, rest[0], rest[67]], [68, '547', '997']);
  await copyFile(`${folder}/token.txt`, `${folder}/token`);
  assert.equal((await tamis(['resume', `${folder}/token`])).out, '4950\n');
});


test('a file that can not be written for a while is told once, and the job goes on', { timeout: 120_000 }, async () => {
  const file = `${folder}/blocked`;
  const { code, err } = await tamis(['count', '1e13', '--checkpoint', file], async (child) => {
    while (!await contents(file)) await sleep(10);
    // Where the next one would be written, a folder is in the way: for root, too.
    await mkdir(`${file}.new`);
    await sleep(3500);
    await rmdir(`${file}.new`);
    await whenWritten(file, 1, 'SIGINT')(child);
  });
  assert.equal(code, 130, err);
  assert.equal(err.match(/note: .*blocked could not be written: it is a folder\. The job goes on, and it is tried again\./g)?.length, 1, err);
});
