// @ts-check
// A file that holds a job's checkpoint, whenever the program, or the machine, stops.
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { TamisError } from '../lib/node.js';
import { claim } from './claim.js';
import { FileError } from './files.js';

export class CheckpointFile {
  /** @type {string | Uint8Array | null} what is to be written next */
  #next = null;
  /** @type {Promise<void> | null} */
  #writing = null;

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /**
   * Has the file for this process alone: two would overwrite each other's work.
   * @returns {Promise<void>}
   * @throws {TamisError | FileError}
   */
  async claim() {
    try {
      await claim(this.name);
    } catch (cause) {
      throw cause instanceof TamisError ? cause : new FileError(this.name, 'written', /** @type {Error} */ (cause));
    }
  }

  /** @returns {Promise<Uint8Array | null>} null: there is none */
  async read() {
    try {
      return await readFile(this.name);
    } catch (cause) {
      if (/** @type {NodeJS.ErrnoException} */ (cause).code === 'ENOENT') return null;
      throw new FileError(this.name, 'read', /** @type {Error} */ (cause));
    }
  }

  /**
   * Replaces what the file holds. While one write is under way, only the last of those that follow waits for it.
   * @param {string | Uint8Array} contents
   * @returns {Promise<void>} when it would survive a power cut
   * @throws {FileError}
   */
  write(contents) {
    this.#next = contents;
    this.#writing ??= this.#writeAll().finally(() => { this.#writing = null; });
    return this.#writing;
  }

  async #writeAll() {
    try {
      while (this.#next !== null) {
        const contents = this.#next;
        this.#next = null;
        await this.#replace(contents);
      }
    } catch (cause) {
      throw new FileError(this.name, 'written', /** @type {Error} */ (cause));
    }
  }

  /** Whoever looks finds the old contents or the new ones, nothing between. @param {string | Uint8Array} contents */
  async #replace(contents) {
    // In the same folder: a rename is whole only within a file system. Always the same name: one that was left behind goes with the next.
    const fresh = `${this.name}.new`;
    const handle = await open(fresh, 'w');
    try {
      await handle.writeFile(contents);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, this.name);
    await syncFolder(path.dirname(this.name));
  }

  /** The job is done. */
  async remove() {
    await this.#writing?.catch(() => {});
    await rm(this.name, { force: true });
  }
}

/** Makes a rename last. @param {string} folder */
async function syncFolder(folder) {
  // Windows opens no folders, and needs none of this.
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
