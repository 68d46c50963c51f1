// @ts-check
// What only Node can show of jobs that last: the life of a process, the messages behind a checkpoint, files of others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { test } from 'node:test';
import { api } from '../../../web/lib/api.js';
import { load } from '../../../web/lib/node.js';
import { node } from '../../../web/lib/platform/node.js';
import { ProgressMeter } from '../../../web/lib/progress.js';

const MODES = /** @type {const} */ (['threads', 'workers']);
const library = new URL('../../../web/lib/node.js', import.meta.url).href;

/** @param {string} script @param {number} [timeout] */
const node_ = (script, timeout = 60_000) => (
  execFileSync(process.execPath, ['--input-type=module', '-e', `import { load } from ${JSON.stringify(library)};\n${script}`], { encoding: 'utf8', timeout }));

test('a process is held by a job that is paused, and goes on with its other work', () => {
  for (const mode of MODES) {
    const out = node_(`const tamis = await load({ mode: '${mode}', threads: 2 });
      const job = tamis.start('count-primes', { start: 0, stop: 1e9 });
      await job.pause();
      setTimeout(() => { console.log(job.state); void job.resume(); }, 300);
      void job.result.then(({ value }) => console.log(String(value)));`);
    assert.equal(out, 'paused\n50847534\n');
  }
});

test('a job that failed unheard is no unhandled rejection, and a cancelled one lets the process end', () => {
  for (const mode of MODES) {
    const out = node_(`const tamis = await load({ mode: '${mode}', threads: 2 });
      const failing = tamis.start('self-test', { chunks: 5, failAt: 2 });
      const job = tamis.start('count-primes', { start: 0, stop: 1e15 }, { paused: true });
      while (failing.state === 'running') await new Promise((resolve) => { setTimeout(resolve, 10); });
      console.log(failing.state);
      job.cancel();`);
    assert.equal(out, 'failed\n');
  }
});

test('a process takes up where another one has stopped', () => {
  const token = node_(`const tamis = await load({ threads: 2 });
    const job = tamis.start('count-tuplets', { start: 0, stop: 1e10, kinds: 2 });
    while (!(job.progress?.fraction > 0.3)) await new Promise((resolve) => { setTimeout(resolve, 5); });
    process.stdout.write(await job.token(), () => process.exit());`);
  const out = node_(`const tamis = await load({ mode: 'workers', threads: 3 });
    const token = ${JSON.stringify(token)};
    console.log(String((await tamis.restore(token).result).values[1]), (await tamis.readCheckpoint(token)).done > 0n);`);
  // OEIS A007508
  assert.equal(out, '27412679 true\n');
});

test('the host posts a checkpoint a second, or as often as somebody wants, and never that of a stream beside its batches', async () => {
  for (const mode of MODES) {
    /** @type {import('../../../web/lib/protocol.js').FromHost[]} */
    const said = [];
    const watched = api({
      ...node,
      createWorker(role, url) {
        const handle = node.createWorker(role, url);
        let inner = handle.onMessage;
        Object.defineProperty(handle, 'onMessage', {
          get: () => (/** @type {import('../../../web/lib/protocol.js').FromHost} */ message) => {
            said.push(message);
            inner(message);
          },
          set: (value) => { inner = value; },
        });
        return handle;
      },
    });
    const tamis = await watched.load({ mode, threads: 2 });
    const began = performance.now();
    await tamis.run('self-test', { chunks: 200, steps: 1_000_000 });
    const once = said.filter(({ type }) => type === 'checkpoint').length;
    assert.ok(once <= (performance.now() - began) / 1000, `${mode}: ${once}`);
    said.length = 0;
    for await (const _ of tamis.primes(0, 1e6, { batch: 10_000 }));
    assert.deepEqual(said.filter(({ type }) => type === 'checkpoint'), [], mode);
    const batches = said.filter((message) => message.type === 'batch');
    assert.ok(batches.length > 5);
    batches.forEach(({ checkpoint }, i) => assert.equal(checkpoint === null, i === batches.length - 1, 'the last batch alone has none'));
    let heard = 0;
    await tamis.run('self-test', { chunks: 200, steps: 1_000_000 }, { checkpointMs: 10, onCheckpoint: () => { heard++; } });
    const posted = said.filter(({ type }) => type === 'checkpoint').length;
    assert.ok(posted > 0 && posted === heard, `${posted} posted, ${heard} heard`);
    await tamis.dispose();
  }
});

test('calls that wait are rejected by dispose()', async () => {
  for (const mode of MODES) {
    const tamis = await load({ mode, threads: 2 });
    const job = tamis.start('count-primes', { start: 0, stop: 1e15 });
    const calls = [job.pause(), job.checkpoint(), tamis.readCheckpoint(new Uint8Array(9))];
    const outcomes = Promise.allSettled(calls);
    await tamis.dispose();
    for (const outcome of await outcomes) if (outcome.status === 'rejected') assert.match(outcome.reason.code, /disposed|foreign/);
    await assert.rejects(job.result, { code: 'disposed' });
    await job.pause();
    assert.equal(job.state, 'failed');
    assert.throws(() => tamis.restore('tamis1-'), { code: 'disposed' });
    assert.throws(() => tamis.restoreStream('tamis1-'), { code: 'disposed' });
    await assert.rejects(tamis.readCheckpoint('tamis1-'), { code: 'disposed' });
  }
});

test('progress of a restored job is at the pace of this run, and pauses do not count', () => {
  const meter = new ProgressMeter(1000, { restored: true });
  assert.deepEqual(meter.update(500n, 1000n, 1100), { done: 500n, total: 1000n, fraction: 0.5, rate: 0, elapsedMs: 100, etaMs: null, phases: [] });
  assert.deepEqual(meter.update(600n, 1000n, 2100), { done: 600n, total: 1000n, fraction: 0.6, rate: 100, elapsedMs: 1100, etaMs: 4000, phases: [] });
  meter.pause(2100);
  meter.pause(2500);
  assert.equal(meter.update(610n, 1000n, 9000).elapsedMs, 1100);
  meter.resume(10_100);
  meter.resume(10_200);
  assert.deepEqual(meter.update(710n, 1000n, 11_100), { done: 710n, total: 1000n, fraction: 0.71, rate: 105, elapsedMs: 2100, etaMs: 290_000 / 105, phases: [] });
});

/** What was begun natively (tests/checkpoint_bytes.rs) goes on here. Sources: OEIS A006880, A007508; the others see there. */
test('golden checkpoints of the first version go on, in both modes', async () => {
  /** @type {[string, string, bigint[]][]} */
  const golden = [
    ['count-primes', 'count-primes', [50_847_534n]],
    ['count-tuplets', 'count-tuplets', [50_847_534n, 3_424_506n, 0n, 0n, 0n, 0n]],
    ['nth-prime', 'nth-prime', [982_451_653n]],
    ['self-test', 'self-test', [499_500n]],
  ];
  for (const mode of MODES) {
    const tamis = await load({ mode, threads: 2 });
    for (const [file, kind, values] of golden) {
      const bytes = await fixture(file);
      const facts = await tamis.readCheckpoint(bytes);
      assert.deepEqual([facts.kind, facts.version], [kind, '0.1.0']);
      assert.ok(facts.done > 0n && facts.done < facts.total);
      assert.deepEqual((await tamis.restore(bytes).result).values, values, `${file}, ${mode}`);
    }
    // 100 primes were read, and then some thousands as differences.
    const stream = tamis.restoreStream(await fixture('list-primes'));
    let last = 0n;
    for await (const batch of stream) last = batch[batch.length - 1];
    // The last prime below 10^8: OEIS A003618.
    assert.equal(last, 99_999_989n);
    assert.ok(stream.count < 5_761_455n && stream.count > 5_750_000n);
    await tamis.dispose();
  }
});

/** @param {string} name */
const fixture = async (name) => new Uint8Array(await readFile(new URL(`../../fixtures/${name}.tamis`, import.meta.url)));

test('a checkpoint of a later version says which one goes on with it, and one of an unknown kind is refused', async () => {
  const tamis = await load({ threads: 1 });
  const later = await fixture('count-primes');
  later[8] = 2;
  later.set(new TextEncoder().encode('9.8.7'), 17);
  const error = await tamis.restore(sealed(later)).result.then(() => assert.fail('it was taken'), (reason) => reason);
  assert.equal(error.code, 'version');
  assert.match(error.message, /tamis 9\.8\.7 made/i);
  assert.match(error.hint, /\.$/);
  const unknown = await fixture('count-primes');
  // The kind is behind the version's name.
  unknown[22] = 77;
  await assert.rejects(tamis.readCheckpoint(sealed(unknown)), { code: 'kind' });
  await tamis.dispose();
});

/** With the checksum that its contents have: CRC-64/XZ, bit by bit. @param {Uint8Array} bytes */
function sealed(bytes) {
  let crc = 0xffff_ffff_ffff_ffffn;
  for (const byte of bytes.subarray(0, -8)) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c_5795_d787_0f42n : crc >> 1n;
  }
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, crc ^ 0xffff_ffff_ffff_ffffn, true);
  return bytes;
}
