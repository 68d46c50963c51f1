// @ts-check
// Loads the library for a command and disposes of it, whatever happens.
import { load } from '../lib/node.js';

/** @typedef {import('../lib/client.js').Client} Client */
/** @typedef {import('./arguments.js').Request} Request */

/**
 * @template T
 * @param {Pick<Request, 'mode' | 'memory' | 'tamis'> & { threads?: number }} request  tamis: one that was loaded already
 * @param {AbortSignal} signal
 * @param {(tamis: Client) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withTamis({ threads, mode, memory, tamis: loaded }, signal, use) {
  if (loaded) return use(loaded);
  const tamis = await load({ threads, mode, memory, signal });
  try {
    for (const warning of tamis.capabilities().warnings) console.error(`tamis: note: ${warning}`);
    return await use(tamis);
  } finally {
    await tamis.dispose();
  }
}

/** JSON with BigInts: as numbers where those are exact, as strings beyond. @param {unknown} value */
export const toJson = (value) => JSON.stringify(value, (_, part) => {
  if (typeof part !== 'bigint') return part;
  return Number.isSafeInteger(Number(part)) ? Number(part) : String(part);
}, 2);

/** As in "2 threads", "1 worker". @param {Pick<Client, 'threads' | 'mode'>} team */
export const crew = ({ threads, mode }) => `${threads} ${mode === 'threads' ? 'thread' : 'worker'}${threads === 1 ? '' : 's'}`;
