// @ts-check
import { decodeDelta } from '../lib/delta.js';
import { cancelledBy } from '../lib/errors.js';
import { ProgressMeter } from '../lib/progress.js';
import { FileError, openSink, openSource } from './files.js';
import { StatusLine, grouped, progressLine } from './terminal.js';

/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis decode: the primes of a file of differences as text.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function decode({ file, output, quiet }, signal) {
  const { size, pieces } = await openSource(file, signal);
  const status = new StatusLine({ quiet });
  const meter = new ProgressMeter(performance.now());
  const sink = await openSink(output, signal);
  let [read, primes] = [0, 0n];
  /** @param {AsyncIterable<Uint8Array>} source */
  async function* counted(source) {
    for await (const piece of source) {
      read += piece.length;
      yield piece;
    }
  }
  try {
    for await (const batch of decodeDelta(counted(pieces))) {
      if (signal.aborted) throw cancelledBy(signal);
      await sink.write(Buffer.from(`${batch.join('\n')}\n`));
      primes += BigInt(batch.length);
      if (size !== null) {
        const progress = meter.update(BigInt(read), BigInt(size), performance.now());
        status.show((columns) => progressLine(progress, columns));
      }
    }
  } catch (error) {
    status.clear();
    if (error instanceof FileError && error.code === 'EPIPE') {
      if (!quiet) console.error(`tamis: ${error.message}`);
      return;
    }
    console.error(`tamis: ${sink.isFile ? `${sink.name} holds the first ${grouped(primes)} primes` : `the first ${grouped(primes)} primes went to ${sink.name}`}.`);
    throw error;
  } finally {
    status.clear();
    await sink.close();
  }
  if (!quiet) console.error(`${grouped(primes)} primes of ${file} written to ${sink.name}`);
}
