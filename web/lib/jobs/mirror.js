// @ts-check
// What a tab that follows knows: what the leader told it.
import { isNewer, newRecord } from './record.js';

/** @typedef {import('./bus.js').Message} Message */
/** @typedef {import('./record.js').JobRecord} JobRecord */
/** @typedef {import('./record.js').Stored} Stored */

export class Mirror {
  /** @type {Map<string, Stored>} */
  records = new Map();
  /** @type {string[]} */
  remarks = [];
  /** Jobs that were removed; the leader may have died before it removed them from the database. @type {Set<string>} */
  #gone = new Set();
  /** Which of the leader's words was the last; -1 when there was none. */
  #revision = -1;

  /** What this tab knew when it led itself. @param {Map<string, Stored>} records */
  take(records) {
    this.records = records;
    this.#revision = -1;
  }

  /**
   * @param {Message} message  of the tab that leads
   * @returns {boolean} false when something was missed, and all has to be told again
   */
  hear({ type, revision, ...told }) {
    if (type !== 'all' && revision !== this.#revision + (type === 'pong' ? 0 : 1)) return false;
    this.#revision = revision;
    switch (type) {
      case 'all': {
        const before = this.records;
        this.records = new Map(told.jobs.map((/** @type {JobRecord} */ job) => [job.id, withCheckpoint(job, before.get(job.id))]));
        for (const [id, checkpoint] of told.checkpoints) this.#keep(id, checkpoint);
        this.remarks = told.remarks;
        break;
      }
      case 'job':
        this.records.set(told.job.id, withCheckpoint(told.job, this.records.get(told.job.id)));
        break;
      case 'gone':
        this.records.delete(told.id);
        this.#gone.add(told.id);
        break;
      case 'checkpoint':
        this.#keep(told.id, told.checkpoint);
        break;
      case 'remarks':
        this.remarks = told.remarks;
        break;
    }
    return true;
  }

  /**
   * What the database holds, and what the last leader told: of each job whichever is later. A leader tells more often
   * than it writes, and what it could not write it has still told.
   * @param {Stored[]} kept
   * @param {string[]} removed  by the last leader
   * @returns {{ records: Map<string, Stored>, gone: string[] }}  gone: the ids of those that the database holds and should not
   */
  mergedWith(kept, removed) {
    const records = new Map(this.records);
    const isGone = (/** @type {string} */ id) => this.#gone.has(id) || removed.includes(id);
    const gone = kept.map(({ id }) => id).filter(isGone);
    for (const id of removed) records.delete(id);
    for (const record of kept) {
      if (isGone(record.id)) continue;
      const told = records.get(record.id);
      if (!told) {
        records.set(record.id, record);
        continue;
      }
      const { checkpoint, checkpointVersion } = record.checkpointVersion > told.checkpointVersion ? record : told;
      records.set(record.id, { ...(isNewer(record, told) ? record : told), checkpoint, checkpointVersion });
    }
    return { records, gone };
  }

  /** @param {string} id @param {{ bytes: Uint8Array | null, version: number }} checkpoint */
  #keep(id, { bytes, version }) {
    const record = this.records.get(id);
    if (record) Object.assign(record, { checkpoint: bytes, checkpointVersion: version });
  }
}

/**
 * A record as the leader told it, with the checkpoint it told before.
 * @param {JobRecord} job
 * @param {Stored | undefined} before
 * @returns {Stored}
 */
const withCheckpoint = (job, before) => ({
  ...newRecord(job), ...job, checkpoint: before?.checkpoint ?? null, checkpointVersion: before?.checkpointVersion ?? 0,
});
