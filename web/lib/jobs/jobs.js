// @ts-check
// Jobs that outlive the page that began them: `tamis/jobs`.
//
// All tabs of a site that open jobs of one name see and steer the same ones. One of them leads: it alone loads the
// library and runs the jobs (runner.js). The others hold a copy of what it tells, and ask it for what they want. When
// the leader goes, another takes over from the last checkpoint (leader.js, store.js).
import { TamisError, fromWire, toWire } from '../errors.js';
import { jobSpec } from '../kinds.js';
import { Bus, hasBus } from './bus.js';
import { Election } from './leader.js';
import { historyJson, inOrder, isEnded, isNewer, newId, newRecord, unknownJob, viewOf } from './record.js';
import { ACTIONS, Runner } from './runner.js';
import { memoryStore, notKept, openStore } from './store.js';

/** @typedef {import('./record.js').JobRecord} JobRecord */
/** @typedef {import('./record.js').JobState} JobState */
/** @typedef {import('./record.js').Stored} Stored */
/** @typedef {import('./bus.js').Message} Message */
/** @typedef {import('../client.js').Client} Client */
/** @typedef {'leader' | 'follower' | 'alone'} Role  alone: there is no way to other tabs here */
/**
 * @typedef {object} JobsOptions
 * @property {() => Promise<Client>} load  how the library is started, should this tab have to run something:
 *   `() => load(options)`
 * @property {string} [name]  jobs of another name are others
 * @property {'auto' | 'ask'} [resume]  what happens to jobs under way when no tab is left from before: they go on
 *   (the default), or are paused until resume() is called
 * @property {number} [checkpointMs]  how often what a job has reached is written, at most
 * @property {number} [history]  how many ended jobs are kept
 * @property {number} [atOnce]  how many jobs run side by side; the others wait for their turn
 */
/** @typedef {{ title?: string, threads?: number }} StartOptions  title: for people; threads: at most so many */

/** Pictures of a job under way, for people: more often is no use. */
const TELL_MS = 100;
/** A request is said again after this long without an answer, and then in longer and longer spans. */
const AGAIN_MS = 400;
const LONGEST_AGAIN_MS = 3000;
/** How long a tab waits for an answer at all. The leader may have to load the library first. */
const ANSWER_MS = 60_000;
/** How many requests a leader knows again. */
const KNOWN = 200;

/**
 * Opens the jobs of this site. Resolves when it is known who leads and what there is.
 * @param {JobsOptions} options
 * @returns {Promise<Jobs>}
 */
export async function openJobs({ load, name = 'tamis', resume = 'auto', checkpointMs = 1000, history = 200, atOnce = 1 }) {
  if (typeof load !== 'function') {
    throw new TamisError('type', 'openJobs() needs `load`, a function that starts the library.', { hint: 'As in openJobs({ load: () => load() }).' });
  }
  const jobs = new Jobs({ load, name, resume, checkpointMs, history, atOnce });
  await jobs.ready;
  return jobs;
}

/** Dispatches `change` when a job, the role or a remark changes. Made by openJobs(). */
export class Jobs extends EventTarget {
  /** This tab among the others. */
  id = newId();
  /** @type {Promise<void>} */
  ready;
  #options;
  #bus;
  #election;
  /** @type {import('./store.js').Store | null} */
  #store = null;
  /** @type {Promise<import('./store.js').Store> | null} */
  #opening = null;
  /** @type {Runner | null} while this tab leads */
  #runner = null;
  /** Grows each time this tab begins or ends to lead: what began before is stale. */
  #turn = 0;
  #epoch = 0;
  /** The tab that leads, as far as known. */
  #leader = '';
  /** Counts what the leader tells, so that a tab knows when it has missed something. */
  #revision = 0;
  /** What the leader told. @type {Map<string, Stored>} */
  #mirror = new Map();
  /** Jobs that were removed; the leader may have died before it removed them from the database. @type {Set<string>} */
  #gone = new Set();
  /** Sentences by what they are about. @type {Map<string, string>} */
  #remarks = new Map();
  /** @type {string[]} */
  #foreignRemarks = [];
  /** @type {Map<string, Asked>} */
  #asked = new Map();
  /** Answers given as leader. @type {Map<string, Promise<unknown>>} */
  #answered = new Map();
  /** When each job was told of last, and the word that is still owed. @type {Map<string, { at: number, timer?: ReturnType<typeof setTimeout> }>} */
  #told = new Map();
  #everFollowed = false;
  /** Jobs that were under way when this tab opened and no other was there. @type {string[]} */
  found = [];
  #closed = false;
  #opened = () => {};

  /** @param {Required<JobsOptions>} options */
  constructor(options) {
    super();
    this.#options = options;
    this.#bus = hasBus() ? new Bus(options.name, this.id) : null;
    if (this.#bus) this.#bus.onMessage = (message) => this.#receive(message);
    this.#election = new Election({
      name: options.name,
      bus: this.#bus,
      onLead: () => void this.#lead(),
      onLose: () => this.#follow(),
    });
    this.ready = new Promise((resolve) => (this.#opened = resolve));
    this.#bus?.post({ type: 'hello' });
    this.#election.start();
    if (typeof addEventListener === 'function' && typeof document !== 'undefined') this.#watchPage();
  }

  /** @returns {Role} */
  get role() {
    if (!this.#bus) return 'alone';
    return this.#runner ? 'leader' : 'follower';
  }

  /** Grows whenever another tab takes the lead. */
  get epoch() {
    return this.#epoch;
  }

  /** What people should know: sentences. @returns {string[]} */
  get remarks() {
    return [...new Set([...this.#remarks.values(), ...(this.#runner ? [] : this.#foreignRemarks)])];
  }

  /** All jobs, the oldest first. @returns {JobRecord[]} */
  list() {
    return inOrder((this.#runner?.records ?? this.#mirror).values());
  }

  /** @param {string} id @returns {JobRecord | null} */
  get(id) {
    const record = (this.#runner?.records ?? this.#mirror).get(id);
    return record ? viewOf(record) : null;
  }

  /**
   * Starts a job of any kind that has a result in the end; resolves when it is kept.
   * @param {string} kind  a name of KINDS
   * @param {Record<string, bigint | number>} params
   * @param {StartOptions} [options]
   * @returns {Promise<string>} its id; rejects with TamisError
   */
  async start(kind, params, { title, threads } = {}) {
    // Refused here, where the mistake was made.
    jobSpec(kind, params);
    const id = newId();
    const exact = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined).map(([key, value]) => [key, BigInt(value)]));
    await this.#ask('start', [{ id, kind, params: exact, title, threads }]);
    return id;
  }

  /** @param {string} id @returns {Promise<void>} */
  async pause(id) {
    await this.#ask('pause', [id]);
  }

  /** Lets a job go on that is paused, or that failed or was cancelled. @param {string} id @returns {Promise<void>} */
  async resume(id) {
    await this.#ask('resume', [id]);
  }

  /** @param {string} id @returns {Promise<void>} */
  async cancel(id) {
    await this.#ask('cancel', [id]);
  }

  /** Cancels a job and forgets it. @param {string} id @returns {Promise<void>} */
  async remove(id) {
    await this.#ask('remove', [id]);
  }

  /** @param {string} id @param {number} threads  at most so many; 0 for all @returns {Promise<void>} */
  async setThreads(id, threads) {
    await this.#ask('setThreads', [id, threads]);
  }

  /**
   * What a job has reached, to go on with elsewhere: on another device, or in the command line.
   * @param {string} id
   * @returns {Promise<{ bytes: Uint8Array, name: string }>}  name: for a file
   */
  async exportJob(id) {
    return this.#ask('checkpoint', [id]);
  }

  /** The same as a short text. @param {string} id @returns {Promise<string>} */
  async token(id) {
    return this.#ask('token', [id]);
  }

  /**
   * Takes a job up that exportJob(), token() or the command line has kept.
   * @param {Uint8Array | string} from
   * @param {StartOptions} [options]
   * @returns {Promise<string>} its id; rejects with TamisError 'foreign', 'truncated', 'altered', 'version' or 'kind'
   */
  async importJob(from, { title, threads } = {}) {
    const id = newId();
    await this.#ask('import', [{ id, from, title, threads }]);
    return id;
  }

  /** The jobs that ended, as JSON. */
  exportHistory() {
    return historyJson(this.list());
  }

  /**
   * Resolves with a job's record when it has ended.
   * @param {string} id
   * @returns {Promise<JobRecord>} rejects with TamisError when there is no such job (any more)
   */
  ended(id) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const record = this.get(id);
        if (record && !isEnded(record)) return;
        this.removeEventListener('change', look);
        if (record) resolve(record);
        else reject(unknownJob(id));
      };
      this.addEventListener('change', look);
      look();
    });
  }

  /** Leaves the jobs to the other tabs, or to a later visit. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#runner?.flush();
    this.#election.stop();
    this.#bus?.post({ type: 'bye' });
    this.#bus?.close();
    for (const asked of [...this.#asked.values()]) asked.fail(new TamisError('disposed', 'These jobs were closed.'));
    this.#unwatch.abort();
    void this.#opening?.then((store) => store.close());
    this.#opened();
  }

  #unwatch = new AbortController();

  #watchPage() {
    const { signal } = this.#unwatch;
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.#runner?.flush();
      else this.#bus?.post({ type: 'hello' });
    }, { signal });
    // A page that is kept to come back to does not run meanwhile: another tab had better lead.
    const away = () => {
      this.#runner?.flush();
      this.#election.stop();
      this.#bus?.post({ type: 'bye' });
    };
    const back = () => {
      this.#bus?.post({ type: 'hello' });
      this.#election.start();
    };
    addEventListener('pagehide', away, { signal });
    document.addEventListener('freeze', away, { signal });
    addEventListener('pageshow', (event) => event.persisted && back(), { signal });
    document.addEventListener('resume', back, { signal });
  }

  async #lead() {
    const turn = ++this.#turn;
    const isStale = () => turn !== this.#turn;
    this.#leader = this.id;
    let store = await this.#openStore();
    /** @type {number} */
    let epoch;
    /** @type {Stored[]} */
    let kept;
    try {
      epoch = await store.claim(this.#epoch);
      kept = await store.read();
    } catch (error) {
      if (isStale()) return;
      // As good as none: what the last leader told is what we have.
      this.#remark('store', notKept(error));
      store = memoryStore();
      epoch = await store.claim(this.#epoch);
      kept = [];
    }
    if (isStale()) return;
    this.#epoch = epoch;
    const records = merged(kept.filter(({ id }) => !this.#gone.has(id)), this.#mirror);
    this.#runner = new Runner({
      ...this.#options,
      epoch,
      store,
      records,
      tell: {
        changed: (record, what) => this.#tellOf(record, what),
        removed: (id) => this.#tellGone(id),
        remark: (topic, sentence) => this.#remark(topic, sentence),
        superseded: () => !isStale() && this.#election.lose(),
      },
    });
    if (!this.#everFollowed) {
      this.found = [...records.values()].filter(({ state }) => state === 'running' || state === 'waiting').map(({ id }) => id);
      if (this.#options.resume === 'ask') this.found.forEach((id) => (/** @type {Stored} */ (records.get(id)).state = 'paused'));
    }
    this.#runner.begin();
    this.#tellAll();
    this.#opened();
    this.#changed();
    for (const asked of [...this.#asked.values()]) asked.say();
  }

  /** The lead is lost, or was left. */
  #follow() {
    this.#turn += 1;
    this.#leader = '';
    const runner = this.#runner;
    this.#runner = null;
    if (runner) {
      this.#mirror = runner.records;
      runner.end();
    }
    for (const { timer } of this.#told.values()) clearTimeout(timer);
    this.#told.clear();
    this.#revision = -1;
    this.#everFollowed = true;
    if (!this.#bus && !this.#closed) {
      this.#remark('alone', 'Another tab has taken these jobs over. Reload this page to have them here again.');
    }
    this.#bus?.post({ type: 'hello' });
    this.#changed();
  }

  /** @returns {Promise<import('./store.js').Store>} */
  #openStore() {
    this.#opening ??= openStore(this.#options.name).then(({ store, remark }) => {
      this.#remark('store', remark);
      this.#store = store;
      return store;
    });
    return this.#opening;
  }

  /** @param {Message} message */
  #receive(message) {
    const { type, from, epoch } = message;
    switch (type) {
      case 'taking':
        this.#election.heard();
        return;
      case 'ping':
      case 'hello':
        if (!this.#election.leads) return;
        if (!this.#runner) this.#bus?.post({ type: 'taking' });
        else if (type === 'hello') this.#tellAll(from);
        else this.#bus?.post({ type: 'pong', epoch: this.#epoch, revision: this.#revision });
        return;
      case 'request':
        void this.#answer(message);
        return;
      case 'answer':
        this.#asked.get(message.id)?.settle(message);
        return;
      case 'bye':
        if (from === this.#leader) this.#election.left();
        return;
    }
    // The rest is said by leaders.
    if (epoch < this.#epoch) {
      // One that was frozen and does not know yet, or one that was only slow.
      this.#election.wasAlive();
      if (this.#runner) this.#tellAll(from);
      return;
    }
    if (this.#runner) {
      if (epoch === this.#epoch) return;
      this.#election.lose();
    }
    this.#election.heard();
    const isNew = from !== this.#leader || epoch > this.#epoch;
    if (isNew && type !== 'all') {
      if (!this.#election.leads) this.#bus?.post({ type: 'hello' });
      return;
    }
    this.#hear(message);
    if (isNew) for (const asked of [...this.#asked.values()]) asked.say();
  }

  /** What the leader tells. @param {Message} message */
  #hear({ type, from, epoch, revision, ...told }) {
    if (type === 'all') {
      this.#leader = from;
      this.#epoch = epoch;
      this.#everFollowed = true;
      const before = this.#mirror;
      this.#mirror = new Map(told.jobs.map((/** @type {JobRecord} */ job) => [job.id, withCheckpoint(job, before.get(job.id))]));
      for (const [id, checkpoint] of told.checkpoints) this.#hearCheckpoint(id, checkpoint);
      this.#foreignRemarks = told.remarks;
      this.#opened();
    } else if (revision !== this.#revision + (type === 'pong' ? 0 : 1)) {
      this.#bus?.post({ type: 'hello' });
      return;
    } else if (type === 'job') {
      this.#mirror.set(told.job.id, withCheckpoint(told.job, this.#mirror.get(told.job.id)));
    } else if (type === 'gone') {
      this.#mirror.delete(told.id);
      this.#gone.add(told.id);
    } else if (type === 'checkpoint') {
      this.#hearCheckpoint(told.id, told.checkpoint);
    } else if (type === 'remarks') {
      this.#foreignRemarks = told.remarks;
    }
    this.#revision = revision;
    if (type !== 'pong' && type !== 'checkpoint') this.#changed();
  }

  /** @param {string} id @param {{ bytes: Uint8Array | null, version: number }} checkpoint */
  #hearCheckpoint(id, { bytes, version }) {
    const record = this.#mirror.get(id);
    if (record) Object.assign(record, { checkpoint: bytes, checkpointVersion: version });
  }

  /** @param {Stored} record @param {'state' | 'progress' | 'checkpoint'} what */
  #tellOf(record, what) {
    if (what === 'checkpoint') {
      this.#say({ type: 'checkpoint', id: record.id, checkpoint: { bytes: record.checkpoint, version: record.checkpointVersion } });
      return;
    }
    const told = this.#told.get(record.id) ?? { at: -Infinity };
    this.#told.set(record.id, told);
    const wait = told.at + TELL_MS - performance.now();
    if (what === 'state' || wait <= 0) {
      clearTimeout(told.timer);
      told.timer = undefined;
      told.at = performance.now();
      this.#say({ type: 'job', job: viewOf(record) });
      this.#changed();
    } else {
      told.timer ??= setTimeout(() => {
        told.timer = undefined;
        if (this.#runner?.records.get(record.id) === record) this.#tellOf(record, 'state');
      }, wait);
    }
  }

  /** @param {string} id */
  #tellGone(id) {
    clearTimeout(this.#told.get(id)?.timer);
    this.#told.delete(id);
    this.#say({ type: 'gone', id });
    this.#changed();
  }

  /** @param {string} [to]  all when left out */
  #tellAll(to) {
    const records = [...(this.#runner?.records.values() ?? [])];
    const all = {
      type: 'all', epoch: this.#epoch, revision: this.#revision, remarks: this.remarks, jobs: records.map(viewOf),
      checkpoints: records.filter(({ checkpoint }) => checkpoint).map((record) => [record.id, { bytes: record.checkpoint, version: record.checkpointVersion }]),
    };
    // Over the channel, in order with what is told after it.
    this.#bus?.post(to === undefined ? all : { ...all, to });
  }

  /** @param {import('./bus.js').Said} news */
  #say(news) {
    this.#revision += 1;
    this.#bus?.post({ ...news, epoch: this.#epoch, revision: this.#revision });
  }

  /** @param {string} topic @param {string | null} sentence */
  #remark(topic, sentence) {
    if ((this.#remarks.get(topic) ?? null) === sentence) return;
    if (sentence === null) this.#remarks.delete(topic);
    else this.#remarks.set(topic, sentence);
    if (this.#runner) this.#say({ type: 'remarks', remarks: this.remarks });
    this.#changed();
  }

  #changed() {
    if (!this.#closed) this.dispatchEvent(new Event('change'));
  }

  /**
   * Has the leader do something: this tab, or another one. Should the leader go meanwhile, the next one is asked: each
   * action may be asked for twice.
   * @param {typeof ACTIONS[number]} action
   * @param {any[]} args
   * @returns {Promise<any>}
   */
  #ask(action, args) {
    if (this.#closed) return Promise.reject(new TamisError('disposed', 'These jobs were closed.'));
    const id = newId();
    return new Promise((resolve, reject) => {
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      const began = performance.now();
      let span = AGAIN_MS;
      let saidTo = '';
      const over = () => {
        clearTimeout(timer);
        this.#asked.delete(id);
      };
      /** @type {Asked} */
      const asked = {
        say: () => {
          clearTimeout(timer);
          const runner = this.#runner;
          if (runner) {
            // Until it is done another tab may lead, which then has to do it.
            const turn = this.#turn;
            this.#perform(runner, id, action, args).then(
              (value) => turn === this.#turn && asked.settle({ ok: true, value }),
              (error) => turn === this.#turn && asked.settle({ ok: false, error: toWire(error) }),
            );
            return;
          }
          if (performance.now() - began > ANSWER_MS) {
            asked.fail(new TamisError('timeout', 'The tab that runs the jobs does not answer.', { hint: 'Reload this page, or close the other tabs.' }));
            return;
          }
          if (this.#leader) {
            const again = saidTo === this.#leader;
            saidTo = this.#leader;
            this.#bus?.send(this.#leader, { type: 'request', id, action, args, again }, { again });
          }
          timer = setTimeout(asked.say, span);
          span = Math.min(2 * span, LONGEST_AGAIN_MS);
        },
        settle: ({ ok, value, error }) => {
          over();
          if (ok) resolve(value);
          else reject(fromWire(error));
        },
        fail: (error) => {
          over();
          reject(error);
        },
      };
      this.#asked.set(id, asked);
      asked.say();
    });
  }

  /** @param {Message} message */
  async #answer({ from, id, action, args, again }) {
    const runner = this.#runner;
    // Who does not lead is silent: the asker will hear who does.
    if (!runner || !ACTIONS.includes(action)) return;
    const turn = this.#turn;
    const outcome = await this.#perform(runner, id, action, args).then(
      (value) => ({ ok: true, value }),
      (error) => ({ ok: false, error: toWire(error) }),
    );
    if (turn === this.#turn) this.#bus?.send(from, { type: 'answer', id, ...outcome }, { again });
  }

  /**
   * @param {Runner} runner
   * @param {string} id  of the request
   * @param {typeof ACTIONS[number]} action
   * @param {any[]} args
   */
  #perform(runner, id, action, args) {
    let answer = this.#answered.get(id);
    if (!answer) {
      answer = /** @type {Promise<unknown>} */ (/** @type {any} */ (runner)[action](...args));
      this.#answered.set(id, answer);
      const [oldest] = this.#answered.keys();
      if (this.#answered.size > KNOWN) this.#answered.delete(oldest);
    }
    return answer;
  }
}

/**
 * A request under way.
 * @typedef {object} Asked
 * @property {() => void} say  says it to whoever leads now
 * @property {(answer: any) => void} settle
 * @property {(error: TamisError) => void} fail
 */

/**
 * A record as the leader told it, with the checkpoint it told before.
 * @param {JobRecord} job
 * @param {Stored | undefined} before
 * @returns {Stored}
 */
const withCheckpoint = (job, before) => ({
  ...newRecord(job), ...job, checkpoint: before?.checkpoint ?? null, checkpointVersion: before?.checkpointVersion ?? 0,
});

/**
 * What is kept, and what the last leader told: of each job whichever is later. A leader tells more often than it
 * writes, and what it could not write it has still told.
 * @param {Stored[]} kept
 * @param {Map<string, Stored>} told
 * @returns {Map<string, Stored>}
 */
function merged(kept, told) {
  const records = new Map(told);
  for (const record of kept) {
    const other = told.get(record.id);
    if (!other) {
      records.set(record.id, record);
      continue;
    }
    const { checkpoint, checkpointVersion } = record.checkpointVersion > other.checkpointVersion ? record : other;
    records.set(record.id, { ...(isNewer(record, other) ? record : other), checkpoint, checkpointVersion });
  }
  return records;
}
