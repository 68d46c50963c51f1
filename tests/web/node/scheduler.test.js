// @ts-check
// Who gets which chunk in mode `workers`. The host's side is real (scheduler, core, message ports); the
// chunk workers are played by the test, so that it decides when they answer.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, beforeEach, afterEach, test } from 'node:test';
// @ts-ignore made by the build
import factory from '../../../web/dist/tamis-core.js';
import { Batch } from '../../../web/lib/batch.js';
import { instantiate } from '../../../web/lib/core.js';
import { jobSpec } from '../../../web/lib/kinds.js';
import { createMemory, DEFAULT_BYTES } from '../../../web/lib/memory.js';
import { Scheduler } from '../../../web/lib/scheduler.js';

/** @typedef {import('../../../web/lib/core.js').Core} Core */
/** @typedef {import('../../../web/lib/protocol.js').ToChunks} ToChunks */
/** @typedef {{ job: number, chunk: bigint, numbers: BigUint64Array | null }} Chunk */

/** @type {Core} */
let core;
/** @type {Scheduler} */
let scheduler;
/** @type {Player[]} */
let players;
/** @type {number[]} slots for which another worker was asked */
let asked;

/** @type {number[]} slots whose worker may go */
let dismissed;
/** @type {{ why: string, lostMs: number, takenMs: number }[]} */
let healed;

before(async () => {
  const module = await WebAssembly.compile(new Uint8Array(await readFile(new URL('../../../web/dist/tamis.wasm', import.meta.url))));
  core = await instantiate(factory, { module, memory: createMemory(DEFAULT_BYTES).memory, poolSize: 0 });
});
beforeEach(() => {
  players = [];
  host(Infinity);
});
afterEach(() => players.forEach((player) => player.port.close()));

/** A new scheduler; an older one talks to nobody any more. @param {number} silenceMs */
function host(silenceMs) {
  /** @type {number[]} */
  const slots = asked = [];
  /** @type {typeof healed} */
  const heard = healed = [];
  /** @type {number[]} */
  const gone = dismissed = [];
  scheduler = new Scheduler({
    onReplace: (slot) => slots.push(slot), onDismissed: (slot) => gone.push(slot), onHealed: (what) => heard.push(what), silenceMs,
  });
}

/** A chunk worker, played. */
class Player {
  constructor(slot = players.length) {
    const { port1, port2 } = new MessageChannel();
    this.slot = slot;
    this.port = port2;
    /** @type {Chunk[]} given and not answered */
    this.open = [];
    /** @type {Map<number, import('../../../web/lib/core-job.js').Job>} */
    this.jobs = new Map();
    port2.onmessage = ({ data }) => this.#hear(data);
    scheduler.addWorker(slot, port1);
    players.push(this);
  }

  /** @param {ToChunks} message */
  #hear(message) {
    if (message.type === 'job') this.jobs.set(message.job, core.job(message.spec));
    else if (message.type === 'forget') this.jobs.delete(message.job);
    else this.open.push({ job: message.job, chunk: message.chunk, numbers: message.type === 'test' ? message.numbers : null });
  }

  /** Answers the first open chunk. */
  async answer({ ms = 100 } = {}) {
    const { job, chunk, numbers } = /** @type {Chunk} */ (this.open.shift());
    const bytes = numbers ? core.arePrime(numbers) : /** @type {import('../../../web/lib/core-job.js').Job} */ (this.jobs.get(job)).runChunk(chunk);
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
const settle = () => after(20);

/** @param {number} ms */
const after = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** @param {number} chunks @param {{ threads?: number, spec?: import('../../../web/lib/kinds.js').JobSpec }} [options] */
function run(chunks, { threads = 0, spec = jobSpec('self-test', { chunks }) } = {}) {
  const controller = new AbortController();
  const job = core.job(spec);
  const done = scheduler.run(job, spec, { threads, signal: controller.signal, progressMs: 16, onProgress() {} }).then(() => job.values()[0]);
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

test('numbers to be tested are shared out, and those of a worker that is lost go to another', async () => {
  const numbers = BigUint64Array.from({ length: 20_000 }, (_, i) => BigInt(i));
  const batch = new Batch(numbers);
  const done = scheduler.run(batch, null, { threads: 0, signal: new AbortController().signal, progressMs: 16, onProgress() {} });
  const [first] = [new Player(), new Player()];
  await settle();
  assert.deepEqual(opens(), [1, 1]);
  await first.break();
  while (opens().some((count) => count > 0)) for (const player of players) if (player.open.length) await player.answer();
  await done;
  assert.equal(batch.primes.reduce((sum, prime) => sum + prime, 0), 2262); // primesieve 20000
  assert.deepEqual([...batch.primes.subarray(0, 8), batch.primes[19_997]], [0, 0, 1, 1, 0, 1, 0, 1, 1]);
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

test('chunks that are cheaper in a row stay with their worker, also those that wait behind another', async () => {
  const { done } = run(0, { spec: jobSpec('count-primes', { start: 10n ** 12n, stop: 10n ** 12n + 200_000_000n }) });
  for (let i = 0; i < 2; i++) new Player();
  await settle();
  /** @type {bigint[][]} */
  const ran = [[], []];
  while (opens().some((count) => count > 0)) {
    for (const { slot, open } of players) {
      if (open.length === 0) continue;
      ran[slot].push(open[0].chunk);
      await players[slot].answer({ ms: 2 });
    }
  }
  assert.equal(await done, 7_237_499n); // primesieve 1000000000000 1000200000000, version 12.16
  assert.ok(ran.flat().length > 6);
  for (const chunks of ran) {
    const inARow = chunks.filter((chunk, i) => i > 0 && chunk === chunks[i - 1] + 1n);
    assert.ok(inARow.length >= chunks.length - 2, `${chunks}`);
  }
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
  await after(150);
  assert.deepEqual(asked, [1], 'only the one that still runs a chunk');
  const { done: next } = run(1);
  await settle();
  assert.deepEqual([quick.open.length, slow.open.length], [1, 1]);
  await quick.answer();
  assert.equal(await next, 0n);
});

test('a worker that is dismissed finishes what it has, and gets no more', async () => {
  const { done } = run(6);
  const [stays, goes, idle] = [new Player(), new Player(), new Player()];
  await settle();
  await goes.answer({ ms: 1 });
  assert.equal(goes.open.length, 2);
  await idle.answer();
  scheduler.dismissWorker(1);
  scheduler.dismissWorker(7);
  assert.deepEqual(dismissed, []);
  await goes.answer();
  await goes.answer();
  assert.deepEqual([goes.open.length, dismissed], [0, [1]]);
  while (stays.open.length || idle.open.length) for (const player of [stays, idle]) if (player.open.length) await player.answer();
  assert.equal(await done, 15n);
  scheduler.dismissWorker(2);
  assert.deepEqual(dismissed, [1, 2], 'one without work goes at once');
});

test('when no worker is left and none will come, the jobs end', async () => {
  const { done } = run(10);
  new Player();
  scheduler.loseWorker(0, 'it could not be started again', false);
  await assert.rejects(done, { code: 'worker-start', message: /No worker is left/ });
});

// With a silenceMs of 40: 300 ms for the first chunk, then 20 times the longest so far, and at least 100 ms.

/** Until another worker is asked for. @param {number} count  in all */
async function untilAsked(count) {
  const began = performance.now();
  while (asked.length < count && performance.now() - began < 20_000) await after(5);
  return performance.now() - began;
}

test('a worker that is silent for long is replaced, and its chunk runs again', async () => {
  host(40);
  const { done } = run(2);
  const [first, second] = [new Player(), new Player()];
  await settle();
  assert.deepEqual([first.open[0].chunk, second.open[0].chunk], [0n, 1n]);
  await second.answer({ ms: 1 });
  await untilAsked(1);
  assert.deepEqual(asked, [0]);
  await settle();
  assert.equal(second.open[0].chunk, 0n);
  await second.answer({ ms: 1 });
  assert.equal(await done, 1n);
  assert.equal(healed.length, 1);
  const [{ why, lostMs, takenMs }] = healed;
  assert.match(why, /^A worker was lost while it ran a chunk: it did not answer for 0\.\d s\.$/);
  assert.ok(lostMs >= 90 && takenMs >= 0, `${lostMs}, ${takenMs}`);
});

test('a job whose chunks are long is waited for longer', async () => {
  host(40);
  const { done } = run(2);
  const player = new Player();
  await settle();
  await player.answer({ ms: 1000 });
  await after(400);
  assert.deepEqual(asked, []);
  await player.answer();
  assert.equal(await done, 1n);
});

test('a chunk that silences three workers fails its job, and each had twice as much time as the one before', async () => {
  host(40);
  const { done } = run(1);
  /** @type {number[]} */
  const waits = [];
  for (let i = 0; i < 3; i++) {
    new Player(0);
    waits.push(await untilAsked(i + 1));
  }
  await assert.rejects(done, { code: 'failed', message: /did not answer for/ });
  assert.ok(waits[1] > waits[0] * 1.4 && waits[2] > waits[1] * 1.4, String(waits));
});

test('time that this thread itself has slept through makes nobody look silent', async () => {
  host(40);
  const { done } = run(2);
  const player = new Player();
  await settle();
  await player.answer({ ms: 1 });
  // As a machine that sleeps: no timer, no message, for much longer than any deadline.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
  await settle();
  assert.deepEqual(asked, []);
  await player.answer();
  assert.equal(await done, 1n);
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
