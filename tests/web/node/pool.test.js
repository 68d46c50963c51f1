// @ts-check
// The pool of threads in Node: it grows and shrinks while jobs run, and is given back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { api } from '../../../web/lib/api.js';
import { load } from '../../../web/lib/node.js';
import { node } from '../../../web/lib/platform/node.js';

const MODES = /** @type {const} */ (['threads', 'workers']);

/** @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => { setTimeout(resolve, 2); });
}

for (const mode of MODES) {
  test(`threads are added and let go in the midst of jobs, in mode ${mode}`, { timeout: 120_000 }, async () => {
    /** @type {unknown[]} */
    const events = [];
    const tamis = await load({ mode, threads: 1, onEvent: (event) => events.push(event) });
    const job = tamis.start('count-primes', { start: 0, stop: 1e10 });
    const paused = tamis.start('count-primes', { start: 0, stop: 1e8 }, { paused: true });
    let listed = 0;
    const listing = (async () => {
      for await (const batch of tamis.primes(0, 1e9, { type: 'f64' })) listed += batch.length;
    })();
    for (const [share, threads] of [[0.1, 4], [0.3, 2], [0.6, 2], [0.7, 3]]) {
      await until(() => (job.progress?.fraction ?? 0) >= share);
      await tamis.resize(threads);
      assert.equal(tamis.threads, threads);
      assert.equal(tamis.capabilities().threadsReason, `${threads} threads: asked for.`);
    }
    await job.setThreads(3);
    // OEIS A006880
    assert.equal((await job.result).value, 455_052_511n);
    await listing;
    assert.equal(listed, 50_847_534);
    assert.equal(paused.state, 'paused');
    await paused.resume();
    assert.equal((await paused.result).value, 5_761_455n);
    assert.deepEqual(events, []);
    assert.equal((await tamis.run('count-primes', { start: 0, stop: 1e6 })).threads, 3);
    await tamis.dispose();
  });
}

test('a stream whose last batch has come is not begun again in another host, also when nobody said that it was the end', async () => {
  let hosts = 0;
  const { load: loadDeaf } = api({
    ...node,
    createWorker(role, url) {
      const inner = node.createWorker(role, url);
      const first = role === 'host' && hosts++ === 0;
      /** @type {import('../../../web/lib/platform/platform.js').WorkerHandle} */
      const outer = { ...inner, onMessage() {}, onLost() {} };
      // As when the host hands its jobs over just before it could say so.
      inner.onMessage = (message) => { if (!first || message.type !== 'done') outer.onMessage(message); };
      inner.onLost = (why) => outer.onLost(why);
      return outer;
    },
  });
  const tamis = await loadDeaf({ mode: 'threads', threads: 1 });
  let listed = 0;
  for await (const batch of tamis.primes(0, 1e6, { type: 'f64', batch: 30_000 })) {
    listed += batch.length;
    if (listed < 78_498) continue;
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    await tamis.resize(2);
  }
  assert.deepEqual([listed, hosts], [78_498, 2]);
  await tamis.dispose();
});

test('a size that can not be had leaves what there is; several at once end with the last', async () => {
  for (const mode of MODES) {
    const tamis = await load({ mode, threads: 2 });
    await assert.rejects(tamis.resize(0), { code: 'threads' });
    await assert.rejects(tamis.resize(257), { code: 'threads' });
    await assert.rejects(tamis.resize(1.5), { code: 'type' });
    assert.equal(tamis.threads, 2);
    await Promise.all([tamis.resize(3), tamis.resize(1), tamis.resize(2)]);
    assert.equal(tamis.threads, 2);
    assert.equal(await tamis.countPrimes(0, 1e6), 78_498n);
    const late = assert.rejects(tamis.resize(3), { code: /disposed|cancelled/ });
    await tamis.dispose();
    await late;
    await assert.rejects(tamis.resize(3), { code: 'disposed' });
  }
});

test('50 times loaded and disposed of: the process ends by itself, and its memory is bounded', { timeout: 120_000 }, () => {
  const library = new URL('../../../web/lib/node.js', import.meta.url).href;
  for (const mode of MODES) {
    const script = `import { load } from ${JSON.stringify(library)};
      const sizes = [];
      for (let round = 0; round < 50; round++) {
        const tamis = await load({ mode: ${JSON.stringify(mode)}, threads: 2 });
        if (await tamis.countPrimes(0, 1e6) !== 78498n) throw new Error('wrong');
        await tamis.dispose();
        if (round === 9 || round === 49) sizes.push(process.memoryUsage().rss);
      }
      console.log(sizes.join(' '));`;
    const [before, end] = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 60_000 })
      .trim().split(' ').map(Number);
    // One instance that stayed would keep some 25 MB: forty of them a gigabyte.
    assert.ok(end - before < 200 * 2 ** 20, `${mode}: from ${before} to ${end}`);
  }
});
