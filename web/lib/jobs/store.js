// @ts-check
// Where jobs are kept: IndexedDB, and where there is none, this tab's memory.
//
// Both know the epoch: a number that grows whenever a tab takes the lead. Every write states the writer's, and the
// database refuses one that is not the latest, in the same transaction. So a tab that was frozen while another took
// over cannot spoil what that one has done, however late it writes.
import { describe } from '../errors.js';
import { part, takeUp } from './parting.js';
// @ts-ignore: there is nothing to resolve before the first build.
import * as built from '../../dist/vendor/idb.js';

/** @typedef {import('./record.js').Stored} Stored */
/**
 * @typedef {object} Store
 * @property {boolean} durable  whether it outlives the tab
 * @property {(atLeast: number) => Promise<number>} claim  begins an epoch, greater than `atLeast` and all before
 * @property {(epoch: number) => Promise<{ records: Stored[], removed: string[] }>} read  epoch: the reader's own; removed: the ids of those that the last
 *   leader removed, which may still be kept and among the records
 * @property {(epoch: number, record: Stored) => Promise<void>} put  rejects with Superseded when another epoch has begun
 * @property {(epoch: number, id: string) => Promise<void>} remove  the same
 * @property {(epoch: number, records: Stored[], removed: string[]) => void} part  the last word of a page that may go at once
 * @property {() => void} close
 */

/** Thrown by a write of a tab that no longer leads. */
export class Superseded extends Error {
  constructor() {
    super('Another tab has taken the lead.');
  }
}

/** How long the database may take to open, or to begin an epoch: a frozen tab may hold a transaction open. */
const OPEN_MS = 3000;

/**
 * @param {string} name
 * @returns {Promise<{ store: Store, remark: string | null }>}  remark: why nothing outlives the tabs, if so
 */
export async function openStore(name) {
  try {
    return { store: await openDatabase(name), remark: null };
  } catch (error) {
    return { store: memoryStore(), remark: notKept(error) };
  }
}

/** @param {unknown} error */
export const notKept = (error) =>
  `This browser keeps no jobs here (${describe(error).replace(/\.$/, '')}): they go on while a tab of this page is open, and end with the last one. ` +
  'Save a job to a file to keep it.';

/** @param {string} name @returns {Promise<Store>} */
async function openDatabase(name) {
  if (typeof indexedDB === 'undefined') throw new Error('there is no IndexedDB');
  const openDB = /** @type {typeof import('idb').openDB} */ (built.openDB);
  /** What a database's end is told to. */
  let closed = '';
  const database = await within(OPEN_MS, openDB(`tamis-jobs:${name}`, 1, {
    upgrade(db) {
      db.createObjectStore('jobs', { keyPath: 'id' });
      db.createObjectStore('meta');
    },
    terminated: () => (closed = 'its database was closed by the browser'),
  }));

  /**
   * @param {number} epoch
   * @param {(jobs: any) => Promise<unknown>} write
   */
  async function fenced(epoch, write) {
    if (closed) throw new Error(closed);
    const transaction = database.transaction(['meta', 'jobs'], 'readwrite');
    // One who awaits a part alone would leave the other's rejection unheard.
    const done = transaction.done.catch((error) => error);
    if ((await transaction.objectStore('meta').get('epoch')) !== epoch) throw new Superseded();
    await write(transaction.objectStore('jobs'));
    const error = await done;
    if (error) throw error;
  }

  /** @param {number} epoch @param {Stored} record */
  const put = (epoch, record) => fenced(epoch, (jobs) => jobs.put(record));

  return {
    durable: true,
    claim: (atLeast) => within(OPEN_MS, (async () => {
      const transaction = database.transaction('meta', 'readwrite');
      const done = transaction.done.catch((error) => error);
      const epoch = Math.max((await transaction.store.get('epoch')) ?? 0, atLeast) + 1;
      await transaction.store.put(epoch, 'epoch');
      const error = await done;
      if (error) throw error;
      return epoch;
    })()),
    async read(epoch) {
      const records = await within(OPEN_MS, database.getAll('jobs'));
      const { changed, removed } = takeUp(name, epoch, records);
      // Written now: that word counts once. A write that fails is tried again, and said, when the job gets on.
      for (const record of changed) void put(epoch, record).catch(() => {});
      return { records, removed };
    },
    put,
    remove: (epoch, id) => fenced(epoch, (jobs) => jobs.delete(id)),
    part: (epoch, records, removed) => part(name, epoch, records, removed),
    close: () => database.close(),
  };
}

/** @returns {Store} */
export function memoryStore() {
  return {
    durable: false,
    claim: async (atLeast) => atLeast + 1,
    // What lives in memory lives in the records themselves.
    read: async () => ({ records: [], removed: [] }),
    put: async () => {},
    remove: async () => {},
    part: () => {},
    close: () => {},
  };
}

/**
 * @template T
 * @param {number} ms
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function within(ms, promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('its database does not answer')), ms);
  });
  promise.catch(() => {});
  return Promise.race([promise, /** @type {Promise<never>} */ (limit)]).finally(() => clearTimeout(timer));
}
