// @ts-check
// What every worker of this library does: wait for its role, then play it.
import { startChunks } from './chunks.js';
import { toWire } from './errors.js';
import { startHost } from './host.js';

/** @typedef {import('./core.js').CoreFactory} CoreFactory */
/** @typedef {import('./protocol.js').ChunksStart} ChunksStart */
/** @typedef {import('./protocol.js').HostStart} HostStart */

/**
 * @typedef {object} Endpoint  a worker's global scope, or Node's parentPort
 * @property {((event: MessageEvent) => void) | null} onmessage
 * @property {(message: any, transfer?: any[]) => void} postMessage
 */

/**
 * @param {Endpoint} endpoint
 * @param {CoreFactory} factory
 */
export function serve(endpoint, factory) {
  endpoint.onmessage = async ({ data }) => {
    const start = /** @type {HostStart | ChunksStart} */ (data);
    /** @param {unknown} message @param {any[]} [transfer] */
    const post = (message, transfer = []) => endpoint.postMessage(message, transfer);
    /** @type {any[]} what arrives before the role is ready to take it */
    const waiting = [];
    endpoint.onmessage = (event) => void waiting.push(event.data);
    try {
      if (start.role === 'chunks') {
        await startChunks(start, factory);
        post({ type: 'started' });
        return;
      }
      const receive = await startHost(start, factory, post);
      endpoint.onmessage = (event) => receive(event.data);
      waiting.forEach(receive);
    } catch (error) {
      post({ type: 'failed', error: toWire(error) });
    }
  };
}
