// @ts-check
import { toJson, withTamis } from './session.js';
import { StatusLine, duration, grouped, progressLine, scaled } from './terminal.js';

/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis count: the number of primes in a range.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function count(request, signal) {
  const { start, stop, json, quiet } = request;
  const status = new StatusLine({ quiet: quiet || json });
  const result = await withTamis(request, signal, async (tamis) => {
    try {
      return await tamis.run('count-primes', { start, stop }, {
        signal,
        onProgress: (progress) => status.show((columns) => progressLine(progress, columns)),
      });
    } finally {
      status.clear();
    }
  });
  const { value, elapsedMs, threads, mode } = result;
  if (json) {
    console.log(toJson({ start, stop, count: value, elapsedMs, threads, mode }));
    return;
  }
  // The bare number on standard output, for scripts; the rest is for people.
  console.log(String(value));
  if (!quiet) {
    const rate = scaled(Number(stop - start + 1n) / (elapsedMs / 1000));
    const of = threads === 1 ? '1 thread' : `${threads} ${mode === 'threads' ? 'threads' : 'workers'}`;
    console.error(`${grouped(value)} primes from ${grouped(start)} to ${grouped(stop)} in ${duration(elapsedMs)} on ${of} (${rate} numbers/s)`);
  }
}
