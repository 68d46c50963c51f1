// @ts-check
import { toJson, withTamis } from './session.js';

/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis info: what this machine can do, after having started for real.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function info(request, signal) {
  const { version, capabilities } = await withTamis(request, signal, async (tamis) => (
    { version: tamis.version, capabilities: tamis.capabilities() }));
  if (request.json) {
    console.log(toJson({ version, ...capabilities }));
    return;
  }
  const { node, mode, reason, hint, threads, hardwareConcurrency, memoryBytes, waitAsync } = capabilities;
  console.log([
    `tamis ${version} on Node ${node}`,
    `mode      ${mode}: ${reason}`,
    ...(hint ? [`          ${hint}`] : []),
    `threads   ${threads} started; ${hardwareConcurrency} cores`,
    `memory    up to ${Math.round((memoryBytes ?? 0) / 2 ** 20)} MiB an instance`,
    `waiting   ${waitAsync ? 'Atomics.waitAsync' : 'polling (this Node has no Atomics.waitAsync)'}`,
  ].join('\n'));
}
