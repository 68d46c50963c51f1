// @ts-check
// The page's side of its host: who waits for which answer, whether a Node process is held, what happens when the host is
// lost or exchanged for one of another size, and the end of it all.
import { TamisError, describe, fromWire } from './errors.js';
import { HostWatch } from './host-watch.js';
import { disband, handOver, retire } from './retire.js';

/** @typedef {import('./launch.js').Crew} Crew */
/** @typedef {import('./launch.js').Launcher} Launcher */
/** @typedef {import('./protocol.js').Call} Call */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {import('./protocol.js').HostStart} HostStart */
/** @typedef {import('./protocol.js').RunMessage} RunMessage */
/** @typedef {import('./protocol.js').ToHost} ToHost */

/**
 * A job under way, as the link knows it.
 * @typedef {object} Rider
 * @property {RunMessage} order  what began it, kept up to date: posted to another host, it goes on there
 * @property {(message: FromHost) => void} hear
 * @property {(error: TamisError) => void} lose  there is no host for it any more
 * @property {() => boolean} [isOver]  there is nothing to go on with; `lose` then only ends it
 */
/**
 * @typedef {object} Ride
 * @property {Rider} rider
 * @property {number} savedAt  when its order was true
 * @property {boolean} cancelled
 * @property {number} losses  of hosts, without progress in between
 * @property {RunMessage['checkpoint'] | undefined} lostAt  where it was at the last of them
 */
/**
 * @typedef {object} Listener
 * @property {(crew: Crew, other: boolean) => void} onCrew  another one works now, or the same in another size
 * @property {(healed: { why: string, lostMs: number, takenMs: number }) => void} onHealed
 * @property {() => void} onEnd  nothing can be run any more
 */

/** A host that lives shorter than this was lost early. The third in a row is waited for, and each that follows longer. */
const EARLY_MS = 10_000;
const [FIRST_WAIT_MS, LAST_WAIT_MS] = [200, 10_000];

/** A job that loses so many hosts and does not get on in between has failed. */
const MAX_LOSSES = 3;

export class HostLink {
  /** @type {Crew | null} null while another is started, or until one is needed */
  #crew = null;
  #launcher;
  #listener;
  #watch;
  /** What was there last, to be started again. */
  #size;
  #attachedAt = 0;
  /** How many hosts in a row were lost early. */
  #early = 0;
  /** @type {Map<number, Ride>} */
  #rides = new Map();
  /** @type {Map<number, { what: Call, resolve: (value: any) => void, reject: (error: TamisError) => void, losses: number }>} */
  #calls = new Map();
  #nextId = 1;
  /** How many wait for the workers; 0 lets a Node process end. */
  #waits = 0;
  /** @type {TamisError | null} */
  #ended = null;
  /** @type {Promise<void> | null} */
  #disposal = null;
  /** Ends what is being started. */
  #stopped = new AbortController();
  /** @type {Promise<void> | null} another crew is on its way in place of a lost one */
  #healing = null;
  /** @type {Promise<unknown>} what is resized last */
  #resizing = Promise.resolve();
  /** @type {Set<Crew>} exchanged or lost, and not ended yet */
  #leftovers = new Set();

  /**
   * @param {{ crew: Crew, launcher: Launcher, silenceMs: number }} parts
   * @param {Listener} listener
   */
  constructor({ crew, launcher, silenceMs }, listener) {
    this.#launcher = launcher;
    this.#listener = listener;
    this.#watch = new HostWatch(silenceMs, () => this.send({ type: 'ping' }), (why) => this.#lose(why));
    this.#size = { mode: crew.mode, threads: crew.threads };
    this.#attach(crew);
  }

  /** @throws {TamisError} when nothing can be run any more */
  checkAlive() {
    if (this.#ended) throw again(this.#ended);
  }

  /** Whether nobody wants anything of the host. */
  get idle() {
    return this.#rides.size === 0 && this.#calls.size === 0;
  }

  /** A number for a job or a call. */
  newId() {
    return this.#nextId++;
  }

  /** @param {Rider} rider */
  run(rider) {
    this.#rides.set(rider.order.id, { rider, savedAt: performance.now(), cancelled: false, losses: 0, lostAt: undefined });
    this.send(rider.order);
    this.#need();
  }

  /** Its job has ended, or nobody wants it. @param {number} id */
  forget(id) {
    this.#rides.delete(id);
    this.#need();
  }

  /**
   * What is sent while there is no host is part of the orders and calls that the next one gets.
   * @param {Exclude<ToHost, HostStart>} message
   * @param {ArrayBuffer[]} [transfer]
   */
  send(message, transfer) {
    if (message.type === 'cancel') {
      const ride = this.#rides.get(message.id);
      if (ride) ride.cancelled = true;
    }
    this.#crew?.host.post(message, transfer);
  }

  /**
   * Asks the host for something.
   * @param {Call} what
   * @returns {Promise<any>} rejects with TamisError
   */
  async call(what) {
    this.checkAlive();
    const call = this.newId();
    this.hold(true);
    try {
      return await new Promise((resolve, reject) => {
        this.#calls.set(call, { what, resolve, reject, losses: 0 });
        this.send({ type: 'call', call, what });
        this.#need();
      });
    } finally {
      this.#calls.delete(call);
      this.#need();
      this.hold(false);
    }
  }

  /** Somebody waits for the workers, or does no longer. @param {boolean} more */
  hold(more) {
    this.#waits += more ? 1 : -1;
    if (this.#waits === (more ? 1 : 0) && !this.#disposal) this.#keepAlive(more);
  }

  /**
   * Has so many threads (or workers) from now on. The jobs under way go on meanwhile.
   * @param {number} threads
   * @returns {Promise<void>} rejects with TamisError when they can't be had; what there was is there then
   */
  async resize(threads) {
    this.checkAlive();
    const turn = this.#resizing.then(() => this.#resize(threads));
    this.#resizing = turn.catch(() => {});
    this.hold(true);
    try {
      await turn;
    } finally {
      this.hold(false);
    }
  }

  /** @returns {Promise<void>} */
  dispose() {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #dispose() {
    this.#end(new TamisError('disposed', 'This instance was disposed of.', { hint: 'load() gives another.' }));
    const crew = this.#detach();
    if (crew) {
      crew.host.keepAlive(true);
      this.#leftovers.add(crew);
      await retire(crew);
    }
    for (const left of this.#leftovers) disband(left);
    this.#leftovers.clear();
    // Whatever is just being started hears of the end as well, and nobody is to find it later.
    await Promise.allSettled([this.#healing, this.#resizing]);
  }

  /** @param {FromHost} message */
  #receive(message) {
    this.#watch.heard();
    switch (message.type) {
      case 'progress':
      case 'batch':
      case 'checkpoint':
      case 'done':
      case 'error': {
        const ride = this.#rides.get(message.id);
        if (ride && (message.type === 'batch' || message.type === 'checkpoint')) ride.savedAt = performance.now();
        ride?.rider.hear(message);
        break;
      }
      case 'answer':
        this.#calls.get(message.call)?.resolve(message.value);
        break;
      case 'refusal':
        this.#calls.get(message.call)?.reject(fromWire(message.error));
        break;
      case 'replace':
        void this.#crew?.team?.replace(message.slot, message.why);
        break;
      case 'dismissed':
        this.#crew?.team?.dismissed(message.slot);
        break;
      case 'healed':
        this.#listener.onHealed(message);
        break;
      case 'failed':
        this.#lose(message.error.message, message.id);
        break;
    }
  }

  /** @param {Crew} crew */
  #attach(crew) {
    this.#crew = crew;
    this.#size = { mode: crew.mode, threads: crew.threads };
    this.#attachedAt = performance.now();
    crew.host.onMessage = (message) => this.#receive(message);
    crew.host.onLost = (why) => this.#lose(why);
    this.#keepAlive(this.#waits > 0);
    this.#watch.renew();
  }

  #detach() {
    const crew = this.#crew;
    this.#crew = null;
    if (crew) crew.host.onMessage = crew.host.onLost = () => {};
    return crew;
  }

  /** Whoever wants something of the host gets it from the one that is there now. */
  #goOn() {
    for (const { rider, cancelled } of [...this.#rides.values()]) {
      if (rider.isOver?.()) {
        rider.lose(new TamisError('failed', 'Its host is gone.'));
        continue;
      }
      this.send(rider.order);
      if (cancelled) this.send({ type: 'cancel', id: rider.order.id });
    }
    for (const [call, { what }] of this.#calls) this.send({ type: 'call', call, what });
    this.#need();
  }

  /** Whether the host is needed may have changed: then it is watched, and started when it was lost while nobody needed it. */
  #need() {
    const needed = !this.idle && !this.#ended;
    this.#watch.run(needed && this.#crew !== null);
    if (needed && !this.#crew) this.#healing ??= this.#heal({ why: '', lostMs: 0, noticedAt: performance.now() });
  }

  /**
   * The host can't be trusted, or is no more.
   * @param {string} why
   * @param {number} [id]  the job over which that happened
   */
  #lose(why, id) {
    const crew = this.#detach();
    if (!crew || this.#ended) return;
    this.#leave(crew);
    const noticedAt = performance.now();
    this.#early = noticedAt - this.#attachedAt < EARLY_MS ? this.#early + 1 : 0;
    let lostMs = 0;
    for (const ride of [...this.#rides.values()]) {
      if (!ride.rider.order.paused) lostMs = Math.max(lostMs, noticedAt - ride.savedAt);
      this.#blame(ride, why, id);
    }
    for (const call of [...this.#calls.values()]) {
      if (++call.losses >= MAX_LOSSES) call.reject(givenUp(why));
    }
    if (this.idle) this.#need();
    else this.#healing ??= this.#heal({ why, lostMs, noticedAt });
  }

  /**
   * @param {Ride} ride
   * @param {string} why
   * @param {number | undefined} id  of the only one to blame, if it is known
   */
  #blame(ride, why, id) {
    const { order, isOver, lose } = ride.rider;
    if (isOver?.()) {
      lose(givenUp(why));
      return;
    }
    // A paused job has done nothing.
    if (order.paused || (id !== undefined && id !== order.id)) return;
    if (ride.lostAt !== order.checkpoint) ride.losses = 0;
    ride.lostAt = order.checkpoint;
    if (++ride.losses >= MAX_LOSSES) lose(givenUp(why));
  }

  /**
   * Starts another crew, which goes on with all.
   * @param {{ why: string, lostMs: number, noticedAt: number }} loss
   */
  async #heal({ why, lostMs, noticedAt }) {
    try {
      if (this.#early > 2) await this.#rest(Math.min(FIRST_WAIT_MS * 2 ** (this.#early - 3), LAST_WAIT_MS));
      const crew = await this.#launcher.again(this.#size, this.#stopped.signal);
      this.#healing = null;
      const goOn = this.#rides.size > 0;
      this.#attach(crew);
      this.#goOn();
      this.#listener.onCrew(crew, true);
      if (why && goOn) this.#listener.onHealed({ why, lostMs, takenMs: performance.now() - noticedAt });
    } catch (error) {
      this.#healing = null;
      this.#end(new TamisError('failed', `The core stopped unexpectedly${why && `: ${why}`}, and could not be started again: ${describe(error)}`, {
        hint: 'dispose() of this instance and load() another; `checkpoint` of the error, if it has one, is where restore() goes on.',
        cause: error,
      }));
    }
  }

  /** @param {number} ms @returns {Promise<void>} earlier at the end of it all */
  #rest(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopped.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** @param {number} threads @returns {Promise<void>} */
  async #resize(threads) {
    await this.#healing;
    this.checkAlive();
    const crew = this.#crew;
    const { mode } = this.#size;
    const signal = this.#stopped.signal;
    if (!crew) {
      // It was lost while nobody needed it: the next one has this size.
      this.#size = { mode, threads };
    } else if (crew.team) {
      const missing = await crew.team.resize(threads, signal);
      if (this.#crew !== crew) return this.#ended ? this.checkAlive() : this.#resize(threads);
      crew.threads = crew.team.size;
      this.#size = { mode, threads: crew.threads };
      this.#listener.onCrew(crew, false);
      if (missing.length > 0) throw missing[0];
    } else if (threads !== crew.threads) {
      const next = await this.#launcher.another({ mode, threads, signal });
      await this.#exchange(next);
    }
  }

  /** @param {Crew} next  goes on with all that the one before it was at */
  async #exchange(next) {
    const before = this.#crew;
    if (before) {
      this.#watch.run(false);
      const orders = await handOver(before, (message) => this.#receive(message));
      for (const { id, checkpoint, spentMs } of orders) this.#rides.get(id)?.rider.hear({ type: 'checkpoint', id, checkpoint, spentMs });
    }
    // Should it have been lost in this very moment, another has taken its place.
    await this.#healing;
    if (this.#ended) {
      disband(next);
      this.checkAlive();
    }
    const left = this.#detach();
    if (left) this.#leave(left);
    this.#attach(next);
    this.#goOn();
    this.#listener.onCrew(next, true);
  }

  /** Ends a crew that has no say any more, when its threads have had time to leave their work. @param {Crew} crew */
  #leave(crew) {
    crew.host.keepAlive(false);
    crew.team?.keepAlive(false);
    this.#leftovers.add(crew);
    void retire(crew).then(() => {
      disband(crew);
      this.#leftovers.delete(crew);
    });
  }

  /** @param {TamisError} error  what running jobs and later calls reject with */
  #end(error) {
    if (this.#ended) return;
    this.#ended = error;
    this.#stopped.abort();
    this.#watch.run(false);
    this.#listener.onEnd();
    for (const { rider } of [...this.#rides.values()]) rider.lose(again(error));
    for (const call of [...this.#calls.values()]) call.reject(again(error));
  }

  /** Node: only work under way holds the process open. @param {boolean} busy */
  #keepAlive(busy) {
    this.#crew?.host.keepAlive(busy);
    this.#crew?.team?.keepAlive(busy);
  }
}

/** The same error for another: it may get a checkpoint of its own. @param {TamisError} cause */
const again = (cause) => new TamisError(cause.code, cause.message, { hint: cause.hint, cause });

/** @param {string} why */
const givenUp = (why) => new TamisError('failed', `The core stopped unexpectedly, ${MAX_LOSSES} times without getting on in between: ${why}.`, {
  hint: 'Give load() more `memory` if it ran out; `checkpoint` of this error, if it has one, is where restore() goes on.',
});
