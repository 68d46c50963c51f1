// @ts-check
// The command line: what may be written, and what it means.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { TamisError, parseInteger } from '../lib/node.js';
import { readWhole } from './numbers.js';

export class UsageError extends Error {}

/**
 * @typedef {object} Request
 * @property {keyof typeof OWN} command
 * @property {bigint} start
 * @property {bigint} stop
 * @property {number[]} tuplets  the k of k-tuplets, ascending; empty when none were named
 * @property {bigint | undefined} count  list: so many primes instead of those up to stop
 * @property {'text' | 'delta'} format
 * @property {string | undefined} output  a file; standard output otherwise
 * @property {bigint} n
 * @property {bigint[]} numbers  is-prime: all of them
 * @property {string | undefined} input  is-prime: the file that has them; '-' is standard input
 * @property {string} file  decode: '-' is standard input; resume: the checkpoint
 * @property {string | undefined} checkpoint  a file that keeps the job
 * @property {import('../lib/client.js').Client} [tamis]  to work with, where one was loaded already
 * @property {string} address  doctor: of the page
 * @property {string | undefined} worker  doctor: where the page has it, and the core
 * @property {string | undefined} wasm
 * @property {boolean} all  doctor: advice on what is there, too
 * @property {number | undefined} threads
 * @property {'auto' | 'threads' | 'workers'} mode
 * @property {number | undefined} memory
 * @property {boolean} json
 * @property {boolean} csv
 * @property {boolean} quiet
 * @property {number | undefined} maxThreads
 * @property {number} repeat
 * @property {number} warmup
 */

const FULL = `tamis: prime numbers on every thread

  tamis count STOP             count the primes from 0 to STOP
  tamis count START STOP       count the primes from START to STOP, both included
  tamis list [START] STOP      print the primes, one a line
  tamis list START --count N   print N primes from START on
  tamis nth N                  the Nth prime; with --start S the Nth above S, or the -Nth below it
                               when N is negative, or the first from S on when N is 0
  tamis pi X                   how many primes there are up to X, without finding them: 1e15 in seconds
  tamis is-prime N...          is N prime? N may have thousands of digits; of several numbers a line each
  tamis factor N               the prime factors of N, below 2^128
  tamis phi N                  how many of 1 to N have no divisor in common with N
  tamis gaps [START] STOP      the gaps between primes that are larger than all before: length, prime
  tamis goldbach N             in how many ways N is the sum of two primes
  tamis mertens N              the sum of Moebius' mu of 1 to N
  tamis sum N                  the sum of the primes up to N, 1e14 at most
  tamis resume FILE            go on with the job that --checkpoint has kept in FILE, or a page has saved
  tamis decode FILE            print the primes of a file that list --format delta wrote; - reads
                               standard input
  tamis bench [START] [STOP]   count again and again with 1, 2, ... threads: what do threads buy?
                               (default: 0 to 1e9)
  tamis info                   what this machine can do, and why
  tamis doctor URL             whether the host of a page sends what threads need, and what to tell it

Numbers: 1000000, 1_000_000, 1e10, 10**10, 2^40, 2^64-1. The largest is 2^64-1
where nothing else is said.

Options
  --twins --triplets --quadruplets --quintuplets --sextuplets
                    count, list: prime k-tuplets (p, p+2), ... instead of primes; count takes several
  --tuplets K,K...  the same by numbers: 1 (primes) to 6
  --format F        list: text (default; tuplets as "(3, 5)") or delta (binary: the first prime, then
                    differences, about a byte each)
  --input FILE      is-prime: the file that has the numbers, one a line; - reads standard input
  --output FILE     list, decode: where to write (default: standard output)
  --count N         list: so many primes
  --checkpoint FILE count, nth, pi, list --output: keep the job in FILE, written once a second, and go on with
                    what FILE holds, should it be there: after Ctrl-C, kill -9 or a power cut. It is
                    removed when the job is done. Two at once on one FILE: the second is refused
  --threads N       count, list, nth, pi, resume: threads to work with (default: one per core)
  --start A, --stop B   another way to give the range
  --mode M          auto, threads (shared memory) or workers (isolated instances); default auto
  --memory BYTES    most memory an instance may take (default 2^29)
  --max-threads N   bench: the largest thread count (default: twice the cores)
  --repeat N        bench: measurements per thread count (default 3)
  --warmup N        bench: counts per thread count before measuring (default 1)
  --wasm PATH, --worker PATH   doctor: where the page has them (default: dist/tamis.wasm, lib/worker.js)
  --all             doctor: print all that a server should be told, not just what is missing
  --json            one JSON object on standard output; numbers beyond 2^53 are strings; list needs
                    --output with it
  --csv             bench: one line per measurement
  --quiet           no progress bar, and nothing on standard error but what went wrong
  --help, --version

Exit codes: 0 done, 1 failed (doctor: something is wrong), 2 not understood, 130 stopped by Ctrl-C.`;

export const HELP = { full: FULL, short: 'tamis --help tells what can be asked.' };

/** Names of k-tuplets, at their k. */
export const TUPLETS = ['', 'primes', 'twins', 'triplets', 'quadruplets', 'quintuplets', 'sextuplets'];

const OPTIONS = /** @type {const} */ ({
  twins: { type: 'boolean', default: false },
  triplets: { type: 'boolean', default: false },
  quadruplets: { type: 'boolean', default: false },
  quintuplets: { type: 'boolean', default: false },
  sextuplets: { type: 'boolean', default: false },
  tuplets: { type: 'string' },
  count: { type: 'string' },
  format: { type: 'string', default: 'text' },
  input: { type: 'string', short: 'i' },
  output: { type: 'string', short: 'o' },
  checkpoint: { type: 'string' },
  threads: { type: 'string' },
  start: { type: 'string' },
  stop: { type: 'string' },
  mode: { type: 'string', default: 'auto' },
  memory: { type: 'string' },
  'max-threads': { type: 'string' },
  repeat: { type: 'string', default: '3' },
  warmup: { type: 'string', default: '1' },
  wasm: { type: 'string' },
  worker: { type: 'string' },
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  csv: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
});

/** Options that mean something to a command, apart from those that mean something to all. */
const OWN = {
  count: ['threads', 'start', 'stop', 'quiet', 'checkpoint', 'tuplets', ...TUPLETS.slice(2)],
  list: ['threads', 'start', 'stop', 'quiet', 'checkpoint', 'tuplets', ...TUPLETS.slice(2), 'count', 'format', 'output'],
  nth: ['threads', 'start', 'quiet', 'checkpoint'],
  pi: ['threads', 'quiet', 'checkpoint'],
  resume: ['threads', 'quiet'],
  decode: ['output', 'quiet'],
  bench: ['max-threads', 'repeat', 'warmup', 'start', 'stop', 'csv', 'quiet'],
  info: ['threads'],
  doctor: ['wasm', 'worker', 'all', 'json', 'quiet'],
  'is-prime': ['threads', 'quiet', 'input'],
  factor: ['threads', 'quiet'],
  phi: ['threads', 'quiet'],
  mertens: ['threads', 'quiet'],
  sum: ['threads', 'quiet'],
  goldbach: ['threads', 'quiet'],
  gaps: ['threads', 'quiet', 'start', 'stop'],
};
/** They are asked about one number. */
const OF_ONE = ['factor', 'phi', 'mertens', 'sum', 'goldbach'];
/** Not to decode and doctor, which start nothing. */
const COMMON = ['mode', 'memory', 'json'];

/**
 * @param {string[]} args
 * @returns {Request | { print: string }}
 * @throws {UsageError | TamisError}
 */
export function readArguments(args) {
  const { values, positionals, tokens } = parse(args);
  if (values.help) return { print: FULL };
  // Of the package; `tamis info` shows the core's own.
  if (values.version) return { print: createRequire(import.meta.url)('../package.json').version };
  const [command, ...words] = positionals;
  if (command === undefined) throw new UsageError('What is to be done? For example: tamis count 1e10');
  if (!isCommand(command)) throw new UsageError(`there is no command "${command}"`);
  for (const token of tokens) {
    if (token.kind === 'option' && ![...OWN[command], ...(['decode', 'doctor'].includes(command) ? [] : COMMON)].includes(token.name)) {
      throw new UsageError(`--${token.name} means nothing to tamis ${command}`);
    }
  }
  const { mode } = values;
  if (mode !== 'auto' && mode !== 'threads' && mode !== 'workers') {
    throw new UsageError(`--mode is auto, threads or workers, not "${mode}"`);
  }
  if (values.json && values.csv) throw new UsageError('--json and --csv exclude each other');
  const { format, output } = values;
  if (format !== 'text' && format !== 'delta') throw new UsageError(`--format is text or delta, not "${format}"`);
  if (command === 'list' && values.json && output === undefined) {
    throw new UsageError('--json needs --output FILE here: standard output has the primes');
  }
  if (command === 'list' && values.checkpoint !== undefined && output === undefined) {
    throw new UsageError('--checkpoint needs --output FILE here: what standard output has taken can not be taken back');
  }
  return {
    command,
    ...NOT_ASKED,
    ...readWords(command, words, values),
    tuplets: readTuplets(command, values),
    format,
    input: values.input,
    output,
    checkpoint: values.checkpoint,
    threads: small(values.threads, 'threads'),
    mode,
    memory: small(values.memory, 'memory'),
    wasm: values.wasm,
    worker: values.worker,
    all: values.all,
    json: values.json,
    csv: values.csv,
    quiet: values.quiet,
    maxThreads: small(values['max-threads'], 'max-threads'),
    repeat: small(values.repeat, 'repeat') ?? 3,
    warmup: small(values.warmup, 'warmup') ?? 1,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    // A negative number would be taken for an option otherwise; so it is seen, and refused with its reason.
    const quoted = args.map((arg) => (/^-[\d.]/.test(arg) ? ` ${arg}` : arg));
    return parseArgs({ args: quoted, options: OPTIONS, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    const [sentence] = String(/** @type {Error} */ (error).message).split('. ');
    throw new UsageError(sentence.replace(/\.$/, ''));
  }
}

/** @param {string} word @returns {word is Request['command']} */
const isCommand = (word) => Object.hasOwn(OWN, word);

const NOT_ASKED = { start: 0n, stop: 0n, count: undefined, n: 0n, numbers: [], file: '', address: '' };

/**
 * What the words without a name mean.
 * @param {Request['command']} command
 * @param {string[]} words
 * @param {{ start?: string, stop?: string, count?: string, input?: string }} values
 * @returns {Partial<Request>}
 */
function readWords(command, words, values) {
  const mostOf = /** @type {Partial<Record<Request['command'], number>>} */ ({
    count: 2, list: values.count === undefined ? 2 : 1, bench: 2, info: 0, gaps: 2, 'is-prime': Infinity,
  });
  const most = mostOf[command] ?? 1;
  if (words.length > most) throw new UsageError(`"${words[words.length - 1]}" is one word too many`);
  if (command === 'nth') {
    if (words.length === 0) throw new UsageError('which prime? For example: tamis nth 1e9');
    return { n: parseInteger(words[0]), start: parseInteger(values.start ?? '0') };
  }
  if (command === 'pi') {
    if (words.length === 0) throw new UsageError('the primes up to where? For example: tamis pi 1e15');
    return { n: parseInteger(words[0]) };
  }
  if (command === 'is-prime') {
    if (words.length > 0 && values.input !== undefined) throw new UsageError('the numbers are given twice: as words and by --input');
    if (words.length === 0 && values.input === undefined) throw new UsageError('which number? For example: tamis is-prime 1000003');
    const numbers = words.map((word) => readWhole(word, parseInteger));
    return { n: numbers[0] ?? 0n, numbers };
  }
  if (OF_ONE.includes(command)) {
    if (words.length === 0) throw new UsageError(`which number? For example: tamis ${command} 1000003`);
    return { n: readWhole(words[0], parseInteger) };
  }
  if (command === 'resume') {
    if (words.length === 0) throw new UsageError('resume which file? For example: tamis resume count.checkpoint');
    return { file: words[0] };
  }
  if (command === 'decode') {
    if (words.length === 0) throw new UsageError('decode which file? For example: tamis decode primes.delta');
    return { file: words[0] };
  }
  if (command === 'doctor') {
    if (words.length === 0) throw new UsageError('look at which page? For example: tamis doctor https://example.org/primes/');
    return { address: words[0] };
  }
  return command === 'list' && values.count !== undefined ? readCount(words[0], values) : readRange(command, words, values);
}

/**
 * @param {string | undefined} word
 * @param {{ start?: string, stop?: string, count?: string }} values
 */
function readCount(word, { start, stop, count = '' }) {
  if (stop !== undefined) throw new UsageError('--count and --stop exclude each other');
  if (word !== undefined && start !== undefined) throw new UsageError('START is given twice: as a number and by --start');
  const wanted = parseInteger(count);
  if (wanted < 1n) throw new TamisError('range', `--count is ${wanted}; it must be 1 or more.`);
  return { start: parseInteger(word ?? start ?? '0'), count: wanted };
}

/**
 * @param {Request['command']} command
 * @param {string[]} range
 * @param {{ start?: string, stop?: string }} values
 * @returns {{ start: bigint, stop: bigint }}
 */
function readRange(command, range, values) {
  if (range.length > 0 && (values.stop !== undefined || (range.length === 2 && values.start !== undefined))) {
    throw new UsageError('the range is given twice: as numbers and by --start or --stop');
  }
  const [start, stop] = range.length === 2 ? range : [values.start ?? '0', range[0] ?? values.stop];
  if (stop === undefined) {
    if (command === 'count' || command === 'list' || command === 'gaps') throw new UsageError(`${command} up to where? For example: tamis ${command} 1e10`);
    return { start: parseInteger(start), stop: 10n ** 9n };
  }
  return { start: parseInteger(start), stop: parseInteger(stop) };
}

/**
 * @param {Request['command']} command
 * @param {Record<string, unknown>} values
 * @returns {number[]}
 */
function readTuplets(command, values) {
  const wanted = new Set(TUPLETS.flatMap((name, k) => (k > 1 && values[name] ? [k] : [])));
  if (typeof values.tuplets === 'string') {
    for (const word of values.tuplets.split(',')) {
      const k = parseInteger(word);
      if (k < 1n || k > 6n) throw new TamisError('range', `--tuplets has ${k}; it must be between 1 (primes) and 6 (sextuplets).`);
      wanted.add(Number(k));
    }
  }
  if (command === 'list') {
    if (wanted.size > 1) throw new UsageError('list lists one kind of k-tuplets at a time');
    const [k = 1] = wanted;
    if (k > 1 && values.format === 'delta') throw new UsageError('--format delta is for primes, not for k-tuplets');
    if (k > 1 && values.count !== undefined) throw new UsageError('--count is for primes, not for k-tuplets: give STOP');
  }
  return [...wanted].sort();
}

/**
 * @param {string | undefined} text
 * @param {string} name
 * @returns {number | undefined}
 */
function small(text, name) {
  if (text === undefined) return undefined;
  const value = parseInteger(text);
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new TamisError('range', `--${name} is ${value}, which is out of range.`);
  }
  return Number(value);
}
