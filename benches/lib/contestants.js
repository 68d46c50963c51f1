// @ts-check
// Who takes part. Each is asked to count a range once, in a fresh process or page, and answers with the
// seconds it measured itself, so that no one pays for starting a process.
import process from 'node:process';
import { openBrowser } from './browser.js';
import { nameOf, outcomeOf, request } from './instance.js';
import { WARM_UP_SECONDS } from './measure.js';
import * as programs from './programs.js';
import { newRoster } from './roster.js';

/** @typedef {import('./plan.js').Work} Work */

/**
 * @typedef {object} Outcome
 * @property {bigint} count
 * @property {Record<string, number>} seconds  by state: `native`; or `cold` (the first call in a fresh
 *   instance) and `warm`
 * @property {number} [loadSeconds]
 * @property {number} [peakBytes]  the most memory of the process
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} version
 * @property {(work: Work, threads: number) => boolean} takesPart
 * @property {(work: Work, threads: number) => Promise<Outcome>} count
 * @property {() => Promise<void>} [close]
 * @typedef {object} Settings
 * @property {boolean} long  give primal, on its one thread, the longest range too
 * @property {('threads' | 'workers')[]} modes
 * @property {('chromium' | 'firefox')[]} browsers
 * @property {number} pool  threads of an instance: the largest count that is asked for
 * @property {(name: string) => boolean} wanted
 * @property {(text: string) => void} say
 */

/** Programs are run in the project's root. */
const nodeCount = 'benches/node-count.js';
const everything = () => true;

/**
 * The first is the one that the others are compared with.
 * @param {Settings} settings
 * @returns {Promise<{ contestants: Contestant[], missing: string[] }>}
 */
export async function assemble({ long, modes, browsers, pool, wanted, say }) {
  const { contestants, missing, add } = /** @type {ReturnType<typeof newRoster<Contestant>>} */ (newRoster({ wanted, say }));

  // Not optional: it is also the scale that weighs the others.
  say('building benches/count.rs');
  const count = await programs.buildBench('count');
  const weighed = weigher(count);

  await add('primesieve', async () => primesieve(await programs.findPrimesieve(), weighed));
  await add('tamis native', async () => ({
    name: 'tamis native',
    version: '',
    takesPart: everything,
    count: async ({ start, stop }, threads) => (
      native(await weighed(count, [`${start}`, `${stop}`, '--threads', `${threads}`]))
    ),
  }));
  await add('primal native', async () => primal('primal native', await programs.buildPrimal(), [], long ? 10n ** 11n : 10n ** 10n, weighed));

  const nodes = [{ name: 'Node', find: async () => process.execPath }, { name: 'newest Node', find: programs.findNewestNode }];
  for (const { name, find } of nodes) {
    for (const mode of modes) await add(nameOf(name, mode), async () => nodeContestant(await find(), pool, weighed, mode));
  }
  await add('primal wasm, newest Node', async () => {
    const script = await programs.buildPrimalWasm();
    const node = await programs.findNewestNode();
    return primal(`primal wasm, ${await nodeName(node)}`, node, [script], 2n ** 32n - 1n, weighed);
  });
  for (const browser of browsers) {
    for (const mode of modes) await add(nameOf(browser, mode), () => openBrowser(browser, pool, mode));
  }
  return { contestants: contestants.filter(isFirstOfItsName), missing };
}

/** The newest Node may be the one that runs this. @param {Contestant} one @param {number} at @param {Contestant[]} all */
const isFirstOfItsName = (one, at, all) => all.findIndex(({ name }) => name === one.name) === at;

/** @typedef {(program: string, args: string[]) => Promise<{ stdout: string, peakBytes: number }>} Weighed */

/**
 * Runs programs under the bench `count`, which tells their memory.
 * @param {string} count
 * @returns {Weighed}
 */
const weigher = (count) => async (program, args) => {
  const { stdout, stderr } = await programs.run(count, ['peak', program, ...args]);
  const peak = /^peak_bytes=(\d+)$/m.exec(stderr);
  if (!peak) throw new Error(`no peak_bytes in what the bench count said: ${stderr}`);
  return { stdout, peakBytes: Number(peak[1]) };
};

/** @param {{ stdout: string, peakBytes: number }} said  @returns {Outcome} */
function native({ stdout, peakBytes }) {
  const { count, seconds } = JSON.parse(stdout);
  return { count: BigInt(count), seconds: { native: seconds }, peakBytes };
}

/**
 * @param {string} program
 * @param {Weighed} weighed
 * @returns {Promise<Contestant>}
 */
export async function primesieve(program, weighed) {
  const version = /primesieve (\S+?),/.exec(await programs.versionOf(program))?.[1] ?? '';
  return {
    name: 'primesieve native',
    version,
    takesPart: everything,
    async count({ start, stop }, threads) {
      const { stdout, peakBytes } = await weighed(program, [`${start}`, `${stop}`, '-c1', '--time', '--no-status', `-t${threads}`]);
      const after = (/** @type {string} */ label) => {
        const found = new RegExp(`^${label}: *([0-9.]+)$`, 'm').exec(stdout);
        if (!found) throw new Error(`primesieve's answer has no line "${label}:":\n${stdout}`);
        return found[1];
      };
      // It takes no more threads than it finds worth it, and says how many.
      return { count: BigInt(after('Primes')), seconds: { native: Number(after('Seconds')) }, peakBytes };
    },
  };
}

/**
 * primal counts from 0 only, on one thread.
 * @param {string} name
 * @param {string} program
 * @param {string[]} before  arguments; none: it is a native program
 * @param {bigint} largest  stop
 * @param {Weighed} weighed
 * @returns {Contestant}
 */
const primal = (name, program, before, largest, weighed) => ({
  name,
  version: programs.primalVersion(),
  takesPart: ({ start, stop }, threads) => start === 0n && stop <= largest && threads === 1,
  async count({ stop }) {
    if (before.length === 0) return native(await weighed(program, [`${stop}`]));
    const { stdout, peakBytes } = await weighed(program, [...before, `${stop}`, `${WARM_UP_SECONDS}`]);
    const { count, seconds, warmSeconds } = JSON.parse(stdout);
    return { count: BigInt(count), seconds: { cold: seconds, warm: warmSeconds }, peakBytes };
  },
});

/** @param {string} program */
export const nodeName = async (program) => `Node ${/^v(\d+)/.exec(await programs.versionOf(program))?.[1]}`;

/**
 * @param {string} program
 * @param {number} pool
 * @param {Weighed} weighed
 * @param {'threads' | 'workers'} mode
 * @returns {Promise<Contestant>}
 */
async function nodeContestant(program, pool, weighed, mode) {
  const { stdout } = await programs.run(program, ['-p', 'process.versions.v8']);
  return {
    name: nameOf(await nodeName(program), mode),
    version: `${await programs.versionOf(program)}, V8 ${stdout.trim()}`,
    takesPart: everything,
    async count(work, threads) {
      const said = await weighed(program, [nodeCount, JSON.stringify(request(work, threads, pool, mode))]);
      return { ...outcomeOf(JSON.parse(said.stdout)), peakBytes: said.peakBytes };
    },
  };
}
