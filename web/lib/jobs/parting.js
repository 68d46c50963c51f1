// @ts-check
// The last word of a page that goes: how far its jobs are, and whether they were paused, cancelled or resumed a moment
// ago, in localStorage. IndexedDB needs turns of the event loop, which a page that is being left does not get (WebKit
// drops even a write that was begun); this is written at once.
//
// It counts for the next leader alone: the word of an earlier one, thawed late, is older than what the database holds.

import { isNewer } from './record.js';

/** @typedef {import('./record.js').Stored} Stored */
/**
 * How far a job is; of its record's numbers those that people see before its checkpoint is restored.
 * @typedef {object} Word
 * @property {string} id
 * @property {string} checkpoint  empty: none
 * @property {number} checkpointVersion
 * @property {string} done
 * @property {string} total
 * @property {number} fraction
 * @property {number} elapsedMs
 * @property {import('./record.js').JobState} state
 * @property {number | null} endedAt
 * @property {number} epoch  of the state, as a record has it
 * @property {number} version  the same
 * @typedef {{ epoch: number, jobs: Word[] }} Parting
 */

/** A page's localStorage holds some megabytes, for all that the page does. */
const MOST_CHARACTERS = 65_536;

/** @param {string} name */
const keyOf = (name) => `tamis-jobs:${name}`;

/**
 * @param {string} name
 * @param {number} epoch
 * @param {Stored[]} records  of jobs under way, and of those whose last change may not be written yet
 */
export function part(name, epoch, records) {
  /** @type {Parting} */
  const word = { epoch, jobs: [] };
  for (const record of records) {
    // Results and errors are not in it: a job that has just ended does its last second again.
    if (record.state === 'done' || record.state === 'failed') continue;
    const { id, checkpoint, checkpointVersion, fraction, elapsedMs, state, endedAt, version } = record;
    word.jobs.push({
      id, checkpoint: checkpoint ? toText(checkpoint) : '', checkpointVersion, fraction, elapsedMs, state, endedAt, epoch: record.epoch, version,
      // JSON has no numbers of 64 bits.
      done: String(record.done), total: String(record.total),
    });
  }
  const text = JSON.stringify(word);
  if (word.jobs.length === 0 || text.length > MOST_CHARACTERS || (lastWord(name)?.epoch ?? 0) > epoch) return;
  try {
    localStorage.setItem(keyOf(name), text);
  } catch {
    // No room, or no storage at all: what the database holds is at most a second older.
  }
}

/**
 * Adds to what the database holds what the last leader left, if that was the one before `epoch`.
 * @param {string} name
 * @param {number} epoch  that of the leader that reads
 * @param {Stored[]} records
 */
export function takeUp(name, epoch, records) {
  const word = lastWord(name);
  if (word?.epoch !== epoch - 1) return;
  for (const told of word.jobs) {
    const record = records.find(({ id }) => id === told.id);
    if (!record) continue;
    if (isNewer(told, record)) {
      const { state, endedAt, version } = told;
      // One that failed and goes on has its error no more.
      Object.assign(record, { state, endedAt, epoch: told.epoch, version, etaMs: null, error: null });
    }
    // Not so either in what earlier versions left, which have no such number.
    if (!told.checkpoint || !(told.checkpointVersion > record.checkpointVersion)) continue;
    const { checkpointVersion, fraction, elapsedMs } = told;
    record.checkpoint = toBytes(told.checkpoint);
    Object.assign(record, { saved: record.checkpoint.length, checkpointVersion, done: BigInt(told.done), total: BigInt(told.total), fraction, elapsedMs });
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
