// @ts-check
// pi(x) natively and in wasm, beside primecount. Run by `benches/pi/run.sh`.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import * as machine from '../lib/machine.js';
import { begin, integer, recordName, say } from '../lib/options.js';
import { root, wasmFile } from '../lib/programs.js';
import { recordFile } from '../lib/record.js';
import { assemble } from './contestants.js';
import { LEAST, MOST, known } from './peers.js';
import { csv, growth, rowsOf, table, targets } from './report.js';

const HELP = `usage: benches/pi/run.sh [--from K] [--to K] [--rounds N] [--threads LIST] [--only LIST] [--name NAME]

pi(10^k) for k = K to K (9 to 16; up to 18), on 1 and 2 threads, all in turns: Debian's primecount, tamis natively, tamis in wasm in a
current Node, in Chromium and in Firefox, and PARI/GP up to 10^11 on its one thread. With 3 rounds, as is usual, five minutes on a quiet
machine; with --rounds 1 less than two. Native seconds are those of whole processes; in wasm they are of tamis.primePi(x) when it is warm.

Ratios are to primecount with 1 thread in this very run: x of elapsed time, x user of the time of all threads, which programs that
run beside disturb less (browsers can't tell it). "x primecount in wasm" compares x with that of the best wasm build of primecount, as it was measured once.
The exponent is that of the least squares from 10^12 on. Every count is compared with OEIS A006880.
--only TEXT,... takes only those besides primecount with one of these in their name, as in --only node,chromium.
--name NAME records into benches/record/<date>-NAME.csv.
`;

await begin(async () => main(options()));

function options() {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: String(LEAST) },
      to: { type: 'string', default: '16' },
      rounds: { type: 'string', default: '3' },
      threads: { type: 'string', default: '1,2' },
      only: { type: 'string', default: '' },
      name: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit();
  }
  const [from, to] = [integer('--from', values.from, LEAST, MOST), integer('--to', values.to, LEAST, MOST)];
  if (from > to) throw new Error('--from exceeds --to');
  const name = recordName(values.name);
  const file = name === undefined ? null : recordFile(name);
  return {
    from,
    to,
    file,
    rounds: integer('--rounds', values.rounds, 1, 100),
    threads: values.threads.split(',').map((text) => integer('--threads', text, 1, 64)).sort((a, b) => a - b),
    only: values.only.toLowerCase().split(','),
  };
}

/** @param {ReturnType<typeof options>} options */
async function main({ from, to, file, rounds, threads, only }) {
  if (!existsSync(wasmFile)) throw new Error('web/dist/tamis.wasm is not there: run make web');
  const wanted = (/** @type {string} */ name) => only.some((text) => name.toLowerCase().includes(text));
  const { contestants, missing } = await assemble({ wanted, say });
  try {
    const facts = [
      `${new Date().toISOString()}, benches/pi/run.sh ${process.argv.slice(2).join(' ')}`.trim(),
      machine.machine(),
      await machine.builds(),
      ...contestants.filter(({ version }) => version).map(({ name, version }) => `${name}: ${version}`),
      ...missing,
      `load at the beginning: ${machine.load()}`,
      'x: median of elapsed time against primecount with 1 thread; x user: the same of all threads\' user time; x primecount in wasm: x against that of primecount in wasm, measured once',
    ];
    console.log(`${facts.join('\n')}\n`);
    /** @type {import('./report.js').Row[]} */
    const rows = [];
    for (let k = from; k <= to; k++) {
      const found = rowsOf(k, await takeTurns(k, contestants, threads, rounds));
      rows.push(...found);
      console.log(table(found));
    }
    const conclusions = [...growth(rows), ...targets(rows)];
    console.log(conclusions.join('\n'));
    if (file) {
      const notes = [...facts, ...conclusions, `load at the end: ${machine.load()}`].map((fact) => `# ${fact.replaceAll('\n', ' ')}`);
      writeFileSync(file, `${notes.join('\n')}\n${csv(rows)}\n`);
      say(`recorded in ${path.relative(root, file)}`);
    }
  } finally {
    for (const { close } of contestants) await close?.();
  }
}

/**
 * A B C A B C ...: whatever else the machine does meanwhile falls on all.
 * @param {number} k
 * @param {import('./contestants.js').Contestant[]} contestants
 * @param {number[]} threadCounts
 * @param {number} rounds
 */
async function takeTurns(k, contestants, threadCounts, rounds) {
  const turns = contestants.flatMap(({ name, takesPart, call }) => (
    threadCounts.filter((threads) => takesPart(k, threads)).map((threads) => (
      { name, threads, call, spent: /** @type {import('./measure.js').Spent[]} */ ([]) }
    ))
  ));
  for (let round = 1; round <= rounds; round++) {
    say(`10^${k}, round ${round} of ${rounds}`);
    for (const { name, threads, call, spent } of turns) {
      const calls = await call(k, threads);
      const wrong = calls.find(({ count }) => count !== String(known(k)));
      if (wrong) throw new Error(`WRONG: ${name} says that pi(10^${k}) is ${wrong.count}`);
      spent.push(...calls);
    }
  }
  return turns;
}
