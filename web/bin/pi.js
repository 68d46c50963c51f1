// @ts-check
import { riemannR } from '../lib/node.js';
import { runKept } from './keep.js';
import { crew, toJson, withTamis } from './session.js';
import { StatusLine, duration, grouped, progressLine } from './terminal.js';

/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis pi: how many primes there are up to a number.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function pi(request, signal) {
  const { n: x, json, quiet } = request;
  const status = new StatusLine({ quiet: quiet || json });
  const { value: count, elapsedMs, threads, mode } = await withTamis(request, signal, (tamis) => (
    runKept(tamis, request, { kind: 'prime-pi', params: { x } }, {
      signal,
      ...status.listener(progressLine),
    })).finally(() => status.clear()));
  if (json) {
    console.log(toJson({ x, count, elapsedMs, threads, mode }));
    return;
  }
  console.log(String(count));
  if (quiet) return;
  const estimate = x < 2n ? '' : `; Riemann's R has ${grouped(Math.round(riemannR(x)))}`;
  console.error(`${grouped(count)} primes up to ${grouped(x)} in ${duration(elapsedMs)} on ${crew({ threads, mode })}${estimate}`);
}
