// @ts-check
// What more threads are worth. Run by `benches/gain/run.sh`.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import * as machine from '../lib/machine.js';
import { begin, choose, integer, recordName, say } from '../lib/options.js';
import { plan } from '../lib/plan.js';
import { root, wasmFile } from '../lib/programs.js';
import { recordFile } from '../lib/record.js';
import { assemble } from './counters.js';
import { OWN, slowest, undisturbed } from './pairs.js';
import { csv, rowsOf, table } from './report.js';
import { openScale } from './scale.js';

/** @typedef {import('../lib/plan.js').Work} Work */

const HELP = `usage: benches/gain/run.sh [--works 1e9,...] [--threads T] [--pairs N] [--minutes M] [--only TEXT,...] [--name NAME]

Counts each range on 1 and on T threads (2), one right after the other, in one instance. A pair counts as undisturbed if each of T
processors, alone and with the others, had ${OWN * 100}% of the best speed that was seen, before, between and after the two counts (benches/scale.rs).
Each waits up to a minute for such a moment. 1e10 and 1e11 are counted in slices of 2.5 * 10^9, a pair each, all over the range. Goes on until everybody has N undisturbed pairs (9), or for M minutes a range (4).
--only TEXT,... takes those with one of these in their name (native,node,chromium; there is firefox, too). Browsers that wait disturb a little.
--name NAME records into benches/record/<date>-NAME.csv.
`;

/** How long a pair waits for processors of its own. */
const PATIENCE_MS = 60_000;
/** Counts of each kind before any is timed. */
const WARM_UPS = 3;
/** Longer ranges are cut: processors are seldom undisturbed for many seconds. */
const SLICE = 2_500_000_000n;
/** Slices are taken in steps of so many, which is prime to their number. */
const STRIDE = 17;

/** Of the record, once there is one. @type {string | null} */
let file = null;

await begin(async () => main(options()));

function options() {
  const { values } = parseArgs({
    options: {
      works: { type: 'string' },
      threads: { type: 'string', default: '2' },
      pairs: { type: 'string', default: '9' },
      minutes: { type: 'string', default: '4' },
      only: { type: 'string', default: 'native,node,chromium' },
      name: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit();
  }
  return {
    works: choose(plan('full', 1), values.works?.split(',')),
    threads: integer('--threads', values.threads, 2, 256),
    wanted: integer('--pairs', values.pairs, 1, 256),
    minutes: integer('--minutes', values.minutes, 1, 256),
    only: values.only.toLowerCase().split(','),
    name: recordName(values.name),
  };
}

/** @param {ReturnType<typeof options>} options */
async function main({ works, threads, wanted, minutes, only, name }) {
  if (!existsSync(wasmFile)) throw new Error('web/dist/tamis.wasm is not there: run make web');
  const scale = await openScale(threads);
  const { counters, missing } = await assemble(threads, { wanted: (one) => only.some((text) => one.toLowerCase().includes(text)), say });
  try {
    if (counters.length === 0) throw new Error(`nobody takes part${missing.map((text) => `\n  ${text}`).join('')}`);
    const facts = [
      `${new Date().toISOString()}, benches/gain/run.sh ${process.argv.slice(2).join(' ')}`.trim(),
      machine.machine(),
      await machine.builds(),
      ...counters.filter(({ version }) => version).map((one) => `${one.name}: ${one.version}`),
      ...missing,
      `gain: median of seconds on 1 thread / seconds on ${threads}, taken one after the other; undisturbed: all processors at ${OWN * 100}% of their best before, between and after`,
    ];
    console.log(`${facts.join('\n')}\n`);
    /** @type {string[][]} */
    const rows = [];
    for (const work of works) {
      say(work.name);
      const slices = slicesOf(work);
      const taken = await takePairs(slices, counters, { threads, wanted, scale, end: performance.now() + minutes * 60_000 });
      console.log(`${work.name}${slices.length > 1 ? `, slices of ${SLICE}` : ''}: ${inAll(work, slices)}\n${table(taken, threads)}\n`);
      rows.push(...rowsOf(work, taken, threads));
      if (name !== undefined) record(name, [...facts.map((fact) => `# ${fact}`), ...csv(rows)]);
    }
  } finally {
    for (const { close } of counters) await close?.();
    await scale.close();
  }
}

/**
 * @param {Work[]} slices
 * @param {import('./counters.js').Counter[]} counters
 * @param {{ threads: number, wanted: number, scale: Awaited<ReturnType<typeof openScale>>, end: number }} settings
 * @returns {Promise<Map<string, import('./pairs.js').Pair[]>>}  by who counted
 */
async function takePairs(slices, counters, { threads, wanted, scale, end }) {
  const turns = counters.map((counter) => ({ counter, taken: /** @type {{ one: number, many: number, speed: number }[]} */ ([]) }));
  // The best speed that is known may grow.
  const pairsOf = (/** @type {(typeof turns)[0]['taken']} */ taken) => taken.map(({ one, many, speed }) => ({ one, many, least: speed / scale.best() }));
  const isLeft = (/** @type {(typeof turns)[0]} */ { taken }) => undisturbed(pairsOf(taken)).length < wanted;
  for (const { counter } of turns) {
    for (let i = 0; i < WARM_UPS; i++) for (const on of [threads, 1]) await countSlice(counter, slices, i, on);
  }
  for (let round = 0; performance.now() < end && turns.some(isLeft); round++) {
    for (const { counter, taken } of turns.filter(isLeft)) {
      const before = await scale.quiet(Math.min(end, performance.now() + PATIENCE_MS));
      const order = round % 2 === 0 ? [1, threads] : [threads, 1];
      const first = await countSlice(counter, slices, taken.length, order[0]);
      const between = await scale.read();
      const second = await countSlice(counter, slices, taken.length, order[1]);
      const speed = slowest([before, between, await scale.read()]);
      taken.push(round % 2 === 0 ? { one: first, many: second, speed } : { one: second, many: first, speed });
    }
  }
  return new Map(turns.map(({ counter, taken }) => [counter.name, pairsOf(taken)]));
}

/**
 * The seconds of one count. Errors: one that is not the others'.
 * @param {import('./counters.js').Counter} counter
 * @param {Work[]} slices
 * @param {number} at  how many were counted before
 * @param {number} threads
 */
async function countSlice(counter, slices, at, threads) {
  const slice = slices[at * STRIDE % slices.length];
  const { count, seconds } = await counter.count(slice, threads);
  slice.known ??= count;
  if (count !== slice.known) throw new Error(`WRONG: ${counter.name} counts ${count} primes on ${threads} threads from ${slice.start} to ${slice.stop}; right is ${slice.known}`);
  return seconds;
}

/** @param {Work} work */
function slicesOf(work) {
  const all = Math.max(1, Math.ceil(Number(work.stop - work.start) / Number(SLICE)));
  return Array.from({ length: all }, (_, i) => {
    const start = work.start + BigInt(i) * SLICE;
    return { ...work, start, stop: i === all - 1 ? work.stop : start + SLICE - 1n, known: all === 1 ? work.known : null };
  });
}

/**
 * What the slices add up to. Errors: not to what is known.
 * @param {Work} work
 * @param {Work[]} slices
 */
function inAll(work, slices) {
  let sum = 0n;
  for (const { known } of slices) {
    if (known === null) return 'not all slices were counted';
    sum += known;
  }
  if (work.known !== null && sum !== work.known) throw new Error(`WRONG: the slices of ${work.name} have ${sum} primes; right is ${work.known}`);
  return `${sum.toLocaleString('en')} primes`;
}

/**
 * After each range, so that a run that is stopped leaves what it has.
 * @param {string} name
 * @param {string[]} lines
 */
function record(name, lines) {
  file ??= recordFile(name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  say(`recorded in ${path.relative(root, file)}`);
}
