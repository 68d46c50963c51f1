// @ts-check
// Who gets which chunk in mode `workers`. The host's side is real (scheduler, core, message ports); the
// chunk workers are played by the test, so that it decides when they answer.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, beforeEach, afterEach, test } from 'node:test';
// @ts-ignore made by the build
import factory from '../../../web/dist/tamis-core.js';
import { instantiate } from '../../../web/lib/core.js';
import { jobSpec } from '../../../web/lib/kinds.js';
import { createMemory, DEFAULT_BYTES } from '../../../web/lib/memory.js';
import { Scheduler } from '../../../web/lib/scheduler.js';

/** @typedef {import('../../../web/lib/core.js').Core} Core */
/** @typedef {import('../../../web/lib/protocol.js').ToChunks} ToChunks */
/** @typedef {{ job: number, chunk: bigint }} Chunk */

/** @type {Core} */
let core;
/** @type {Scheduler} */
let scheduler;
/** @type {Player[]} */
let players;
/** @type {number[]} slots for which another worker was asked */
let asked;

before(async () => {
  const module = await WebAssembly.compile(new Uint8Array(await readFile(new URL('../../../web/dist/tamis.wasm', import.meta.url))));
  core = await instantiate(factory, { module, memory: createMemory(DEFAULT_BYTES).memory, poolSize: 0 });
});
beforeEach(() => {
  asked = [];
  players = [];
  scheduler = new Scheduler({ onReplace: (slot) => asked.push(slot) });
});
afterEach(() => players.forEach((player) => player.port.close()));

/** A chunk worker, played. */
class Player {
  constructor(slot = players.length) {
    const { port1, port2 } = new MessageChannel();
    this.slot = slot;
    this.port = port2;
    /** @type {Chunk[]} given and not answered */
    this.open = [];
    /** @type {Map<number, import('../../../web/lib/core.js').Job>} */
    this.jobs = new Map();
    port2.onmessage = ({ data }) => this.#hear(data);
    scheduler.addWorker(slot, port1);
    players.push(this);
  }

  /** @param {ToChunks} message */
  #hear(message) {
    if (message.type === 'job') this.jobs.set(message.job, core.job(message.spec));
    else if (message.type === 'forget') this.jobs.delete(message.job);
    else this.open.push({ job: message.job, chunk: message.chunk });
  }

  /** Answers the first open chunk. */
  async answer({ ms = 100 } = {}) {
    const { job, chunk } = /** @type {Chunk} */ (this.open.shift());
    const bytes = /** @type {import('../../../web/lib/core.js').Job} */ (this.jobs.get(job)).runChunk(chunk);
    this.port.postMessage({ type: 'result', job, chunk, bytes, ms });
    await settle();
  }

  async break() {
    const { job, chunk } = /** @type {Chunk} */ (this.open.shift());
    this.port.postMessage({ type: 'broken', job, chunk, error: { code: 'failed', message: 'Trapped.', hint: '' } });
    await settle();
  }
}

/** Until all messages have arrived. */
const settle = () => new Promise((resolve) => { setTimeout(resolve, 20); });

/** @param {number} chunks @param {{ threads?: number }} [options] */
function run(chunks, { threads = 0 } = {}) {
  const spec = jobSpec('self-test', { chunks });
  const controller = new AbortController();
  const job = core.job(spec);
  const done = scheduler.run(job, spec, { threads, signal: controller.signal, onProgress() {} }).then(() => job.values()[0]);
  done.catch(() => {});
  return { done, job, cancel: () => controller.abort() };
}

const opens = () => players.map(({ open }) => open.length);

test('each worker has one chunk, and the results add up', async () => {
  const { done } = run(5);
  for (let i = 0; i < 2; i++) new Player();
  await settle();
  assert.deepEqual(opens(), [1, 1]);
  while (opens().some((count) => count > 0)) for (const player of players) if (player.open.length) await player.answer();
  assert.equal(await done, 10n);
  assert.ok(players.every(({ jobs }) => jobs.size === 0), 'the job is forgotten');
});

test('while chunks are short, the next one waits behind the one that runs', async () => {
  run(100);
  const player = new Player();
  await settle();
  assert.equal(player.open.length, 1);
  await player.answer({ ms: 2 });
  assert.equal(player.open.length, 2);
  await player.answer({ ms: 200 });
  assert.equal(player.open.length, 1, 'long ones wait at the host');
});

test('a job with a limit of threads has at most so many workers', async () => {
  run(100, { threads: 2 });
  for (let i = 0; i < 4; i++) new Player();
  await settle();
  assert.deepEqual(opens(), [1, 1, 0, 0]);
  await players[0].answer({ ms: 1 });
  assert.equal(opens()[0], 2, 'a second chunk for the same worker is no second worker');
  assert.deepEqual(opens().slice(2), [0, 0]);
  run(100);
  await settle();
  assert.deepEqual(opens().slice(2), [1, 1], 'the others are free for another job');
});

test('jobs take turns', async () => {
  run(100);
  run(100);
  const player = new Player();
  await settle();
  /** @type {number[]} */
  const served = [];
  for (let i = 0; i < 6; i++) {
    served.push(player.open[0].job);
    await player.answer();
  }
  assert.deepEqual(served, [1, 2, 1, 2, 1, 2]);
});

test('the chunks of a lost worker are handed out again', async () => {
  const { done } = run(3);
  const [first, second] = [new Player(), new Player()];
  await settle();
  const lost = first.open[0].chunk;
  scheduler.loseWorker(0, 'lost', true);
  await second.answer();
  assert.equal(second.open[0].chunk, lost);
  while (second.open.length) await second.answer();
  assert.equal(await done, 3n);
});

test('a chunk that breaks three workers fails its job', async () => {
  const { done } = run(1);
  for (let i = 0; i < 3; i++) {
    const player = new Player(0);
    await settle();
    await player.break();
  }
  await assert.rejects(done, { code: 'failed', message: 'Trapped.' });
  assert.deepEqual(asked, [0, 0, 0]);
});

test('a chunk that only waited behind a broken one is not blamed', async () => {
  const { done } = run(2);
  const player = new Player(0);
  await settle();
  // Chunk 0 is done quickly, so that chunk 1 would get company; then workers break before they reach it.
  await player.answer({ ms: 1 });
  for (let i = 0; i < 2; i++) {
    const victim = players[players.length - 1];
    await victim.break();
    new Player(0);
    await settle();
  }
  await players[players.length - 1].answer();
  assert.equal(await done, 1n);
});

test('a cancel is answered at once, and a worker that lingers is replaced', async () => {
  const { done, cancel } = run(100);
  const [quick, slow] = [new Player(), new Player()];
  await settle();
  cancel();
  await assert.rejects(done, { code: 'cancelled' });
  await quick.answer();
  assert.deepEqual(asked, []);
  await new Promise((resolve) => { setTimeout(resolve, 150); });
  assert.deepEqual(asked, [1], 'only the one that still runs a chunk');
  const { done: next } = run(1);
  await settle();
  assert.deepEqual([quick.open.length, slow.open.length], [1, 1]);
  await quick.answer();
  assert.equal(await next, 0n);
});

test('when no worker is left and none will come, the jobs end', async () => {
  const { done } = run(10);
  new Player();
  scheduler.loseWorker(0, 'it could not be started again', false);
  await assert.rejects(done, { code: 'worker-start', message: /No worker is left/ });
});

test('a paused job gives out nothing, takes what comes back, and goes on', async () => {
  const { done, job } = run(4);
  const player = new Player();
  await settle();
  job.pause();
  await player.answer();
  assert.equal(player.open.length, 0, 'the next one waits');
  assert.equal(job.progress()[0], 1n);
  new Player();
  await settle();
  assert.deepEqual(opens(), [0, 0]);
  job.resume();
  scheduler.revive(job);
  await settle();
  assert.deepEqual(opens(), [1, 1]);
  job.pause();
  await players[0].answer();
  await players[1].answer();
  job.resume();
  scheduler.revive(job);
  await settle();
  await players[0].answer();
  assert.equal(await done, 6n);
});

test('a job whose last chunks come back while it is paused ends', async () => {
  const { done, job } = run(1);
  const player = new Player();
  await settle();
  job.pause();
  await player.answer();
  assert.equal(await done, 0n);
});

test('the limit of a job may change while it runs', async () => {
  const { job } = run(100, { threads: 1 });
  for (let i = 0; i < 3; i++) new Player();
  await settle();
  assert.deepEqual(opens(), [1, 0, 0]);
  scheduler.limit(job, 3);
  await settle();
  assert.deepEqual(opens(), [1, 1, 1]);
  scheduler.limit(job, 1);
  await players[1].answer();
  await players[2].answer();
  assert.deepEqual(opens(), [1, 0, 0], 'those too many get nothing more');
  scheduler.limit(job, 0);
  await settle();
  assert.deepEqual(opens(), [1, 1, 1]);
});
