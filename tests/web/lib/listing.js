// @ts-check
// The part of the matrix about k-tuplets, the nth prime, lists, streams and iterators.
import { equal, failure, ok, sleep } from './expect.js';
import { BELOW_2_64, NTH, PI, QUADRUPLETS, SUMS, TWINS } from './known.js';

/** @typedef {import('./matrix.js').Case} Case */
/** @typedef {import('../../../web/lib/client.js').Client} Tamis */
/** @typedef {import('../../../web/lib/stream.js').PrimeStream<any>} AnyStream */

const LAST = 2n ** 64n - 59n;
const U64_MAX = 2n ** 64n - 1n;
/** No test reads so far. */
const ENDLESS = 10n ** 12n;

/** @type {Case[]} */
export const listing = [
  {
    name: 'k-tuplets match OEIS A007508 and A050258 on 1, 2 and 8 threads',
    async run({ tamis }) {
      for (const threads of [1, 2, 8]) {
        for (const [exponent, primes] of PI.slice(0, 9).entries()) {
          const { value, values } = await tamis.run('count-tuplets', { start: 0, stop: 10 ** exponent }, { threads });
          equal([value, ...values.slice(0, 2), values[3]], [primes, primes, TWINS[exponent], QUADRUPLETS[exponent]], `10^${exponent} on ${threads}`);
        }
      }
      equal(await tamis.countTuplets(2, 0, 1e8), TWINS[8]);
      equal(await tamis.countTuplets(1, 0n, 1000n), 168n);
      equal((await tamis.run('count-tuplets', { start: 0, stop: 1e6, kinds: 0b001010 })).values, [0n, TWINS[6], 0n, QUADRUPLETS[6], 0n, 0n]);
    },
  },
  {
    name: 'k-tuplets are listed as they are counted',
    async run({ tamis }) {
      equal(await gathered(tamis.primes(0, 20, { tuplets: 2 })), [3n, 5n, 5n, 7n, 11n, 13n, 17n, 19n]);
      equal(await gathered(tamis.primes(4, 16, { tuplets: 3 })), [5n, 7n, 11n, 7n, 11n, 13n]);
      equal(await gathered(tamis.primes(0, 110, { tuplets: 6 })), [7n, 11n, 13n, 17n, 19n, 23n]);
      for (const k of [2, 3, 4, 5, 6]) {
        const stream = tamis.primes(0, 1e7, { tuplets: k, batch: 1000 });
        let last = -1n;
        for await (const batch of stream) {
          ok(batch.length <= 1000 && batch.length % k === 0, `${batch.length} values of ${k}-tuplets`);
          for (let i = 0; i < batch.length; i += k) {
            ok(batch[i] > last && batch[i + k - 1] - batch[i] <= 16n, `a ${k}-tuplet begins with ${batch[i]}`);
            last = batch[i];
          }
        }
        equal(stream.count, await tamis.countTuplets(k, 0, 1e7), `${k}-tuplets`);
      }
    },
  },
  {
    name: 'the 10^n-th primes match OEIS A006988 on 1, 2 and 8 threads',
    async run({ tamis }) {
      for (const threads of [1, 2, 8]) {
        for (const [exponent, prime] of NTH.slice(0, 8).entries()) {
          equal(await tamis.nthPrime(10 ** exponent, 0n, { threads }), prime, `10^${exponent} on ${threads}`);
        }
      }
      /** @type {number[]} */
      const fractions = [];
      equal(await tamis.nthPrime(1e8, 0, { onProgress: ({ fraction }) => fractions.push(fraction) }), NTH[8]);
      equal(fractions[fractions.length - 1], 1);
    },
  },
  {
    name: 'the nth prime is found from anywhere, in both directions, up to both ends',
    async run({ tamis }) {
      equal(await tamis.nthPrime(1, 97), 101n);
      equal(await tamis.nthPrime(-1, 97), 89n);
      equal(await tamis.nthPrime(0, 97), 97n);
      equal(await tamis.nthPrime(0, 98), 101n);
      equal(await tamis.nthPrime(-4, 10), 2n);
      equal((await tamis.run('nth-prime', { n: 0, start: 96, before: 1 })).value, 89n);
      equal(await tamis.nthPrime(0, LAST), LAST);
      equal(await tamis.nthPrime(10n, 2n ** 64n - 364n), LAST);
      equal(await tamis.nthPrime(-10n, U64_MAX), 2n ** 64n - 363n);
      equal(await tamis.nthPrime(-1e6, 15485864), 2n);
      for (const [n, start] of [[1n, LAST], [0n, LAST + 1n], [11n, 2n ** 64n - 364n], [-1n, 2n], [-5n, 10n], [2n ** 63n - 1n, 0n], [1n - 2n ** 63n, 10n]]) {
        const error = await failure(tamis.nthPrime(n, start), 'range');
        ok(/not so many primes.*18446744073709551557/.test(error.message) && /n and start/.test(error.hint), `${error.message} ${error.hint}`);
      }
    },
  },
  {
    name: 'streams hold the primes, in order, on 1, 2 and 8 threads',
    async run({ tamis, report }) {
      for (const threads of [1, 2, 8]) {
        const began = performance.now();
        const stream = tamis.primes(0, 1e8, { type: 'f64', threads });
        let [sum, last, batches] = [0, 0, 0];
        for await (const batch of stream) {
          ok(batch.length > 0 && batch.length <= 65536 && batch[0] > last, 'a batch goes on from the last one');
          sum += sumOf(batch);
          last = batch[batch.length - 1];
          batches++;
        }
        // OEIS A003618: the largest prime below 10^n.
        equal([stream.count, sum, last], [PI[8], Number(SUMS[8]), 99_999_989], `on ${threads}`);
        report(`streamed the primes up to 10^8 in ${batches} batches on ${threads}: ${Math.round(performance.now() - began)} ms`);
      }
    },
  },
  {
    name: 'streams begin and end where they should, at the edges of the number range too',
    async run({ tamis }) {
      equal(await gathered(tamis.primes(0, 10)), [2n, 3n, 5n, 7n]);
      equal(await gathered(tamis.primes(2, 2)), [2n]);
      equal(await gathered(tamis.primes(0, 1)), []);
      equal(await gathered(tamis.primes(24, 28)), []);
      equal(await gathered(tamis.primes(U64_MAX, U64_MAX)), []);
      equal(await gathered(tamis.primes(2n ** 64n - 363n, U64_MAX)), BELOW_2_64.map((k) => 2n ** 64n - k).reverse());
      // 2^32 - 5 and 2^32 + 15 are the primes next to 2^32. Source: as for BELOW_2_64, and OEIS A013597.
      equal(await gathered(tamis.primes(2n ** 32n - 16n, 2n ** 32n + 15n)), [2n ** 32n - 5n, 2n ** 32n + 15n]);
    },
  },
  {
    name: 'all types of stream say the same',
    async run({ api, tamis }) {
      for (const [start, stop] of [[0n, 300_000n], [2n ** 32n - 200_000n, 2n ** 32n - 1n], [2n ** 53n - 30_000n, 2n ** 53n], [10n ** 18n, 10n ** 18n + 10_000n]]) {
        const primes = await gathered(tamis.primes(start, stop, { batch: 100 }));
        equal(BigInt(primes.length), await tamis.countPrimes(start, stop));
        const text = tamis.primes(start, stop, { type: 'text', batch: 160 });
        equal(await asText(text), primes.map((prime) => `${prime}\n`).join(''));
        equal(text.count, BigInt(primes.length));
        const delta = tamis.primes(start, stop, { type: 'delta', batch: 1000 });
        const values = [];
        for await (const batch of api.decodeDelta(delta)) values.push(...batch);
        equal(values, primes);
        equal(delta.count, BigInt(primes.length));
        if (stop <= 2n ** 53n) equal(await gathered(tamis.primes(start, stop, { type: 'f64', batch: 11 })), primes.map(Number));
        if (stop < 2n ** 32n) equal(await gathered(tamis.primes(start, stop, { type: 'u32' })), primes.map(Number));
      }
      equal(await asText(tamis.primes(0, 14, { type: 'text', tuplets: 2 })), '(3, 5)\n(5, 7)\n(11, 13)\n');
    },
  },
  {
    name: 'with reuse, a batch is good until the next one is asked for, and all types say the same',
    async run({ api, tamis }) {
      const [start, stop] = [2n ** 32n - 200_000n, 2n ** 32n - 1n];
      const primes = await gathered(tamis.primes(start, stop));
      for (const [type, batch] of /** @type {const} */ ([['u64', 100], ['u64', 65_536], ['u32', 77], ['f64', 1000]])) {
        const values = await gathered(tamis.primes(start, stop, { type, batch, reuse: true }));
        equal(values.map(BigInt), primes, `${type}, ${batch}`);
      }
      equal(await asText(tamis.primes(start, stop, { type: 'text', batch: 200, reuse: true })), primes.map((prime) => `${prime}\n`).join(''));
      const decoded = [];
      for await (const batch of api.decodeDelta(tamis.primes(start, stop, { type: 'delta', batch: 500, reuse: true }))) decoded.push(...batch);
      equal(decoded, primes);

      const stream = tamis.primes(0, 1e6, { batch: 1000, reuse: true });
      const batches = stream[Symbol.asyncIterator]();
      const first = /** @type {BigUint64Array<ArrayBuffer>} */ ((await batches.next()).value);
      equal([first.length, first[0], first[999]], [1000, 2n, 7919n], 'OEIS A000040');
      const second = /** @type {BigUint64Array<ArrayBuffer>} */ ((await batches.next()).value);
      equal([first.length, second[0], second[999]], [0, 7927n, 17_389n], 'the first was given back');
      // Kept by its user, who has moved it elsewhere.
      const kept = structuredClone(second, { transfer: [second.buffer] });
      // Asked for at once, more than are on their way: none of them is given back under its reader.
      const asked = (await Promise.all(Array.from({ length: 7 }, () => batches.next()))).map(({ value }) => value);
      const all = [...kept, ...asked.flatMap((batch) => [...batch])];
      equal([all.length, all[all.length - 1]], [8000, 93_179n], 'the 9000th prime');
      let rest = 0;
      for (;;) {
        const { done, value } = await batches.next();
        if (done) break;
        rest += value.length;
      }
      equal([rest, stream.count], [78_498 - 9000, 78_498n]);
      await failure((async () => tamis.primes(0, 1e6, { reuse: true }).readable())(), 'type');
      // A restored one too.
      const begun = tamis.primes(0, 1e6, { batch: 1000, reuse: true });
      await begun[Symbol.asyncIterator]().next();
      const checkpoint = await begun.checkpoint();
      await begun.cancel();
      equal(await gatheredLength(tamis.restoreStream(checkpoint, { batch: 500, reuse: true })), 77_498);
    },
  },
  {
    name: 'lists are whole, of every type, and refused when they would not fit',
    async run({ tamis }) {
      const list = await tamis.listPrimes(0, 1e6);
      ok(list instanceof BigUint64Array && list.buffer.byteLength === list.byteLength, 'no more memory than it needs');
      equal([list.length, list[0], list[list.length - 1]], [78498, 2n, 999_983n]);
      equal(list.reduce((sum, prime) => sum + prime, 0n), SUMS[6]);
      const small = await tamis.listPrimes(0, 1e7, { type: 'u32' });
      ok(small instanceof Uint32Array, 'u32');
      ok(small.byteOffset === 0 && small.buffer.byteLength < 1.02 * small.byteLength, 'hardly more memory than it needs');
      equal([small.length, small.reduce((sum, prime) => sum + prime, 0)], [664579, Number(SUMS[7])]);
      const exact = await tamis.listPrimes(2 ** 40, 2 ** 40 + 1e5, { type: 'f64', threads: 1 });
      ok(exact instanceof Float64Array, 'f64');
      equal(BigInt(exact.length), await tamis.countPrimes(2 ** 40, 2 ** 40 + 1e5));
      equal((await tamis.listPrimes(90, 96)).length, 0);
      const error = await failure(tamis.listPrimes(0, 1e12), 'range');
      ok(/about 37,6\d\d,\d{3},\d{3} primes.*280\.2 GiB/.test(error.message) && /primes\(/.test(error.hint), `${error.message} ${error.hint}`);
      // 203,280,221 primes of 32 bits (OEIS A007053) take 1.5 GiB as u64.
      await failure(tamis.listPrimes(0n, 2n ** 32n - 1n), 'range');
      await failure(tamis.listPrimes(10n ** 18n, 2n * 10n ** 18n, { type: 'u64' }), 'range');
    },
  },
  {
    name: 'a ReadableStream reads the same, no further than it is read, and its cancel ends the job',
    async run({ tamis }) {
      const stream = tamis.primes(0, 1e6);
      const reader = stream.readable().getReader();
      equal(stream.count, 0n, 'nothing is read ahead');
      let count = 0;
      for (let part = await reader.read(); !part.done; part = await reader.read()) count += part.value.length;
      equal([count, stream.count], [78498, PI[6]]);
      const endless = tamis.primes(0, ENDLESS);
      const other = endless.readable().getReader();
      await other.read();
      await other.cancel();
      equal((await gathered(endless)).length, 0, 'nothing after a cancel');
      const bytes = tamis.primes(0, 1e6, { type: 'text' }).readable();
      equal((await new Response(bytes).text()).length, (await asText(tamis.primes(0, 1e6, { type: 'text' }))).length, 'bytes');
    },
  },
  {
    name: 'a stream that is abandoned ends, and the library goes on',
    async run({ tamis }) {
      const one = tamis.primes(0, ENDLESS);
      for await (const batch of one) {
        equal(batch[0], 2n);
        break;
      }
      equal((await gathered(one)).length, 0, 'after a break there is nothing');
      const two = tamis.primes(0, ENDLESS);
      const batches = two[Symbol.asyncIterator]();
      await batches.next();
      await batches.return?.();
      equal((await batches.next()).done, true);
      const three = tamis.primes(0, ENDLESS);
      const pending = three[Symbol.asyncIterator]().next();
      await three.cancel();
      await three.cancel();
      equal((await pending).done, true, 'a read that waited finds the end');
      await tamis.primes(0, ENDLESS).cancel();
      // Dropped without a word, in the midst of it.
      await tamis.primes(0, ENDLESS)[Symbol.asyncIterator]().next();
      equal(await tamis.countPrimes(0, 1e6), PI[6]);
    },
  },
  {
    name: 'a signal ends a stream: reads reject with its reason',
    async run({ tamis }) {
      const controller = new AbortController();
      const stream = tamis.primes(0, ENDLESS, { signal: controller.signal });
      const batches = stream[Symbol.asyncIterator]();
      await batches.next();
      const reason = new Error('enough');
      controller.abort(reason);
      ok((await failure(batches.next(), 'cancelled')).cause === reason, 'the reason is the cause');
      await failure(batches.next(), 'cancelled');
      await stream.cancel();
      const late = new AbortController();
      const waiting = tamis.primes(10n ** 18n, 10n ** 18n + ENDLESS, { signal: late.signal })[Symbol.asyncIterator]().next();
      await sleep(20);
      late.abort(reason);
      // On a slow machine it waits still; on a fast one the first batch came before.
      const outcome = await waiting.then(() => null, (error) => error);
      ok(outcome === null || outcome.cause === reason, String(outcome));
      await failure(tamis.primes(0, 9, { signal: AbortSignal.abort() })[Symbol.asyncIterator]().next(), 'cancelled');
      await failure(tamis.listPrimes(0, 1e8, { signal: AbortSignal.abort() }), 'cancelled');
    },
  },
  {
    name: 'the progress of a stream is what was read of it, and its errors are the reader\'s',
    async run({ tamis }) {
      /** @type {import('../../../web/lib/progress.js').Progress[]} */
      const seen = [];
      const stream = tamis.primes(0, 1e8, { onProgress: (progress) => seen.push(progress) });
      await gatheredLength(stream);
      ok(seen.length > 0 && seen.every(({ done }, i) => i === 0 || done >= seen[i - 1].done), 'it never falls');
      const last = seen[seen.length - 1];
      equal([last.done, last.fraction], [last.total, 1]);
      const mistake = new Error('mistake');
      const spoilt = tamis.primes(0, ENDLESS, { onProgress: () => { throw mistake; } });
      ok(await gatheredLength(spoilt).then(() => null, (error) => error) === mistake, 'onProgress threw');
      equal(await tamis.countPrimes(0, 1e6), PI[6]);
    },
  },
  {
    name: 'streams, counts and lists do not disturb each other',
    async run({ tamis }) {
      const paused = tamis.primes(0, ENDLESS)[Symbol.asyncIterator]();
      await paused.next();
      const answers = await Promise.all([
        gatheredLength(tamis.primes(0, 1e7)), tamis.countPrimes(0, 1e8), gatheredLength(tamis.primes(0, 2e7, { type: 'u32' })),
        tamis.nthPrime(1e6), tamis.listPrimes(0, 1e6).then((list) => list.length),
      ]);
      equal(answers, [664579, PI[8], 1270607, NTH[6], 78498]); // pi(2 * 10^7) = 1,270,607: primesieve 20000000
      equal((await paused.next()).value?.length, 65536);
      await paused.return?.();
    },
  },
  {
    name: 'an iterator goes up and down, over the edges of its batches',
    async run({ tamis }) {
      const list = await tamis.listPrimes(0, 2e6, { type: 'f64' });
      const iterator = tamis.iterator();
      for (const prime of list.subarray(0, 80_000)) {
        if (await iterator.next() !== BigInt(prime)) throw new Error(`${prime} did not follow`);
      }
      for (const prime of list.subarray(0, 79_999).reverse()) {
        if (await iterator.prev() !== BigInt(prime)) throw new Error(`${prime} did not precede`);
      }
      list.reverse();
      equal(await iterator.prev(), null);
      equal(await iterator.prev(), null);
      equal(await iterator.next(), 3n, 'the place stays at the end');
      // To and fro, further and further: each turn is somewhere else, at edges too.
      const far = tamis.iterator(1e12);
      const around = await tamis.listPrimes(1e12 - 1e6, 1e12 + 1e6);
      let place = around.findIndex((prime) => prime > 10n ** 12n) - 1;
      for (let steps = 1; steps < 10_000; steps = steps * 3 + 1) {
        for (let i = 0; i < steps; i++) if (await far.next() !== around[++place]) throw new Error(`${steps} steps up`);
        for (let i = 0; i < 2 * steps; i++) if (await far.prev() !== around[--place]) throw new Error(`${steps} steps down`);
        for (let i = 0; i < steps; i++) if (await far.next() !== around[++place]) throw new Error(`${steps} steps up again`);
      }
    },
  },
  {
    name: 'an iterator stops at both ends of 64 bits, and goes where it is sent',
    async run({ tamis }) {
      const iterator = tamis.iterator(2n ** 64n - 83n);
      equal(await iterator.next(), 2n ** 64n - 83n);
      equal([await iterator.next(), await iterator.next(), await iterator.next()], [LAST, null, null]);
      equal(await iterator.prev(), 2n ** 64n - 83n);
      iterator.skipTo(LAST + 1n);
      equal([await iterator.next(), await iterator.prev(), await iterator.next()], [null, LAST, null]);
      iterator.skipTo(2);
      equal([await iterator.prev(), await iterator.prev(), await iterator.next()], [2n, null, 3n]);
      iterator.skipTo(1n);
      equal([await iterator.prev(), await iterator.next()], [null, 2n]);
      iterator.skipTo(7n);
      equal([await iterator.next(), await iterator.prev()], [7n, 5n]);
      iterator.skipTo(10n ** 9n);
      equal([await iterator.prev(), await iterator.next()], [999_999_937n, 1_000_000_007n]);
      iterator.clear();
      equal(await iterator.next(), 2n);
      // Calls that nobody awaits are answered in their order.
      iterator.clear();
      const calls = [iterator.next(), iterator.next(), iterator.prev()];
      iterator.skipTo(100);
      equal(await Promise.all([...calls, iterator.next()]), [2n, 3n, 2n, 101n]);
    },
  },
  {
    name: 'an iterator hands out batches, and primes one by one',
    async run({ tamis }) {
      const iterator = tamis.iterator(1e6);
      let last = 0n;
      for (let batches = 0; batches < 6; batches++) {
        const batch = await iterator.nextBatch();
        ok(batch !== null && batch[0] > last && batch.length > 1000, 'batches ascend');
        last = /** @type {BigUint64Array} */ (batch)[/** @type {BigUint64Array} */ (batch).length - 1];
      }
      equal(await iterator.next(), await tamis.nthPrime(1, last));
      let first = last + 1n;
      let count = 0n;
      for (let batch = await iterator.prevBatch(); batch; batch = await iterator.prevBatch()) {
        ok(batch[batch.length - 1] < first || count === 0n, 'batches descend');
        first = batch[0];
        count += BigInt(batch.length);
      }
      equal([first, count], [2n, await tamis.countPrimes(0, last)]);
      iterator.skipTo(100);
      /** @type {bigint[]} */
      const found = [];
      for await (const prime of iterator) if (found.push(prime) === 3) break;
      equal([...found, await iterator.next()], [101n, 103n, 107n, 109n]);
      equal(await iterator.nextBatch().then((batch) => batch?.[0]), 113n);
    },
  },
  {
    name: 'what its reader does to a batch does not disturb an iterator',
    async run({ tamis }) {
      const iterator = tamis.iterator(1e9);
      /** Spoils the batch. @param {BigUint64Array<ArrayBuffer> | null} given */
      const ends = (given) => {
        const batch = given ?? new BigUint64Array(0);
        ok(batch.length > 1000, 'a batch');
        const [first, last] = [batch[0], batch[batch.length - 1]];
        batch.fill(9n);
        return { first, last };
      };
      const before = async (/** @type {bigint} */ prime) => tamis.nthPrime(-1, prime);
      const behind = async (/** @type {bigint} */ prime) => tamis.nthPrime(1, prime);
      ends(await iterator.nextBatch());
      for (let turn = 0; turn < 2; turn++) {
        // The whole of a batch, and then to where it was: by both neighbours, and by a jump into it.
        let { first, last } = ends(await iterator.nextBatch());
        equal([await iterator.prev(), await iterator.next()], [await before(first), first], 'before and back');
        // The first one behind a turn is but a part.
        ends(await iterator.nextBatch());
        ({ first, last } = ends(await iterator.nextBatch()));
        iterator.skipTo(last);
        equal([await iterator.next(), await iterator.next()], [last, await behind(last)], 'a jump into it');
        ({ first, last } = ends(await iterator.nextBatch()));
        ({ first, last } = ends(await iterator.nextBatch()));
        equal([await iterator.next(), await iterator.prev(), await iterator.prev()], [await behind(last), last, await before(last)], 'behind and back');
        ({ first, last } = ends(await iterator.prevBatch()));
        ({ first, last } = ends(await iterator.prevBatch()));
        equal([await iterator.next(), await iterator.prev()], [await behind(last), last], 'downwards');
        iterator.skipTo(first);
      }
      // At the end of the number line, where nothing more comes; so few integers need no large sieving primes.
      iterator.skipTo(2n ** 64n - 400_000n);
      let { first, last } = { first: 0n, last: 0n };
      for (let batch = await iterator.nextBatch(); batch; batch = await iterator.nextBatch()) [first, last] = [batch[0], batch[batch.length - 1]];
      equal([last, await iterator.next(), await iterator.prev()], [2n ** 64n - 59n, null, await before(first)], 'the end');
    },
  },
  {
    name: 'an iterator with reuse gives the same, and a batch until the next call',
    async run({ tamis }) {
      const [start, stop] = [10n ** 9n, 10n ** 9n + 12_000_000n];
      const known = await tamis.listPrimes(start, stop);
      const iterator = tamis.iterator(start, { reuse: true });
      let at = 0;
      let emptied = 0;
      for (let before = null; at < known.length;) {
        const batch = /** @type {BigUint64Array<ArrayBuffer>} */ (await iterator.nextBatch());
        const wrong = batch.findIndex((prime, i) => at + i < known.length && prime !== known[at + i]);
        equal(wrong, -1, `a batch that begins with ${batch[0]}`);
        if (before?.length === 0) emptied++;
        at += batch.length;
        before = batch;
      }
      ok(emptied > 5, `${emptied} batches were taken back`);
      // One by one over the edges of windows and batches (the first long batch ends near the 73,000th prime), with a turn at each place there.
      iterator.skipTo(start);
      for (let i = 1; i < 80_000; i++) {
        const prime = await iterator.next();
        if (prime !== known[i - 1]) throw new Error(`${prime} instead of ${known[i - 1]}`);
        if (i === 1 || (i > 10_000 && i < 64_000)) continue;
        const [back, again] = [await iterator.prev(), await iterator.next()];
        if (back !== known[i - 2] || again !== prime) throw new Error(`${back}, ${again} at ${prime}`);
      }
      // Up to the end of the number line without a turn, and back; so few integers need no large sieving primes.
      const end = await tamis.listPrimes(2n ** 64n - 400_000n, 2n ** 64n - 1n);
      iterator.skipTo(end[0]);
      for (const prime of end) if (await iterator.next() !== prime) throw new Error(`not ${prime}`);
      equal([await iterator.next(), await iterator.prev(), await iterator.prev()], [null, end[end.length - 1], end[end.length - 2]], 'the end');
      // A hint is no end, nor where it was begun.
      const hinted = tamis.iterator(start, { stopHint: start + 200_000n });
      for (const prime of known.subarray(0, 20_000)) if (await hinted.next() !== prime) throw new Error(`not ${prime}`);
      equal(await hinted.prev(), known[19_998], 'beyond the hint');
      hinted.skipTo(101n);
      equal([await hinted.next(), await hinted.prev()], [101n, 97n], 'before it');
    },
  },
  {
    name: 'what streams, lists and iterators can not be asked for is refused by name',
    async run({ tamis }) {
      const bad = /** @type {any} */ (tamis);
      /** @type {[string, () => unknown][]} */
      const calls = [
        ['range', () => bad.primes(10, 9)],
        ['range', () => bad.primes(-1, 9)],
        ['range', () => bad.primes(0, 2n ** 64n)],
        ['type', () => bad.primes('0', 9)],
        ['type', () => bad.primes(0)],
        ['type', () => bad.primes(0, 9, { type: 'i64' })],
        ['type', () => bad.primes(0, 9, { type: 7 })],
        ['range', () => bad.primes(0, 2n ** 32n, { type: 'u32' })],
        ['range', () => bad.primes(0, 2n ** 53n + 1n, { type: 'f64' })],
        ['range', () => bad.primes(0, 9, { tuplets: 0 })],
        ['range', () => bad.primes(0, 9, { tuplets: 7 })],
        ['type', () => bad.primes(0, 9, { tuplets: 2.5 })],
        ['type', () => bad.primes(0, 9, { tuplets: '2' })],
        ['range', () => bad.primes(0, 9, { tuplets: 2, type: 'delta' })],
        ['range', () => bad.primes(0, 9, { batch: 0 })],
        ['range', () => bad.primes(0, 9, { batch: 2 ** 20 + 1 })],
        ['range', () => bad.primes(0, 9, { batch: 3, tuplets: 4 })],
        ['range', () => bad.primes(0, 9, { batch: 159, type: 'text' })],
        ['range', () => bad.primes(0, 9, { batch: 2 ** 21 + 1, type: 'delta' })],
        ['type', () => bad.primes(0, 9, { batch: 1.5 })],
        ['type', () => bad.primes(0, 9, { reuse: 1 })],
        ['type', () => bad.primes(0, 9, { signal: 'stop' })],
        ['type', () => bad.primes(0, 9, { onProgress: 7 })],
        ['type', () => bad.primes(0, 9, { progressMs: 0 })],
        ['threads', () => bad.primes(0, 9, { threads: 0 })],
        ['param', () => bad.primes(0, 9, { tuples: 2 })],
        ['type', () => bad.primes(0, 9, null)],
        ['range', () => bad.listPrimes(10, 9)],
        ['type', () => bad.listPrimes(0, '9')],
        ['type', () => bad.listPrimes(0, 9, { type: 'text' })],
        ['range', () => bad.listPrimes(0, 2 ** 32, { type: 'u32' })],
        ['param', () => bad.listPrimes(0, 9, { batch: 7 })],
        ['threads', () => bad.listPrimes(0, 9, { threads: 99 })],
        ['type', () => bad.listPrimes(0, 9, null)],
        ['range', () => bad.countTuplets(0, 0, 9)],
        ['range', () => bad.countTuplets(7, 0, 9)],
        ['type', () => bad.countTuplets(2n, 0, 9)],
        ['type', () => bad.countTuplets()],
        ['range', () => bad.countTuplets(2, 9, 0)],
        ['range', () => bad.run('count-tuplets', { start: 0, stop: 9, kinds: 0 })],
        ['range', () => bad.run('count-tuplets', { start: 0, stop: 9, kinds: 64 })],
        ['kind', () => bad.run('list-primes', { start: 0, stop: 9 })],
        ['range', () => bad.nthPrime(2n ** 63n)],
        ['range', () => bad.nthPrime(-(2n ** 63n))],
        ['type', () => bad.nthPrime('7')],
        ['type', () => bad.nthPrime()],
        ['range', () => bad.nthPrime(1, -1)],
        ['range', () => bad.run('nth-prime', { n: 1, before: 2 })],
        ['param', () => bad.run('nth-prime', { start: 1 })],
        ['range', () => bad.iterator(-1)],
        ['type', () => bad.iterator('1')],
        ['type', () => bad.iterator(1, { reuse: 1 })],
        ['type', () => bad.iterator(1, null)],
        ['param', () => bad.iterator(1, { batch: 7 })],
        ['range', () => bad.iterator(1, { stopHint: -1 })],
        ['type', () => bad.iterator(1, { stopHint: '9' })],
        ['range', () => bad.iterator().skipTo(2n ** 64n)],
      ];
      // Streams and iterators are had at once, so what is wrong with them is thrown at once.
      for (const [code, call] of calls) await failure((async () => call())(), code);
      equal(await gathered(tamis.primes(0, 10)), [2n, 3n, 5n, 7n]);
    },
  },
  {
    name: 'dispose ends streams and iterators',
    async run({ api, options }) {
      const tamis = await api.load({ ...options, threads: 2 });
      const stream = tamis.primes(0, ENDLESS);
      const batches = stream[Symbol.asyncIterator]();
      await batches.next();
      const unread = tamis.primes(0, ENDLESS)[Symbol.asyncIterator]();
      const iterator = tamis.iterator();
      await iterator.next();
      const listed = failure(tamis.listPrimes(0, 1e9, { type: 'u32' }), 'disposed');
      await tamis.dispose();
      await listed;
      await failure(batches.next(), 'disposed');
      await failure(unread.next(), 'disposed');
      await failure((async () => tamis.primes(0, 9))(), 'disposed');
      equal(await iterator.next(), 3n, 'what is here is here');
      iterator.skipTo(1e9);
      await failure(iterator.next(), 'disposed');
      await stream.cancel();
    },
  },
];

/** @param {AnyStream} stream */
async function gathered(stream) {
  const all = [];
  for await (const batch of stream) all.push(...batch);
  return all;
}

/** By index: for Firefox a loop `of` millions takes ten times as long. @param {Float64Array} values */
function sumOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

/** @param {AnyStream} stream */
async function gatheredLength(stream) {
  let length = 0;
  for await (const batch of stream) length += batch.length;
  return length;
}

/** @param {AnyStream} stream */
async function asText(stream) {
  let text = '';
  for await (const batch of stream) {
    ok(batch[batch.length - 1] === 10, 'whole lines only');
    text += new TextDecoder().decode(batch);
  }
  return text;
}
