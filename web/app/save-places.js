// @ts-check
// Where a page can put a large file, from the best place to the least.
//
// - 'disk': the File System Access API (Chromium): the person picks a file, and it is written while it is made. What is
//   written goes to a file beside it that takes its place at the end, so a file that was there survives a cancel.
// - 'storage': the browser's own storage for this page (OPFS: Firefox, Safari), from where the finished file is handed
//   to the downloads. It then lies on the disk twice for a while.
// - 'memory': Blobs, where neither is to be had, as from file:// in Firefox. The browser may put them on disk or not,
//   so what they hold is limited.
import { TamisError } from '../lib/index.js';

/** @typedef {'disk' | 'storage' | 'memory'} PlaceName */
/**
 * @typedef {object} Place
 * @property {PlaceName} name
 * @property {(bytes: Uint8Array<ArrayBuffer>) => Promise<void>} write
 * @property {() => Promise<Blob | null>} finish  resolves with what is still to be handed to the downloads
 * @property {() => Promise<void>} discard  nothing of it stays; also for what was handed to the downloads and is there by now
 */
/** @typedef {(options: { suggestedName: string }) => Promise<FileSystemFileHandle>} Picker  not in TypeScript's DOM yet */

/** A Blob in memory may be so large: the page would crash rather than say that it was too much. */
export const MOST_IN_MEMORY = 1.1e9;
/** Parts of a Blob: each one goes to the browser's own process, which may put it on disk. */
const PART_BYTES = 2 ** 25;
const PREFIX = 'tamis-save-';

const picker = () => /** @type {{ showSaveFilePicker?: Picker }} */ (/** @type {unknown} */ (globalThis)).showSaveFilePicker;

/**
 * Where a file would go here, and for how much there is room (null: nobody knows).
 * @returns {Promise<{ name: PlaceName, room: number | null }>}
 */
export async function bestPlace() {
  if (picker()) return { name: 'disk', room: null };
  if (!await storage()) return { name: 'memory', room: MOST_IN_MEMORY };
  const { quota = 0, usage = 0 } = await navigator.storage.estimate().catch(() => /** @type {StorageEstimate} */ ({}));
  return { name: 'storage', room: quota ? quota - usage : null };
}

/** The browser's storage, if it lets us write there: not from file://, not in some private windows. */
async function storage() {
  // Safari before 26 has the storage, but writes to it by another way.
  if (!globalThis.FileSystemFileHandle?.prototype.createWritable) return null;
  return navigator.storage?.getDirectory?.().catch(() => null) ?? null;
}

/**
 * To be called at once when the person asks: the picker opens for a click only.
 * @param {string} name  of the file
 * @returns {Promise<Place | null>}  null when the person chose no file
 */
export async function openPlace(name) {
  const pick = picker();
  if (pick) {
    try {
      return await onDisk(await pick.call(globalThis, { suggestedName: name }));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return null;
      // A frame, or a policy: the other places may still be open.
      if (!(error instanceof DOMException && error.name === 'SecurityError')) throw inWords(error);
    }
  }
  const folder = await storage();
  return folder ? inStorage(folder) : inMemory();
}

/** @param {FileSystemFileHandle} handle @returns {Promise<Place>} */
async function onDisk(handle) {
  const writable = await handle.createWritable();
  return {
    name: 'disk',
    write: written(writable),
    async finish() {
      await writable.close().catch((error) => { throw inWords(error); });
      return null;
    },
    async discard() {
      await writable.abort().catch(() => {});
      // The picker has made an empty file; one that was there before still has its content, and stays.
      const left = await handle.getFile().catch(() => null);
      if (left?.size === 0) await /** @type {FileSystemFileHandle & { remove?: () => Promise<void> }} */ (handle).remove?.().catch(() => {});
    },
  };
}

/** @param {FileSystemDirectoryHandle} folder @returns {Promise<Place>} */
async function inStorage(folder) {
  await clear(folder);
  const name = `${PREFIX}${crypto.randomUUID()}`;
  const release = await hold(name);
  const discard = async () => {
    await folder.removeEntry(name).catch(() => {});
    release();
  };
  try {
    const handle = await folder.getFileHandle(name, { create: true });
    const writable = await handle.createWritable();
    return {
      name: 'storage',
      write: written(writable),
      async finish() {
        await writable.close().catch((error) => { throw inWords(error); });
        return handle.getFile();
      },
      async discard() {
        await writable.abort().catch(() => {});
        await discard();
      },
    };
  } catch (error) {
    await discard();
    throw inWords(error);
  }
}

/** @returns {Place} */
function inMemory() {
  /** @type {Blob[]} */
  let parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let waiting = [];
  let size = 0;
  let whole = 0;
  const pack = () => {
    parts.push(new Blob(waiting));
    [waiting, size] = [[], 0];
  };
  return {
    name: 'memory',
    async write(bytes) {
      whole += bytes.length;
      if (whole > MOST_IN_MEMORY) throw new TamisError('memory', 'The file became larger than a page can hold in memory here.', { hint: OTHER_WAYS });
      waiting.push(bytes);
      size += bytes.length;
      if (size >= PART_BYTES) pack();
    },
    async finish() {
      pack();
      return new Blob(parts);
    },
    async discard() {
      parts = waiting = [];
    },
  };
}

/** What to do where a page can't write large files. */
export const OTHER_WAYS = 'Make it smaller, open this page in Chrome or Edge, or use the command: `tamis list`.';

/** @param {FileSystemWritableFileStream} writable @returns {Place['write']} */
const written = (writable) => async (bytes) => {
  try {
    await writable.write(bytes);
  } catch (error) {
    throw inWords(error);
  }
};

/** Removes what earlier visits have left, unless another tab still holds it. @param {FileSystemDirectoryHandle} folder */
async function clear(folder) {
  for await (const name of /** @type {AsyncIterable<string>} */ (/** @type {any} */ (folder).keys())) {
    if (!name.startsWith(PREFIX)) continue;
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await folder.removeEntry(name).catch(() => {});
    });
  }
}

/** Removes what earlier visits have left in the browser's storage. */
export async function clearStorage() {
  const folder = await storage();
  if (folder) await clear(folder).catch(() => {});
}

/**
 * Tells other tabs that a file is in use, as long as this page lives or until it is released.
 * @param {string} name
 * @returns {Promise<() => void>}
 */
function hold(name) {
  return new Promise((held) => {
    void navigator.locks.request(name, () => new Promise((release) => held(() => release(undefined))));
  });
}

/**
 * What a file system has against it, in a sentence.
 * @param {unknown} error
 */
function inWords(error) {
  if (!(error instanceof DOMException)) return error;
  const [text, hint] = {
    QuotaExceededError: ['There is not enough room on the disk, or not enough that the browser gives to a page.', 'Make room, or save less at a time.'],
    NotAllowedError: ['The browser was not allowed to write this file.', 'Choose another place, and allow it when the browser asks.'],
    NoModificationAllowedError: ['The file is in use or may not be changed.', 'Choose another name.'],
    NotFoundError: ['The file, or its folder, is there no longer.', 'Start again and choose another place.'],
  }[error.name] ?? [`The file could not be written: ${error.message || error.name}.`, 'Choose another place, or try again.'];
  return new TamisError('state', text, { hint });
}
