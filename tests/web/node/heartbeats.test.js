// @ts-check
// Threads that die or hang in mode `threads` are noticed by their heartbeats. The core and its threads are real, in Node;
// a thread is killed as a browser or a person at its task manager would: without a word.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
// @ts-ignore made by the build
import factory from '../../../web/dist/tamis-core.js';
import { instantiate } from '../../../web/lib/core.js';
import { Heartbeats } from '../../../web/lib/heartbeats.js';
import { jobSpec } from '../../../web/lib/kinds.js';
import { createMemory, DEFAULT_BYTES } from '../../../web/lib/memory.js';

const SILENCE_MS = 300;

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * An instance with threads, and the workers that are its threads.
 * @param {import('node:test').TestContext} t
 * @param {number} threads
 */
async function instance(t, threads) {
  /** @type {Worker[]} */
  const workers = [];
  class Noted extends Worker {
    /** @param {ConstructorParameters<typeof Worker>} args */
    constructor(...args) {
      super(...args);
      workers.push(this);
    }
  }
  // In Node emscripten takes the class from the module; what it finds as global it keeps.
  const scope = /** @type {any} */ (globalThis);
  const before = scope.Worker;
  Object.defineProperty(scope, 'Worker', { configurable: true, get: () => Noted, set() {} });
  const module = await WebAssembly.compile(new Uint8Array(await readFile(new URL('../../../web/dist/tamis.wasm', import.meta.url))));
  const core = await instantiate(factory, { module, memory: createMemory(DEFAULT_BYTES).memory, poolSize: threads + 1 });
  Object.defineProperty(scope, 'Worker', { configurable: true, writable: true, value: before });
  core.init(threads);
  /** @type {string[]} */
  const silent = [];
  const beats = new Heartbeats(core, SILENCE_MS, (why) => silent.push(why));
  t.after(() => Promise.all(workers.map((worker) => worker.terminate())));
  /** @param {import('../../../web/lib/core-job.js').Job} job */
  const start = (job) => {
    const called = beats.calling();
    job.start();
    called();
    beats.run(true);
  };
  return { core, workers, beats, silent, start };
}

test('threads that work, rest, or wait for work look alive', { timeout: 60_000 }, async (t) => {
  const { core, silent, start } = await instance(t, 3);
  const busy = core.job(jobSpec('self-test', { chunks: 1n << 40n }));
  busy.limitThreads(1);
  start(busy);
  await sleep(4 * SILENCE_MS);
  const sieve = core.job(jobSpec('count-primes', { start: 0, stop: 10n ** 15n }));
  start(sieve);
  await sleep(4 * SILENCE_MS);
  assert.deepEqual(silent, []);
  busy.cancel();
  sieve.cancel();
});

test('a thread that is killed while it rests is missed by many short jobs as by a long one', { timeout: 60_000 }, async (t) => {
  const { core, workers, beats, silent, start } = await instance(t, 2);
  await workers[workers.length - 1].terminate();
  // Each far shorter than a silence.
  for (let jobs = 0; silent.length === 0 && jobs < 400; jobs++) {
    const job = core.job(jobSpec('count-primes', { start: 0, stop: 10n ** 15n }));
    start(job);
    await sleep(50);
    job.cancel();
    beats.run(false);
  }
  assert.equal(silent.length, 1);
});

test('a thread that is killed is noticed, whether it worked or rested', { timeout: 60_000 }, async (t) => {
  for (const busy of [true, false]) {
    const { core, workers, silent, start } = await instance(t, 2);
    const job = core.job(jobSpec('count-primes', { start: 0, stop: 10n ** 15n }));
    if (busy) {
      start(job);
      await sleep(50);
    }
    // The last of the pool is the first thread: any but the runner will do, and it too.
    await workers[workers.length - 1].terminate();
    if (!busy) start(job);
    for (let waited = 0; silent.length === 0 && waited < 20 * SILENCE_MS; waited += 10) await sleep(10);
    assert.equal(silent.length, 1, `busy: ${busy}`);
    assert.match(silent[0], /^thread \d of 2 gave no sign of life for 0\.\d s$/);
    job.cancel();
  }
});
