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

/**
 * @typedef {import('../lib/plan.js').Work} Work
 * @typedef {{ one: number, many: number, speed: number, slice: number }} Taken  speed: the lowest of any processor
 * @typedef {{ work: Work, slices: Work[], turns: { counter: import('./counters.js').Counter, taken: Taken[] }[] }} Row
 */

const HELP = `usage: benches/gain/run.sh [--works 1e9,...] [--threads T] [--pairs N] [--minutes M] [--patience S] [--only TEXT,...] [--name NAME]

Counts each range on 1 and on T threads (2), one right after the other, in one instance. A pair counts as undisturbed if each of T
processors, alone and with the others, had ${OWN * 100}% of the best speed that was seen, before, between and after the two counts (benches/scale.rs).
The ranges take turns of a minute, in which pairs wait for such moments. 1e10 and 1e11 are counted in slices of 2.5 * 10^9, a pair each, all over the range. Goes on until everybody has N undisturbed pairs (9), or for M minutes a range (4).
--patience S: a pair waits up to S seconds (60) for such a moment. With 0 there are the more pairs, whose shortest times say what undisturbed ones would.
--only TEXT,... takes those with one of these in their name (machine,processes,native,node,chromium; there is firefox, too). Browsers that wait disturb a little,
or, beside busy neighbours, much: Chromium seems to take a tenth of a second for itself some time after it has counted. Then take each alone.
The machine itself makes small sieves instead, which need nothing of each other: nobody's gain can be expected to be larger.
Processes count the whole range in Node T times at once, each on one thread, and are told the T-th part of the time: threads of one program can't be expected to gain more.
--name NAME records into benches/record/<date>-NAME.csv.
`;

/** How long a range has its turn. Undisturbed processors come and go: all ranges are to have their part. */
const VISIT_MS = 60_000;
/** Counts of each kind before any is timed; one later, when another range was counted since. */
const WARM_UPS = 3;
/** Seconds that the machine itself works for while nobody has counted a range yet. */
const AT_FIRST = 0.1;
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
      patience: { type: 'string', default: '60' },
      only: { type: 'string', default: 'machine,processes,native,node,chromium' },
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
    patienceMs: 1000 * integer('--patience', values.patience, 0, 60),
    only: values.only.toLowerCase().split(','),
    name: recordName(values.name),
  };
}

/** @param {ReturnType<typeof options>} options */
async function main({ works, threads, wanted, minutes, patienceMs, only, name }) {
  if (!existsSync(wasmFile)) throw new Error('web/dist/tamis.wasm is not there: run make web');
  const scale = await openScale(threads);
  const { counters, missing } = await assemble(threads, scale, { wanted: (one) => only.some((text) => one.toLowerCase().includes(text)), say });
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
    const rows = works.map((work) => ({ work, slices: slicesOf(work), turns: counters.map((counter) => ({ counter, taken: /** @type {Taken[]} */ ([]) })) }));
    const end = performance.now() + works.length * minutes * 60_000;
    const pairsOf = (/** @type {Row} */ { turns }) => new Map(turns.map(({ counter, taken }) => [counter.name, pairs(taken, scale.best())]));
    const isLeft = (/** @type {Row} */ row) => [...pairsOf(row).values()].some((taken) => undisturbed(taken).length < wanted);
    for (let visit = 0; performance.now() < end && rows.some(isLeft); visit++) {
      for (const row of rows.filter(isLeft)) {
        await takePairs(row, { threads, wanted, patienceMs, scale, visit, end: Math.min(end, performance.now() + VISIT_MS) });
        const told = [...pairsOf(row)].map(([counter, taken]) => `${counter} ${undisturbed(taken).length} of ${taken.length} pairs undisturbed`);
        say(`${row.work.name}: ${told.join(', ')}`);
      }
      if (name !== undefined) record(name, [...facts.map((fact) => `# ${fact}`), ...csv(rows.flatMap((row) => rowsOf(row.work, pairsOf(row), threads)))]);
    }
    for (const row of rows) {
      const { work, slices } = row;
      console.log(`${work.name}${slices.length > 1 ? `, slices of ${SLICE}` : ''}: ${inAll(work, slices)}\n${table(pairsOf(row), threads)}\n`);
    }
  } finally {
    for (const { close } of counters) await close?.();
    await scale.close();
  }
}

/**
 * Takes pairs of one range from all in turn.
 * @param {Row} row
 * @param {{ threads: number, wanted: number, patienceMs: number, scale: Awaited<ReturnType<typeof openScale>>, visit: number, end: number }} settings
 */
async function takePairs({ slices, turns }, { threads, wanted, patienceMs, scale, visit, end }) {
  // Another range may have been counted since.
  for (const { counter, taken } of turns) {
    const slice = slices[nextSlice(taken, slices)];
    for (let i = 0; i < (visit === 0 ? WARM_UPS : 1); i++) for (const on of [threads, 1]) await countSlice(counter, slice, on, AT_FIRST);
  }
  // Not always the same one first: time may be up before the others have had their turn.
  const order = turns.map((_, i) => turns[(i + visit) % turns.length]);
  while (performance.now() < end) {
    const left = order.filter(({ taken }) => undisturbed(pairs(taken, scale.best())).length < wanted);
    if (left.length === 0) return;
    for (const { counter, taken } of left) {
      const slice = nextSlice(taken, slices);
      const before = await scale.quiet(Math.min(end, performance.now() + patienceMs));
      const like = Math.min(...turns.filter((turn) => turn.counter !== counter).flatMap((turn) => turn.taken.map(({ one }) => one)));
      const seconds = (/** @type {number} */ on) => countSlice(counter, slices[slice], on, Number.isFinite(like) ? like : AT_FIRST);
      const isOneFirst = taken.length % 2 === 0;
      const first = await seconds(isOneFirst ? 1 : threads);
      const between = await scale.read();
      const second = await seconds(isOneFirst ? threads : 1);
      const speed = slowest([before, between, await scale.read()]);
      taken.push(isOneFirst ? { one: first, many: second, speed, slice } : { one: second, many: first, speed, slice });
    }
  }
}

/** @param {Taken[]} taken  @param {Work[]} slices */
function nextSlice(taken, slices) {
  return taken.length * STRIDE % slices.length;
}

/** The best speed that is known may grow. @param {Taken[]} taken  @param {number} best */
function pairs(taken, best) {
  return taken.map(({ one, many, speed, slice }) => ({ one, many, least: speed / best, slice }));
}

/**
 * The seconds of one count. Errors: one that is not the others'.
 * @param {import('./counters.js').Counter} counter
 * @param {Work} slice
 * @param {number} threads
 * @param {number} like  seconds that it may take at best, for who counts nothing
 */
async function countSlice(counter, slice, threads, like) {
  const { count, seconds } = await counter.count(slice, threads, like);
  if (count === null) return seconds;
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
 * After each round of turns, so that a run that is stopped leaves what it has.
 * @param {string} name
 * @param {string[]} lines
 */
function record(name, lines) {
  const isFirst = file === null;
  file ??= recordFile(name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  if (isFirst) say(`recording in ${path.relative(root, file)}`);
}
