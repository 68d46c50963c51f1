// @ts-check
// The last word of a page that goes: which jobs it has under way, how far they are, whether they were paused, cancelled or
// resumed a moment ago, and which were removed, in localStorage. IndexedDB needs turns of the event loop, which a page that is
// being left does not get (its writes that were begun are dropped: in WebKit always, elsewhere when the disk is slow); this is
// written at once.
//
// It counts for the next leader alone: the word of an earlier one, thawed late, is older than what the database holds.

import { jobSpec } from '../kinds.js';
import { isNewer, newRecord } from './record.js';

/** @typedef {import('./record.js').Stored} Stored */
/**
 * How far a job is; of its record's numbers those that people see before its checkpoint is restored; and what it takes to begin it, as
 * the database may not have it yet.
 * @typedef {object} Word
 * @property {string} id
 * @property {string} kind
 * @property {Record<string, string>} params
 * @property {string} title
 * @property {number} threads
 * @property {number} createdAt
 * @property {string} checkpoint  empty: none, or it is too long for this place
 * @property {number} checkpointVersion
 * @property {string} done
 * @property {string} total
 * @property {number} fraction
 * @property {number} elapsedMs
 * @property {import('./record.js').JobState} state
 * @property {number | null} endedAt
 * @property {number} epoch  of the state, as a record has it
 * @property {number} version  the same
 * @typedef {{ epoch: number, jobs: Word[], removed?: string[] }} Parting  removed: not told by earlier versions
 */

/** A page's localStorage holds some megabytes, for all that the page does. So many characters of it are for checkpoints. */
const MOST_CHARACTERS = 65_536;

/** @param {string} name */
const keyOf = (name) => `tamis-jobs:${name}`;

/**
 * @param {string} name
 * @param {number} epoch
 * @param {Stored[]} records  of jobs under way, and of those whose last change may not be written yet
 * @param {string[]} removed  the ids of those that the database may still hold
 */
export function part(name, epoch, records, removed) {
  if ((lastWord(name)?.epoch ?? 0) > epoch) return;
  let room = MOST_CHARACTERS;
  const jobs = records.map((record) => {
    const { id, kind, title, threads, createdAt, checkpointVersion, fraction, elapsedMs } = record;
    const checkpoint = record.checkpoint && record.checkpoint.length * 4 / 3 < room ? toText(record.checkpoint) : '';
    room -= checkpoint.length;
    // Results and errors are not in it: of a job that has just ended the database knows at least how it began, or it begins anew.
    const { state, endedAt, epoch: by, version } = record.state === 'done' || record.state === 'failed' ? UNTOLD : record;
    return {
      id, kind, title, threads, createdAt, checkpoint, checkpointVersion, fraction, elapsedMs, state, endedAt, epoch: by, version,
      // JSON has no numbers of 64 bits.
      params: Object.fromEntries(Object.entries(record.params).map(([key, value]) => [key, String(value)])),
      done: String(record.done), total: String(record.total),
    };
  });
  try {
    if (jobs.length + removed.length > 0) localStorage.setItem(keyOf(name), JSON.stringify({ epoch, jobs, removed }));
    else localStorage.removeItem(keyOf(name));
  } catch {
    // No room, or no storage at all: what the database holds is at most a second older.
  }
}

/** Older than all that is kept. @type {Pick<Word, 'state' | 'endedAt' | 'epoch' | 'version'>} */
const UNTOLD = { state: 'waiting', endedAt: null, epoch: 0, version: 0 };

/**
 * Adds to what the database holds what the last leader left, if that was the one before `epoch`.
 * @param {string} name
 * @param {number} epoch  that of the leader that reads
 * @param {Stored[]} records
 * @returns {{ changed: Stored[], removed: string[] }} those that the database does not hold like this, and the ids of those that it is to hold no more
 */
export function takeUp(name, epoch, records) {
  const word = lastWord(name);
  if (word?.epoch !== epoch - 1) return { changed: [], removed: [] };
  /** @type {Set<Stored>} */
  const changed = new Set();
  for (const told of word.jobs) {
    let record = records.find(({ id }) => id === told.id);
    if (!record) {
      const begun = asBegun(told);
      if (!begun) continue;
      records.push(record = begun);
      changed.add(record);
    }
    if (isNewer(told, record)) {
      const { state, endedAt, version } = told;
      // One that failed and goes on has its error no more.
      Object.assign(record, { state, endedAt, epoch: told.epoch, version, etaMs: null, error: null });
      changed.add(record);
    }
    // Not so either in what earlier versions left, which have no such number.
    if (!told.checkpoint || !(told.checkpointVersion > record.checkpointVersion)) continue;
    const { checkpointVersion, fraction, elapsedMs } = told;
    record.checkpoint = toBytes(told.checkpoint);
    Object.assign(record, { saved: record.checkpoint.length, checkpointVersion, done: BigInt(told.done), total: BigInt(told.total), fraction, elapsedMs });
    changed.add(record);
  }
  return { changed: [...changed], removed: word.removed ?? [] };
}

/**
 * The record of a job whose page went before the database had it.
 * @param {Word} told
 * @returns {Stored | null}  null: there is no such job
 */
function asBegun({ id, kind, params, title, threads, createdAt }) {
  try {
    const exact = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, BigInt(value)]));
    jobSpec(kind, exact);
    return { ...newRecord({ id, kind, params: exact, title, threads }), createdAt };
  } catch {
    // Words of earlier versions do not say how a job began.
    return null;
  }
}

/** @param {string} name @returns {Parting | null} */
function lastWord(name) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(name)) ?? 'null');
  } catch {
    // Not ours, or no storage.
    return null;
  }
}

/** @param {Uint8Array} bytes */
const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** @param {string} text @returns {Uint8Array} */
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
