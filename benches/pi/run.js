// @ts-check
// pi(x) natively and in wasm, beside primecount. Run by `benches/pi/run.sh`.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { median } from '../../web/lib/bench.js';
import * as machine from '../lib/machine.js';
import { findNewestNode, findPrimecount, root, run, versionOf } from '../lib/programs.js';

const HELP = `usage: benches/pi/run.sh [--from K] [--to K] [--rounds N] [--threads LIST] [--name NAME]

pi(10^k) for k = K to K (10 to 16), on 1 and 2 threads: tamis natively and in wasm in a current Node, and Debian's primecount, taking
turns. Native seconds are those of whole processes; in wasm they are of the second and later calls in one process. Ratios are to
primecount with 1 thread in this very run: x of elapsed time, x user of the time of all threads, which programs that run beside disturb less.
The exponent is that of the least squares of user time from 10^12 on. Every count is compared with OEIS A006880.
--name NAME records into benches/record/<date>-NAME.csv.
`;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '10' },
    to: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1,2' },
    name: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit();
}

/** pi(10^n) from n = 10 on. Source: OEIS A006880. */
const KNOWN = [
  455_052_511n, 4_118_054_813n, 37_607_912_018n, 346_065_536_839n, 3_204_941_750_802n, 29_844_570_422_669n,
  279_238_341_033_925n, 2_623_557_157_654_233n, 24_739_954_287_740_860n,
];
const [from, to, rounds] = [values.from, values.to, values.rounds].map(Number);
if (from < 10 || to > 18 || from > to) throw new Error('K is 10 to 18');
const threads = values.threads.split(',').map(Number);

/** @typedef {{ seconds: number, user: number, peak: number, count?: string }} Spent  peak: KB */
/** @typedef {{ name: string, call: (threads: number, x: bigint) => Promise<Spent[]> }} Contestant */

const say = (/** @type {string} */ text) => console.error(`bench: ${text}`);
const out = path.join(root, 'out/bench');
mkdirSync(out, { recursive: true });
const contestants = await assemble();
const facts = [
  `${new Date().toISOString()}, benches/pi/run.sh ${process.argv.slice(2).join(' ')}`.trim(),
  machine.machine(),
  await machine.builds(),
  `load at the beginning: ${machine.load()}`,
  'x: median of elapsed time against primecount with 1 thread; x user: the same of all threads\' user time',
];
console.log(`${facts.join('\n')}\n`);
const rows = [['x', 'contestant', 'threads', 'median_s', 'x', 'user_s', 'x_user', 'peak_kb', 'samples_s', 'samples_user_s']];
/** @type {Map<string, [number, number][]>} logarithms of x and of the user time, on 1 thread */
const growth = new Map();
for (let k = from; k <= to; k++) {
  /** @type {Map<string, Spent[]>} */
  const told = new Map();
  for (let round = 0; round < rounds; round++) {
    say(`10^${k}, round ${round + 1} of ${rounds}`);
    for (const { name, call } of contestants) {
      for (const n of threads) {
        const spent = await call(n, 10n ** BigInt(k));
        for (const { count } of spent) {
          if (count !== String(KNOWN[k - 10])) throw new Error(`WRONG: ${name} says that pi(10^${k}) is ${count}`);
        }
        told.set(`${name}|${n}`, [...told.get(`${name}|${n}`) ?? [], ...spent]);
      }
    }
  }
  report(k, told);
}
/** @type {string[]} */
const exponents = [];
for (const [name, points] of growth) {
  if (points.length > 2) exponents.push(`${name}: user time grows as x^${slope(points).toFixed(3)}`);
}
console.log(exponents.join('\n'));
if (values.name) {
  const file = path.join(root, 'benches/record', `${new Date().toLocaleDateString('sv')}-${values.name}.csv`);
  if (existsSync(file)) throw new Error(`${file} is there already`);
  const quoted = rows.map((row) => row.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(','));
  const notes = [...facts, ...exponents, `load at the end: ${machine.load()}`].map((fact) => `# ${fact}`);
  writeFileSync(file, `${[...notes, ...quoted].join('\n')}\n`);
  say(`recorded in ${path.relative(root, file)}`);
}

/**
 * @param {number} k
 * @param {Map<string, Spent[]>} told  by contestant and threads
 */
function report(k, told) {
  const middle = (/** @type {string} */ key, /** @type {keyof Spent} */ what) => median((told.get(key) ?? []).map((spent) => Number(spent[what])));
  const base = `${contestants[0].name}|${threads[0]}`;
  console.log(`pi(10^${k})`);
  for (const [key, spent] of told) {
    const [name, n] = key.split('|');
    const [seconds, user, peak] = [middle(key, 'seconds'), middle(key, 'user'), middle(key, 'peak')];
    const [x, xUser] = [seconds / middle(base, 'seconds'), user / middle(base, 'user')];
    console.log(`  ${name.padEnd(22)} ${n} threads ${seconds.toFixed(4).padStart(9)} s  x ${x.toFixed(2).padStart(5)}  user ${user.toFixed(4).padStart(9)} s  x user ${xUser.toFixed(2).padStart(5)}  ${(peak / 1024).toFixed(1).padStart(6)} MB`);
    rows.push([`1e${k}`, name, n, seconds.toFixed(6), x.toFixed(3), user.toFixed(6), xUser.toFixed(3), String(peak),
      spent.map((s) => s.seconds.toFixed(4)).join(' '), spent.map((s) => s.user.toFixed(4)).join(' ')]);
    if (n === String(threads[0]) && k >= 12) growth.set(name, [...growth.get(name) ?? [], [k * Math.log(10), Math.log(user)]]);
  }
}

/**
 * Of the straight line through points, by least squares.
 * @param {[number, number][]} points
 */
function slope(points) {
  const mean = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => a + b) / numbers.length;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  return mean(points.map(([x, y]) => (x - mx) * (y - my))) / mean(points.map(([x]) => (x - mx) ** 2));
}

/** @returns {Promise<Contestant[]>} primecount first */
async function assemble() {
  const at = (/** @type {string} */ file) => path.join(root, file);
  const [spend, native] = [path.join(out, 'spend'), path.join(out, 'pi-tamis')];
  await run('cc', ['-O2', at('benches/pi/spend.c'), '-o', spend]);
  await run('cc', ['-O2', '-I', at('include'), at('benches/pi/pi.c'), at('target/release/libtamis.a'), '-lpthread', '-lm', '-ldl', '-o', native]);
  const node = await findNewestNode();
  const version = (await versionOf(node)).replace(/^v(\d+).*/, '$1');
  const primecount = await findPrimecount();
  const spending = async (/** @type {string[]} */ command) => {
    const lines = (await run(spend, command)).stdout.trim().split('\n');
    return [{ .../** @type {Spent} */ (JSON.parse(lines[1])), count: lines[0].trim() }];
  };
  return [
    { name: 'primecount native', call: (n, x) => spending([primecount, String(x), `--threads=${n}`]) },
    { name: 'tamis native', call: (n, x) => spending([native, String(n), String(x)]) },
    {
      name: `tamis wasm, Node ${version}`,
      async call(n, x) {
        const { stdout } = await run(node, [at('benches/pi/pi.js'), String(n), '3', String(x)]);
        // The first call is for warming up.
        return stdout.trim().split('\n').slice(1).map((line) => /** @type {Spent} */ (JSON.parse(line)));
      },
    },
  ];
}
