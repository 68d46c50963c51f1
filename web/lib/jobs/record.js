// @ts-check
// What is known of a job: as every tab sees it, and as it is kept.
import { TamisError, toWire } from '../errors.js';

/** @typedef {'waiting' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed'} JobState */
/**
 * @typedef {object} JobRecord
 * @property {string} id
 * @property {string} kind  a name of KINDS
 * @property {Record<string, bigint>} params
 * @property {string} title  for people
 * @property {number} threads  how many it may take; 0 for all
 * @property {JobState} state
 * @property {bigint} done  in the job's own unit
 * @property {bigint} total
 * @property {number} fraction
 * @property {number | null} etaMs
 * @property {import('../progress.js').Phase[]} phases  as last heard of; none before the first progress
 * @property {bigint[] | null} values  the result
 * @property {import('../errors.js').WireError | null} error  why it failed
 * @property {number} createdAt  as Date.now() gives it
 * @property {number | null} endedAt
 * @property {number} elapsedMs  time computed, over all tabs and visits
 * @property {Healed | null} healed  what was lost under it, and replaced; null: nothing
 * @property {number} saved  bytes of the checkpoint; 0 while there is none
 * @property {number} epoch  of the leader that changed it last
 * @property {number} version  grows with each change within an epoch
 * @typedef {JobRecord & { checkpoint: Uint8Array | null, checkpointVersion: number }} Stored  checkpointVersion: grows
 *   with each checkpoint, over all epochs
 */

/** @typedef {{ times: number, why: string, lostMs: number, takenMs: number }} Healed  how often, and the last time: see LibraryEvent */

/** @type {ReadonlySet<JobState>} */
const ENDED = new Set(['done', 'cancelled', 'failed']);

/** @param {{ state: JobState }} record */
export const isEnded = ({ state }) => ENDED.has(state);

/**
 * @param {{ id: string, kind: string, params: Record<string, bigint>, title?: string, threads?: number }} asked
 * @returns {Stored}
 */
export const newRecord = ({ id, kind, params, title = '', threads = 0 }) => ({
  id, kind, params, title: title || kind, threads,
  state: 'waiting',
  done: 0n, total: 0n, fraction: 0, etaMs: null, phases: [],
  values: null, error: null,
  createdAt: Date.now(), endedAt: null, elapsedMs: 0, healed: null, saved: 0,
  epoch: 0, version: 0, checkpoint: null, checkpointVersion: 0,
});

/**
 * A record without its checkpoint, for other tabs and for users, who may change what they get.
 * @param {Stored | JobRecord} stored
 * @returns {JobRecord}
 */
export function viewOf(stored) {
  const { checkpoint: _, checkpointVersion: __, ...view } = /** @type {Stored} */ (stored);
  // Records that earlier versions have kept say nothing of phases, nor of what was lost.
  return {
    ...view, params: { ...view.params }, values: view.values && [...view.values],
    phases: [...(view.phases ?? [])], healed: view.healed ? { ...view.healed } : null,
  };
}

/**
 * Whether a copy of a record was written later than another.
 * @param {Pick<JobRecord, 'epoch' | 'version'>} a
 * @param {Pick<JobRecord, 'epoch' | 'version'>} b
 */
export const isNewer = (a, b) => a.epoch > b.epoch || (a.epoch === b.epoch && a.version > b.version);

/** In the order in which they were made. @param {Iterable<Stored | JobRecord>} records @returns {JobRecord[]} */
export const inOrder = (records) =>
  [...records].map(viewOf).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));

/** @param {Stored} record @param {unknown} error */
export function fail(record, error) {
  record.state = 'failed';
  record.error = toWire(error);
  record.endedAt = Date.now();
  record.etaMs = null;
}

/**
 * An identifier nobody else chooses. `crypto.randomUUID` is there in secure contexts alone.
 * @returns {string}
 */
export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The file of a saved job. @param {JobRecord} record */
export function fileName({ kind, params }) {
  const numbers = ['start', 'stop', 'n', 'x'].flatMap((name) => (name in params ? [String(params[name])] : []));
  return `${[kind, ...numbers].join('-')}.tamis`;
}

/**
 * The history as JSON: numbers of 64 bits are written as texts, which every reader of JSON keeps exact.
 * @param {JobRecord[]} records
 */
export const historyJson = (records) => JSON.stringify(records.filter(isEnded).map((record) => ({
  kind: record.kind,
  title: record.title,
  params: record.params,
  state: record.state,
  values: record.values,
  error: record.error && [record.error.message, record.error.hint].filter(Boolean).join(' '),
  started: new Date(record.createdAt).toISOString(),
  ended: record.endedAt === null ? null : new Date(record.endedAt).toISOString(),
  computedMs: Math.round(record.elapsedMs),
})), (_, value) => (typeof value === 'bigint' ? String(value) : value), 2);

/** @param {string} id @returns {TamisError} */
export const unknownJob = (id) => new TamisError('state', `There is no job ${JSON.stringify(id)}.`, {
  hint: 'list() gives those there are.',
});
