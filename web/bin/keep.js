// @ts-check
// Jobs that are kept in a file (--checkpoint), so that neither Ctrl-C nor kill -9 loses more than a second of them.
import { TamisError } from '../lib/node.js';
import { CheckpointFile } from './checkpoint-file.js';
import { FileError } from './files.js';

/** @typedef {import('../lib/client.js').Client} Client */
/** @typedef {import('../lib/hosted.js').CheckpointFacts} CheckpointFacts */
/** @typedef {import('../lib/progress.js').Progress} Progress */
/** @typedef {import('./arguments.js').Request} Request */

/**
 * Runs a job. With a file: goes on with what it holds, keeps it up to date, and removes it in the end.
 * @param {Client} tamis
 * @param {Pick<Request, 'checkpoint' | 'quiet' | 'json'>} request
 * @param {{ kind: string, params: Record<string, bigint | number> }} asked
 * @param {{ signal: AbortSignal, onProgress?: (progress: Progress) => void, progressMs?: number }} options
 * @returns {Promise<import('../lib/client.js').Result>}
 */
export async function runKept(tamis, request, { kind, params }, { signal, ...listener }) {
  if (request.checkpoint === undefined) return tamis.run(kind, params, { signal, ...listener });
  const file = new CheckpointFile(request.checkpoint);
  await file.claim();
  const held = contentsOf(await file.read());
  if (held) {
    const facts = await factsOf(tamis, file.name, held.checkpoint);
    if (held.list || facts.kind !== kind || !sameParams(facts, params)) throw another(file.name, facts, held.list);
    sayResumed(file.name, facts, request);
  }
  const save = saver(file);
  const options = { ...listener, onCheckpoint: save, paused: true };
  const job = held ? tamis.restore(held.checkpoint, options) : tamis.start(kind, params, options);
  // Not by the job's own signal: what was done until then is to be kept.
  const stop = async () => {
    await job.checkpoint().then(save, () => {});
    job.cancel();
  };
  try {
    // Before an hour of work shows that the file can't be written.
    await file.write(await job.checkpoint());
    signal.addEventListener('abort', stop);
    if (signal.aborted) void stop();
    else void job.resume();
    const result = await job.result;
    await file.remove();
    return result;
  } catch (error) {
    job.cancel();
    if (error instanceof FileError) throw error;
    // There is no such prime: going on would not find it either.
    if (error instanceof TamisError && error.code === 'range') {
      await file.remove();
      throw error;
    }
    if (error instanceof TamisError && error.checkpoint) await save(error.checkpoint);
    sayKept(file.name);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * A disk that is full for a moment does not end the job.
 * @param {CheckpointFile} file
 * @returns {(contents: string | Uint8Array) => Promise<void>}
 */
export function saver(file) {
  let told = false;
  return async (contents) => {
    try {
      await file.write(contents);
      told = false;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (!told) console.error(`tamis: note: ${error.message} The job goes on, and it is tried again.`);
      told = true;
    }
  };
}

/**
 * What `tamis list` keeps beside the checkpoint of its stream.
 * @typedef {object} ListState
 * @property {string} output  a file's full path
 * @property {'text' | 'delta'} format
 * @property {bigint | undefined} count  so many were asked for
 * @property {bigint} primes  written so far
 * @property {number} bytes  so long was the output then
 */

/**
 * @param {Uint8Array | null} bytes
 * @returns {{ checkpoint: Uint8Array | string, list: null } | { checkpoint: Uint8Array, list: ListState } | null}
 */
export function contentsOf(bytes) {
  if (bytes === null) return null;
  const first = String.fromCharCode(...bytes.subarray(0, 7));
  if (first.startsWith('{')) return listContents(bytes);
  // A token that somebody saved as text.
  if (first === 'tamis1-') return { checkpoint: new TextDecoder().decode(bytes), list: null };
  return { checkpoint: bytes, list: null };
}

/** @param {Uint8Array} bytes @returns {{ checkpoint: Uint8Array, list: ListState }} */
function listContents(bytes) {
  try {
    const { checkpoint, output, format, count, primes, bytes: length } = JSON.parse(new TextDecoder().decode(bytes));
    const list = { output: String(output), format, count: count === null ? undefined : BigInt(count), primes: BigInt(primes), bytes: Number(length) };
    if ((format === 'text' || format === 'delta') && Number.isSafeInteger(list.bytes)) {
      return { checkpoint: Buffer.from(checkpoint, 'base64'), list };
    }
  } catch {
    // It is not of ours, or was damaged: said below.
  }
  throw new TamisError('altered', 'This file was begun like those of tamis list, but it is damaged.', { hint: 'Remove it, or take another.' });
}

/** @param {Uint8Array} checkpoint @param {ListState} state */
export const listText = (checkpoint, { output, format, count, primes, bytes }) => (
  `${JSON.stringify({ output, format, count: count === undefined ? null : String(count), primes: String(primes), bytes, checkpoint: Buffer.from(checkpoint).toString('base64') }, null, 1)}\n`);

/**
 * @param {Client} tamis
 * @param {string} name  of the file
 * @param {Uint8Array | string} checkpoint
 * @returns {Promise<CheckpointFacts>}
 */
export async function factsOf(tamis, name, checkpoint) {
  try {
    return await tamis.readCheckpoint(checkpoint);
  } catch (error) {
    if (!(error instanceof TamisError)) throw error;
    throw new TamisError(error.code, `${name} can't be gone on with: ${error.message}`, { hint: error.hint, cause: error });
  }
}

/**
 * @param {CheckpointFacts} facts
 * @param {Record<string, bigint | number>} params
 */
export const sameParams = (facts, params) => Object.entries(params).every(([name, value]) => facts.params[name] === BigInt(value));

/**
 * @param {string} name
 * @param {CheckpointFacts} facts
 * @param {ListState | null} [list]
 */
export function another(name, { kind, params }, list = null) {
  const shown = Object.entries(params).filter(([key]) => key !== 'segmentBytes').map(([key, value]) => `${key} ${value}`).join(', ');
  const where = list ? ` (as ${list.format} to ${list.output})` : '';
  return new TamisError('state', `${name} holds another job: ${kind} with ${shown}${where}.`, {
    hint: `Go on with that one by: tamis resume ${name}; or name another file.`,
  });
}

/**
 * @param {string} name
 * @param {CheckpointFacts} facts
 * @param {Pick<Request, 'quiet' | 'json'>} request
 */
export function sayResumed(name, { done, total }, { quiet, json }) {
  if (quiet || json) return;
  const share = total > 0n ? Number((done * 1000n) / total) / 10 : 0;
  console.error(`tamis: going on from ${name}, where ${share}% was done`);
}

/** @param {string} name */
export const sayKept = (name) => console.error(`tamis: ${name} holds what was done: the same command goes on from there, and so does: tamis resume ${name}`);
