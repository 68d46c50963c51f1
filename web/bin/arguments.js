// @ts-check
// The command line: what may be written, and what it means.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { TamisError, parseInteger } from '../lib/node.js';

export class UsageError extends Error {}

/**
 * @typedef {object} Request
 * @property {'count' | 'bench' | 'info'} command
 * @property {bigint} start
 * @property {bigint} stop
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
  tamis bench [START] [STOP]   count again and again with 1, 2, ... threads: what do threads buy?
                               (default: 0 to 1e9)
  tamis info                   what this machine can do, and why

Numbers: 1000000, 1_000_000, 1e10, 10**10, 2^40, 2^64-1. The largest is 2^64-1.

Options
  --threads N       count: threads to work with (default: one per core)
  --start A, --stop B   another way to give the range
  --mode M          auto, threads (shared memory) or workers (isolated instances); default auto
  --memory BYTES    most memory an instance may take (default 2^29)
  --max-threads N   bench: the largest thread count (default: twice the cores)
  --repeat N        bench: measurements per thread count (default 3)
  --warmup N        bench: counts per thread count before measuring (default 1)
  --json            one JSON object on standard output; numbers beyond 2^53 are strings
  --csv             bench: one line per measurement
  --quiet           no progress bar
  --help, --version

Exit codes: 0 done, 1 failed, 2 not understood, 130 stopped by Ctrl-C.`;

export const HELP = { full: FULL, short: 'tamis --help tells what can be asked.' };

const OPTIONS = /** @type {const} */ ({
  threads: { type: 'string' },
  start: { type: 'string' },
  stop: { type: 'string' },
  mode: { type: 'string', default: 'auto' },
  memory: { type: 'string' },
  'max-threads': { type: 'string' },
  repeat: { type: 'string', default: '3' },
  warmup: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  csv: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
});

/** Options that mean something to a command, apart from those that mean something to all. */
const OWN = {
  count: ['threads', 'start', 'stop', 'quiet'],
  bench: ['max-threads', 'repeat', 'warmup', 'start', 'stop', 'csv', 'quiet'],
  info: ['threads'],
};
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
  const [command, ...range] = positionals;
  if (command === undefined) throw new UsageError('What is to be done? For example: tamis count 1e10');
  if (command !== 'count' && command !== 'bench' && command !== 'info') {
    throw new UsageError(`there is no command "${command}"`);
  }
  for (const token of tokens) {
    if (token.kind === 'option' && ![...OWN[command], ...COMMON].includes(token.name)) {
      throw new UsageError(`--${token.name} means nothing to tamis ${command}`);
    }
  }
  const { mode } = values;
  if (mode !== 'auto' && mode !== 'threads' && mode !== 'workers') {
    throw new UsageError(`--mode is auto, threads or workers, not "${mode}"`);
  }
  if (values.json && values.csv) throw new UsageError('--json and --csv exclude each other');
  return {
    command,
    ...readRange(command, range, values),
    threads: small(values.threads, 'threads'),
    mode,
    memory: small(values.memory, 'memory'),
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

/**
 * @param {Request['command']} command
 * @param {string[]} range  the numbers without a name
 * @param {{ start?: string, stop?: string }} values
 * @returns {{ start: bigint, stop: bigint }}
 */
function readRange(command, range, values) {
  if (range.length > (command === 'info' ? 0 : 2)) throw new UsageError(`"${range[range.length - 1]}" is one word too many`);
  if (range.length > 0 && (values.stop !== undefined || (range.length === 2 && values.start !== undefined))) {
    throw new UsageError('the range is given twice: as numbers and by --start or --stop');
  }
  const [start, stop] = range.length === 2 ? range : [values.start ?? '0', range[0] ?? values.stop];
  if (stop === undefined) {
    if (command === 'count') throw new UsageError('count up to where? For example: tamis count 1e10');
    return { start: parseInteger(start), stop: 10n ** 9n };
  }
  return { start: parseInteger(start), stop: parseInteger(stop) };
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
