// @ts-check
// What goes wrong while loading, in real browsers: each ends in time, with an error or a warning that
// names what it was about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers, openShared } from '../harness/index.js';
import { startFaultyServer } from './faulty-server.js';

/** @typedef {import('./faulty-server.js').Fault} Fault */
/** @typedef {{ code: string | null, name?: string, message: string, hint: string, mode?: string, threads?: number, warnings: string[] }} Outcome */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {Fault[]} [faults]
 * @property {Record<string, string>} [headers]
 * @property {object} options  for load(); {origin} in strings is the server's
 * @property {(outcome: Outcome, browser: string) => void} expect
 */

/** For a thread's worker this is the script itself; the others import it. */
const POOL_WORKER = { file: '/web/dist/tamis-core.js', mode: 'same-origin' };

/**
 * @param {string} code
 * @param {...RegExp} parts  of the message and its hint
 * @returns {Case['expect']}
 */
const fails = (code, ...parts) => (outcome, browser) => {
  assert.equal(outcome.code, code, `${browser}: ${JSON.stringify(outcome)}`);
  assert.equal(outcome.name, 'TamisError');
  for (const part of parts) assert.match(`${outcome.message} ${outcome.hint}`, part, browser);
};

/**
 * @param {string} mode
 * @param {number} threads
 * @param {RegExp} warning
 * @returns {Case['expect']}
 */
const settles = (mode, threads, warning) => (outcome, browser) => {
  assert.deepEqual([outcome.code, outcome.mode, outcome.threads], [null, mode, threads], `${browser}: ${JSON.stringify(outcome)}`);
  assert.match(outcome.warnings.join('\n'), warning);
};

/** @type {Case[]} */
const cases = [
  {
    name: 'a wasm file that is not there',
    faults: [{ file: 'tamis.wasm', status: 404 }],
    options: {},
    expect: fails('wasm-missing', /http.*\/web\/dist\/tamis\.wasm/, /404/, /right address/),
  },
  {
    name: 'a wasm address that nothing answers',
    options: { wasm: 'http://127.0.0.1:9/tamis.wasm' },
    expect: fails('wasm-missing', /127\.0\.0\.1:9\/tamis\.wasm/),
  },
  {
    name: 'a page in place of the wasm file',
    faults: [{ file: 'tamis.wasm', type: 'text/html', body: '<!doctype html>' }],
    options: {},
    expect: fails('wasm-type', /tamis\.wasm/, /text\/html/, /address is probably wrong/),
  },
  {
    name: 'a wasm file with the wrong type',
    faults: [{ file: 'tamis.wasm', type: 'application/octet-stream' }],
    options: {},
    expect: fails('wasm-type', /application\/octet-stream/, /send the type application\/wasm/),
  },
  {
    name: 'a wasm file without a type',
    faults: [{ file: 'tamis.wasm', type: '', headers: { 'X-Content-Type-Options': 'nosniff' } }],
    options: {},
    expect: fails('wasm-type', /none/),
  },
  {
    name: 'a wasm file that was cut short',
    faults: [{ file: 'tamis.wasm', body: '\0asm' }],
    options: {},
    expect: fails('wasm-type', /tamis\.wasm/, /cut short/),
  },
  {
    name: 'a wasm file that never comes',
    faults: [{ file: 'tamis.wasm', hang: true }],
    options: { timeoutMs: 1500 },
    expect: fails('timeout', /tamis\.wasm/, /1\.5 s/),
  },
  {
    name: 'a policy that forbids WebAssembly',
    headers: { 'Content-Security-Policy': "script-src 'self'" },
    options: {},
    expect: fails('unsupported', /Content-Security-Policy/, /wasm-unsafe-eval/),
  },
  {
    name: 'a worker script that is not there',
    faults: [{ file: '/web/lib/worker.js', status: 404 }],
    options: {},
    expect: fails('worker-start', /http.*\/web\/lib\/worker\.js/, /can be opened/),
  },
  {
    name: 'a worker script that never comes',
    faults: [{ file: '/web/lib/worker.js', hang: true }],
    options: { mode: 'workers', timeoutMs: 1500 },
    expect: fails('timeout', /host worker/, /worker\.js/),
  },
  {
    name: 'a script that the worker imports is not there',
    faults: [{ file: '/web/lib/host.js', status: 404 }],
    options: { mode: 'workers', timeoutMs: 2000 },
    // Firefox tells nobody, so there it is the watchdog that ends it.
    expect: (outcome, browser) => fails(browser === 'firefox' ? 'timeout' : 'worker-start', /worker\.js/, /import/)(outcome, browser),
  },
  {
    name: 'workers for threads that are not there, when threads are a must',
    faults: [{ ...POOL_WORKER, status: 404 }],
    options: { mode: 'threads', threads: 2 },
    expect: fails('worker-start', /worker for a thread/, /tamis-core\.js/),
  },
  {
    name: 'workers for threads that are not there, when other ways are welcome',
    faults: [{ ...POOL_WORKER, status: 404 }],
    options: { threads: 2 },
    expect: settles('workers', 2, /2 threads could not be started.*tamis-core\.js/),
  },
  {
    name: 'workers for threads that never come',
    faults: [{ ...POOL_WORKER, hang: true }],
    // Long enough for the host worker itself, which has the same time, on a machine that is busy.
    options: { mode: 'threads', threads: 2, timeoutMs: 8000 },
    expect: fails('timeout', /3 of 3 workers for threads did not answer/, /tamis-core\.js/),
  },
  {
    name: 'workers for threads that come without the embedder policy',
    faults: [{ ...POOL_WORKER, headers: { 'Cross-Origin-Embedder-Policy': null } }],
    options: { threads: 2 },
    expect: settles('workers', 2, /could not be started/),
  },
  {
    name: 'mode threads on a page that is not isolated',
    headers: {},
    options: { mode: 'threads' },
    expect: fails('unsupported', /not cross-origin isolated/, /Cross-Origin-Opener-Policy/),
  },
  {
    name: 'more threads than there are cores are simply had',
    options: { threads: 24 },
    expect: (outcome) => assert.deepEqual([outcome.mode, outcome.threads, outcome.warnings], ['threads', 24, []]),
  },
];

for (const browser of browsers()) {
  for (const { name, faults, headers, options, expect } of cases) {
    test(`${browser.name}: ${name}`, { timeout: 120_000 }, async (t) => {
      const server = await startFaultyServer({ faults, headers });
      t.after(() => server.close());
      // WebKitGTK shares memory everywhere or nowhere, whatever the headers.
      const sharedMemory = headers === undefined || 'Cross-Origin-Opener-Policy' in headers;
      const page = await openShared(browser, `${server.origin}/tests/web/lib/fixture/index.html`, { sharedMemory, t });
      await page.waitFor(() => 'fixture' in globalThis);
      const began = performance.now();
      expect(await page.evaluate((wanted) => /** @type {any} */ (globalThis).fixture.loadFailure(wanted), options), browser.name);
      t.diagnostic(`${browser.name}: ${name}: known after ${Math.round(performance.now() - began)} ms`);
    });
  }

  for (const mode of /** @type {const} */ (['threads', 'workers'])) {
    test(`${browser.name}: the library comes from another origin, as from a CDN: mode ${mode}`, { timeout: 120_000 }, async (t) => {
      const [site, cdn] = [await startFaultyServer(), await startFaultyServer()];
      t.after(() => Promise.all([site.close(), cdn.close()]));
      const page = await openShared(browser, `${site.origin}/tests/web/lib/fixture/index.html`, { t });
      const answer = await page.evaluate(async (origin, wanted) => {
        const { load } = await import(`${origin}/web/lib/index.js`);
        const tamis = await load({ mode: wanted, threads: 2, workerUrl: `${origin}/web/lib/worker.js` });
        const count = await tamis.countPrimes(0, 1e6);
        await tamis.dispose();
        return count;
      }, cdn.origin, mode);
      assert.equal(answer, 78498n);
    });
  }
}
