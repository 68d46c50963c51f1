// @ts-check
// Jobs that outlive the page that began them: `tamis/jobs`.
//
// All tabs of a site that open jobs of one name see and steer the same ones. One of them leads: it alone loads the
// library and runs the jobs (runner.js). The others hold a copy of what it tells, and ask it for what they want. When
// the leader goes, another takes over from the last checkpoint (leader.js, store.js).
import { TamisError } from '../errors.js';
import { jobSpec } from '../kinds.js';
import { Bus, hasBus } from './bus.js';
import { Herald } from './herald.js';
import { Election } from './leader.js';
import { Mirror } from './mirror.js';
import { historyJson, inOrder, isEnded, newId, unknownJob, viewOf } from './record.js';
import { Requests } from './requests.js';
import { Runner } from './runner.js';
import { memoryStore, notKept, openStore } from './store.js';

/** @typedef {import('./record.js').JobRecord} JobRecord */
/** @typedef {import('./record.js').JobState} JobState */
/** @typedef {import('./record.js').Stored} Stored */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./bus.js').Message} Message */
/** @typedef {import('../client.js').Client} Client */
/** @typedef {'leader' | 'follower' | 'alone'} Role  alone: there is no way to other tabs here */
/**
 * @typedef {object} JobsOptions
 * @property {(hears: Pick<import('../options.js').LoadOptions, 'onEvent'>) => Promise<Client>} load  how the library is started, should
 *   this tab have to run something: `(hears) => load({ ...options, ...hears })`. Without `hears` jobs do not tell when something was
 *   lost under them and replaced (`healed` of a record)
 * @property {string} [name]  jobs of another name are others
 * @property {'auto' | 'ask'} [resume]  what happens to jobs under way when no tab is left from before: they go on
 *   (the default), or are paused until resume() is called
 * @property {number} [checkpointMs]  how often what a job has reached is written, at most
 * @property {number} [history]  how many ended jobs are kept
 * @property {number} [atOnce]  how many jobs run side by side; the others wait for their turn
 */
/** @typedef {{ title?: string, threads?: number }} StartOptions  title: for people; threads: at most so many */

/**
 * Opens the jobs of this site. Resolves when it is known who leads and what there is.
 * @param {JobsOptions} options
 * @returns {Promise<Jobs>}
 */
export async function openJobs({ load, name = 'tamis', resume = 'auto', checkpointMs = 1000, history = 200, atOnce = 1 }) {
  if (typeof load !== 'function') {
    throw new TamisError('type', 'openJobs() needs `load`, a function that starts the library.', { hint: 'As in openJobs({ load: (hears) => load(hears) }).' });
  }
  const jobs = new Jobs({ load, name, resume, checkpointMs, history, atOnce });
  await jobs.ready;
  return jobs;
}

/** Dispatches `change` when a job, the role or a remark changes. Made by openJobs(). */
export class Jobs extends EventTarget {
  /** This tab among the others. */
  id = newId();
  /** Jobs that were under way when this tab opened and no other was there. @type {string[]} */
  found = [];
  /** @type {Promise<void>} when it is known who leads */
  ready;
  #options;
  #bus;
  #election;
  #requests;
  /** @type {Promise<Store> | null} */
  #store = null;
  /** While this tab leads. @type {{ runner: Runner, herald: Herald } | null} */
  #lead = null;
  /** The library, on its way before this tab has the lead, which takes a moment. @type {Promise<Client> | null} */
  #early = null;
  /** Grows each time this tab begins or ends to lead: what began before is stale. */
  #turn = 0;
  #epoch = 0;
  /** The tab that leads, as far as known. */
  #leader = '';
  #mirror = new Mirror();
  /** Sentences by what they are about. @type {Map<string, string>} */
  #remarks = new Map();
  #everFollowed = false;
  /** There is a bus, and nothing comes over it: as between pages from disk in WebKitGTK. */
  #deaf = false;
  #closed = false;
  #opened = () => {};
  #unwatch = new AbortController();

  /** @param {Required<JobsOptions>} options */
  constructor(options) {
    super();
    this.#options = options;
    this.#bus = hasBus() ? new Bus(options.name, this.id) : null;
    if (this.#bus) this.#bus.onMessage = (message) => this.#receive(message);
    this.#requests = new Requests(this.#bus, () => ({ runner: this.#lead?.runner ?? null, leader: this.#leader }));
    this.#election = new Election({
      name: options.name,
      bus: this.#bus,
      onLead: () => void this.#beginToLead(),
      onLose: () => this.#endToLead(),
      onSuspicion: () => this.#loadEarly(),
      onTrust: () => this.#dropEarly(),
      onDeaf: () => this.#endAlone(),
    });
    this.ready = new Promise((resolve) => (this.#opened = resolve));
    this.#bus?.post({ type: 'hello' });
    this.#election.start();
    if (typeof document !== 'undefined') this.#watchPage();
  }

  /** @returns {Role} */
  get role() {
    if (!this.#bus || this.#deaf) return 'alone';
    return this.#lead ? 'leader' : 'follower';
  }

  /** Grows whenever another tab takes the lead. */
  get epoch() {
    return this.#epoch;
  }

  /** What people should know: sentences. @returns {string[]} */
  get remarks() {
    return [...new Set([...this.#remarks.values(), ...(this.#lead ? [] : this.#mirror.remarks)])];
  }

  /** All jobs, the oldest first. @returns {JobRecord[]} */
  list() {
    return inOrder(this.#records.values());
  }

  /** @param {string} id @returns {JobRecord | null} */
  get(id) {
    const record = this.#records.get(id);
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

  /** Has `load` called anew, should this tab run jobs: what it gives may have changed. @returns {Promise<void>} */
  async reload() {
    await this.#lead?.runner.reload();
  }

  /** Leaves the jobs to the other tabs, or to a later visit. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#lead?.runner.flush();
    this.#election.stop();
    this.#bus?.post({ type: 'bye' });
    this.#bus?.close();
    this.#requests.end(closedError());
    this.#unwatch.abort();
    void this.#store?.then((store) => store.close());
    this.#opened();
  }

  #watchPage() {
    const { signal } = this.#unwatch;
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.#lead?.runner.flush();
      else this.#bus?.post({ type: 'hello' });
    }, { signal });
    // A page that is kept to come back to does not run meanwhile: another tab had better lead.
    const away = () => {
      this.#lead?.runner.flush();
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

  get #records() {
    return this.#lead?.runner.records ?? this.#mirror.records;
  }

  /** @param {import('./requests.js').Action} action @param {any[]} args */
  #ask(action, args) {
    return this.#closed ? Promise.reject(closedError()) : this.#requests.ask(action, args);
  }

  async #beginToLead() {
    const turn = ++this.#turn;
    const isStale = () => turn !== this.#turn;
    this.#leader = this.id;
    this.#loadEarly();
    let store = await this.#openStore();
    /** @type {number} */
    let epoch;
    /** @type {Awaited<ReturnType<Store['read']>>} */
    let kept;
    try {
      epoch = await store.claim(this.#epoch);
      kept = await store.read(epoch);
    } catch (error) {
      if (isStale()) return;
      // As good as none: what the last leader told is what we have.
      this.#remark('store', notKept(error));
      store = memoryStore();
      epoch = await store.claim(this.#epoch);
      kept = await store.read(epoch);
    }
    if (isStale()) return;
    this.#deaf = false;
    this.#remark('alone', null);
    this.#epoch = epoch;
    const { records, gone } = this.#mirror.mergedWith(kept.records, kept.removed);
    const herald = new Herald({ bus: this.#bus, epoch, records, changed: () => this.#changed() });
    const runner = new Runner({
      ...this.#options,
      load: () => this.#takeEarly() ?? this.#load(),
      epoch,
      store,
      records,
      tell: {
        changed: (record, what) => herald.job(record, what),
        removed: (id) => herald.gone(id),
        remark: (topic, sentence) => this.#remark(topic, sentence),
        superseded: () => !isStale() && this.#election.lose(),
      },
    });
    if (!this.#everFollowed) {
      const underWay = [...records.values()].filter(({ state }) => state === 'running' || state === 'waiting');
      this.found = underWay.map(({ id }) => id);
      if (this.#options.resume === 'ask') for (const record of underWay) record.state = 'paused';
    }
    this.#lead = { runner, herald };
    runner.begin(gone);
    // Not taken: there is nothing to run.
    this.#dropEarly();
    herald.all(this.remarks);
    this.#opened();
    this.#changed();
    this.#requests.sayAgain();
  }

  /** Starts the library for what was under way when the last leader was heard, beside all else that a lead begins with. */
  #loadEarly() {
    if (this.#early || ![...this.#mirror.records.values()].some(({ state }) => state === 'running' || state === 'waiting')) return;
    this.#early = this.#load();
    // Whoever takes it learns of that.
    this.#early.catch(() => {});
  }

  /** What it tells is for whoever runs jobs on it then: it may be started before there is a runner. */
  #load() {
    return this.#options.load({ onEvent: (event) => this.#lead?.runner.healed(event) });
  }

  #takeEarly() {
    const early = this.#early;
    this.#early = null;
    return early;
  }

  #dropEarly() {
    void this.#takeEarly()?.then((tamis) => tamis.dispose(), () => {});
  }

  /** The lead is lost, or was left. */
  #endToLead() {
    this.#turn += 1;
    this.#dropEarly();
    this.#leader = '';
    this.#everFollowed = true;
    if (this.#lead) {
      const { runner, herald } = this.#lead;
      this.#lead = null;
      herald.end();
      this.#mirror.take(runner.records);
      runner.end();
    }
    if (!this.#bus && !this.#closed) this.#endAlone();
    this.#bus?.post({ type: 'hello' });
    this.#changed();
  }

  /** Another tab leads, and this one will not hear of it. */
  #endAlone() {
    this.#deaf = true;
    this.#remark('alone', 'Another tab has taken these jobs over. Reload this page to have them here again.');
  }

  /** @returns {Promise<Store>} */
  #openStore() {
    this.#store ??= openStore(this.#options.name).then(({ store, remark }) => {
      this.#remark('store', remark);
      return store;
    });
    return this.#store;
  }

  /** @param {Message} message */
  #receive(message) {
    const { type, from } = message;
    this.#election.hears();
    switch (type) {
      case 'ping':
      case 'hello':
        if (this.#lead && type === 'hello') this.#lead.herald.all(this.remarks, from);
        else if (this.#lead) this.#lead.herald.here();
        else if (this.#election.leads) this.#bus?.post({ type: 'taking' });
        break;
      case 'taking':
        this.#election.heard();
        break;
      case 'bye':
        if (from === this.#leader) this.#election.left();
        break;
      case 'request':
        void this.#requests.answer(message);
        break;
      case 'answer':
        this.#requests.hear(message);
        break;
      default:
        this.#hearLeader(message);
    }
  }

  /** @param {Message} message  from a tab that leads, or thinks so */
  #hearLeader(message) {
    const { type, from, epoch } = message;
    if (epoch < this.#epoch) {
      // One that was frozen and does not know yet, or one that was only slow.
      this.#election.wasAlive();
      this.#lead?.herald.all(this.remarks, from);
      return;
    }
    if (this.#lead) {
      // With memory alone two could begin the same epoch; the one whose id is less then gives way.
      if (epoch === this.#epoch && from < this.id) return;
      this.#election.lose();
    }
    this.#election.heard();
    const isNew = from !== this.#leader || epoch > this.#epoch;
    if ((isNew && type !== 'all') || !this.#mirror.hear(message)) {
      if (!this.#election.leads) this.#bus?.post({ type: 'hello' });
      return;
    }
    this.#leader = from;
    this.#epoch = epoch;
    this.#everFollowed = true;
    if (type === 'all') this.#opened();
    if (type !== 'pong' && type !== 'checkpoint') this.#changed();
    if (isNew) this.#requests.sayAgain();
  }

  /** @param {string} topic @param {string | null} sentence */
  #remark(topic, sentence) {
    if ((this.#remarks.get(topic) ?? null) === sentence) return;
    if (sentence === null) this.#remarks.delete(topic);
    else this.#remarks.set(topic, sentence);
    this.#lead?.herald.remarks(this.remarks);
    this.#changed();
  }

  #changed() {
    if (!this.#closed) this.dispatchEvent(new Event('change'));
  }
}

const closedError = () => new TamisError('disposed', 'These jobs were closed.', { hint: 'openJobs() gives them again.' });
