// @ts-check
// Who counts the primes up to x.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openPage } from '../lib/browser.js';
import { nameOf } from '../lib/instance.js';
import { findNewestNode, findPari, findPrimecount, root, run, versionOf } from '../lib/programs.js';
import { newRoster } from '../lib/roster.js';

/** @typedef {import('./measure.js').Spent} Spent */
/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} version
 * @property {(k: number, threads: number) => boolean} takesPart
 * @property {(k: number, threads: number) => Promise<Spent[]>} call  pi(10^k)
 * @property {() => Promise<void>} [close]
 */

const out = path.join(root, 'out/bench');
const everything = () => true;
/** PARI/GP takes four seconds here, on its one thread, and grows about as x^0.75 with it. */
const LARGEST_FOR_PARI = 11;

/**
 * @param {{ wanted: (name: string) => boolean, say: (text: string) => void }} settings
 * @returns {Promise<{ contestants: Contestant[], missing: string[] }>}  primecount first: the others are compared with it
 */
export async function assemble({ wanted, say }) {
  const { contestants, missing, add } = /** @type {ReturnType<typeof newRoster<Contestant>>} */ (newRoster({ wanted, say }));
  mkdirSync(out, { recursive: true });
  const spending = await buildSpending();
  contestants.push(await primecount(spending));
  await add('tamis native', () => native(spending));
  await add('Node', nodeContestant);
  for (const name of /** @type {const} */ (['chromium', 'firefox'])) await add(name, () => browser(name));
  await add('PARI/GP', () => pari(spending));
  return { contestants, missing };
}

/**
 * Runs programs that print a count, whole processes.
 * @typedef {(command: string[]) => Promise<Spent[]>} Spending
 * @returns {Promise<Spending>}
 */
async function buildSpending() {
  const spend = path.join(out, 'spend');
  await run('cc', ['-O2', 'benches/pi/spend.c', '-o', spend]);
  return async (command) => {
    const lines = (await run(spend, command)).stdout.trim().split('\n');
    return [{ ...JSON.parse(lines[1]), count: lines[0].trim() }];
  };
}

/** @param {Spending} spending @returns {Promise<Contestant>} */
async function primecount(spending) {
  const program = await findPrimecount();
  return {
    name: 'primecount native',
    version: await versionOf(program),
    takesPart: everything,
    call: (k, threads) => spending([program, `1e${k}`, `--threads=${threads}`]),
  };
}

/** @param {Spending} spending @returns {Promise<Contestant>} */
async function native(spending) {
  const program = path.join(out, 'pi-tamis');
  await run('cc', ['-O2', '-I', 'include', 'benches/pi/pi.c', 'target/release/libtamis.a', '-lpthread', '-lm', '-ldl', '-o', program]);
  return {
    name: 'tamis native',
    version: '',
    takesPart: everything,
    call: (k, threads) => spending([program, String(threads), String(10n ** BigInt(k))]),
  };
}

/** @returns {Promise<Contestant>} */
async function nodeContestant() {
  const node = await findNewestNode();
  const version = await versionOf(node);
  return {
    name: nameOf(`Node ${/^v(\d+)/.exec(version)?.[1]}`, 'threads'),
    version,
    takesPart: everything,
    call: async (k, threads) => JSON.parse((await run(node, ['benches/pi/pi.js', String(threads), String(10n ** BigInt(k))])).stdout),
  };
}

/** @param {'chromium' | 'firefox'} name @returns {Promise<Contestant>} */
async function browser(name) {
  const { version, shortVersion, ask, close } = await openPage(name);
  return {
    name: nameOf(shortVersion, 'threads'),
    version,
    takesPart: everything,
    async call(k, threads) {
      const { value, grown } = await ask({ x: String(10n ** BigInt(k)), threads });
      return /** @type {Spent[]} */ (value).map((one) => ({ ...one, peak: Math.round(grown / 1024) }));
    },
    close,
  };
}

/** @param {Spending} spending @returns {Promise<Contestant>} */
async function pari(spending) {
  const gp = await findPari();
  return {
    name: 'PARI/GP native',
    version: await versionOf(gp),
    takesPart: (k, threads) => k <= LARGEST_FOR_PARI && threads === 1,
    call(k) {
      const script = path.join(out, `primepi-${k}.gp`);
      writeFileSync(script, `print(primepi(10^${k}));\nquit;\n`);
      return spending([gp, '-q', '-f', script]);
    },
  };
}
