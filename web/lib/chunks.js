// @ts-check
// A chunk worker (mode `workers`): an isolated instance that runs chunks for the host, one at a time.
import { instantiate } from './core.js';
import { TamisError, toWire } from './errors.js';
import { guarded } from './guard.js';
import { createMemory } from './memory.js';

/** @typedef {import('./core.js').CoreFactory} CoreFactory */
/** @typedef {import('./core-job.js').Job} Job */
/** @typedef {import('./protocol.js').ChunksStart} ChunksStart */
/** @typedef {import('./protocol.js').FromChunks} FromChunks */
/** @typedef {import('./protocol.js').ToChunks} ToChunks */

/**
 * @param {ChunksStart} start
 * @param {CoreFactory} factory
 */
export async function startChunks({ module, memoryBytes, deadlineMs, port }, factory) {
  const { memory } = createMemory(memoryBytes);
  // No pool: this instance never has a second thread.
  const core = await guarded(() => instantiate(factory, { module, memory, poolSize: 0 }), { deadlineMs });
  /** @type {Map<number, Job>} */
  const jobs = new Map();

  /**
   * @param {number} id
   * @param {bigint} chunk
   * @param {BigUint64Array | null} numbers  to be tested; null: the job's own chunk
   * @returns {FromChunks}
   */
  const runChunk = (id, chunk, numbers) => {
    const job = jobs.get(id);
    try {
      if (!job && !numbers) throw new TamisError('state', `The chunk worker does not know job ${id}.`);
      const began = performance.now();
      const bytes = numbers ? core.arePrime(numbers) : /** @type {Job} */ (job).runChunk(chunk);
      return { type: 'result', job: id, chunk, bytes, ms: performance.now() - began, at: performance.timeOrigin + began };
    } catch (error) {
      // A trap or an abort leaves the instance in an unknown state; an error of the library does not.
      const type = error instanceof TamisError ? 'error' : 'broken';
      return { type, job: id, chunk, error: toWire(error) };
    }
  };

  port.onmessage = ({ data }) => {
    const message = /** @type {ToChunks} */ (data);
    switch (message.type) {
      case 'job':
        jobs.set(message.job, core.job(message.spec));
        break;
      case 'chunk':
      case 'test': {
        const answer = runChunk(message.job, message.chunk, message.type === 'test' ? message.numbers : null);
        port.postMessage(answer, answer.type === 'result' ? [answer.bytes.buffer] : []);
        break;
      }
      case 'forget':
        jobs.get(message.job)?.free();
        jobs.delete(message.job);
        break;
    }
  };
}
