// @ts-check
import { CheckpointFile } from './checkpoint-file.js';
import { count } from './count.js';
import { FileError, openSink } from './files.js';
import { contentsOf, factsOf, runKept } from './keep.js';
import { list } from './list.js';
import { nth } from './nth.js';
import { pi } from './pi.js';
import { toJson, withTamis } from './session.js';

/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis resume: goes on with whatever a file holds, as the command that wrote it would.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function resume(request, signal) {
  const { file: name } = request;
  await withTamis(request, signal, async (tamis) => {
    const held = contentsOf(await new CheckpointFile(name).read());
    if (!held) throw new FileError(name, 'read', Object.assign(new Error(), { code: 'ENOENT' }));
    const { kind, params } = await factsOf(tamis, name, held.checkpoint);
    const { start = 0n, stop = 0n } = params;
    const asked = { ...request, tamis, checkpoint: name, start, stop };
    switch (kind) {
      case 'count-primes':
        return count({ ...asked, tuplets: [] }, signal);
      case 'count-tuplets':
        return count({ ...asked, tuplets: [1, 2, 3, 4, 5, 6].filter((k) => (Number(params.kinds) >> (k - 1)) & 1) }, signal);
      case 'prime-pi':
        return pi({ ...asked, n: params.x }, signal);
      case 'nth-prime-pi':
        return nth({ ...asked, n: params.n }, signal);
      case 'nth-prime':
        return nth({ ...asked, n: params.before ? -params.n : params.n }, signal);
      case 'list-primes': {
        const { list: state, checkpoint } = held;
        if (state) return list({ ...asked, tuplets: [Number(params.k)], output: state.output, format: state.format, count: state.count }, signal);
        return printRest(tamis, checkpoint, signal);
      }
      default: {
        const { values, elapsedMs, threads, mode } = await runKept(tamis, asked, { kind, params }, { signal });
        console.log(request.json ? toJson({ kind, ...params, values, elapsedMs, threads, mode }) : values.join('\n'));
      }
    }
  });
}

/**
 * A stream that was read elsewhere: what is left of it, on standard output, which nobody can go on with.
 * @param {import('../lib/client.js').Client} tamis
 * @param {Uint8Array | string} checkpoint
 * @param {AbortSignal} signal
 */
async function printRest(tamis, checkpoint, signal) {
  const sink = await openSink(undefined, signal);
  try {
    for await (const batch of tamis.restoreStream(checkpoint, { type: 'text', signal })) await sink.write(batch);
  } catch (error) {
    // The reader has what it wanted.
    if (!(error instanceof FileError && error.code === 'EPIPE')) throw error;
  }
}
