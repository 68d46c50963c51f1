// @ts-check
// Listing primes in every way there is, beside primesieve's library: natively, and the same C program as wasm in Node, and
// the JavaScript streams in Node and Chromium. Run by `benches/list/run.sh`.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { median } from '../../web/lib/bench.js';
import * as machine from '../lib/machine.js';
import { openPage } from '../lib/browser.js';
import { findNewestNode, findPrimesieve, root, run, versionOf } from '../lib/programs.js';
import { recordFile } from '../lib/record.js';

const HELP = `usage: benches/list/run.sh [--rounds N] [--works NAMES] [--name NAME] [--quick]

Goes from prime to prime (next, prev), fills an array (generate), and streams. Ratios are to primesieve's own way with
one thread in this very run: its iterator for next, prev and stream, its generator for generate.
--works 1e9,... takes some only, --name NAME records into benches/record/<date>-NAME.csv; --quick takes 10^8 only.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    works: { type: 'string' },
    name: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit();
}
const rounds = Number(values.rounds);

/** In one process: the first is cold, and the last is warm. */
const CALLS = 5;

const all = values.quick
  ? [{ name: '1e8', start: 0n, stop: 10n ** 8n }]
  : [
    { name: '1e9', start: 0n, stop: 10n ** 9n },
    { name: '1e12+1e9', start: 10n ** 12n, stop: 10n ** 12n + 10n ** 9n },
    { name: '1e15+1e9', start: 10n ** 15n, stop: 10n ** 15n + 10n ** 9n },
    { name: '1e18+1e8', start: 10n ** 18n, stop: 10n ** 18n + 10n ** 8n },
  ];
const works = all.filter(({ name }) => values.works === undefined || values.works.split(',').includes(name));
if (works.length === 0) throw new Error(`no such works; there are ${all.map(({ name }) => name).join(', ')}`);
const WAYS = ['next', 'prev', 'generate', 'stream'];

/** @typedef {import('./measure.js').Line} Line */

const say = (/** @type {string} */ text) => console.error(`bench: ${text}`);
const out = path.join(root, 'out/bench');
mkdirSync(out, { recursive: true });

/** primesieve's iterator, by work. @type {Map<string, { cold: Line[], warm: Line[] }>} */
const bases = new Map();
const chromium = await openPage('chromium');
const contestants = await build();
const facts = [
  `${new Date().toISOString()}, benches/list/run.sh ${process.argv.slice(2).join(' ')}`.trim(),
  machine.machine(),
  await machine.builds(),
  `load at the beginning: ${machine.load()}`,
  'x: median of elapsed time against primesieve; least: the same of the shortest times; x user: medians of all threads\' user time (natively)',
];
console.log(`${facts.join('\n')}\n`);
const rows = [['work', 'way', 'contestant', 'state', 'primes', 'median_s', 'ns_per_prime', 'x', 'x_least', 'user_s', 'x_user', 'samples_s']];
for (const work of works) {
  for (const way of WAYS) {
    /** @type {Map<string, { cold: Line[], warm: Line[] }>} */
    const told = new Map(contestants.map(({ name }) => [name, { cold: [], warm: [] }]));
    for (let round = 0; round < rounds; round++) {
      say(`${work.name}, ${way}, round ${round + 1} of ${rounds}`);
      for (const { name, ways, call } of contestants) {
        if (!ways.includes(way)) continue;
        const lines = await call(way, work.start, work.stop);
        told.get(name)?.cold.push(lines[0]);
        told.get(name)?.warm.push(lines[lines.length - 1]);
      }
    }
    report(work.name, way, told);
  }
}
await chromium.close();
if (values.name) {
  const file = recordFile(values.name);
  writeFileSync(file, [...facts.map((fact) => `# ${fact}`), `# load at the end: ${machine.load()}`, ...rows.map((row) => row.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(','))].join('\n') + '\n');
  say(`recorded in ${path.relative(root, file)}`);
}

/**
 * @param {string} work
 * @param {string} way
 * @param {Map<string, { cold: Line[], warm: Line[] }>} told
 */
function report(work, way, told) {
  // A stream is held against the iterator: primesieve has no other way to go through primes in little memory.
  const baseline = way === 'stream' ? bases.get(work) : told.get('primesieve native');
  if (way === 'next' && baseline) bases.set(work, baseline);
  const middle = (/** @type {Line[]} */ lines, /** @type {'user' | 'seconds'} */ what) => median(lines.map((line) => line[what]));
  const least = (/** @type {Line[]} */ lines) => Math.min(...lines.map((line) => line.seconds));
  const right = baseline?.warm[0];
  console.log(`${work}, ${way}`);
  for (const [name, states] of told) {
    for (const [state, lines] of Object.entries(states)) {
      if (lines.length === 0 || (name.includes('native') && state === 'cold')) continue;
      const wrong = lines.find((line) => right && (line.count !== right.count || line.sum !== right.sum));
      if (wrong) throw new Error(`WRONG: ${name} lists ${wrong.count} primes with the sum ${wrong.sum}; primesieve ${right?.count} and ${right?.sum}`);
      const seconds = middle(lines, 'seconds');
      const user = middle(lines, 'user');
      const x = baseline ? seconds / middle(baseline.warm, 'seconds') : NaN;
      const xLeast = baseline ? least(lines) / least(baseline.warm) : NaN;
      const xUser = baseline && user > 0 ? user / middle(baseline.warm, 'user') : NaN;
      const each = seconds / lines[0].count * 1e9;
      const shown = (/** @type {number} */ ratio) => (Number.isNaN(ratio) ? '' : ratio.toFixed(2));
      console.log(`  ${name.padEnd(34)} ${state.padEnd(5)} ${seconds.toFixed(3).padStart(8)} s ${each.toFixed(2).padStart(7)} ns a prime  x ${shown(x).padStart(5)}  least ${shown(xLeast).padStart(5)}  x user ${shown(xUser).padStart(5)}`);
      rows.push([work, way, name, state, String(lines[0].count), seconds.toFixed(6), each.toFixed(3), shown(x), shown(xLeast), user > 0 ? user.toFixed(6) : '', shown(xUser),
        lines.map((line) => line.seconds.toFixed(4)).join(' ')]);
    }
  }
}

/**
 * The JavaScript library somewhere: with arrays of its user's own, and with batches that are given back. Its next is nextBatch().
 * @param {string} where
 * @param {(request: import('./measure.js').ListRequest) => Promise<Line[]>} ask
 */
function scripts(where, ask) {
  const call = (/** @type {boolean} */ reuse) => (/** @type {string} */ way, /** @type {bigint} */ start, /** @type {bigint} */ stop) => (
    ask({ way: /** @type {'next' | 'generate' | 'stream'} */ (way), start: String(start), stop: String(stop), calls: CALLS, reuse }));
  return [
    { name: `tamis wasm, JS, ${where}`, ways: ['next', 'generate', 'stream'], call: call(false) },
    { name: `tamis wasm, JS, ${where}, reuse`, ways: ['next', 'stream'], call: call(true) },
  ];
}

async function build() {
  const source = path.join(root, 'benches/list/list.c');
  const include = path.join(root, 'include');
  const library = path.join(root, 'target/release/libtamis.a');
  const wasmLibrary = path.join(root, 'target/wasm32-unknown-emscripten/release/libtamis.a');
  const native = path.join(out, 'list-tamis');
  await run('cc', ['-O2', '-I', include, source, library, '-lpthread', '-lm', '-ldl', '-o', native]);
  const bin = (await run(path.join(root, 'tools/toolchain/env.sh'), ['--bin'])).stdout.trim();
  const wasm = path.join(out, 'list-wasm.js');
  await run(path.join(bin, 'emcc'), ['-O3', '-msimd128', '-I', include, source, wasmLibrary, '-pthread', '-fwasm-exceptions', '-Wl,--stack-first',
    '-sPROXY_TO_PTHREAD', '-sEXIT_RUNTIME', '-sPTHREAD_POOL_SIZE=6', '-sPTHREAD_POOL_SIZE_STRICT=2', '-sALLOW_MEMORY_GROWTH', '-sMAXIMUM_MEMORY=2GB',
    '-Wno-pthreads-mem-growth', '-o', wasm]);
  const node = await findNewestNode();
  const version = (await versionOf(node)).replace(/^v(\d+).*/, '$1');
  const peer = await findPrimesieve();
  const peerRoot = path.resolve(path.dirname(peer), '..');
  const theirs = path.join(out, 'list-primesieve');
  const triplet = (await run('cc', ['-dumpmachine'])).stdout.trim().replace('-pc-', '-').replace('-unknown-', '-');
  const libraries = path.join(peerRoot, 'usr/lib', triplet);
  await run('cc', ['-O2', '-DPRIMESIEVE', '-I', path.join(peerRoot, 'usr/include'), source, path.join(libraries, 'libprimesieve.so.12'),
    '-Wl,--allow-shlib-undefined', '-o', theirs]);
  // Its library is newer than the machine's C library, so the peer's own loader starts it, as it does the command.
  const loader = path.join(libraries, os.arch() === 'arm64' ? 'ld-linux-aarch64.so.1' : 'ld-linux-x86-64.so.2');
  const calling = (/** @type {string} */ program, /** @type {string[]} */ args) => async (/** @type {string} */ way, /** @type {bigint} */ start, /** @type {bigint} */ stop) => {
    const { stdout } = await run(program, [...args, way, String(start), String(stop), String(CALLS)]);
    return stdout.trim().split('\n').map((line) => /** @type {Line} */ (JSON.parse(line)));
  };
  return [
    { name: 'primesieve native', ways: ['next', 'prev', 'generate'], call: calling(loader, ['--library-path', libraries, theirs]) },
    { name: 'tamis native', ways: WAYS, call: calling(native, []) },
    { name: `tamis wasm, C, Node ${version}`, ways: WAYS, call: calling(node, [wasm]) },
    ...scripts(`Node ${version}`, async (request) => {
      const { stdout } = await run(node, [path.join(root, 'benches/list/list.js'), JSON.stringify(request)]);
      return stdout.trim().split('\n').map((line) => /** @type {Line} */ (JSON.parse(line)));
    }),
    ...scripts(chromium.shortVersion, async (request) => /** @type {Line[]} */ ((await chromium.ask(request)).value)),
  ];
}
