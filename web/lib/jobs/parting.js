// @ts-check
// The last word of a page that goes: how far its jobs are, in localStorage. IndexedDB needs turns of the event loop,
// which a page that is being left does not get (WebKit drops even a write that was begun); this is written at once.
//
// It counts for the next leader alone: the word of an earlier one, thawed late, is older than what the database holds.

/** @typedef {import('./record.js').Stored} Stored */
/**
 * How far a job is; of its record's numbers those that people see before its checkpoint is restored.
 * @typedef {{ id: string, checkpoint: string, version: number, done: string, total: string, fraction: number, elapsedMs: number }} Word
 * @typedef {{ epoch: number, jobs: Word[] }} Parting
 */

/** A page's localStorage holds some megabytes, for all that the page does. */
const MOST_CHARACTERS = 65_536;

/** @param {string} name */
const keyOf = (name) => `tamis-jobs:${name}`;

/**
 * @param {string} name
 * @param {number} epoch
 * @param {Stored[]} records  of jobs under way
 */
export function part(name, epoch, records) {
  /** @type {Parting} */
  const word = { epoch, jobs: [] };
  for (const { id, checkpoint, checkpointVersion: version, done, total, fraction, elapsedMs } of records) {
    // JSON has no numbers of 64 bits.
    if (checkpoint) word.jobs.push({ id, checkpoint: toText(checkpoint), version, done: String(done), total: String(total), fraction, elapsedMs });
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
  for (const { id, checkpoint, version, done, total, fraction, elapsedMs } of word.jobs) {
    const record = records.find((one) => one.id === id);
    if (!record || record.checkpointVersion >= version) continue;
    record.checkpoint = toBytes(checkpoint);
    Object.assign(record, { saved: record.checkpoint.length, checkpointVersion: version, done: BigInt(done), total: BigInt(total), fraction, elapsedMs });
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
