// @ts-check
// What only Node can show of jobs that last: the life of a process, the messages behind a checkpoint, files of others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
    const job = tamis.start('count-tuplets', { start: 0, stop: 1e9, kinds: 2 });
    while (!(job.progress?.fraction > 0.3)) await new Promise((resolve) => { setTimeout(resolve, 5); });
    process.stdout.write(await job.token(), () => process.exit());`);
  const out = node_(`const tamis = await load({ mode: 'workers', threads: 3 });
    const token = ${JSON.stringify(token)};
    console.log(String((await tamis.restore(token).result).values[1]), (await tamis.readCheckpoint(token)).done > 0n);`);
  // OEIS A007508
  assert.equal(out, '3424506 true\n');
});

test('the host posts checkpoints only where somebody wants them, and never that of a stream beside its batches', async () => {
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
    await tamis.run('self-test', { chunks: 200, steps: 1_000_000 });
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
  assert.deepEqual(meter.update(500n, 1000n, 1100), { done: 500n, total: 1000n, fraction: 0.5, rate: 0, elapsedMs: 100, etaMs: null });
  assert.deepEqual(meter.update(600n, 1000n, 2100), { done: 600n, total: 1000n, fraction: 0.6, rate: 100, elapsedMs: 1100, etaMs: 4000 });
  meter.pause(2100);
  meter.pause(2500);
  assert.equal(meter.update(610n, 1000n, 9000).elapsedMs, 1100);
  meter.resume(10_100);
  meter.resume(10_200);
  assert.deepEqual(meter.update(710n, 1000n, 11_100), { done: 710n, total: 1000n, fraction: 0.71, rate: 105, elapsedMs: 2100, etaMs: 290_000 / 105 });
});
