// @ts-check
// Where the primes go to and come from: files, standard output and input, and what can go wrong with them.
import { createReadStream } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';
import process from 'node:process';
import { cancelledBy } from '../lib/errors.js';

/** Something about a file, in a sentence. */
export class FileError extends Error {
  /**
   * @param {string} name
   * @param {'read' | 'written'} what
   * @param {NodeJS.ErrnoException} cause
   */
  constructor(name, what, cause) {
    super(`${name} could not be ${what}: ${REASONS[cause.code ?? ''] ?? cause.message}.`, { cause });
    /** As in 'ENOSPC'. */
    this.code = cause.code;
  }
}

/** @type {Record<string, string>} */
const REASONS = {
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it would be too large for the file system',
  EIO: 'the device failed',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of its path is no folder',
  EPIPE: 'its reader has stopped',
  EROFS: 'the file system is read-only',
};

/**
 * @typedef {object} Sink
 * @property {string} name
 * @property {boolean} isFile  what was written stays
 * @property {(bytes: Uint8Array) => Promise<void>} write  resolves when they are taken: that is the back-pressure
 * @property {() => Promise<void>} sync  resolves when what was written would survive a power cut
 * @property {() => Promise<void>} close
 */

/**
 * @param {string | undefined} path  undefined for standard output
 * @param {AbortSignal} signal  a write to standard output may wait for its reader for ever
 * @param {number | null} [keep]  so many bytes of the file stay, and it is gone on behind them; null: it is begun anew
 * @returns {Promise<Sink>}
 * @throws {FileError}
 */
export const openSink = (path, signal, keep = null) => (path === undefined ? Promise.resolve(standardOutput(signal)) : file(path, keep));

/**
 * @param {AbortSignal} signal
 * @returns {Sink}
 */
function standardOutput(signal) {
  const name = 'standard output';
  // What goes wrong is told to the write's own callback too; unheard here it would end the process.
  process.stdout.on('error', () => {});
  return {
    name,
    isFile: false,
    write: (bytes) => new Promise((resolve, reject) => {
      const abort = () => reject(cancelledBy(signal));
      signal.addEventListener('abort', abort);
      process.stdout.write(bytes, (error) => {
        signal.removeEventListener('abort', abort);
        if (error) reject(new FileError(name, 'written', error));
        else resolve();
      });
    }),
    sync: async () => {},
    close: async () => {},
  };
}

/**
 * @param {string} path
 * @param {number | null} keep
 * @returns {Promise<Sink>}
 */
async function file(path, keep) {
  const failed = (/** @type {unknown} */ cause) => new FileError(path, 'written', /** @type {Error} */ (cause));
  const handle = await (keep === null ? open(path, 'w') : reopen(path, keep)).catch((cause) => { throw failed(cause); });
  let written = keep ?? 0;
  return {
    name: path,
    isFile: true,
    async write(bytes) {
      try {
        await handle.writeFile(bytes);
        written += bytes.length;
      } catch (cause) {
        // A part of it may be there: cut at the end of the last whole line. Devices and pipes can't be cut.
        await handle.truncate(written).catch(() => {});
        throw failed(cause);
      }
    },
    async sync() {
      await handle.datasync().catch((cause) => { throw failed(cause); });
    },
    async close() {
      await handle.close().catch((cause) => { throw failed(cause); });
    },
  };
}

/**
 * @param {string} path
 * @param {number} keep
 */
async function reopen(path, keep) {
  if ((await stat(path)).size < keep) throw new Error(`it is shorter than the ${keep} bytes that it had: it was changed`);
  await truncate(path, keep);
  // Where it ends is where it goes on.
  return open(path, 'a');
}

/**
 * @param {string} path  '-' for standard input
 * @param {AbortSignal} signal  standard input may say nothing for ever
 * @returns {Promise<{ size: number | null, pieces: AsyncIterable<Uint8Array> }>} size: null while nobody knows
 */
export async function openSource(path, signal) {
  const name = path === '-' ? 'standard input' : path;
  const failed = (/** @type {unknown} */ cause) => new FileError(name, 'read', /** @type {Error} */ (cause));
  const found = path === '-' ? null : await stat(path).catch((cause) => { throw failed(cause); });
  const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 2 ** 18 });
  signal.addEventListener('abort', () => stream.destroy());
  async function* pieces() {
    try {
      yield* /** @type {AsyncIterable<Uint8Array>} */ (stream);
    } catch (cause) {
      // What the consumer throws does not come here.
      throw signal.aborted ? cancelledBy(signal) : failed(cause);
    }
  }
  return { size: found?.isFile() ? found.size : null, pieces: pieces() };
}
