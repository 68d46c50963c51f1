// @ts-check
// The part of the matrix about jobs that last: pause and resume, checkpoints, other thread counts in mid-job.
import { equal, failure, ok, sleep } from './expect.js';

/** @typedef {import('./matrix.js').Case} Case */
/** @typedef {import('../../../web/lib/client.js').Client} Tamis */
/** @typedef {import('../../../web/lib/job.js').JobHandle} JobHandle */

/** Primes up to 10^n. Source: OEIS A006880. */
const PI7 = 664_579n;
const PI9 = 50_847_534n;
/** Sum of the primes up to 10^7. Source: OEIS A046731. */
const SUM7 = 3_203_324_994_356n;

/** The self test: it sums its chunk numbers; so many steps make a chunk about a millisecond long. */
const SLOW = { chunks: 1000, steps: 300_000 };
const SLOW_SUM = 499_500n;
/** The 10^8th prime. Source: OEIS A006988. */
const NTH8 = 2_038_074_743n;

/** @type {Case[]} */
export const lasting = [
  {
    name: 'a paused job stands still, goes on, and its answer is right',
    async run({ tamis }) {
      const { job } = await amid(() => tamis.start('self-test', SLOW), async (job) => {
        await pausedBehind(job, 0.1);
        const done = await still(tamis, job);
        await sleep(200);
        equal([job.progress?.done, await merged(tamis, job)], [done, done], 'done after a while');
        equal([job.state, (await tamis.run('self-test', { chunks: 10 })).value], ['paused', 45n], 'other jobs go on');
        await Promise.all([job.pause(), job.resume(), job.pause(), job.resume()]);
        equal(job.state, 'running');
      });
      equal([(await job.result).value, job.state], [SLOW_SUM, 'done']);
      await Promise.all([job.pause(), job.resume(), job.setThreads(1)]);
      equal(job.state, 'done', 'nothing more happens to it:');
      await failure(job.checkpoint(), 'state');
    },
  },
  {
    name: 'a job that is paused from the start does nothing before it is resumed',
    async run({ tamis }) {
      const job = tamis.start('count-primes', { start: 0, stop: 1e7 }, { paused: true });
      await sleep(100);
      equal([job.state, job.progress], ['paused', null]);
      equal((await tamis.readCheckpoint(await job.checkpoint())).done, 0n);
      await job.resume();
      equal((await job.result).value, PI7);
      const other = tamis.start('count-primes', { start: 0, stop: 1e7 }, { paused: true });
      other.cancel();
      await failure(other.result, 'cancelled');
      equal(other.state, 'cancelled');
    },
  },
  {
    name: 'a job goes on from its checkpoint, on other numbers of threads, as bytes and as a token',
    async run({ tamis, report }) {
      const { bytes, ms, left: checkpoint } = await caught(tamis, 'count-primes', { start: 0, stop: 1e9 });
      report(`a checkpoint of ${bytes.length} bytes in ${ms.toFixed(1)} ms while counting`);
      const token = await tamis.tokenOf(bytes);
      const { kind, params: { start, stop }, done, total, version } = await tamis.readCheckpoint(bytes);
      equal([kind, start, stop, version], ['count-primes', 0n, 10n ** 9n, tamis.version]);
      ok(done > 0n && done < total, `${done} of ${total} done`);
      for (const [from, threads] of /** @type {const} */ ([[bytes, 1], [token, 3], [` ${token.slice(0, 9)}\n${token.slice(9)} `, 8], [checkpoint, 2]])) {
        /** @type {bigint[]} */
        const seen = [];
        const { value } = await tamis.restore(from, { threads, onProgress: (progress) => seen.push(progress.done) }).result;
        equal(value, PI9, `on ${threads}`);
        ok(seen[0] >= done, `it begins at ${seen[0]} of ${done}`);
      }
      equal(await tamis.tokenOf(bytes), await tamis.tokenOf((await tamis.readCheckpoint(await tamis.tokenOf(bytes))).bytes));
    },
  },
  {
    name: 'what one mode has begun, the other one finishes',
    async run({ api, options, tamis }) {
      // Without shared memory there is one mode only: another instance then.
      const mode = tamis.mode === 'threads' ? 'workers' : options.mode ?? 'workers';
      const other = await api.load({ ...options, mode, threads: 2 });
      /** @type {[Tamis, Tamis][]} */
      const ways = [[tamis, other], [other, tamis]];
      for (const [from, to] of ways) {
        const { bytes } = await caught(from, 'nth-prime', { n: 1e8 });
        equal((await to.restore(bytes).result).value, NTH8);
      }
      await other.dispose();
    },
  },
  {
    name: 'checkpoints come while a job gets on, and once when it is paused',
    async run({ tamis }) {
      /** @type {Uint8Array[]} */
      let kept = [];
      let began = 0;
      const { job } = await amid(() => {
        kept = [];
        began = performance.now();
        return tamis.start('self-test', SLOW, { checkpointMs: 50, threads: 1, onCheckpoint: (bytes) => kept.push(bytes) });
      }, (job) => pausedBehind(job, 0.4));
      const done = await still(tamis, job);
      await sleep(150);
      const count = kept.length;
      ok(count >= 2, `${count} checkpoints`);
      equal((await tamis.readCheckpoint(kept[count - 1])).done, done);
      await sleep(150);
      equal(kept.length, count, 'checkpoints while nothing happens');
      // One more for the pause; clocks of two threads are compared, hence the margin.
      const ms = performance.now() - began;
      ok(count <= ms / 45 + 1, `${count} checkpoints in ${ms} ms`);
      job.cancel();
      await failure(job.result, 'cancelled');
      equal((await tamis.restore(await job.checkpoint()).result).value, SLOW_SUM);
    },
  },
  {
    name: 'a job that fails keeps what was done, and one that nobody looks at fails in silence',
    async run({ tamis }) {
      const job = tamis.start('self-test', { chunks: 50, failAt: 30 });
      const { checkpoint } = await failure(job.result, 'memory');
      equal(job.state, 'failed');
      const { params, done, total } = await tamis.readCheckpoint(checkpoint);
      ok(params.failAt === 30n && done <= 30n && total >= 50n, `${done} of ${total}`);
      tamis.start('self-test', { chunks: 50, panicAt: 30 });
      await failure(tamis.restore(checkpoint).result, 'memory');
      const mistake = new Error('mistake');
      const thrown = await tamis.run('self-test', SLOW, { checkpointMs: 20, onCheckpoint: () => { throw mistake; } }).catch((error) => error);
      ok(thrown === mistake, String(thrown));
    },
  },
  {
    name: 'the threads of a job may change while it runs',
    async run({ tamis }) {
      const { job } = await amid(() => tamis.start('self-test', SLOW, { threads: 1, onProgress() {} }), async (job) => {
        // Who listens hears of progress often enough to meet a share.
        for (const [share, threads] of [[0.1, 8], [0.3, 1], [0.5, 3]]) {
          await advanced(job, share);
          await job.setThreads(threads);
          equal(job.state, 'running');
        }
      });
      const { value, threads } = await job.result;
      equal([value, threads], [SLOW_SUM, 3]);
      const other = tamis.start('self-test', { chunks: 4 });
      for (const wrong of [0, 9, 1.5, 'two']) await failure(other.setThreads(/** @type {any} */ (wrong)), typeof wrong === 'number' && wrong !== 1.5 ? 'threads' : 'type');
      equal((await other.result).value, 6n);
    },
  },
  {
    name: 'a stream goes on behind what was taken, however much was read ahead',
    async run({ tamis }) {
      const stream = tamis.primes(0, 1e7, { batch: 10_000 });
      const begin = await stream.checkpoint();
      /** @type {{ count: bigint, sum: bigint }[]} */
      const parts = [];
      let from = stream;
      for (const most of [3, 1, 17, Infinity]) {
        const part = { count: 0n, sum: 0n };
        let batches = 0;
        for await (const batch of from) {
          part.count += BigInt(batch.length);
          for (const prime of batch) part.sum += prime;
          if (batches === 0) await from.pause();
          if (batches === 0) await from.resume();
          if (++batches === most) break;
        }
        equal(from.count, part.count);
        parts.push(part);
        if (most < Infinity) from = tamis.restoreStream(most === 1 ? await from.token() : await from.checkpoint(), { batch: 10_000 });
      }
      equal(parts.reduce((sum, part) => sum + part.count, 0n), PI7);
      equal(parts.reduce((sum, part) => sum + part.sum, 0n), SUM7);
      await failure(from.checkpoint(), 'state');
      // From the beginning, in another form.
      let lines = 0n;
      const text = tamis.restoreStream(begin, { type: 'text' });
      for await (const _ of text) lines = text.count;
      equal(lines, PI7);
      // Ten primes to 29, and a batch that is just full: nothing is left, and that is no error.
      const full = tamis.primes(0, 29, { batch: 10 });
      const batches = full[Symbol.asyncIterator]();
      await batches.next();
      const behind = await full.checkpoint();
      equal((await batches.next()).done, true);
      for await (const batch of tamis.restoreStream(behind)) throw new Error(`${batch.length} primes more`);
    },
  },
  {
    name: 'differences go on where they were',
    async run({ api, tamis }) {
      /** @type {Uint8Array[]} */
      const pieces = [];
      let stream = tamis.primes(0, 1e6, { type: 'delta', batch: 1000 });
      for (let more = true; more;) {
        let batches = 0;
        more = false;
        for await (const batch of stream) {
          pieces.push(batch);
          more = ++batches === 17;
          if (more) break;
        }
        if (more) stream = tamis.restoreStream(await stream.checkpoint(), { type: 'delta', batch: 1000 });
      }
      let count = 0;
      let last = 0n;
      for await (const primes of api.decodeDelta(pieces)) [count, last] = [count + primes.length, primes[primes.length - 1]];
      equal([count, last], [78_498, 999_983n]);
    },
  },
  {
    name: 'checkpoints that can not be used are refused, each with its code',
    async run({ tamis }) {
      const { job, found: [good, token] } = await amid(() => tamis.start('self-test', SLOW), async (job) => {
        await advanced(job, 0.1);
        return /** @type {const} */ ([await job.checkpoint(), await job.token()]);
      });
      job.cancel();
      const stream = await tamis.primes(0, 100).checkpoint();
      const altered = new Uint8Array(good);
      altered[good.length - 1] ^= 1;
      const text = new TextEncoder().encode('{"not": "ours"}');
      /** @type {[string, Uint8Array | string][]} */
      const cases = [
        ['foreign', text], ['truncated', new Uint8Array(0)], ['foreign', new Uint8Array(100)], ['foreign', 'hello there'], ['foreign', `tamis9-${token.slice(7)}`],
        ['truncated', good.subarray(0, good.length - 1)], ['truncated', good.subarray(0, 20)], ['truncated', token.slice(0, -6)],
        ['altered', altered], ['altered', `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`],
        ['kind', stream],
      ];
      for (const [code, bytes] of cases) {
        const restored = tamis.restore(bytes);
        const { hint } = await failure(restored.result, code);
        ok(/\.$/.test(hint), `${code}: "${hint}" is no sentence`);
        equal(restored.state, 'failed');
        if (code !== 'kind') await failure(tamis.readCheckpoint(bytes), code);
        if (code !== 'kind') await failure(tamis.restoreStream(bytes)[Symbol.asyncIterator]().next(), code);
      }
      await failure(tamis.restoreStream(good)[Symbol.asyncIterator]().next(), 'kind');
      const bad = /** @type {any} */ (tamis);
      /** @type {[string, () => unknown][]} */
      const calls = [
        ['type', () => bad.restore()],
        ['type', () => bad.restore(good.buffer)],
        ['type', () => bad.restore(7)],
        ['param', () => bad.restore(good, { batch: 1 })],
        ['type', () => bad.start('self-test', {}, { paused: 1 })],
        ['type', () => bad.start('self-test', {}, { onCheckpoint: 'yes' })],
        ['type', () => bad.start('self-test', {}, { checkpointMs: 0 })],
        ['kind', () => bad.start('list-primes', { start: 0, stop: 9 })],
        ['param', () => bad.run('self-test', {}, { paused: true })],
        ['param', () => bad.restoreStream(stream, { tuplets: 2 })],
      ];
      for (const [code, call] of calls) await failure((async () => call())(), code);
      // Its parameters are known only when it is restored.
      const far = await tamis.primes(0, 2n ** 33n).checkpoint();
      await failure(tamis.restoreStream(far, { type: 'u32' })[Symbol.asyncIterator]().next(), 'range');
      equal((await tamis.run('self-test', { chunks: 10 })).value, 45n);
    },
  },
];

/**
 * What is done to a job in the midst of its work. Where the page was not heard for so long that the job was over, to another one.
 * @template T
 * @param {() => JobHandle} begin
 * @param {(job: JobHandle) => Promise<T>} act  throws when the job is over
 * @returns {Promise<{ job: JobHandle, found: T }>}
 */
async function amid(begin, act) {
  for (let tries = 1; ; tries++) {
    const job = begin();
    try {
      return { job, found: await act(job) };
    } catch (error) {
      // Its host may have said that it has ended before the job's handle heard how.
      if (/** @type {any} */ (error)?.code === 'state') await job.result.catch(() => {});
      if (job.state !== 'done' || tries === 10) throw error;
    }
  }
}

/**
 * A job that was cancelled in the midst of its work: its checkpoint from before, and what it left.
 * @param {Tamis} tamis
 * @param {string} kind
 * @param {Record<string, number>} params
 */
async function caught(tamis, kind, params) {
  // Who listens hears of progress often enough to catch a job of a tenth of a second.
  const { job, found } = await amid(() => tamis.start(kind, params, { threads: 1, onProgress() {} }), async (job) => {
    await advanced(job, 0.2);
    const asked = performance.now();
    const bytes = await job.checkpoint();
    const ms = performance.now() - asked;
    job.cancel();
    const { checkpoint } = await failure(job.result, 'cancelled');
    return { bytes, ms, left: checkpoint };
  });
  equal(job.state, 'cancelled');
  return found;
}

/** Pauses a job behind a share of its work. @param {JobHandle} job @param {number} share */
async function pausedBehind(job, share) {
  await advanced(job, share);
  await job.pause();
  equal(job.state, 'paused');
}

/** @param {JobHandle} job @param {number} share */
async function advanced(job, share) {
  while (!(job.progress && job.progress.fraction >= share)) {
    if (job.state !== 'running') throw new Error(`the job is ${job.state} before ${share} of it is done`);
    await sleep(2);
  }
}

/** What its host has merged of a job. @param {Tamis} tamis @param {JobHandle} job */
async function merged(tamis, job) {
  return (await tamis.readCheckpoint(await job.checkpoint())).done;
}

/**
 * Until the chunks under way are finished, and the job's handle has heard of them.
 * @param {Tamis} tamis
 * @param {JobHandle} job
 * @returns {Promise<bigint>} what is done then
 */
async function still(tamis, job) {
  for (;;) {
    const done = await merged(tamis, job);
    await sleep(300);
    if (job.progress?.done === done && await merged(tamis, job) === done) return done;
  }
}
