// @ts-check
/** Steps that the tests of tabs share, and the matrix of faults that they print. */
import assert from 'node:assert/strict';
import { appendFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleClassic } from '../../../tools/web/bundle.js';
import { fileUrl, open, projectRoot, remove, startServer, temporaryFolder } from '../harness/index.js';
import { ISOLATING, startHost } from '../hosts/host.js';

/** @typedef {import('../harness/page.js').Page} Page */
/** @typedef {import('./fixture/main.js').Look} Look */
/** @typedef {import('node:test').TestContext} TestContext */

/** @typedef {{ kind: string, params: Record<string, bigint>, answer: bigint }} Work */

/** Primes up to 10^10: OEIS A006880. On one thread this takes a second or two: time for a fault. @type {Work} */
export const WORK = { kind: 'count-primes', params: { start: 0n, stop: 10n ** 10n }, answer: 455_052_511n };
/** The 10^9th prime: OEIS A006988. More than twice as much work. @type {Work} */
export const LONG_WORK = { kind: 'nth-prime', params: { n: 10n ** 9n }, answer: 22_801_763_489n };

/**
 * How the page is reached.
 * @typedef {object} Way
 * @property {'threads' | 'workers' | 'file'} name
 * @property {(t: TestContext, options?: { policy?: boolean }) => Promise<string>} address  policy: with the server's
 *   Content-Security-Policy, the default
 */

/** @param {boolean} isolation @param {TestContext} t */
async function served(isolation, t, { policy = true } = {}) {
  const { origin } = policy
    ? await startServer({ root: projectRoot, isolation, t })
    : await startHost({ files: projectRoot, headers: isolation ? ISOLATING : {}, t });
  return `${origin}/tests/web/tabs/fixture/index.html`;
}

/** @type {Way[]} */
export const ways = [
  { name: 'threads', address: (t, options) => served(true, t, options) },
  { name: 'workers', address: (t, options) => served(false, t, options) },
];

/** @type {Way} */
export const fromDisk = {
  name: 'file',
  async address(t) {
    const folder = await temporaryFolder('tabs');
    t.after(() => remove(folder));
    const fixture = fileURLToPath(new URL('fixture/', import.meta.url));
    await bundleClassic(join(fixture, 'main.js'), join(folder, 'fixture.js'));
    await copyFile(join(fixture, 'classic.html'), join(folder, 'classic.html'));
    return fileUrl(join(folder, 'classic.html'));
  },
};

/**
 * A browser with an empty page, fit for this way.
 * @param {import('../harness/browsers.js').Browser} browser
 * @param {Way} way
 * @param {TestContext} t
 */
export const openBrowser = (browser, { name }, t) => open(browser, 'about:blank', { sharedMemory: name === 'threads', t });

let names = 0;

/**
 * The address of jobs that no other test has: tabs with the same one share them.
 * @param {string} address
 * @param {Way} way
 * @param {string[]} faults
 */
export function jobsAt(address, { name }, ...faults) {
  const query = new URLSearchParams({ name: `${process.pid}-${names += 1}`, mode: name });
  for (const fault of faults) query.append('fault', fault);
  return `${address}?${query}`;
}

/** @param {Page} page @param {string} address */
export async function openTab(page, address) {
  const tab = await page.newTab(address);
  await tab.waitFor('html[data-ready]');
  return tab;
}

/** A page's globals, inside evaluate(). @typedef {{ jobs: import('../../../web/lib/jobs/jobs.js').Jobs, looks: Look[], loads: () => number }} Globals */

/** Starts work on one thread. @param {Page} tab @returns {Promise<string>} */
export const startWork = (tab, { kind, params } = WORK) => tab.evaluate(
  (/** @type {string} */ name, /** @type {any} */ given) =>
    /** @type {Globals & Window} */ (/** @type {unknown} */ (window)).jobs.start(name, given, { threads: 1 }),
  kind, /** @type {any} */ (params));

/** Waits until the newest job is at least so far. @param {Page} tab @param {number} share */
export const reached = (tab, share) => tab.waitFor((/** @type {number} */ least) => {
  const job = /** @type {any} */ (window).jobs.list().at(-1);
  return job && job.fraction >= least && job.state === 'running';
}, { args: [share] });

/**
 * What a method of Jobs gives, or the error it rejects with.
 * @param {Page} tab
 * @param {string} method
 * @param {any[]} args
 * @returns {Promise<any>}
 */
export const call = (tab, method, ...args) => tab.evaluate(async (/** @type {string} */ name, /** @type {any[]} */ ...given) => {
  try {
    return await /** @type {any} */ (window).jobs[name](...given);
  } catch (error) {
    const { code, message, hint } = /** @type {any} */ (error);
    return { code, message, hint };
  }
}, method, ...args);

/** The newest job when it is in one of these states. @param {Page} tab @param {string[]} states */
export const inState = (tab, ...states) => tab.waitFor((/** @type {string[]} */ wanted) => {
  const job = /** @type {any} */ (window).jobs.list().at(-1);
  return job && wanted.includes(job.state) && job;
}, { args: [states] });

/** The answer, exact. @param {Page} tab */
export async function answerOf(tab, { answer } = WORK) {
  const job = await inState(tab, 'done', 'failed', 'cancelled');
  assert.deepEqual([job.state, job.values], ['done', [answer]], JSON.stringify(job.error));
  return job.values[0];
}

/** @param {Page} tab */
export const stateOf = (tab) => tab.evaluate(() => {
  const { jobs, loads, reasons } = /** @type {any} */ (window);
  // On a busy machine a leader may be silent for so long that one that follows expects to lead, and loads the library early.
  const unfounded = Math.max(0, loads() - reasons.leads - reasons.silences);
  return { role: jobs.role, epoch: jobs.epoch, remarks: jobs.remarks, loads: loads(), unfounded, found: jobs.found.length };
});

/** @param {Page[]} tabs  @returns {Promise<Page>} the one that leads, when one does */
export async function leaderOf(tabs) {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    for (const tab of tabs) if ((await stateOf(tab)).role === 'leader') return tab;
  }
  throw new Error('none of the tabs leads');
}

/**
 * What a tab saw of a change of leaders, in milliseconds: until another tab led; until the job got on there; how much of
 * the work was done a second time, by the pace that the job had.
 * @param {Page} tab
 * @param {number} faultAt
 * @returns {Promise<{ ledMs: number, workedMs: number, lostMs: number }>}
 */
export async function takeover(tab, faultAt) {
  /** @type {[Look, Look, Look, Look]} */
  const [before, led, restored, worked] = await tab.waitFor((/** @type {number} */ at) => {
    /** @type {Look[]} */
    const looks = /** @type {any} */ (window).looks;
    const { epoch } = /** @type {Look} */ (looks.findLast((look) => look.at <= at) ?? looks[0]);
    const old = looks.findLast((look) => look.epoch === epoch);
    const later = looks.filter((look) => look.at > at && look.epoch > epoch);
    // At first the next leader tells how far the last one was, then what the checkpoint held, then how it gets on.
    const end = later.findIndex((look, i) => look.state === 'done' || (i > 0 && look.done > later[i - 1].done));
    if (end < 1) return null;
    const least = later.slice(0, end).reduce((a, b) => (b.done < a.done ? b : a));
    return [old, later[0], least, later[end]];
  }, { args: [faultAt] }).catch(async (error) => {
    const around = await tab.evaluate((/** @type {number} */ at) => {
      /** @type {Look[]} */
      const looks = /** @type {any} */ (window).looks;
      return looks.filter((look, i) => i > looks.length - 8 || Math.abs(look.at - at) < 400).map((look) => `${look.at - at} ms: ${look.state} by ${look.epoch}, ${look.done}`);
    }, faultAt);
    throw new Error(`nobody else went on; after the fault there was ${around.join('; ')}`, { cause: error });
  });
  const pace = Number(before.done) / Math.max(1, before.elapsedMs);
  const lostMs = Math.max(0, Math.round(Number(before.done - restored.done) / pace));
  return { ledMs: led.at - faultAt, workedMs: worked.at - faultAt, lostMs };
}

/**
 * What the database holds of the newest job.
 * @param {Page} tab
 * @returns {Promise<{ epoch: number, job: { epoch: number, state: string, fraction: number, values: bigint[] | null, checkpoint: number } }>}
 */
export const kept = (tab) => tab.evaluate(() => new Promise((resolve, reject) => {
  const opening = indexedDB.open(`tamis-jobs:${new URLSearchParams(location.search).get('name')}`);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction(['meta', 'jobs']);
    const [epoch, jobs] = [transaction.objectStore('meta').get('epoch'), transaction.objectStore('jobs').getAll()];
    transaction.oncomplete = () => {
      opening.result.close();
      const { epoch: by, state, fraction, values, checkpoint } = jobs.result.sort((a, b) => a.createdAt - b.createdAt).at(-1);
      resolve({ epoch: epoch.result, job: { epoch: by, state, fraction, values, checkpoint: checkpoint?.length ?? 0 } });
    };
  };
}));

/**
 * The same when the job's end is written: a page tells it before that.
 * @param {Page} tab
 */
export async function keptAtLast(tab) {
  for (const end = Date.now() + 30_000; ;) {
    const now = await kept(tab);
    if (now.job.values || Date.now() > end) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Prints a line of the matrix, and keeps it where TAMIS_FAULT_MATRIX says.
 * @param {TestContext} t
 * @param {{ browser: string, mode: string, fault: string, outcome: string, answer: bigint, expected?: bigint, ms: number }} line
 */
export async function note(t, { browser, mode, fault, outcome, answer, expected = WORK.answer, ms }) {
  t.diagnostic(`fault-matrix | ${browser} | ${mode} | ${fault} | ${outcome} | ${answer} | ${Math.round(ms)}`);
  const file = process.env.TAMIS_FAULT_MATRIX;
  const line = { browser, mode, fault, outcome, answer: String(answer), expected: String(expected), ms: Math.round(ms) };
  if (file) await appendFile(file, `${JSON.stringify(line)}\n`);
}
