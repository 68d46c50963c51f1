// @ts-check
// How a host goes whose place is taken: first its threads leave their work, then its workers end. A worker that computes
// while it is terminated would go on for seconds in Chromium.

/** @typedef {import('./launch.js').Crew} Crew */
/** @typedef {import('./protocol.js').FromHost} FromHost */
/** @typedef {Extract<FromHost, { type: 'handed' }>['jobs']} HandedJobs */

/** How long a host may take to stop its threads, or to hand its jobs over. */
const STOP_MS = 1000;

/**
 * Stops the work, as far as there is anybody left who can.
 * @param {Crew} crew
 * @returns {Promise<void>} when it is to be disbanded
 */
export async function retire({ host }) {
  await answer(host, 'stopped', () => host.post({ type: 'stop' }));
}

/** @param {Crew} crew */
export function disband({ host, team }) {
  host.onMessage = host.onLost = () => {};
  team?.disband();
  host.terminate();
}

/**
 * Has a host stop all jobs without a word, and tell how far they are.
 * @param {Crew} crew
 * @param {(message: FromHost) => void} receive  gets what it says before that
 * @returns {Promise<HandedJobs>} none when it does not answer: what was saved before has to do
 */
export async function handOver({ host }, receive) {
  const handed = await answer(host, 'handed', () => host.post({ type: 'handover' }), receive);
  return handed?.type === 'handed' ? handed.jobs : [];
}

/**
 * @param {Crew['host']} host
 * @param {FromHost['type']} type  of the message that is waited for
 * @param {() => void} ask
 * @param {(message: FromHost) => void} [receive]  gets the others
 * @returns {Promise<FromHost | null>} null when it is lost, or too late
 */
async function answer(host, type, ask, receive = () => {}) {
  const before = { onMessage: host.onMessage, onLost: host.onLost };
  /** @type {(message: FromHost | null) => void} */
  let settle = () => {};
  /** @type {Promise<FromHost | null>} */
  const answered = new Promise((resolve) => { settle = resolve; });
  const timer = setTimeout(() => settle(null), STOP_MS);
  const mine = {
    onMessage: (/** @type {FromHost} */ message) => (message.type === type ? settle(message) : receive(message)),
    onLost: (/** @type {string} */ why) => {
      settle(null);
      before.onLost(why);
    },
  };
  Object.assign(host, mine);
  ask();
  const message = await answered;
  clearTimeout(timer);
  // Unless it was given up meanwhile, and nobody listens to it any more.
  if (host.onMessage === mine.onMessage) Object.assign(host, before);
  return message;
}
