// @ts-check
import { TUPLETS } from './arguments.js';
import { runKept } from './keep.js';
import { crew, toJson, withTamis } from './session.js';
import { StatusLine, duration, grouped, progressLine, scaled } from './terminal.js';

/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis count: the number of primes, or k-tuplets, in a range.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function count(request, signal) {
  const { start, stop, tuplets, json, quiet } = request;
  const plain = tuplets.length === 0;
  const status = new StatusLine({ quiet: quiet || json });
  const result = await withTamis(request, signal, async (tamis) => {
    try {
      /** @type {Record<string, number>} */
      const kinds = plain ? {} : { kinds: tuplets.reduce((bits, k) => bits | (1 << (k - 1)), 0) };
      return await runKept(tamis, request, { kind: plain ? 'count-primes' : 'count-tuplets', params: { start, stop, ...kinds } }, {
        signal,
        ...status.listener(progressLine),
      });
    } finally {
      status.clear();
    }
  });
  const { values, elapsedMs, threads, mode } = result;
  const counts = plain ? [{ name: 'primes', count: values[0] }] : tuplets.map((k) => ({ name: TUPLETS[k], count: values[k - 1] }));
  if (json) {
    const found = plain ? { count: values[0] } : { counts: Object.fromEntries(counts.map(({ name, count }) => [name, count])) };
    console.log(toJson({ start, stop, ...found, elapsedMs, threads, mode }));
    return;
  }
  // The bare number on standard output, for scripts (of several kinds a line each, with its name); the rest is for people.
  console.log(counts.map(({ name, count }) => (counts.length > 1 ? `${name} ${count}` : String(count))).join('\n'));
  if (!quiet) {
    const rate = scaled(Number(stop - start + 1n) / (elapsedMs / 1000));
    const found = counts.map(({ name, count }) => `${grouped(count)} ${name}`).join(', ');
    console.error(`${found} from ${grouped(start)} to ${grouped(stop)} in ${duration(elapsedMs)} on ${crew({ threads, mode })} (${rate} numbers/s)`);
  }
}
