// @ts-check
// The bench: everybody counts the same ranges, taking turns. See README.md beside this file.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { assemble } from './lib/contestants.js';
import { Tally } from './lib/figures.js';
import * as machine from './lib/machine.js';
import { begin, choose, integer, recordName, say } from './lib/options.js';
import { plan } from './lib/plan.js';
import { root, wasmFile } from './lib/programs.js';
import { recordFile } from './lib/record.js';
import { csv, loading, table } from './lib/report.js';

const HELP = `usage: benches/run.sh [options]

  (no option)       1e9, 1e10, 1e11 and the windows at 1e15, 1e18 and 2^64; native, Node, Chromium:
                    about a quarter of an hour
  --quick           1e8 and 1e9 only, under a minute; not recorded unless --name is given
  --full            more rounds, and Firefox too: most of an hour
  --modes           isolated workers (mode \`workers\`), too
  --rounds N        how often each contestant has its turn
  --threads 1,2     thread counts
  --works 1e9,...   only these of the works above
  --only TEXT,...   only contestants with one of these in their name, as in --only native,chromium
  --name NAME       of the record: benches/record/<date>-NAME.csv (count)
`;

/** @typedef {import('./lib/contestants.js').Contestant} Contestant */
/** @typedef {import('./lib/plan.js').Work} Work */

await begin(async () => main(options()));

function options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      modes: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      threads: { type: 'string', default: '1,2' },
      works: { type: 'string' },
      only: { type: 'string' },
      name: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit();
  }
  if (values.quick && values.full) throw new Error('--quick and --full exclude each other');
  const size = values.quick ? 'quick' : values.full ? 'full' : 'usual';
  return {
    size: /** @type {'quick' | 'usual' | 'full'} */ (size),
    modes: values.modes,
    rounds: values.rounds === undefined ? undefined : integer('--rounds', values.rounds, 1, 256),
    threads: [...new Set(/** @type {string} */ (values.threads).split(',').map((text) => integer('--threads', text, 1, 256)))].sort((a, b) => a - b),
    workNames: values.works?.split(','),
    only: values.only?.toLowerCase().split(',') ?? [''],
    name: recordName(values.name) ?? (values.quick ? null : 'count'),
  };
}

/** @param {ReturnType<typeof options>} options */
async function main({ size, modes, rounds, threads, workNames, only, name }) {
  if (!existsSync(wasmFile)) throw new Error('web/dist/tamis.wasm is not there: run make web');
  const works = choose(plan(size, rounds), workNames);
  const { contestants, missing } = await assemble({
    long: size === 'full',
    modes: modes ? ['threads', 'workers'] : ['threads'],
    browsers: size === 'full' ? ['chromium', 'firefox'] : ['chromium'],
    pool: threads[threads.length - 1],
    wanted: (one) => only.some((text) => one.toLowerCase().includes(text)),
    say,
  });
  try {
    if (contestants.length === 0) throw new Error(`nobody takes part${missing.map((text) => `\n  ${text}`).join('')}`);
    const facts = [
      `${new Date().toISOString()}, benches/run.sh ${process.argv.slice(2).join(' ')}`.trim(),
      machine.machine(),
      await machine.builds(),
      ...contestants.filter(({ version }) => version).map((one) => `${one.name}: ${one.version}`),
      machine.wasmBytes(),
      ...missing,
      `load at the beginning: ${machine.load()}`,
      `ratio: median against the median of ${contestants[0].name}, 1 thread; cold: first call in a fresh instance`,
    ];
    console.log(`${facts.join('\n')}\n`);
    const file = name === null ? null : recordFile(name);
    /** @type {import('./lib/figures.js').Figure[]} */
    const figures = [];
    /** @type {string[]} */
    const failures = [];
    for (const work of works) {
      const tally = new Tally(work, contestants[0].name);
      failures.push(...await takeTurns(work, threads, contestants, tally));
      const found = tally.figures();
      if (found.length === 0) continue;
      figures.push(...found);
      console.log(table(found));
      // After each work, so that a run that is stopped leaves what it has.
      if (file) writeFileSync(file, csv([...facts, `load at the end: ${machine.load()}`, ...failures], figures));
    }
    console.log(loading(figures));
    if (file && figures.length > 0) say(`recorded in ${path.relative(root, file)}`);
    if (failures.length > 0) throw new Error(`not all went well:\n  ${failures.join('\n  ')}`);
  } finally {
    for (const { close } of contestants) await close?.();
  }
}

/**
 * A B C A B C ...: whatever else the machine does meanwhile falls on all. One that fails or counts wrongly
 * is out for this work and thread count.
 * @param {Work} work
 * @param {number[]} threadCounts
 * @param {Contestant[]} contestants
 * @param {Tally} tally
 */
async function takeTurns(work, threadCounts, contestants, tally) {
  /** @type {Map<string, string>} */
  const failures = new Map();
  for (let round = 1; round <= work.rounds; round++) {
    say(`${work.name}, round ${round} of ${work.rounds}`);
    for (const threads of threadCounts) {
      for (const contestant of contestants) {
        const key = `${contestant.name}, ${threads} threads, ${work.name}`;
        if (failures.has(key) || !contestant.takesPart(work, threads)) continue;
        try {
          tally.add(contestant.name, threads, await contestant.count(work, threads));
        } catch (error) {
          failures.set(key, `${key}: ${error instanceof Error ? error.message : error}`);
          say(`${failures.get(key)}`);
        }
      }
    }
  }
  return [...failures.values()];
}
