// @ts-check
// What goes wrong in Node: a wasm file that is missing or damaged, workers that are lost or do not start.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { api } from '../../../web/lib/api.js';
import { openJobs } from '../../../web/lib/jobs/jobs.js';
import { load } from '../../../web/lib/node.js';
import { node } from '../../../web/lib/platform/node.js';
import { temporaryFolder, remove } from '../harness/index.js';

/** @typedef {import('../../../web/lib/platform/platform.js').WorkerHandle} WorkerHandle */

const wasmUrl = new URL('../../../web/dist/tamis.wasm', import.meta.url);

test('tamis.wasm may be given as path, URL, bytes or compiled module', async () => {
  const bytes = new Uint8Array(await readFile(wasmUrl));
  for (const wasm of [fileURLToPath(wasmUrl), wasmUrl, wasmUrl.href, bytes, bytes.buffer, await WebAssembly.compile(bytes)]) {
    const tamis = await load({ wasm, threads: 1 });
    assert.equal(await tamis.countPrimes(0, 1000), 168n);
    await tamis.dispose();
  }
});

test('a wasm file that is missing or damaged is named', async (t) => {
  const folder = await temporaryFolder('wasm');
  t.after(() => remove(folder));
  await assert.rejects(load({ wasm: `${folder}/nothing.wasm` }), { code: 'wasm-missing', message: /nothing\.wasm/, hint: /make web/ });
  await writeFile(`${folder}/short.wasm`, (await readFile(wasmUrl)).subarray(0, 1000));
  await assert.rejects(load({ wasm: pathToFileURL(`${folder}/short.wasm`) }), { code: 'wasm-type', message: /short\.wasm/, hint: /cut short/ });
  await writeFile(`${folder}/page.wasm`, '<!doctype html>');
  await assert.rejects(load({ wasm: `${folder}/page.wasm` }), { code: 'wasm-type', message: /page\.wasm/ });
});

test('a worker script that is missing, broken or silent is named', async (t) => {
  const folder = await temporaryFolder('worker');
  t.after(() => remove(folder));
  await writeFile(`${folder}/broken.mjs`, 'throw new Error("broken")');
  await writeFile(`${folder}/silent.mjs`, 'setInterval(() => {}, 1000)');
  await assert.rejects(load({ workerUrl: `${folder}/nothing.mjs` }), { code: 'worker-start', message: /nothing\.mjs/ });
  await assert.rejects(load({ workerUrl: `${folder}/broken.mjs`, mode: 'workers' }), { code: 'worker-start', message: /broken\.mjs: broken/ });
  await assert.rejects(load({ workerUrl: `${folder}/silent.mjs`, mode: 'threads', timeoutMs: 1000 }), { code: 'timeout', message: /within 1 s.*silent\.mjs/ });
});

/** The library, with every worker it makes in a list. */
function watched() {
  /** @type {{ role: string, handle: WorkerHandle }[]} */
  const made = [];
  let refused = false;
  /** How many workers for chunks are still to be refused. */
  let few = 0;
  const library = api({
    ...node,
    createWorker(role, url) {
      if (refused || (role === 'chunks' && few-- > 0)) throw new Error('refused');
      const handle = node.createWorker(role, url);
      made.push({ role, handle });
      return handle;
    },
  });
  return { load: library.load, made, refuse: () => { refused = true; }, refuseChunks: (/** @type {number} */ count) => { few = count; } };
}

/** As if it had died: Node tells nothing of a worker that its own code terminates. @param {WorkerHandle} handle */
function kill(handle) {
  handle.terminate();
  handle.onLost('it was killed by the test');
}

test('a job of tamis/jobs tells what was lost under it', async () => {
  const { load: loadWatched, made } = watched();
  const jobs = await openJobs({ name: 'faults', load: (hears) => loadWatched({ mode: 'workers', threads: 2, ...hears }) });
  const id = await jobs.start('count-primes', { start: 0, stop: 1e10 });
  assert.equal(jobs.get(id)?.healed, null);
  const running = () => (jobs.get(id)?.fraction ?? 0) > 0;
  while (!running()) await new Promise((resolve) => { jobs.addEventListener('change', resolve, { once: true }); });
  kill(/** @type {any} */ (made.find(({ role }) => role === 'chunks')).handle);
  const { state, values, healed } = await jobs.ended(id);
  jobs.close();
  assert.deepEqual([state, values], ['done', [455_052_511n]]);
  assert.equal(healed?.times, 1);
  assert.match(String(healed?.why), /killed by the test/);
});

test('a worker that is lost costs its chunk only: another runs it again', async () => {
  const { load: loadWatched, made } = watched();
  const tamis = await loadWatched({ mode: 'workers', threads: 3 });
  const victims = made.filter(({ role }) => role === 'chunks');
  const count = await tamis.countPrimes(0, 1e10, {
    // One after the other, in the midst of the work.
    onProgress: ({ fraction }) => { while (victims.length > 3 * (1 - fraction)) kill(/** @type {any} */ (victims.shift()).handle); },
  });
  assert.equal(count, 455_052_511n);
  assert.deepEqual([victims.length, made.length], [0, 1 + 3 + 3]);
  await tamis.dispose();
});

test('a worker that does not start although others do is tried again, at load() and at resize()', async () => {
  const { load: loadWatched, made, refuseChunks } = watched();
  refuseChunks(1);
  const tamis = await loadWatched({ mode: 'workers', threads: 3 });
  assert.deepEqual([tamis.threads, made.length, tamis.capabilities().warnings], [3, 1 + 3, []]);
  // Both are, and tried again.
  refuseChunks(2);
  await tamis.resize(5);
  assert.deepEqual([tamis.threads, made.length], [5, 1 + 5]);
  // OEIS A006880
  assert.equal(await tamis.countPrimes(0, 1e8), 5_761_455n);
  await tamis.dispose();
});

test('a worker that does not start at any time is told of, and no other is tried for ever', async () => {
  const { load: loadWatched, made, refuse, refuseChunks } = watched();
  // All of them: nothing says that this would pass.
  refuseChunks(2);
  await assert.rejects(loadWatched({ mode: 'workers', threads: 2 }), { code: 'worker-start', message: /refused/ });
  assert.equal(made.length, 1);
  const tamis = await loadWatched({ mode: 'workers', threads: 2 });
  refuse();
  await assert.rejects(tamis.resize(3), { code: 'worker-start', message: /refused/ });
  assert.equal(tamis.threads, 2);
  assert.equal(await tamis.countPrimes(0, 1e6), 78_498n);
  await tamis.dispose();
});

test('a chunk that kills every worker it meets fails its job, not the others', async () => {
  const { load: loadWatched, made } = watched();
  const tamis = await loadWatched({ mode: 'workers', threads: 1 });
  const deadly = assert.rejects(tamis.run('self-test', { chunks: 1, steps: 1e11 }), { code: 'failed', message: /killed by the test/ });
  let alive = true;
  void deadly.then(() => { alive = false; });
  while (alive) {
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    kill(made[made.length - 1].handle);
  }
  await deadly;
  assert.equal(await tamis.countPrimes(0, 1000), 168n);
  await tamis.dispose();
});

for (const mode of /** @type {const} */ (['threads', 'workers'])) {
  test(`a host that dies is replaced, and all goes on, in mode ${mode}`, async () => {
    const { load: loadWatched, made } = watched();
    /** @type {import('../../../web/lib/options.js').LibraryEvent[]} */
    const events = [];
    const tamis = await loadWatched({ mode, threads: 2, onEvent: (event) => events.push(event) });
    /** @type {bigint[]} */
    const listed = [];
    let killed = 0;
    const kill0 = () => {
      killed++;
      kill(/** @type {any} */ (made.findLast(({ role }) => role === 'host')).handle);
    };
    const paused = tamis.start('count-primes', { start: 0, stop: 1e8 }, { paused: true });
    const counting = tamis.countPrimes(0, 1e10, {
      checkpointMs: 20,
      onCheckpoint() {},
      onProgress: ({ fraction }) => { if (fraction > 0.4 * (killed + 1)) kill0(); },
    });
    for await (const batch of tamis.primes(0, 1e6, { batch: 1000 })) {
      listed.push(...batch);
      if (killed === 0 && listed.length > 40_000) kill0();
    }
    // OEIS A006880
    assert.equal(await counting, 455_052_511n);
    assert.equal(killed, 2);
    assert.deepEqual([listed.length, listed.at(-1), new Set(listed).size], [78_498, 999_983n, 78_498]);
    await paused.resume();
    assert.equal((await paused.result).value, 5_761_455n);
    assert.deepEqual(events.map(({ type }) => type), ['healed', 'healed']);
    for (const { why, lostMs, takenMs } of events) assert.ok(/killed by the test/.test(why) && lostMs >= 0 && takenMs > 0, JSON.stringify(events));
    await tamis.dispose();
    await assert.rejects(tamis.countPrimes(0, 10), { code: 'disposed' });
  });
}

for (const mode of /** @type {const} */ (['threads', 'workers'])) {
  test(`many numbers are tested although hosts and workers die, in mode ${mode}`, async () => {
    const { load: loadWatched, made } = watched();
    const tamis = await loadWatched({ mode, threads: 2 });
    const numbers = BigUint64Array.from({ length: 300_000 }, (_, i) => BigInt(i));
    /** @type {string[]} */
    const victims = mode === 'threads' ? ['host', 'host'] : ['chunks', 'host'];
    let killed = 0;
    const prime = await tamis.arePrime(numbers, {
      onProgress: ({ fraction }) => {
        if (killed === victims.length || fraction < 0.3 * (killed + 1)) return;
        kill(/** @type {any} */ (made.findLast(({ role }) => role === victims[killed])).handle);
        killed++;
      },
    });
    assert.equal(killed, 2);
    assert.equal(prime.reduce((sum, one) => sum + one, 0), 25_997); // primesieve 299999
    assert.deepEqual([prime[299_993], prime[299_999]], [1, 0]);
    await tamis.dispose();
  });
}

test('a host that dies while nobody needs it is replaced when somebody does', async () => {
  const { load: loadWatched, made } = watched();
  const tamis = await loadWatched({ threads: 2 });
  kill(made[0].handle);
  assert.equal(made.length, 1);
  assert.equal(await tamis.countPrimes(0, 1e6), 78_498n);
  assert.equal(made.length, 2);
  kill(made[1].handle);
  await tamis.dispose();
});

test('a job over which three hosts are lost fails, with its checkpoint; the next host does the others', async () => {
  const { load: loadWatched, made } = watched();
  let healed = 0;
  const tamis = await loadWatched({ threads: 2, onEvent: () => { healed++; } });
  // No progress: one chunk that takes for ever.
  const deadly = tamis.start('self-test', { chunks: 1, steps: 1e11 });
  let alive = true;
  void deadly.result.catch(() => { alive = false; });
  for (let kills = 0; alive; await new Promise((resolve) => { setTimeout(resolve, 20); })) {
    if (kills <= healed) kill(made[kills++].handle);
  }
  await assert.rejects(deadly.result, { code: 'failed', message: /3 times without getting on.*killed by the test/ });
  assert.equal(deadly.state, 'failed');
  assert.equal(await tamis.countPrimes(0, 1e6), 78_498n);
  await tamis.dispose();
});

test('a host that can not be started again rejects what runs, and every later call, with advice', async () => {
  const { load: loadWatched, made, refuse } = watched();
  const tamis = await loadWatched({ mode: 'threads', threads: 2 });
  const running = assert.rejects(tamis.countPrimes(0, 1e15), { code: 'failed', message: /could not be started again.*refused/, hint: /load\(\)/ });
  refuse();
  kill(made[0].handle);
  await running;
  await assert.rejects(tamis.countPrimes(0, 10), { code: 'failed' });
  await tamis.dispose();
  await assert.rejects(tamis.countPrimes(0, 10), { code: 'failed' });
});

test('a process ends by itself: after dispose, and also without it when nothing runs', () => {
  const library = new URL('../../../web/lib/node.js', import.meta.url).href;
  for (const mode of ['threads', 'workers']) {
    for (const end of ['await tamis.dispose();', '']) {
      const script = `import { load } from ${JSON.stringify(library)};
        const tamis = await load({ mode: ${JSON.stringify(mode)}, threads: 2 });
        console.log(String(await tamis.countPrimes(0, 1e6)));
        ${end}`;
      const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 30_000 });
      assert.equal(out, '78498\n');
    }
  }
});

test('the process is held while a job runs', () => {
  const library = new URL('../../../web/lib/node.js', import.meta.url).href;
  const script = `import { load } from ${JSON.stringify(library)};
    const tamis = await load({ threads: 1 });
    void tamis.countPrimes(0, 1e9).then((count) => console.log(String(count)));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 60_000 });
  assert.equal(out, '50847534\n');
});

test('in Node, the entry for pages says which one to use', async () => {
  const page = await import('../../../web/lib/index.js');
  await assert.rejects(page.load(), { code: 'unsupported', hint: /tamis/ });
});
