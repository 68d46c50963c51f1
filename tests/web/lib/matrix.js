// @ts-check
// What has to hold on every platform and in every mode: run in Node by ../node/library.test.js, and in
// pages by fixture/main.js. Plain JavaScript without a test library, so that a page can load it.
import { equal, failure, ok, sleep } from './expect.js';
import { BELOW_2_64, PI } from './known.js';
import { lasting } from './lasting.js';
import { listing } from './listing.js';
import { numbers } from './numbers.js';
import { counting as piCounting } from './pi.js';

/** @typedef {typeof import('../../../web/lib/index.js')} Api */
/** @typedef {import('../../../web/lib/client.js').Client} Tamis */
/** @typedef {import('../../../web/lib/options.js').LoadOptions} LoadOptions */
/**
 * @typedef {object} Context
 * @property {Api} api
 * @property {Tamis} tamis  loaded with 8 threads (or workers)
 * @property {LoadOptions} options  what it was loaded with
 * @property {(line: string) => void} report  a figure worth seeing, never asserted
 */
/** @typedef {{ name: string, run: (context: Context) => Promise<void> }} Case */

const U64_MAX = 2n ** 64n - 1n;

/** A range that takes far longer than any test. */
const ENDLESS = /** @type {const} */ ([0n, 10n ** 15n]);

/** @type {Case[]} */
const counting = [
  {
    name: 'powers of ten match OEIS A006880 on 1, 2 and 8 threads',
    async run({ tamis }) {
      for (const threads of [1, 2, 8]) {
        for (const [exponent, expected] of PI.slice(0, 10).entries()) {
          equal(await tamis.countPrimes(0n, 10n ** BigInt(exponent), { threads }), expected, `10^${exponent} on ${threads}`);
        }
      }
    },
  },
  {
    name: 'ten billion on all threads is 455,052,511',
    async run({ tamis, report }) {
      const { value, elapsedMs, threads, mode } = await tamis.run('count-primes', { start: 0, stop: 1e10 });
      equal(value, PI[10]);
      equal([threads, mode], [8, tamis.mode]);
      report(`10^10 in ${Math.round(elapsedMs)} ms on ${threads}`);
    },
  },
  {
    name: 'edges of the number range count right',
    async run({ tamis }) {
      equal(await tamis.countPrimes(0, 0), 0n);
      equal(await tamis.countPrimes(1, 1), 0n);
      equal(await tamis.countPrimes(2, 2), 1n);
      equal(await tamis.countPrimes(14, 16), 0n);
      equal(await tamis.countPrimes(U64_MAX, U64_MAX), 0n);
      equal(await tamis.countPrimes(U64_MAX - 99n, U64_MAX), BigInt(BELOW_2_64.filter((k) => k <= 100n).length));
      equal(await tamis.countPrimes(2n ** 64n - 363n, U64_MAX), BigInt(BELOW_2_64.length));
      equal(await tamis.countPrimes(2n ** 32n - 5n, 2n ** 32n + 15n), 2n, '2^32 - 5 and 2^32 + 15');
    },
  },
  {
    name: 'numbers and BigInts give the same',
    async run({ tamis }) {
      equal(await tamis.countPrimes(10, 1e6), await tamis.countPrimes(10n, 1000000n));
    },
  },
  {
    name: 'progress never falls and ends at the whole',
    async run({ tamis }) {
      /** @type {import('../../../web/lib/progress.js').Progress[]} */
      const seen = [];
      await tamis.countPrimes(0, 2e9, { onProgress: (progress) => seen.push(progress) });
      ok(seen.length >= 2, `${seen.length} reports`);
      for (let i = 1; i < seen.length; i++) ok(seen[i].done >= seen[i - 1].done, 'done fell');
      const last = seen[seen.length - 1];
      equal([last.done, last.fraction, last.etaMs], [last.total, 1, 0]);
      ok(seen.every(({ fraction, rate, elapsedMs }) => fraction >= 0 && fraction <= 1 && rate >= 0 && elapsedMs >= 0));
    },
  },
  {
    name: 'a cancelled job rejects with its reason, and the next one works',
    async run({ tamis, report }) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const counting = tamis.countPrimes(...ENDLESS, { signal: controller.signal });
      await sleep(150);
      const asked = performance.now();
      controller.abort(reason);
      const error = await failure(counting, 'cancelled');
      report(`cancel answered in ${Math.round(performance.now() - asked)} ms`);
      ok(error.cause === reason, 'the reason is the cause');
      equal(await tamis.countPrimes(0, 1e6), PI[6]);
    },
  },
  {
    name: 'a signal that is aborted already stops the job before it starts',
    async run({ tamis }) {
      let told = false;
      await failure(tamis.countPrimes(0, 1e6, { signal: AbortSignal.abort(), onProgress: () => { told = true; } }), 'cancelled');
      ok(!told, 'no work was begun');
    },
  },
  {
    name: 'a cancel in the midst of long chunks is answered, and the workers are there again',
    async run({ tamis, report }) {
      const controller = new AbortController();
      const working = tamis.run('self-test', { chunks: 64, steps: 3_000_000_000 }, { signal: controller.signal });
      await sleep(100);
      const asked = performance.now();
      controller.abort();
      await failure(working, 'cancelled');
      const answered = performance.now();
      equal((await tamis.run('self-test', { chunks: 100 })).value, 4950n);
      report(`long chunks: cancel answered in ${Math.round(answered - asked)} ms, next job done ${Math.round(performance.now() - answered)} ms later`);
    },
  },
  {
    name: 'many jobs at once each get their own answer',
    async run({ tamis }) {
      const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => (
        i % 2 ? tamis.countPrimes(0, 10 ** (i % 8)) : tamis.run('self-test', { chunks: i }).then(({ value }) => value))));
      answers.forEach((answer, i) => equal(answer, i % 2 ? PI[i % 8] : BigInt((i * (i - 1)) / 2)));
    },
  },
  {
    name: 'a short job does not wait for a long one',
    async run({ tamis }) {
      const controller = new AbortController();
      const long = tamis.countPrimes(...ENDLESS, { signal: controller.signal });
      equal(await tamis.countPrimes(0, 1e7), PI[7]);
      controller.abort();
      await failure(long, 'cancelled');
    },
  },
  {
    name: 'a panic fails its own job, with a message, and nothing else',
    async run({ tamis }) {
      const bystander = tamis.countPrimes(0, 1e9);
      const error = await failure(tamis.run('self-test', { chunks: 50, panicAt: 30 }), 'panic');
      ok(/chunk 30/.test(error.message), error.message);
      ok(error.hint !== '', 'a hint');
      equal(await bystander, PI[9]);
      equal((await tamis.run('self-test', { chunks: 10 })).value, 45n);
    },
  },
  {
    name: 'a kernel that fails says why (the self test claims to be out of memory)',
    async run({ tamis }) {
      const error = await failure(tamis.run('self-test', { chunks: 50, failAt: 7 }), 'memory');
      ok(/7/.test(error.message), error.message);
      equal((await tamis.run('self-test', { chunks: 10 })).value, 45n);
    },
  },
  {
    name: 'an onProgress that throws ends the job with its error',
    async run({ tamis }) {
      const mistake = new Error('mistake');
      const thrown = await tamis.countPrimes(...ENDLESS, { onProgress: () => { throw mistake; } }).then(() => null, (error) => error);
      ok(thrown === mistake, String(thrown));
      equal(await tamis.countPrimes(0, 1e6), PI[6]);
    },
  },
  {
    name: 'bad arguments are refused by name',
    async run({ tamis }) {
      const bad = /** @type {any} */ (tamis);
      /** @type {[string, () => Promise<unknown>][]} */
      const calls = [
        ['range', () => bad.countPrimes(10, 9)],
        ['range', () => bad.countPrimes(-1, 9)],
        ['range', () => bad.countPrimes(0, 2n ** 64n)],
        ['type', () => bad.countPrimes(0, 1.5)],
        ['type', () => bad.countPrimes(0, 2 ** 53)],
        ['type', () => bad.countPrimes(0, NaN)],
        ['type', () => bad.countPrimes(0, Infinity)],
        ['type', () => bad.countPrimes('0', 10)],
        ['type', () => bad.countPrimes(null, 10)],
        ['param', () => bad.countPrimes(0)],
        ['param', () => bad.run('count-primes')],
        ['param', () => bad.run('count-primes', { start: 0, stop: 9, chunks: 1 })],
        ['range', () => bad.run('count-primes', { start: 0, stop: 9, segmentBytes: 2 ** 30 })],
        ['range', () => bad.run('count-primes', { start: 0, stop: 9, segmentBytes: 1 })],
        ['kind', () => bad.run('count-sheep')],
        ['kind', () => bad.run('constructor')],
        ['kind', () => bad.run()],
        ['type', () => bad.run('self-test', null)],
        ['threads', () => bad.countPrimes(0, 9, { threads: 0 })],
        ['threads', () => bad.countPrimes(0, 9, { threads: -2 })],
        ['threads', () => bad.countPrimes(0, 9, { threads: tamis.threads + 1 })],
        ['type', () => bad.countPrimes(0, 9, { threads: 1.5 })],
        ['type', () => bad.countPrimes(0, 9, { threads: '2' })],
        ['type', () => bad.countPrimes(0, 9, { signal: {} })],
        ['type', () => bad.countPrimes(0, 9, { onProgress: 'tell me' })],
        ['type', () => bad.countPrimes(0, 9, null)],
        ['param', () => bad.countPrimes(0, 9, { onprogress() {} })],
      ];
      for (const [code, call] of calls) await failure(call(), code);
      equal(await tamis.countPrimes(0, 10), 4n);
    },
  },
  {
    name: 'bad load options are refused by name',
    async run({ api }) {
      const load = /** @type {any} */ (api.load);
      /** @type {[string, unknown][]} */
      const options = [
        ['threads', { threads: 0 }],
        ['threads', { threads: 257 }],
        ['threads', { threads: -1 }],
        ['type', { threads: 2.5 }],
        ['type', { threads: 'many' }],
        ['type', { mode: 'fast' }],
        ['range', { memory: 0 }],
        ['range', { memory: 2 ** 33 }],
        ['type', { memory: '1 GiB' }],
        ['memory', { memory: 65536, threads: 1 }],
        ['type', { wasm: 7 }],
        ['wasm-type', { wasm: new Uint8Array([1, 2, 3]) }],
        ['type', { workerUrl: 7 }],
        ['type', { timeoutMs: 0 }],
        ['type', { signal: 'stop' }],
        ['cancelled', { signal: AbortSignal.abort() }],
        ['param', { thread: 2 }],
        ['type', null],
      ];
      for (const [code, option] of options) await failure(load(option), code);
    },
  },
  {
    name: 'loading can be given up',
    async run({ api, options }) {
      const controller = new AbortController();
      const loading = api.load({ ...options, signal: controller.signal });
      controller.abort();
      await failure(loading, 'cancelled');
    },
  },
  {
    name: 'memory for the library but not for the work is an error that says so',
    async run({ api, options }) {
      // A segment of 8 MiB for each of 8 threads does not fit into 24 MiB.
      const small = await api.load({ ...options, threads: 8, memory: 24 * 2 ** 20 }).catch((error) => error);
      if (!(small instanceof Error)) {
        const counting = small.countPrimes(2n ** 64n - 10n ** 9n, 2n ** 64n - 1n);
        const error = await failure(counting, 'memory');
        ok(/memory/.test(error.hint), error.hint);
        await small.dispose();
      } else {
        equal(/** @type {any} */ (small).code, 'memory', String(small));
      }
    },
  },
  {
    name: 'dispose rejects what runs and what comes later, and loading again works',
    async run({ api, options }) {
      const tamis = await api.load({ ...options, threads: 2 });
      const running = [tamis.countPrimes(...ENDLESS), tamis.run('self-test', { chunks: 1e6, steps: 1e6 })]
        .map((job) => failure(job, 'disposed'));
      await sleep(50);
      await Promise.all([tamis.dispose(), tamis.dispose()]);
      await Promise.all(running);
      await failure(tamis.countPrimes(0, 10), 'disposed');
      const again = await api.load({ ...options, threads: 2 });
      equal(await again.countPrimes(0, 1e6), PI[6]);
      await again.dispose();
    },
  },
  {
    name: 'two instances live side by side',
    async run({ api, options, tamis }) {
      const other = await api.load({ ...options, threads: 2 });
      const counts = await Promise.all([other.countPrimes(0, 1e8), tamis.countPrimes(0, 1e8)]);
      equal(counts, [PI[8], PI[8]]);
      await other.dispose();
      equal(await tamis.countPrimes(0, 1e6), PI[6]);
    },
  },
  {
    name: 'capabilities tell the mode and why',
    async run({ api, tamis }) {
      const before = await api.capabilities();
      const after = tamis.capabilities();
      for (const { reason, hint } of [before, after]) {
        ok(/[.]$/.test(reason), reason);
        ok(hint === null || /[.]$/.test(hint), String(hint));
      }
      equal([after.mode, after.threads, after.warnings], [tamis.mode, 8, []]);
      ok(before.simd && before.exceptions && before.hardwareConcurrency >= 1);
      ok(/^\d+\.\d+\.\d+$/.test(tamis.version), tamis.version);
    },
  },
];

/** @type {Case[]} */
export const matrix = [...counting, ...listing, ...lasting, ...piCounting, ...numbers];
