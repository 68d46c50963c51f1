// @ts-check
import { boundOfPrimes } from '../lib/estimate.js';
import { TamisError } from '../lib/node.js';
import { ProgressMeter } from '../lib/progress.js';
import { TUPLETS } from './arguments.js';
import { FileError, openSink } from './files.js';
import { keptList } from './kept-list.js';
import { crew, toJson, withTamis } from './session.js';
import { StatusLine, bytesOf, duration, grouped, progressLine } from './terminal.js';

/** @typedef {import('../lib/progress.js').Progress} Progress */
/** @typedef {import('./arguments.js').Request} Request */
/** @typedef {import('./files.js').Sink} Sink */
/**
 * @typedef {object} Written
 * @property {bigint} primes  or k-tuplets
 * @property {number} bytes
 */

/**
 * tamis list: the primes, or k-tuplets, themselves, as text or differences.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function list(request, signal) {
  const { start, count, tuplets: [k = 1], format, quiet, json } = request;
  const what = TUPLETS[k];
  const status = new StatusLine({ quiet: quiet || json });
  /** @type {Written} */
  const written = { primes: 0n, bytes: 0 };
  await withTamis(request, signal, async (tamis) => {
    const stop = count === undefined ? request.stop : boundOfPrimes(start, count);
    const began = performance.now();
    // Each batch is written before the next is asked for.
    const options = { type: format, reuse: true, signal, ...(count === undefined ? status.listener(line) : {}) };
    const kept = await keptList(tamis, request, { start, stop, k });
    if (kept?.state) Object.assign(written, kept.state);
    const stream = kept?.held ? tamis.restoreStream(kept.held, options) : tamis.primes(start, stop, { ...options, tuplets: k });
    // Opened when the request is known to be good: an old file is not emptied for a mistake.
    const sink = await openSink(request.output, signal, kept?.state?.bytes);
    try {
      await kept?.begin(stream, sink, written);
      await writeAll(stream, sink, kept);
    } catch (error) {
      status.clear();
      if (error instanceof FileError && error.code === 'EPIPE') {
        // As with `tamis list 1e12 | head`: the reader has what it wanted.
        if (!quiet) console.error(`tamis: ${error.message}`);
        return;
      }
      console.error(`tamis: ${held(sink)}`);
      await kept?.end(false);
      throw error;
    } finally {
      status.clear();
      await sink.close();
    }
    await kept?.end(true);
    if (count !== undefined && written.primes < count) {
      throw new TamisError('range', `There are only ${grouped(written.primes)} primes from ${start} to 2^64-1; these were written.`);
    }
    const { threads, mode } = tamis;
    const elapsedMs = performance.now() - began;
    if (json) {
      const asked = count === undefined ? { start, stop } : { start };
      console.log(toJson({ ...asked, kind: what, format, output: sink.name, count: written.primes, bytes: written.bytes, elapsedMs, threads, mode }));
    } else if (!quiet) {
      const range = count === undefined ? `from ${grouped(start)} to ${grouped(stop)}` : `from ${grouped(start)} on`;
      console.error(`${grouped(written.primes)} ${what} ${range} written to ${sink.name} (${bytesOf(written.bytes)}) in ${duration(elapsedMs)} on ${crew(tamis)}`);
    }
  });

  /**
   * @param {import('../lib/stream.js').PrimeStream<'text' | 'delta'>} stream
   * @param {Sink} sink
   * @param {import('./kept-list.js').KeptList | null} kept
   */
  async function writeAll(stream, sink, kept) {
    const meter = new ProgressMeter(performance.now(), { restored: kept !== null });
    const before = written.primes;
    if (count !== undefined && kept) meter.update(before, count, performance.now());
    for await (const batch of stream) {
      const delivered = before + stream.count;
      const tooMany = count === undefined ? 0n : delivered - count;
      const bytes = tooMany > 0n ? withoutLast(batch, format, Number(tooMany)) : batch;
      await sink.write(bytes);
      written.primes = tooMany > 0n ? /** @type {bigint} */ (count) : delivered;
      written.bytes += bytes.length;
      await kept?.wrote();
      if (count === undefined) continue;
      const progress = meter.update(written.primes, count, performance.now());
      status.show((columns) => line(progress, columns));
      if (written.primes === count) break;
    }
  }

  /** @param {Progress} progress @param {number} columns */
  function line(progress, columns) {
    const figures = `${grouped(written.primes)} ${what}, ${bytesOf(written.bytes)} `;
    return `${figures}${progressLine(progress, columns - figures.length)}`;
  }

  /** What is there when not all is. @param {Sink} sink */
  function held({ name, isFile }) {
    const first = `the first ${grouped(written.primes)} ${what} from ${grouped(start)} on (${bytesOf(written.bytes)})`;
    if (!isFile) return `${written.primes === 0n ? 'nothing' : first} went to ${name}.`;
    return written.primes === 0n ? `${name} is empty.` : `${name} holds ${first}.`;
  }
}

/**
 * A batch without its last entries.
 * @param {Uint8Array} batch
 * @param {'text' | 'delta'} format
 * @param {number} entries
 */
function withoutLast(batch, format, entries) {
  let end = batch.length;
  for (let left = entries + 1; left > 0; end--) {
    const byte = batch[end - 1];
    if (format === 'text' ? byte === 10 : byte < 0x80) left--;
    if (left === 0) break;
  }
  return batch.subarray(0, end);
}
