// @ts-check
// Who counts: each in one instance, which is there for the whole run.
import path from 'node:path';
import { openPage } from '../lib/browser.js';
import { nodeName, primesieve } from '../lib/contestants.js';
import { nameOf } from '../lib/instance.js';
import { converse } from '../lib/lines.js';
import * as programs from '../lib/programs.js';
import { newRoster } from '../lib/roster.js';

/**
 * @typedef {import('../lib/plan.js').Work} Work
 * @typedef {object} Counter
 * @property {string} name
 * @property {string} version
 * @property {(work: Work, threads: number, like: number) => Promise<{ count: bigint | null, seconds: number }>} count  like: seconds that
 *   another one took on one thread; null: it did something else
 * @property {() => Promise<void>} [close]
 */

/**
 * @param {number} pool  threads of an instance
 * @param {Awaited<ReturnType<typeof import('./scale.js').openScale>>} scale
 * @param {{ wanted: (name: string) => boolean, say: (text: string) => void }} settings
 */
export async function assemble(pool, scale, settings) {
  const { contestants, missing, add } = /** @type {ReturnType<typeof newRoster<Counter>>} */ (newRoster(settings));
  await add('primesieve', async () => whole(await primesieve(await programs.findPrimesieve(), async (program, args) => ({ ...await programs.run(program, args), peakBytes: 0 }))));
  await add('tamis native', async () => talker('tamis native', '', await programs.buildBench('count'), ['lines', `${pool}`]));
  const node = async (/** @type {number} */ threads) => {
    const program = await programs.findNewestNode();
    return talker(nameOf(await nodeName(program), 'threads'), await programs.versionOf(program), program, [path.join(programs.root, 'benches/gain/node.js'), `${threads}`]);
  };
  await add('Node', async () => node(pool));
  await add('processes', async () => apart(await Promise.all(Array.from({ length: pool }, async () => node(1)))));
  await add('machine', async () => machine(scale));
  for (const browser of /** @type {const} */ (['chromium', 'firefox'])) await add(browser, () => pageOf(browser, pool));
  return { counters: contestants, missing };
}

/**
 * What any program could gain: work that needs no memory, and nothing of other threads, for as long as the others take.
 * @param {Awaited<ReturnType<typeof import('./scale.js').openScale>>} scale
 * @returns {Counter}
 */
const machine = (scale) => ({
  name: 'the machine itself',
  version: 'small sieves that fit the first cache, taken one by one (benches/scale.rs)',
  count: async (_, threads, like) => ({ count: null, seconds: await scale.work(threads, like) }),
});

/**
 * What Node could gain: for T threads the whole range T times at once, each in a process and on a thread of its own, and the T-th part of the time that takes.
 * They share nothing but the machine.
 * @param {Counter[]} processes
 * @returns {Counter}
 */
const apart = (processes) => ({
  name: `${processes[0].name}, apart`,
  version: processes[0].version,
  async count(work, threads, like) {
    const told = await Promise.all(processes.slice(0, threads).map(async (one) => one.count(work, 1, like)));
    const wrong = told.find(({ count }) => count !== told[0].count);
    return { count: (wrong ?? told[0]).count, seconds: told.reduce((sum, { seconds }) => sum + seconds, 0) / threads ** 2 };
  },
  async close() {
    await Promise.all(processes.map(async (one) => one.close?.()));
  },
});

/**
 * A program that is started anew for each count, and tells its own seconds.
 * @param {import('../lib/contestants.js').Contestant} contestant
 * @returns {Counter}
 */
const whole = ({ name, version, count }) => ({
  name,
  version,
  async count(work, threads) {
    const told = await count(work, threads);
    return { count: told.count, seconds: told.seconds.native };
  },
});

/**
 * @param {string} name
 * @param {string} version
 * @param {string} program
 * @param {string[]} args
 * @returns {Counter}
 */
function talker(name, version, program, args) {
  const { ask, close } = converse(program, args);
  return {
    name,
    version,
    count: async ({ start, stop }, threads) => counted(/** @type {import('./count.js').Counted} */ (await ask(`${start} ${stop} ${threads}`))),
    close,
  };
}

/**
 * @param {'chromium' | 'firefox'} browser
 * @param {number} pool
 * @returns {Promise<Counter>}
 */
async function pageOf(browser, pool) {
  const { version, shortVersion, askAgain, close } = await openPage(browser);
  return {
    name: nameOf(shortVersion, 'threads'),
    version,
    count: async ({ start, stop }, threads) => (
      counted(/** @type {import('./count.js').Counted} */ (await askAgain({ range: { start: `${start}`, stop: `${stop}`, threads }, pool })))
    ),
    close,
  };
}

/** @param {import('./count.js').Counted} told */
const counted = ({ count, seconds }) => ({ count: BigInt(count), seconds });
