// @ts-check
// Primality and factors: this library natively and as wasm in Node, beside PARI/GP, with the same numbers. Run by
// `benches/numbers/run.sh`, which wants `make lib` or `make native-lib wasm-lib` first.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { median } from '../../web/lib/bench.js';
import * as machine from '../lib/machine.js';
import { findNewestNode, root, run, versionOf } from '../lib/programs.js';
import { recordFile } from '../lib/record.js';

const HELP = `usage: benches/numbers/run.sh [--rounds N] [--scale N] [--name NAME]

Tests and factors the same pseudo-random numbers with all, in turns. --scale multiplies how many; --name NAME records into
benches/record/<date>-NAME.csv.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '5' },
    name: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit();
}

/** @typedef {{ work: string, numbers: number, seconds: number, median_us?: number, largest_us?: number, sum: string }} Line */
/** @typedef {{ name: string, call: () => Promise<Line[]> }} Contestant */

const say = (/** @type {string} */ text) => console.error(`bench: ${text}`);
const out = path.join(root, 'out/bench');
mkdirSync(out, { recursive: true });
const contestants = await build();
const facts = [
  `${new Date().toISOString()}, benches/numbers/run.sh ${process.argv.slice(2).join(' ')}`.trim(),
  machine.machine(),
  await machine.builds(),
  `load at the beginning: ${machine.load()}`,
  'per_second: of the best round, since these are fractions of a second, in which other programs do most harm; one_us: the median time of a single number (PARI/GP: not measured); two primes of 64 bits take all threads in tamis',
];
console.log(`${facts.join('\n')}\n`);
/** @type {Map<string, Line[][]>} */
const told = new Map(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { name, call } of contestants) {
    say(`round ${round + 1} of ${values.rounds}: ${name}`);
    told.get(name)?.push(await call());
  }
}
const rows = [['work', 'contestant', 'numbers', 'best_s', 'per_second', 'one_us', 'x', 'samples_s']];
const right = told.get(contestants[0].name)?.[0] ?? [];
for (const [i, { work, numbers, sum }] of right.entries()) {
  console.log(`${work}: ${numbers} numbers`);
  /** @type {number | undefined} */
  let base;
  for (const { name } of contestants) {
    const lines = (told.get(name) ?? []).map((round) => round[i]);
    if (lines.some((line) => line.sum !== sum)) throw new Error(`WRONG: ${name} has another answer for "${work}"`);
    const seconds = Math.min(...lines.map((line) => line.seconds));
    base ??= seconds;
    const one = lines[0].median_us === undefined ? '' : median(lines.map((line) => Number(line.median_us))).toFixed(1);
    console.log(`  ${name.padEnd(26)} ${Math.round(numbers / seconds).toLocaleString('en').padStart(12)} a second  ${one.padStart(10)} us  x ${(seconds / base).toFixed(2)}`);
    rows.push([work, name, String(numbers), seconds.toFixed(6), (numbers / seconds).toFixed(1), one, (seconds / base).toFixed(3),
      lines.map((line) => line.seconds.toFixed(4)).join(' ')]);
  }
}
if (values.name) {
  const file = recordFile(values.name);
  const cell = (/** @type {string} */ text) => (text.includes(',') ? `"${text}"` : text);
  writeFileSync(file, [...facts.map((fact) => `# ${fact}`), `# load at the end: ${machine.load()}`, ...rows.map((row) => row.map(cell).join(','))].join('\n') + '\n');
  say(`recorded in ${path.relative(root, file)}`);
}

/** @returns {Promise<Contestant[]>} */
async function build() {
  const source = path.join(root, 'benches/numbers/numbers.c');
  const include = path.join(root, 'include');
  const native = path.join(out, 'numbers');
  await run('cc', ['-O2', '-I', include, source, path.join(root, 'target/release/libtamis.a'), '-lpthread', '-lm', '-ldl', '-o', native]);
  const bin = (await run(path.join(root, 'tools/toolchain/env.sh'), ['--bin'])).stdout.trim();
  const wasm = path.join(out, 'numbers.js');
  await run(path.join(bin, 'emcc'), ['-O3', '-msimd128', '-I', include, source, path.join(root, 'target/wasm32-unknown-emscripten/release/libtamis.a'),
    '-pthread', '-fwasm-exceptions', '-Wl,--stack-first', '-sPROXY_TO_PTHREAD', '-sEXIT_RUNTIME', '-sPTHREAD_POOL_SIZE=6', '-sPTHREAD_POOL_SIZE_STRICT=2',
    '-sALLOW_MEMORY_GROWTH', '-Wno-pthreads-mem-growth', '-o', wasm]);
  const node = await findNewestNode();
  const version = (await versionOf(node)).replace(/^v(\d+).*/, '$1');
  const { scale } = values;
  const calling = (/** @type {string} */ program, /** @type {string[]} */ args) => async () => {
    const { stdout } = await run(program, [...args, 'measure', scale]);
    return stdout.trim().split('\n').map((line) => /** @type {Line} */ (JSON.parse(line)));
  };
  const list = path.join(out, 'numbers.gp');
  const told = await run(native, ['list', scale]);
  writeFileSync(list, told.stdout);
  /** @type {Contestant[]} */
  const all = [
    { name: 'tamis native', call: calling(native, []) },
    { name: `tamis wasm, Node ${version}`, call: calling(node, [wasm]) },
  ];
  const peer = await run(path.join(root, 'tools/toolchain/peers.sh'), ['gp']).catch(() => null);
  if (!peer) say('PARI/GP could not be had');
  else all.push({ name: 'PARI/GP native', call: () => pari(peer.stdout.trim(), list) });
  return all;
}

/**
 * @param {string} gp
 * @param {string} list
 * @returns {Promise<Line[]>}
 */
async function pari(gp, list) {
  const script = path.join(out, 'numbers-script.gp');
  writeFileSync(script, `
default(parisizemax, "2G"); default(parisize, "256M");
L = readvec("${list}");
sumprimes(v) = my(s = 0); for(i = 1, #v, if(isprime(v[i]), s += v[i])); s;
sumfactors(v) = my(s = 0); for(i = 1, #v, my(f = factor(v[i])); s += sum(k = 1, #f~, f[k, 1] * f[k, 2])); s;
measure(f, v) = { my(begun = getwalltime(), s = f(v)); print("{\\"seconds\\":", (getwalltime() - begun) / 1000., ",\\"numbers\\":", #v, ",\\"sum\\":\\"", s % 2^64, "\\"}"); }
measure(sumprimes, L[1]); measure(sumprimes, L[2]); measure(sumfactors, L[3]); measure(sumfactors, L[4]); measure(sumfactors, L[5]);
quit;
`);
  const { stdout } = await run(gp, ['-q', '-f', script]);
  return stdout.trim().split('\n').map((line) => /** @type {Line} */ (JSON.parse(line)));
}
