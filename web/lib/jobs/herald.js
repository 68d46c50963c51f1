// @ts-check
// What the leader tells the other tabs, and its own page: each change at once, progress about ten times a second.
//
// Its words are numbered, so that a tab knows when it has missed one. All go over the BroadcastChannel: their order is
// what the numbers rest on.
import { viewOf } from './record.js';

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./record.js').Stored} Stored */

/** Pictures of a job under way, for people: more often is no use. */
const PROGRESS_MS = 100;

export class Herald {
  #bus;
  #epoch;
  #records;
  #changed;
  #revision = 0;
  /** When each job was told of last, and the word that is still owed. @type {Map<string, { at: number, timer?: ReturnType<typeof setTimeout> }>} */
  #told = new Map();

  /**
   * @param {object} parts
   * @param {Bus | null} parts.bus
   * @param {number} parts.epoch
   * @param {Map<string, Stored>} parts.records
   * @param {() => void} parts.changed  tells this page
   */
  constructor({ bus, epoch, records, changed }) {
    this.#bus = bus;
    this.#epoch = epoch;
    this.#records = records;
    this.#changed = changed;
  }

  /**
   * @param {Stored} record
   * @param {'state' | 'progress' | 'checkpoint'} what
   */
  job(record, what) {
    if (what === 'checkpoint') {
      this.#say({ type: 'checkpoint', id: record.id, checkpoint: { bytes: record.checkpoint, version: record.checkpointVersion } });
      return;
    }
    const told = this.#told.get(record.id) ?? { at: -Infinity };
    this.#told.set(record.id, told);
    const wait = told.at + PROGRESS_MS - performance.now();
    if (what === 'progress' && wait > 0) {
      // Timers of hidden tabs are late; then the next progress tells.
      told.timer ??= setTimeout(() => this.job(record, 'state'), wait);
      return;
    }
    clearTimeout(told.timer);
    told.timer = undefined;
    told.at = performance.now();
    this.#say({ type: 'job', job: viewOf(record) });
    this.#changed();
  }

  /** @param {string} id  of a job that was removed */
  gone(id) {
    clearTimeout(this.#told.get(id)?.timer);
    this.#told.delete(id);
    this.#say({ type: 'gone', id });
    this.#changed();
  }

  /** @param {string[]} remarks */
  remarks(remarks) {
    this.#say({ type: 'remarks', remarks });
  }

  /** That there is a leader, and how much it has told. */
  here() {
    this.#bus?.post({ type: 'pong', epoch: this.#epoch, revision: this.#revision });
  }

  /** @param {string[]} remarks @param {string} [to]  to all tabs when left out */
  all(remarks, to) {
    const records = [...this.#records.values()];
    const all = {
      type: 'all', epoch: this.#epoch, revision: this.#revision, remarks, jobs: records.map(viewOf),
      checkpoints: records.filter(({ checkpoint }) => checkpoint)
        .map((record) => [record.id, { bytes: record.checkpoint, version: record.checkpointVersion }]),
    };
    this.#bus?.post(to === undefined ? all : { ...all, to });
  }

  end() {
    for (const { timer } of this.#told.values()) clearTimeout(timer);
    this.#bus = null;
  }

  /** @param {import('./bus.js').Said} word */
  #say(word) {
    this.#revision += 1;
    this.#bus?.post({ ...word, epoch: this.#epoch, revision: this.#revision });
  }
}
