// @ts-check
// What this browser can do and why: in one line, then in detail.
import { byId, isOff, make, setOff, withCode } from './dom.js';
import { inWords } from './engine.js';
import { many } from './format.js';
import { healedWords } from './job-words.js';

/** @typedef {import('./engine.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Capabilities} Capabilities */

/** @param {Engine} engine */
export function mountBrowserPanel(engine) {
  const summary = byId('browser-summary');
  const switcher = byId('switch-mode');

  const render = () => {
    byId('browser-error').hidden = engine.state !== 'failed';
    summary.hidden = engine.state === 'failed';
    if (engine.state === 'failed') renderFailure(engine);
    if (engine.state === 'starting') {
      summary.dataset.tone = 'wait';
      summary.textContent = 'Starting the sieve…';
    }
    const { tamis } = engine;
    byId('browser-details').hidden = !tamis;
    byId('browser-reason').hidden = !tamis;
    if (!tamis) {
      byId('browser-hint').hidden = true;
      return;
    }
    const found = tamis.capabilities();
    summary.dataset.tone = found.mode === 'threads' ? 'good' : 'fair';
    summary.textContent = found.mode === 'threads'
      ? `Ready: ${many(found.threads, 'thread')} over one shared memory`
      : `Ready: ${many(found.threads, 'isolated worker')}, each with its own memory`;
    byId('browser-reason').textContent = reasonOf(engine, found);
    const hints = [...(engine.healed ? [healedWords(engine.healed)] : []), ...found.warnings, ...(engine.wanted === 'auto' && found.hint ? [found.hint] : [])];
    byId('browser-hint').hidden = hints.length === 0;
    byId('browser-hint').replaceChildren(...hints.flatMap((hint) => [...withCode(hint), ' ']));
    byId('browser-facts').replaceChildren(
      ...facts(found).flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)]));
    byId('version').textContent = `tamis ${tamis.version}`;
    // Only where both modes work is there a choice.
    switcher.hidden = !(found.sharedMemory && found.protocol !== 'file:');
    setOff(switcher, engine.user !== null);
    switcher.textContent = found.mode === 'threads' ? 'Switch to isolated workers' : 'Switch to shared memory';
  };

  switcher.addEventListener('click', () => {
    if (engine.state !== 'ready' || isOff(switcher)) return;
    const threads = engine.threads;
    void engine.start({ threads, mode: engine.tamis?.mode === 'threads' ? 'workers' : 'auto' });
  });
  /** @param {{ mode?: 'workers' }} [options] */
  const retry = (options) => {
    // The button is about to go, and must not take the focus with it.
    byId('main').focus({ preventScroll: true });
    void engine.start(options);
  };
  byId('retry').addEventListener('click', () => retry());
  byId('retry-workers').addEventListener('click', () => retry({ mode: 'workers' }));
  engine.addEventListener('change', render);
  render();
  mountUpdate();
}

/** A newer version of the page, which the service worker has ready: it waits until no page of this one is open. */
function mountUpdate() {
  const line = /** @type {{ update: boolean, takeOver: () => Promise<number> } | undefined} */ (/** @type {any} */ (window).tamisIsolation);
  if (!line) return;
  const say = (/** @type {string} */ text) => { byId('browser-update-text').textContent = text; };
  const look = () => {
    byId('browser-update').hidden = !line.update;
    say('A newer version of this page is here. It is used from the next visit on, or now, after a reload.');
  };
  byId('browser-update-go').addEventListener('click', async () => {
    const others = await line.takeOver();
    if (others > 0) say(`Close ${many(others, 'other tab')} of this page first: two versions at once would disturb each other.`);
  });
  window.addEventListener('tamis-update', look);
  look();
}

/** @param {Engine} engine */
function renderFailure(engine) {
  const { text, hint } = inWords(engine.error);
  byId('browser-error-text').textContent = text;
  byId('browser-error-hint').replaceChildren(...withCode(hint));
  byId('browser-error-hint').hidden = !hint;
  byId('retry-workers').hidden = engine.wanted === 'workers';
}

/**
 * @param {Engine} engine
 * @param {Capabilities} found
 */
function reasonOf(engine, found) {
  if (engine.wanted === 'workers' && found.sharedMemory) {
    return 'You chose isolated workers; memory could be shared here. The answers are the same in both.';
  }
  const gain = found.mode === 'workers'
    ? ' The answers are the same and the speed is close; each worker keeps its own copy of the tables.'
    : '';
  return found.reason + gain;
}

/** @param {Capabilities} found */
function serviceWorkerWords({ isolation: { serviceWorker, why } }) {
  const word = { controls: 'yes', available: 'not at work', refused: 'refused', none: 'none' }[serviceWorker];
  return `${word}. ${why.serviceWorker}`;
}

/**
 * @param {Capabilities} found
 * @returns {[term: string, text: string][]}
 */
const facts = (found) => [
  ['Mode', found.mode === 'threads'
    ? 'threads: one instance whose threads share a memory'
    : 'workers: an instance of its own in every worker, which pass messages'],
  ['Threads', `${found.threads} started, on ${many(found.hardwareConcurrency, 'core')} as the browser tells it. ${found.threadsReason}`],
  ['Shared memory', found.sharedMemory ? 'yes, workers can be given it' : 'no, workers cannot be given it'],
  ['Isolated page', found.crossOriginIsolated
    ? `yes, ${found.isolation.serviceWorker === 'controls' ? 'a service worker added' : 'the server sent'} the isolating headers`
    : 'no: it takes the COOP and COEP headers, from a server or a service worker'],
  ['Service worker', serviceWorkerWords(found)],
  ['Other policies', found.isolation.documentIsolationPolicy
    ? 'Document-Isolation-Policy and COEP: credentialless would isolate here too'
    : `Document-Isolation-Policy isolates nothing here${found.isolation.credentialless ? ', COEP: credentialless would' : ', nor does COEP: credentialless'}`],
  ['Secure page', found.secureContext ? 'yes' : 'no: it takes HTTPS or localhost'],
  ['Opened from', found.protocol === 'file:' ? 'disk' : `a server, over ${found.protocol.replace(':', '').toUpperCase()}`],
  ['SIMD', found.simd ? 'yes, 128 bits at a time' : 'no'],
  ['Module workers', found.moduleWorkers ? 'yes' : 'not here; classic ones are used'],
];
