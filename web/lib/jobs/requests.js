// @ts-check
// How one tab has the leader do something, and how the leader answers.
//
// Tabs come and go in the middle of it: a request is said again until somebody answers, to whoever leads by then. So
// each action may be asked for twice, and the same leader knows a request again by its id.
import { TamisError, fromWire, toWire } from '../errors.js';
import { newId } from './record.js';
import { ACTIONS } from './runner.js';

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./bus.js').Message} Message */
/** @typedef {import('./runner.js').Runner} Runner */
/** @typedef {typeof ACTIONS[number]} Action */
/**
 * A request under way.
 * @typedef {object} Asked
 * @property {() => void} say  says it to whoever leads now
 * @property {(answer: any) => void} settle
 * @property {(error: TamisError) => void} fail
 */

/** A request is said again after this long without an answer, and then in longer and longer spans. */
const AGAIN_MS = 400;
const LONGEST_AGAIN_MS = 3000;
/** How long a tab waits for an answer at all. The leader may have to load the library first. */
const ANSWER_MS = 60_000;
/** How many requests a leader knows again. */
const KNOWN = 200;

export class Requests {
  #bus;
  #now;
  /** @type {Map<string, Asked>} */
  #asked = new Map();
  /** Answers given as leader, and by which lead. @type {Map<string, { by: Runner, promise: Promise<unknown> }>} */
  #answered = new Map();

  /**
   * @param {Bus | null} bus
   * @param {() => { runner: Runner | null, leader: string }} now  runner: when this tab leads; leader: '' while unknown
   */
  constructor(bus, now) {
    this.#bus = bus;
    this.#now = now;
  }

  /**
   * @param {Action} action
   * @param {any[]} args
   * @returns {Promise<any>}
   */
  ask(action, args) {
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
          const { runner, leader } = this.#now();
          if (runner) {
            // Should another tab lead before it is done, that one has to do it.
            void this.#outcome(runner, id, action, args).then((answer) => answer && asked.settle(answer));
            return;
          }
          if (performance.now() - began > ANSWER_MS) {
            asked.fail(new TamisError('timeout', 'The tab that runs the jobs does not answer.', { hint: 'Reload this page, or close the other tabs.' }));
            return;
          }
          if (leader) {
            const again = saidTo === leader;
            saidTo = leader;
            this.#bus?.send(leader, { type: 'request', id, action, args, again }, { again });
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

  /** Another tab leads: what is not answered is asked of it. */
  sayAgain() {
    for (const asked of [...this.#asked.values()]) asked.say();
  }

  /** @param {Message} message  an answer */
  hear(message) {
    this.#asked.get(message.id)?.settle(message);
  }

  /** @param {Message} message  a request */
  async answer({ from, id, action, args, again }) {
    const { runner } = this.#now();
    // Who does not lead is silent: the asker will hear who does.
    if (!runner || !ACTIONS.includes(action)) return;
    const answer = await this.#outcome(runner, id, action, args);
    if (answer) this.#bus?.send(from, { type: 'answer', id, ...answer }, { again });
  }

  /** @param {TamisError} error */
  end(error) {
    for (const asked of [...this.#asked.values()]) asked.fail(error);
  }

  /**
   * @param {Runner} runner
   * @param {string} id  of the request
   * @param {Action} action
   * @param {any[]} args
   * @returns {Promise<{ ok: boolean, value?: unknown, error?: import('../errors.js').WireError } | null>}  null: the lead was lost
   */
  async #outcome(runner, id, action, args) {
    let answered = this.#answered.get(id);
    if (answered?.by !== runner) {
      answered = { by: runner, promise: /** @type {any} */ (runner)[action](...args) };
      this.#answered.set(id, answered);
      const [oldest] = this.#answered.keys();
      if (this.#answered.size > KNOWN) this.#answered.delete(oldest);
    }
    const answer = await answered.promise.then((value) => ({ ok: true, value }), (error) => ({ ok: false, error: toWire(error) }));
    return this.#now().runner === runner ? answer : null;
  }
}
