// @ts-check
// What only Node can show of streams: the messages behind them, garbage, lost workers, the life of a process.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { api } from '../../../web/lib/api.js';
import { load } from '../../../web/lib/node.js';
import { node } from '../../../web/lib/platform/node.js';

/** @typedef {import('../../../web/lib/platform/platform.js').WorkerHandle} WorkerHandle */
/** @typedef {import('../../../web/lib/protocol.js').FromHost} FromHost */
/** @typedef {import('../../../web/lib/client.js').Client} Tamis */

const MODES = /** @type {const} */ (['threads', 'workers']);
const ENDLESS = 10n ** 12n;

/** The library, with all its workers and what the host says in lists. */
function watched() {
  /** @type {{ role: string, handle: WorkerHandle }[]} */
  const made = [];
  /** @type {FromHost[]} */
  const said = [];
  const library = api({
    ...node,
    createWorker(role, url) {
      const handle = node.createWorker(role, url);
      made.push({ role, handle });
      if (role !== 'host') return handle;
      // The library sets onMessage more than once; each time what is heard is noted before.
      let inner = handle.onMessage;
      Object.defineProperty(handle, 'onMessage', {
        get: () => (/** @type {FromHost} */ message) => {
          said.push(message);
          inner(message);
        },
        set: (value) => { inner = value; },
      });
      return handle;
    },
  });
  return { load: library.load, made, said };
}

/** As if it had died. @param {WorkerHandle} handle */
function kill(handle) {
  handle.terminate();
  handle.onLost('it was killed by the test');
}

/** @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => { setTimeout(resolve, 10); });
}

/** How the host's jobs have ended: 'cancelled' or another code, or 'done'. @param {FromHost[]} said */
const ends = (said) => said.flatMap((message) => (message.type === 'error' ? [message.error.code] : message.type === 'done' ? ['done'] : []));

/** Ways to leave a stream. @type {Record<string, (tamis: Tamis) => Promise<unknown>>} */
const LEAVE = {
  async break(tamis) {
    for await (const _ of tamis.primes(0, ENDLESS)) break;
  },
  async throw(tamis) {
    await assert.rejects(async () => { for await (const _ of tamis.primes(0, ENDLESS)) throw new Error('mine'); }, { message: 'mine' });
  },
  async return(tamis) {
    const batches = tamis.primes(0, ENDLESS)[Symbol.asyncIterator]();
    await batches.next();
    await batches.return?.();
  },
  async cancel(tamis) {
    const stream = tamis.primes(0, ENDLESS, { type: 'delta' });
    void stream[Symbol.asyncIterator]().next();
    await stream.cancel();
  },
  async 'reader.cancel'(tamis) {
    const reader = tamis.primes(0, ENDLESS, { type: 'text' }).readable().getReader();
    await reader.read();
    await reader.cancel('enough');
  },
  async signal(tamis) {
    const controller = new AbortController();
    const stream = tamis.primes(0, ENDLESS, { signal: controller.signal });
    await stream[Symbol.asyncIterator]().next();
    controller.abort();
    await stream.cancel();
  },
  async 'iterator, break'(tamis) {
    for await (const _ of await farInto(tamis.iterator(1e9))) break;
  },
  async 'iterator.clear'(tamis) {
    (await farInto(tamis.iterator(1e9))).clear();
  },
};

/** So far that its window is long, and its stream in the midst of it. @param {import('../../../web/lib/iterate.js').PrimeIterator} iterator */
async function farInto(iterator) {
  for (let batches = 0; batches < 16; batches++) await iterator.nextBatch();
  return iterator;
}

test('whoever leaves a stream ends its job: the host says so for each', async () => {
  for (const mode of MODES) {
    const { load: loadWatched, said } = watched();
    const tamis = await loadWatched({ mode, threads: 2 });
    for (const [way, leave] of Object.entries(LEAVE)) {
      said.length = 0;
      await leave(tamis);
      // clear() answers at once; the others when it has happened.
      if (way === 'iterator.clear') await until(() => ends(said).includes('cancelled'));
      assert.equal(ends(said)[ends(said).length - 1], 'cancelled', `${mode}, ${way}`);
      const ended = new Set(said.flatMap((message) => (message.type === 'error' || message.type === 'done' ? [message.id] : [])));
      const left = said.filter((message) => message.type === 'batch' && !ended.has(message.id));
      assert.deepEqual(left, [], `${mode}, ${way}: every job that sent a batch has ended`);
    }
    await tamis.dispose();
  }
});

test('more streams are left behind than jobs can live at once (1024)', async () => {
  for (const mode of MODES) {
    const tamis = await load({ mode, threads: 1 });
    for (let i = 0; i < 1100; i++) for await (const _ of tamis.primes(0, 1e7, { batch: 100 })) break;
    assert.equal(await tamis.countPrimes(0, 1e6), 78498n);
    await tamis.dispose();
  }
});

test('a stream that is garbage ends its job', { timeout: 60_000 }, async () => {
  // The usual way to have gc() in a process that was not started with it.
  setFlagsFromString('--expose-gc');
  /** @type {() => void} */
  const gc = runInNewContext('gc');
  for (const mode of MODES) {
    const { load: loadWatched, said } = watched();
    const tamis = await loadWatched({ mode, threads: 2 });
    await (async () => {
      await tamis.primes(0, ENDLESS)[Symbol.asyncIterator]().next();
      await tamis.primes(0, ENDLESS).readable().getReader().read();
      await farInto(tamis.iterator(1e9));
    })();
    await until(() => {
      gc();
      return ends(said).filter((end) => end === 'cancelled').length === 3;
    });
    await tamis.dispose();
  }
});

test('a stream that somebody waits for is no garbage', { timeout: 60_000 }, async () => {
  setFlagsFromString('--expose-gc');
  /** @type {() => void} */
  const gc = runInNewContext('gc');
  const tamis = await load({ threads: 2 });
  let sum = 0;
  for await (const batch of tamis.primes(0, 2e6, { type: 'f64', batch: 1000 })) {
    gc();
    for (const prime of batch) sum += prime;
  }
  assert.equal(sum, 142_913_828_922); // OEIS A046731 has powers of ten; this one is Project Euler's problem 10
  await tamis.dispose();
});

test('the host sends two batches ahead of the reader, and no more', async () => {
  for (const mode of MODES) {
    const { load: loadWatched, said } = watched();
    const tamis = await loadWatched({ mode, threads: 2 });
    const batches = tamis.primes(0, ENDLESS, { batch: 100 })[Symbol.asyncIterator]();
    const sent = () => said.filter(({ type }) => type === 'batch').length;
    for (let taken = 1; taken <= 4; taken++) {
      await batches.next();
      await new Promise((resolve) => { setTimeout(resolve, 100); });
      assert.equal(sent(), taken + 2, mode);
    }
    await batches.return?.();
    await tamis.dispose();
  }
});

test('nothing is started before the first read', async () => {
  const { load: loadWatched, said } = watched();
  const tamis = await loadWatched({ threads: 1 });
  said.length = 0;
  const stream = tamis.primes(0, ENDLESS);
  stream.readable();
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  await stream.cancel();
  assert.deepEqual(said, []);
  await tamis.dispose();
});

test('workers that are lost in the midst of a stream cost nothing but time', async () => {
  const { load: loadWatched, made } = watched();
  const tamis = await loadWatched({ mode: 'workers', threads: 3 });
  const victims = made.filter(({ role }) => role === 'chunks');
  const stream = tamis.primes(0, 1e9, { type: 'f64' });
  let [sum, last] = [0n, 0];
  for await (const batch of stream) {
    assert.ok(batch[0] > last, 'in order');
    let part = 0;
    for (const prime of batch) part += prime;
    sum += BigInt(part);
    last = batch[batch.length - 1];
    while (victims.length > Math.max(0, 3 - 4 * (last / 1e9))) kill(/** @type {any} */ (victims.shift()).handle);
  }
  // OEIS A006880, A046731, A003618.
  assert.deepEqual([stream.count, sum, last, victims.length], [50_847_534n, 24_739_512_092_254_535n, 999_999_937, 0]);
  await tamis.dispose();
});

test('a stream whose host dies goes on behind the last batch that came', async () => {
  for (const mode of MODES) {
    const { load: loadWatched, made } = watched();
    const tamis = await loadWatched({ mode, threads: 2 });
    let [sum, last, kills] = [0n, 0, 0];
    const stream = tamis.primes(0, 1e8, { type: 'f64' });
    for await (const batch of stream) {
      let part = 0;
      for (const prime of batch) part += prime;
      sum += BigInt(part);
      last = batch[batch.length - 1];
      if (last <= 3e7 * (kills + 1)) continue;
      kills++;
      kill(/** @type {any} */ (made.findLast(({ role }) => role === 'host')).handle);
    }
    // OEIS A006880, A046731, A003618.
    assert.deepEqual([stream.count, sum, last, kills], [5_761_455n, 279_209_790_387_276n, 99_999_989, 3], mode);
    await tamis.dispose();
  }
});

test('a process ends with a stream that nobody reads, and is held while one is read', () => {
  const library = new URL('../../../web/lib/node.js', import.meta.url).href;
  for (const mode of MODES) {
    const script = `import { load } from ${JSON.stringify(library)};
      const tamis = await load({ mode: ${JSON.stringify(mode)}, threads: 2 });
      const open = tamis.primes(0, 1e12)[Symbol.asyncIterator]();
      await open.next();
      let count = 0;
      void (async () => {
        for await (const batch of tamis.primes(0, 1e7)) count += batch.length;
        console.log(count);
      })();`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 30_000 });
    assert.equal(out, '664579\n');
  }
});
