// @ts-check
// What the flight recorder exports, opened by what people open it with: the Firefox profiler.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from '../../../web/lib/node.js';
import { remove, temporaryFolder } from '../harness/index.js';

/** @typedef {{ name: string, ph: string, tid: number, ts: number, dur: number, args: { name?: string, detail?: string } }} TraceEvent */
/** @typedef {{ count: number, total: number, shortest: number, longest: number }} Sum  of durations, in microseconds */

/** No step takes a tenth of it, on a busy machine. */
const LIMIT_MS = 30_000;

const profiler = fileURLToPath(new URL('../node_modules/@firefox-devtools/profiler-cli/dist/profiler-cli.js', import.meta.url));
const peers = fileURLToPath(new URL('../../../tools/toolchain/peers.sh', import.meta.url));

/** @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} [env] @returns {Promise<string>} */
const output = (program, args, env = process.env) => new Promise((resolve, reject) => {
  execFile(program, args, { env, maxBuffer: 2 ** 26, timeout: LIMIT_MS }, (error, out, err) => {
    if (error) reject(new Error(`${program} ${args.join(' ')}: ${error.message}\n${out}\n${err}`));
    else resolve(out);
  });
});

/** The profiler's program asks for Node 24. @returns {Promise<string>} */
const node24 = async () => (Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : (await output(peers, ['--node'])).trim());

/** What is in a trace by our own reading: by the thread's name, then the span's. @param {string} trace */
function sumsOf(trace) {
  /** @type {TraceEvent[]} */
  const events = JSON.parse(trace).traceEvents;
  const names = new Map(events.filter(({ name }) => name === 'thread_name').map(({ tid, args }) => [tid, String(args.name)]));
  /** @type {Record<string, Record<string, Sum>>} */
  const threads = Object.fromEntries([...names.values()].map((name) => [name, {}]));
  for (const { ph, tid, name, dur } of events) {
    if (ph !== 'X') continue;
    const sum = threads[String(names.get(tid))][name] ??= { count: 0, total: 0, shortest: Infinity, longest: 0 };
    sum.count++;
    sum.total += dur;
    sum.shortest = Math.min(sum.shortest, dur);
    sum.longest = Math.max(sum.longest, dur);
  }
  return threads;
}

/** @param {number} found @param {number} expected @param {number} [within] */
const near = (found, expected, within = 1) => assert.ok(Math.abs(found - expected) <= within, `${found} instead of ${expected}`);

describe('the Firefox profiler', () => {
  /** @type {string} */
  let folder;
  /** @type {string} */
  let node;
  // Its server, one for each session, keeps its socket here.
  const environment = () => ({ ...process.env, PROFILER_CLI_SESSION_DIR: folder });
  /** @type {(...args: string[]) => Promise<any>} */
  let ask;
  before(async () => {
    folder = await temporaryFolder('fx');
    node = await node24();
    ask = async (...args) => {
      const out = await output(node, [profiler, ...args], environment());
      return args.includes('--json') ? JSON.parse(out) : out;
    };
  });
  after(() => remove(folder));

  /**
   * Its `load` gives its server half a second to start, which a busy machine does not keep: so it is started here, as `load` does.
   * Whether it answers is asked only when it has written of itself: `status` on a session it knows nothing of deletes that session's files,
   * and does so too when they came while it looked. The server goes on then, and nobody ever finds it.
   * @param {string} file @param {string} session
   * @returns {Promise<() => Promise<void>>} ends it
   */
  async function open(file, session) {
    const server = spawn(node, [profiler, '--daemon', file, '--session', session], { env: environment(), stdio: 'ignore' });
    const ended = new Promise((resolve) => { server.once('exit', resolve); });
    /** @type {string} */
    let refusal = 'it has not written of itself';
    for (const until = Date.now() + LIMIT_MS; ;) {
      if (await readFile(`${folder}/${session}.json`, 'utf8').then(JSON.parse).catch(() => undefined)) {
        const told = await ask('status', '--json', '--session', session).catch((error) => error);
        if (!(told instanceof Error)) break;
        refusal = told.message;
      }
      if (server.exitCode !== null || server.signalCode !== null || Date.now() > until) {
        server.kill();
        throw new Error(`the profiler's server does not answer (exit ${server.exitCode ?? server.signalCode}): ${refusal}`);
      }
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    return async () => {
      await ask('stop', session).finally(() => server.kill());
      await ended;
    };
  }

  for (const mode of /** @type {const} */ (['threads', 'workers'])) {
    test(`shows what was recorded in mode ${mode}: every thread by its name, every span with its times`, { timeout: 4 * LIMIT_MS }, async () => {
      const tamis = await load({ mode, threads: 2 });
      await tamis.record();
      // A006880(8)
      assert.equal(await tamis.countPrimes(0, 10 ** 8), 5_761_455n);
      await tamis.stopRecording();
      const trace = await tamis.trace();
      await tamis.dispose();
      // Not the session's name: the profiler keeps a file of that name itself.
      const file = `${folder}/recorded-${mode}.json`;
      await writeFile(file, trace);
      const expected = sumsOf(trace);
      const leave = await open(file, mode);
      try {
        const { processes } = await ask('profile', 'info', '--all', '--json', '--session', mode);
        /** @type {{ threadHandle: string, name: string }[]} */
        const threads = processes.flatMap((/** @type {any} */ one) => one.threads);
        assert.deepEqual(processes.map((/** @type {any} */ one) => one.name), ['tamis']);
        assert.deepEqual(threads.map(({ name }) => name).sort(), Object.keys(expected).sort());
        for (const { threadHandle, name } of threads) {
          const { byType } = await ask('thread', 'markers', '--thread', threadHandle, '--limit', '0', '--json', '--session', mode);
          assert.deepEqual(byType.map((/** @type {any} */ one) => one.markerName).sort(), Object.keys(expected[name]).sort());
          for (const { markerName, count, isInterval, durationStats } of byType) {
            const sum = expected[name][markerName];
            assert.deepEqual([count, isInterval], [sum.count, true], `${markerName} of ${name}`);
            // Milliseconds there.
            near(durationStats.min * 1e3, sum.shortest);
            near(durationStats.max * 1e3, sum.longest);
            near(durationStats.avg * 1e3, sum.total / sum.count);
          }
        }
      } finally {
        await leave();
      }
    });
  }
});
