// @ts-check
// The flight recorder with a library, in both modes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { load } from '../../../web/lib/node.js';

/** @typedef {{ name: string, ph: string, pid: number, tid: number, ts: number, dur: number, args: { name?: string, detail?: string, job: number, chunk: number } }} TraceEvent */

/** @param {string} json @returns {TraceEvent[]} */
const eventsOf = (json) => JSON.parse(json).traceEvents;

for (const mode of /** @type {const} */ (['threads', 'workers'])) {
  describe(`mode ${mode}`, () => {
    test('every chunk of a job is in the trace, on a thread that has a name', async () => {
      const tamis = await load({ mode, threads: 2 });
      try {
        await assert.rejects(tamis.trace(), { code: 'state' });
        await tamis.record();
        // A006880(8)
        assert.equal(await tamis.countPrimes(0, 10 ** 8), 5_761_455n);
        await tamis.stopRecording();
        await tamis.countPrimes(0, 10 ** 7);
        const events = eventsOf(await tamis.trace());
        const spans = events.filter(({ ph }) => ph === 'X');
        const chunks = spans.filter(({ name }) => name === 'chunk');
        const numbers = chunks.map(({ args }) => args.chunk).sort((a, b) => a - b);
        assert.deepEqual(numbers, numbers.map((_, i) => i));
        assert.ok(numbers.length > 5);
        assert.equal(new Set(chunks.map(({ args }) => args.job)).size, 1);
        // The last merge ends the job in mode threads, and is written down after that.
        const merges = spans.filter(({ name }) => name === 'merge').length;
        assert.ok(merges >= numbers.length - 1 && merges <= numbers.length, `${merges} merges of ${numbers.length} chunks`);
        const named = new Set(events.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid));
        assert.ok(spans.every(({ tid, ts, dur }) => named.has(tid) && ts >= 0 && dur >= 0));
        // On one thread one chunk ends before the next begins.
        for (const tid of named) {
          const own = chunks.filter((span) => span.tid === tid).sort((a, b) => a.ts - b.ts);
          own.slice(1).forEach((span, i) => assert.ok(span.ts + 0.001 >= own[i].ts + own[i].dur));
        }
      } finally {
        await tamis.dispose();
      }
    });

    test('the newest events are kept, and another size begins anew', async () => {
      const tamis = await load({ mode, threads: 1 });
      try {
        await assert.rejects(tamis.record({ events: 15 }), { code: 'range' });
        await assert.rejects(tamis.record({ events: 70_000 }), { code: 'range' });
        await tamis.record({ events: 16 });
        await tamis.run('self-test', { chunks: 500 });
        await tamis.stopRecording();
        const chunks = eventsOf(await tamis.trace()).filter(({ name }) => name === 'chunk');
        assert.ok(chunks.length <= 16);
        assert.equal(chunks.at(-1)?.args.chunk, 499);
        await tamis.record();
        assert.deepEqual(eventsOf(await tamis.trace()), []);
      } finally {
        await tamis.dispose();
      }
    });

    test('recording goes on in a pool of another size', async () => {
      const tamis = await load({ mode, threads: 1 });
      try {
        await tamis.record();
        await tamis.resize(2);
        await tamis.countPrimes(0, 10 ** 7);
        assert.ok(eventsOf(await tamis.trace()).some(({ name }) => name === 'chunk'));
      } finally {
        await tamis.dispose();
      }
    });
  });
}
