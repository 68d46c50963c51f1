// @ts-check
// What the leading tab does: it runs the jobs, one after another, and keeps what they have reached.
import { TamisError, describe } from '../errors.js';
import { KINDS, jobSpec } from '../kinds.js';
import { MAX_THREADS, checkWhole } from '../options.js';
import { fail, fileName, isEnded, newRecord, unknownJob } from './record.js';
import { Writes } from './writes.js';

/** @typedef {import('./record.js').Stored} Stored */
/** @typedef {import('../client.js').Client} Client */
/** @typedef {import('../job.js').JobHandle} JobHandle */

/**
 * A job on the loaded library. Kept while it is paused, so that it goes on where it stood.
 * @typedef {{ handle: JobHandle | null, since: number, told: boolean }} Run  since: when it would have begun, had it never
 *   stopped; told: where it begins
 */

/**
 * Checkpoints are asked for so often, for other tabs and for the last moment, when nothing can be asked for any more; the
 * database gets them more seldom. They are some hundred bytes, and made in microseconds.
 */
const FRESH_MS = 100;
/** Checkpoints that cannot be restored: the job can still begin anew. */
const UNREADABLE = new Set(['foreign', 'truncated', 'altered', 'version', 'kind']);

/** Ways of the library not to start that may be over in a moment. */
const MAY_PASS = new Set(['wasm-missing', 'worker-start']);
/** After which it is started once more. */
const AGAIN_MS = 500;

/** What other tabs can have the leader do, by name; see Runner. */
export const ACTIONS = /** @type {const} */ (['start', 'pause', 'resume', 'cancel', 'remove', 'setThreads', 'checkpoint', 'token', 'import']);

export class Runner {
  #epoch;
  #writes;
  #load;
  #checkpointMs;
  #keep;
  #atOnce;
  #tell;
  /** @type {Map<string, Stored>} */
  records;
  /** @type {Map<string, Run>} */
  #runs = new Map();
  /** @type {Promise<Client> | null} */
  #instance = null;
  /** Jobs whose record is not written yet. @type {Set<string>} */
  #unwritten = new Set();
  #over = false;

  /**
   * @param {object} parts
   * @param {number} parts.epoch
   * @param {import('./store.js').Store} parts.store
   * @param {Map<string, Stored>} parts.records
   * @param {() => Promise<Client>} parts.load
   * @param {number} parts.checkpointMs
   * @param {number} parts.history  how many ended jobs are kept
   * @param {number} parts.atOnce
   * @param {object} parts.tell
   * @param {(record: Stored, what: 'state' | 'progress' | 'checkpoint') => void} parts.tell.changed
   * @param {(id: string) => void} parts.tell.removed
   * @param {(topic: string, sentence: string | null) => void} parts.tell.remark  null: it no longer holds
   * @param {() => void} parts.tell.superseded
   */
  constructor({ epoch, store, records, load, checkpointMs, history, atOnce, tell }) {
    this.#epoch = epoch;
    this.#writes = new Writes({ epoch, store, records, everyMs: checkpointMs, tell });
    this.records = records;
    this.#load = load;
    this.#checkpointMs = checkpointMs;
    this.#keep = history;
    this.#atOnce = atOnce;
    this.#tell = tell;
  }

  /**
   * Lets the jobs go on that the last leader left.
   * @param {string[]} removed  jobs of which the database does not know that they are
   */
  begin(removed) {
    for (const id of removed) void this.#writes.remove(id);
    for (const record of this.records.values()) {
      if (record.state === 'running') record.state = 'waiting';
    }
    this.#next();
  }

  /**
   * Keeps a job and lets it wait for its turn. Asked twice for the same one, it does so once.
   * @param {{ id: string, kind: string, params: Record<string, bigint>, title?: string, threads?: number }} asked
   */
  async start(asked) {
    if (this.records.has(asked.id)) return;
    jobSpec(asked.kind, asked.params);
    checkKind(asked.kind);
    await this.#add(newRecord(asked));
  }

  /** @param {string} id */
  async pause(id) {
    const record = this.#get(id);
    if (record.state !== 'running' && record.state !== 'waiting') return;
    record.state = 'paused';
    record.etaMs = null;
    this.#changed(record);
    // At once: what is told here is to hold though the page goes before the chunks under way have ended.
    void this.#writes.save(record);
    const run = this.#runs.get(id);
    if (run?.handle) {
      await run.handle.pause().catch(() => {});
      this.#reached(record, await run.handle.checkpoint().catch(() => null));
    }
    await this.#writes.save(record);
    this.#next();
  }

  /** Lets a job go on: one that is paused, or that failed or was cancelled, from where it stood. @param {string} id */
  async resume(id) {
    const record = this.#get(id);
    if (record.state === 'done') throw new TamisError('state', `${record.title} is done already.`);
    if (record.state === 'running' || record.state === 'waiting') return;
    record.state = 'waiting';
    record.error = null;
    record.endedAt = null;
    this.#changed(record);
    await this.#writes.save(record);
    this.#next();
  }

  /** @param {string} id */
  async cancel(id) {
    const record = this.#get(id);
    if (isEnded(record)) return;
    const run = this.#runs.get(id);
    if (run?.handle) this.#reached(record, await run.handle.checkpoint().catch(() => null));
    if (isEnded(record)) return;
    this.#leave(id);
    record.state = 'cancelled';
    record.endedAt = Date.now();
    record.etaMs = null;
    await this.#ended(record);
  }

  /** @param {string} id */
  async remove(id) {
    if (!this.records.has(id)) return;
    this.#leave(id);
    this.records.delete(id);
    const removed = this.#writes.remove(id);
    // What this page may have left for the next leader must not bring it back, nor the database if the page goes before that has heard of it.
    this.#part();
    this.#tell.removed(id);
    await removed;
    this.#next();
  }

  /** @param {string} id @param {number} threads  0: all there are */
  async setThreads(id, threads) {
    checkWhole(threads, 'threads', 0, MAX_THREADS);
    const record = this.#get(id);
    if (isEnded(record)) throw new TamisError('state', `${record.title} has ended.`);
    const handle = this.#runs.get(id)?.handle;
    if (handle) {
      const all = (await this.#loaded()).threads;
      await handle.setThreads(Math.min(threads || all, all));
    }
    record.threads = threads;
    this.#changed(record);
    await this.#writes.save(record);
  }

  /**
   * What a job has reached, to be kept elsewhere.
   * @param {string} id
   * @returns {Promise<{ bytes: Uint8Array, name: string }>}
   */
  async checkpoint(id) {
    const record = this.#get(id);
    if (record.state === 'done') {
      throw new TamisError('state', `${record.title} is done: there is nothing left to go on with.`, { hint: 'Its result is in the history.' });
    }
    const handle = this.#runs.get(id)?.handle;
    const bytes = (await handle?.checkpoint().catch(() => null)) ?? record.checkpoint ?? (await this.#unbegun(record));
    return { bytes, name: fileName(record) };
  }

  /** The same as text. @param {string} id @returns {Promise<string>} */
  async token(id) {
    const { bytes } = await this.checkpoint(id);
    return (await this.#loaded()).tokenOf(bytes);
  }

  /**
   * A job that was kept elsewhere.
   * @param {{ id: string, from: Uint8Array | string, title?: string, threads?: number }} asked
   */
  async import({ id, from, title, threads }) {
    if (this.records.has(id)) return;
    const tamis = await this.#loaded();
    const { kind, params: all, done, total } = await tamis.readCheckpoint(from);
    checkKind(kind);
    // A checkpoint names those that were left out too; 0 is what all of them are then.
    const params = Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== 0n || KINDS[kind].params[name].required));
    const bytes = typeof from === 'string' ? await bytesOf(tamis.restore(from, { paused: true })) : from;
    if (this.records.has(id)) return;
    const record = newRecord({ id, kind, params, title, threads });
    record.done = done;
    record.total = total;
    record.fraction = shareOf(done, total);
    record.checkpoint = bytes;
    record.saved = bytes.length;
    record.checkpointVersion = 1;
    await this.#add(record);
  }

  /** Leaves a word of what the database may not have yet. */
  #part() {
    this.#writes.part([...new Set([...this.#runs.keys(), ...this.#writes.pending])].flatMap((id) => this.records.get(id) ?? []));
  }

  /** Writes what the database does not have yet: the page may go at any moment. */
  flush() {
    this.#part();
    for (const [id, { handle }] of this.#runs) {
      const record = this.records.get(id);
      if (!record || record.state !== 'running') continue;
      // What we have, at once; and what the job has reached by now, if there is time for it.
      void this.#writes.save(record);
      void handle?.checkpoint().then((bytes) => {
        this.#reached(record, bytes);
        return this.#writes.save(record);
      }, () => {});
    }
  }

  /** Starts the library anew; jobs under way go on there from where they stand. */
  async reload() {
    const instance = this.#instance;
    this.#instance = null;
    for (const [id, { handle }] of [...this.#runs]) {
      const record = this.#get(id);
      this.#reached(record, (await handle?.checkpoint().catch(() => null)) ?? null);
      this.#leave(id);
      if (record.state === 'running') record.state = 'waiting';
    }
    this.#next();
    await instance?.then((tamis) => tamis.dispose(), () => {});
  }

  /** Another tab leads, or this one goes: nothing more is run or written. */
  end() {
    if (this.#over) return;
    this.#over = true;
    this.#writes.end();
    for (const id of [...this.#runs.keys()]) this.#leave(id);
    // Threads are given back, and with them the cores that the next leader needs.
    void this.#instance?.then((tamis) => tamis.dispose(), () => {});
  }

  /** @param {string} id */
  #get(id) {
    const record = this.records.get(id);
    if (!record) throw unknownJob(id);
    return record;
  }

  /** @param {Stored} record */
  async #add(record) {
    this.records.set(record.id, record);
    // Written before its first chunk: an early death would lose it.
    this.#unwritten.add(record.id);
    this.#changed(record);
    await this.#writes.save(record);
    this.#unwritten.delete(record.id);
    this.#next();
  }

  /** Has waiting jobs run, as many as may. */
  #next() {
    if (this.#over) return;
    const all = [...this.records.values()].sort((a, b) => a.createdAt - b.createdAt);
    let free = this.#atOnce - all.filter(({ state }) => state === 'running').length;
    for (const record of all) {
      if (record.state !== 'waiting' || free <= 0 || this.#unwritten.has(record.id)) continue;
      free -= 1;
      record.state = 'running';
      this.#changed(record);
      void this.#run(record);
    }
  }

  /** @returns {Promise<Client>} */
  #loaded() {
    this.#instance ??= this.#startLibrary();
    this.#instance.catch(() => (this.#instance = null));
    return this.#instance;
  }

  /**
   * No job fails because its page is left: Firefox lets the requests of such a page fail before the page hears of it. The
   * same for a network that is away for a moment.
   */
  async #startLibrary() {
    try {
      return await this.#load();
    } catch (error) {
      if (!(error instanceof TamisError) || !MAY_PASS.has(error.code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      if (this.#over) throw error;
      return this.#load();
    }
  }

  /** @param {Stored} record  in the state `running` */
  async #run(record) {
    const { id } = record;
    const before = this.#runs.get(id);
    if (before) {
      // It was paused.
      before.since = performance.now() - record.elapsedMs;
      await before.handle?.resume().catch(() => {});
      return;
    }
    /** @type {Run} */
    const run = { handle: null, since: 0, told: false };
    this.#runs.set(id, run);
    const isOurs = () => this.#runs.get(id) === run;
    try {
      const tamis = await this.#loaded();
      if (!isOurs()) return;
      run.since = performance.now() - record.elapsedMs;
      const options = {
        threads: Math.min(record.threads, tamis.threads) || undefined,
        paused: /** @type {string} */ (record.state) === 'paused',
        checkpointMs: Math.min(FRESH_MS, this.#checkpointMs),
        onProgress: (/** @type {import('../progress.js').Progress} */ progress) => {
          if (isOurs()) this.#progressed(record, run, progress);
        },
        onCheckpoint: (/** @type {Uint8Array} */ bytes) => {
          if (isOurs()) this.#kept(record, bytes);
        },
      };
      run.handle = record.checkpoint ? tamis.restore(record.checkpoint, options) : tamis.start(record.kind, record.params, options);
      const before = record.elapsedMs;
      const { values, elapsedMs } = await run.handle.result;
      if (!isOurs()) return;
      record.state = 'done';
      record.values = values;
      record.elapsedMs = before + elapsedMs;
      record.endedAt = Date.now();
      record.etaMs = null;
      record.done = record.total;
      record.fraction = 1;
      record.checkpoint = null;
      record.saved = 0;
    } catch (error) {
      if (!isOurs()) return;
      const code = error instanceof TamisError ? error.code : '';
      if (record.checkpoint && UNREADABLE.has(code)) {
        this.#beginAnew(record, error);
        return;
      }
      const last = /** @type {{ checkpoint?: Uint8Array }} */ (error).checkpoint;
      if (last) this.#reached(record, last);
      fail(record, error);
      // An instance that ended gives no more.
      if (code === 'failed' || code === 'disposed') this.#instance = null;
    }
    this.#runs.delete(id);
    await this.#ended(record);
  }

  /** @param {Stored} record @param {unknown} error */
  #beginAnew(record, error) {
    this.#tell.remark(`anew:${record.id}`,
      `What was kept of “${record.title}” could not be used, so it begins anew: ${describe(error)}`);
    this.#runs.delete(record.id);
    record.checkpoint = null;
    record.saved = 0;
    record.done = 0n;
    record.fraction = 0;
    record.phases = [];
    record.elapsedMs = 0;
    if (record.state === 'running') record.state = 'waiting';
    this.#changed(record);
    this.#next();
  }

  /** Takes a job off the library, whatever it is doing. @param {string} id */
  #leave(id) {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    run?.handle?.cancel();
  }

  /**
   * @param {Stored} record
   * @param {Run} run
   * @param {import('../progress.js').Progress} progress
   */
  #progressed(record, run, { done, total, fraction, etaMs, phases }) {
    Object.assign(record, { done, total, fraction, phases });
    if (record.state === 'running') {
      record.etaMs = etaMs;
      record.elapsedMs = performance.now() - run.since;
    }
    // What is restored may lie behind what was last told.
    this.#tell.changed(record, run.told ? 'progress' : 'state');
    run.told = true;
  }

  /**
   * Something was lost and replaced. Which job it was at is not told: all that run had to wait for it.
   * @param {import('../options.js').LibraryEvent} event
   */
  healed({ why, lostMs, takenMs }) {
    for (const id of this.#runs.keys()) {
      const record = this.records.get(id);
      if (record?.state !== 'running') continue;
      record.healed = { times: (record.healed?.times ?? 0) + 1, why, lostMs, takenMs };
      this.#changed(record);
      this.#writes.later(record);
    }
  }

  /** The job itself gave a checkpoint. @param {Stored} record @param {Uint8Array} bytes */
  #kept(record, bytes) {
    this.#reached(record, bytes);
    // The last one of a job that is paused is not followed by another.
    if (record.state === 'running') this.#writes.later(record);
    else void this.#writes.save(record);
  }

  /** @param {Stored} record @param {Uint8Array | null} bytes */
  #reached(record, bytes) {
    if (!bytes || record.state === 'done') return;
    record.checkpoint = bytes;
    record.saved = bytes.length;
    record.checkpointVersion += 1;
    this.#tell.changed(record, 'checkpoint');
  }

  /** @param {Stored} record */
  #changed(record) {
    record.epoch = this.#epoch;
    record.version += 1;
    this.#tell.changed(record, 'state');
  }

  /** One more has ended; the oldest of those that have are dropped when there are too many, before anybody hears of it. @param {Stored} record */
  async #ended(record) {
    // Of those that ended in the same millisecond the last to be made is the newest.
    const ended = [...this.records.values()].filter(isEnded).reverse().sort((a, b) => Number(b.endedAt) - Number(a.endedAt));
    const dropped = ended.slice(this.#keep).map(({ id }) => this.remove(id));
    this.#changed(record);
    await Promise.all([this.#writes.save(record), ...dropped]);
    this.#next();
  }

  /** The checkpoint of a job that has done nothing yet: its parameters. @param {Stored} record */
  async #unbegun({ kind, params }) {
    return bytesOf((await this.#loaded()).start(kind, params, { paused: true }));
  }
}

/** @param {bigint} done @param {bigint} total */
const shareOf = (done, total) => (total > 0n ? Number(done) / Number(total) : 0);

/** The checkpoint of a job that is there for nothing else. @param {JobHandle} handle */
async function bytesOf(handle) {
  try {
    return await handle.checkpoint();
  } finally {
    handle.cancel();
  }
}

/** @param {string} kind */
function checkKind(kind) {
  if (!KINDS[kind].stream) return;
  throw new TamisError('kind', `${kind} is read while it runs, so it can't be a job that outlives its reader.`, {
    hint: 'Read it by primes(start, stop), or go on reading it by restoreStream(checkpoint).',
  });
}
