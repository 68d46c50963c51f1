// @ts-check
// One panel's work: it takes the engine, shows the panel's buttons as they are then, and can be stopped.
import { byId, setOff } from './dom.js';
import { notice } from './notice.js';

/** @typedef {import('./engine.js').Engine} Engine */

/**
 * Binds the elements `id-go`, `id-cancel`, `id-note` and `id-error` of a panel.
 * @param {string} id
 * @param {Engine} engine
 * @param {object} words
 * @param {string} words.user  what runs, as others are told: "a count"
 * @param {string} words.state  what the root element is marked with meanwhile
 * @param {string} [words.already]  said to who wants to start it twice; without it, a second start replaces the first
 */
export function panelTask(id, engine, { user, state, already }) {
  const go = byId(`${id}-go`);
  const cancel = byId(`${id}-cancel`);
  const note = byId(`${id}-note`);
  const box = notice(`${id}-error`, engine);
  /** @type {{ controller: AbortController, over: Promise<void> } | null} */
  let running = null;

  /** @param {(signal: AbortSignal) => Promise<void>} work */
  async function run(work) {
    note.textContent = '';
    // Whoever pressed last wins, should several wait here.
    while (running) {
      running.controller.abort();
      await running.over;
    }
    /** @type {() => void} */
    let release;
    try {
      release = engine.claim(user);
    } catch (error) {
      box.sayError(error);
      return;
    }
    let end = () => {};
    const controller = new AbortController();
    running = { controller, over: new Promise((resolve) => { end = resolve; }) };
    box.hide();
    setOff(go, already !== undefined);
    cancel.hidden = false;
    document.documentElement.dataset.state = state;
    try {
      await work(controller.signal);
    } catch (error) {
      box.sayError(error);
    } finally {
      running = null;
      release();
      setOff(go, false);
      // Focus must not fall off the page with the button that had it.
      if (document.activeElement === cancel) go.focus();
      cancel.hidden = true;
      note.textContent = '';
      document.documentElement.dataset.state = engine.state;
      end();
    }
  }

  function stop() {
    if (!running || running.controller.signal.aborted) return false;
    note.textContent = 'Stopping…';
    running.controller.abort();
    return true;
  }

  /** Whether it runs and has to end first, which is said then. */
  function isBusy() {
    if (!running || already === undefined) return false;
    note.textContent = already;
    return true;
  }

  go.addEventListener('click', (event) => {
    if (isBusy()) event.preventDefault();
  });
  cancel.addEventListener('click', stop);
  return { run, stop, isBusy, isRunning: () => running !== null, box };
}
