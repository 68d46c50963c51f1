// @ts-check
// tamis is-prime for many numbers: a line for each, in their order.
import { cancelledBy } from '../lib/errors.js';
import { U64_MAX } from '../lib/integers.js';
import { TamisError, parseInteger } from '../lib/node.js';
import { ProgressMeter } from '../lib/progress.js';
import { FileError, openSink, openSource } from './files.js';
import { numbers, readWhole } from './numbers.js';
import { crew, toJson, withTamis } from './session.js';
import { StatusLine, duration, grouped, progressLine } from './terminal.js';

/** @typedef {import('./arguments.js').Request} Request */
/** @typedef {import('../lib/client.js').Client} Client */
/** @typedef {{ n: bigint, prime: boolean, certain: boolean }} Verdict */

/** No line with a number that can be tested is longer. */
const LONGEST_LINE = 200_000;

/**
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function isPrime(request, signal) {
  // One number alone is told with its reason.
  if (request.input === undefined && request.numbers.length === 1) await numbers(request, signal);
  else await withTamis(request, signal, (tamis) => many(tamis, request, signal));
}

/**
 * @param {Client} tamis
 * @param {Request} request
 * @param {AbortSignal} signal
 */
async function many(tamis, { numbers: given, input, json, quiet }, signal) {
  const status = new StatusLine({ quiet: quiet || json });
  const began = performance.now();
  const sink = await openSink(undefined, signal);
  /** @type {Verdict[]} */
  const kept = [];
  let [count, primes] = [0, 0];
  try {
    for await (const batch of input === undefined ? [given] : batchesOf(input, signal, status)) {
      const verdicts = await judged(tamis, batch, signal);
      count += batch.length;
      primes += verdicts.filter(({ prime }) => prime).length;
      status.clear();
      if (json) kept.push(...verdicts);
      else if (verdicts.length > 0) await sink.write(Buffer.from(verdicts.map(line).join('')));
    }
  } catch (error) {
    if (!(error instanceof FileError && error.code === 'EPIPE')) throw error;
    if (!quiet) console.error(`tamis: ${error.message}`);
    return;
  } finally {
    status.clear();
  }
  const elapsedMs = performance.now() - began;
  if (json) console.log(toJson({ numbers: kept, primes, elapsedMs, threads: tamis.threads, mode: tamis.mode }));
  else if (!quiet) console.error(`${grouped(primes)} of ${grouped(count)} numbers are prime (${duration(elapsedMs)} on ${crew(tamis)})`);
}

/** @param {Verdict} verdict */
const line = ({ n, prime }) => `${n} ${prime ? 'prime' : n < 2n ? 'neither' : 'composite'}\n`;

/**
 * Those of 64 bits at once, the others one by one.
 * @param {Client} tamis
 * @param {bigint[]} batch
 * @param {AbortSignal} signal
 * @returns {Promise<Verdict[]>}
 */
async function judged(tamis, batch, signal) {
  const isShort = (/** @type {bigint} */ n) => n >= 0n && n <= U64_MAX;
  const primes = await tamis.arePrime(batch.filter(isShort), { signal });
  const verdicts = [];
  let next = 0;
  for (const n of batch) {
    if (isShort(n)) {
      verdicts.push({ n, prime: primes[next++] === 1, certain: true });
    } else {
      const { prime, certain } = await tamis.testPrime(n, { signal });
      verdicts.push({ n, prime, certain });
    }
  }
  return verdicts;
}

/**
 * The numbers of a file, one a line: what has come of it, each time.
 * @param {string} file  '-' for standard input
 * @param {AbortSignal} signal
 * @param {StatusLine} status
 * @returns {AsyncGenerator<bigint[]>}
 * @throws {TamisError} which names the line
 */
async function* batchesOf(file, signal, status) {
  const { size, pieces } = await openSource(file, signal);
  const meter = new ProgressMeter(performance.now());
  const decoder = new TextDecoder();
  let [read, before, rest] = [0, 0, ''];
  /** @param {string[]} lines */
  const parsed = (lines) => {
    const found = lines.flatMap((text, i) => (text.trim() === '' ? [] : [numberOf(text.trim(), before + i + 1)]));
    before += lines.length;
    return found;
  };
  for await (const piece of pieces) {
    if (signal.aborted) throw cancelledBy(signal);
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new TamisError('range', `Line ${before + lines.length + 1} is too long for a number.`, { hint: 'One number a line is read.' });
    read += piece.length;
    if (size !== null) {
      const progress = meter.update(BigInt(read), BigInt(size), performance.now());
      status.show((columns) => progressLine(progress, columns));
    }
    yield parsed(lines);
  }
  yield parsed([rest]);
}

/**
 * @param {string} text
 * @param {number} number  of the line
 * @returns {bigint}
 */
function numberOf(text, number) {
  try {
    const n = readWhole(text, parseInteger);
    if (n >= 0n) return n;
    throw new TamisError('range', `${n} is negative.`, { hint: 'Primes are positive: give 0 or more.' });
  } catch (error) {
    if (!(error instanceof TamisError)) throw error;
    throw new TamisError(error.code, `Line ${number}: ${error.message}`, { hint: error.hint });
  }
}
