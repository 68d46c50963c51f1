// @ts-check
import { nthJob } from '../lib/kinds.js';
import { runKept } from './keep.js';
import { crew, toJson, withTamis } from './session.js';
import { StatusLine, duration, grouped, progressLine } from './terminal.js';

/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis nth: the nth prime.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function nth(request, signal) {
  const { n, start, json, quiet } = request;
  const status = new StatusLine({ quiet: quiet || json });
  await withTamis(request, signal, async (tamis) => {
    const began = performance.now();
    const { value: prime } = await runKept(tamis, request, nthJob(n, start), {
      signal,
      ...status.listener(progressLine),
    }).finally(() => status.clear());
    const elapsedMs = performance.now() - began;
    if (json) {
      console.log(toJson({ n, start, prime, elapsedMs, threads: tamis.threads, mode: tamis.mode }));
      return;
    }
    console.log(String(prime));
    if (!quiet) console.error(`${grouped(prime)} is ${describe(n, start)}, found in ${duration(elapsedMs)} on ${crew(tamis)}`);
  });
}

/**
 * @param {bigint} n
 * @param {bigint} start
 */
function describe(n, start) {
  if (n === 0n) return `the first prime from ${grouped(start)} on`;
  if (n < 0n) return `the ${ordinal(-n)} prime below ${grouped(start)}`;
  return `the ${ordinal(n)} prime${start > 1n ? ` above ${grouped(start)}` : ''}`;
}

/** @param {bigint} n */
function ordinal(n) {
  const [tens, ones] = [n % 100n, n % 10n];
  const ending = tens > 10n && tens < 14n ? 'th' : ['th', 'st', 'nd', 'rd'][Number(ones)] ?? 'th';
  return `${grouped(n)}${ending}`;
}
