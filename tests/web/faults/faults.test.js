// @ts-check
// Faults in real browsers: workers, threads and hosts that die, hang, trap or can't be had again, little memory, a page that
// is blocked, a machine that sleeps. Each in the midst of a job, whose answer is compared with the known value.
//
// Every cell of the matrix (browser x mode x fault) is noted: see hosts/fault-matrix.js.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, open } from '../harness/index.js';
import { note } from '../hosts/fault-matrix.js';
import { startFaultyServer } from '../lib/faulty-server.js';

/** @typedef {import('../lib/faulty-server.js').Fault} Fault */
/** @typedef {{ value: bigint | { code: string, message: string, checkpoint: boolean }, events: { why: string, lostMs: number, takenMs: number }[], threads: number }} Outcome */

/** OEIS A006880: 10^n and how many primes there are up to it. */
const PRIMES = { ten: [10n ** 10n, 455_052_511n], nine: [10n ** 9n, 50_847_534n], six: [10n ** 6n, 78_498n] };
/** What is sieved in each way: it takes a second or more. */
const KNOWN = { count: PRIMES.ten, stream: PRIMES.nine };

/** A fifth of the default, so that silence is noticed sooner. */
const SILENCE_MS = 800;
/** Longer than anybody may be silent then: a host may for 2.5 times as long. */
const SLEEP_MS = 3000;

/**
 * @typedef {object} Case
 * @property {string} fault
 * @property {'threads' | 'workers'} mode
 * @property {string} deed  of fixture/main.js
 * @property {RegExp} why  what the page is told about it
 * @property {'stream'} [how]
 */

/** What is lost, and replaced without anybody having to do anything. @type {Case[]} */
const HEALED = [
  { mode: 'threads', fault: 'a thread is ended', deed: 'end thread', why: /gave no sign of life/ },
  { mode: 'threads', fault: 'a thread hangs', deed: 'hang thread', why: /gave no sign of life/ },
  { mode: 'threads', fault: 'a thread traps', deed: 'trap thread', why: /^a thread stopped: .*unreachable/i },
  { mode: 'threads', fault: 'the host is ended', deed: 'end host', why: /host worker did not answer/ },
  { mode: 'threads', fault: 'the host hangs', deed: 'hang host', why: /host worker did not answer/ },
  { mode: 'threads', fault: 'the host is ended, while a stream is read', deed: 'end host', why: /host worker did not answer/, how: 'stream' },
  { mode: 'workers', fault: 'a worker is ended', deed: 'end worker', why: /did not answer for/ },
  { mode: 'workers', fault: 'a worker hangs', deed: 'hang worker', why: /did not answer for/ },
  { mode: 'workers', fault: 'a worker traps', deed: 'trap worker', why: /unreachable/i },
  { mode: 'workers', fault: 'the host is ended', deed: 'end host', why: /host worker did not answer/ },
  { mode: 'workers', fault: 'the host hangs', deed: 'hang host', why: /host worker did not answer/ },
];

/** @param {Outcome['value']} value */
const shown = (value) => (typeof value === 'bigint' ? String(value) : `${value.code}: ${value.message}`);

for (const browser of browsers()) {
  for (const mode of /** @type {const} */ (['threads', 'workers'])) {
    describe(`${browser.name}, mode ${mode}`, () => {
      /** @type {import('../harness/index.js').Page} */
      let page;
      /** @type {{ origin: string, close: () => Promise<void> }} */
      let server;
      /** @type {Fault[]} what the server does wrong from now on */
      const faults = [];
      before(async () => {
        server = await startFaultyServer({ faults });
        page = await open(browser, `${server.origin}/tests/web/faults/fixture/index.html`, { limit: 120_000 });
        await page.waitFor(() => 'fixture' in globalThis);
      });
      after(async () => {
        await page?.close();
        await server?.close();
      });

      /** @param {string} what @param {...unknown} args @returns {Promise<any>} */
      const call = (what, ...args) => page.evaluate(
        (/** @type {string} */ name, /** @type {unknown[]} */ values) => /** @type {any} */ (globalThis).fixture[name](...values), what, args);

      /** A job that has got a little way. @param {'count' | 'stream'} [how] @param {object} [options] */
      const begin = async (how = 'count', options = {}) => {
        await call('load', { mode, threads: 2, silenceMs: SILENCE_MS, ...options });
        await call('begin', KNOWN[how][0], how);
        await call('reached', 0.1);
      };

      for (const { fault, deed, why, how = 'count' } of HEALED.filter((one) => one.mode === mode)) {
        test(`${fault}: all goes on, and the answer is exact`, async (t) => {
          await begin(how);
          const began = performance.now();
          await call('do', deed);
          let { value, events, threads } = /** @type {Outcome} */ (await call('outcome'));
          const ms = performance.now() - began;
          const late = events.length === 0;
          // It was hit between two chunks, and the others were done before it was missed. The next jobs miss it.
          for (let next = 0; next < 9 && events.length === 0; next++) {
            assert.equal(await call('count', PRIMES.ten[0]), PRIMES.ten[1]);
            ({ events, threads } = await call('outcome'));
          }
          note(t, {
            browser: browser.name, mode, fault,
            outcome: `healed in ${Math.round(events[0]?.takenMs)} ms, ${Math.round(events[0]?.lostMs)} ms of work lost${late ? ', in a later job' : ''}`,
            answer: shown(value), expected: String(KNOWN[how][1]),
            ms,
          });
          assert.equal(value, KNOWN[how][1]);
          assert.equal(events.length, 1, JSON.stringify(events));
          assert.match(events[0].why, why);
          assert.equal(threads, 2);
        });
      }

      for (const { fault, act } of [
        { fault: 'the page is blocked for 3 s', act: () => call('do', 'block page') },
        { fault: 'the machine sleeps for 3 s', act: () => page.sleep(SLEEP_MS) },
      ]) {
        test(`${fault}: nobody is taken for dead`, async (t) => {
          await begin();
          const began = performance.now();
          await act();
          const { value, events } = /** @type {Outcome} */ (await call('outcome'));
          note(t, {
            browser: browser.name, mode, fault, outcome: events.length ? 'a false alarm' : 'went on', answer: shown(value), expected: String(PRIMES.ten[1]), ms: performance.now() - began,
          });
          assert.equal(value, PRIMES.ten[1]);
          assert.deepEqual(events, []);
        });
      }

      // The page watches hosts of both modes in the same way.
      if (mode === 'threads') {
        test('a hidden tab whose timers are slow: nobody is taken for dead, and who is dead is missed', async (t) => {
          await call('do', 'hide');
          try {
            for (const { fault, deed, alarms } of [
              { fault: 'a hidden tab', deed: 'nothing', alarms: 0 },
              { fault: 'a hidden tab, and the host is ended', deed: 'end host', alarms: 1 },
            ]) {
              await begin();
              const began = performance.now();
              await call('do', deed);
              const { value, events } = /** @type {Outcome} */ (await call('outcome'));
              note(t, {
                browser: browser.name, mode, fault, outcome: events.length ? `healed in ${Math.round(events[0].takenMs)} ms` : 'went on',
                answer: shown(value), expected: String(PRIMES.ten[1]), ms: performance.now() - began,
              });
              assert.equal(value, PRIMES.ten[1]);
              assert.equal(events.length, alarms, JSON.stringify(events));
            }
          } finally {
            await call('do', 'show');
          }
        });
      }

      test('what is lost can not be loaded again: the job fails with its checkpoint, which another goes on from', async (t) => {
        await begin();
        const began = performance.now();
        faults.push({ file: 'worker.js', status: 404 });
        await call('do', 'end host');
        const { value } = /** @type {Outcome} */ (await call('outcome'));
        faults.pop();
        assert.ok(typeof value === 'object' && value.checkpoint, String(value));
        assert.equal(value.code, 'failed');
        assert.match(value.message, /could not be started again.*worker\.js/);
        await call('load', { mode, threads: 2 });
        const answer = await call('restore');
        note(t, {
          browser: browser.name, mode, fault: 'the host is ended, and its script is gone', outcome: 'failed with its checkpoint, gone on from in another instance',
          answer: String(answer), expected: String(PRIMES.ten[1]), ms: performance.now() - began,
        });
        assert.equal(answer, PRIMES.ten[1]);
      });

      if (mode === 'workers') {
        test('a worker that can not be loaded again is missed, and the others do its work', async (t) => {
          await begin();
          const began = performance.now();
          faults.push({ file: 'worker.js', status: 404 });
          await call('do', 'trap worker');
          const { value } = /** @type {Outcome} */ (await call('outcome'));
          faults.pop();
          note(t, {
            browser: browser.name, mode, fault: 'a worker traps, and its script is gone', outcome: 'went on with one worker less', answer: shown(value), expected: String(PRIMES.ten[1]), ms: performance.now() - began,
          });
          assert.equal(value, PRIMES.ten[1]);
        });
      }

      test('too little memory for a job: it says so, and the instance does the next', async (t) => {
        const began = performance.now();
        await call('load', { mode, threads: 2, memory: 18 * 2 ** 20 });
        await call('begin', 10n ** 18n + 10n ** 10n, 'count', 10n ** 18n);
        const { value } = /** @type {Outcome} */ (await call('outcome'));
        assert.ok(typeof value === 'object', String(value));
        const next = await call('count', PRIMES.six[0]);
        note(t, {
          browser: browser.name, mode, fault: 'too little memory for the job', outcome: `failed with the code "${value.code}"; the next job`, answer: String(next), expected: String(PRIMES.six[1]), ms: performance.now() - began,
        });
        assert.equal(value.code, 'memory');
        assert.equal(next, PRIMES.six[1]);
      });
    });
  }
}
