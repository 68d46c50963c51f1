// @ts-check
// A panel whose work is a job: it starts one and follows it, pauses it, and goes on with one that was found.
import { byId } from './dom.js';
import { follow } from './durable.js';
import { isCancelled } from './engine.js';
import { duration, percent } from './format.js';

/** @typedef {import('./durable.js').Jobs} Jobs */
/** @typedef {import('./durable.js').JobRecord} JobRecord */

/**
 * Binds `id-pause`, beside what panelTask() and runView() bind.
 * @param {string} id
 * @param {object} parts
 * @param {import('./engine.js').Engine} parts.engine
 * @param {Promise<Jobs>} parts.opening
 * @param {ReturnType<typeof import('./task.js').panelTask>} parts.task
 * @param {ReturnType<typeof import('./run-view.js').runView>} parts.view
 * @param {(record: JobRecord) => boolean} parts.isOurs  whether a job that was found is this panel's
 * @param {(record: JobRecord) => void} [parts.onBegin]
 * @param {(record: JobRecord) => void} parts.onDone
 * @param {(error: unknown) => void} parts.onFail  not for cancelled ones
 */
export function jobTask(id, { engine, opening, task, view, isOurs, onBegin = () => {}, onDone, onFail }) {
  const pause = byId(`${id}-pause`);
  const note = byId(`${id}-note`);
  /** The job that runs or is paused here. */
  let held = '';

  /** @param {'pause' | 'resume' | 'none'} offer */
  function show(offer) {
    pause.hidden = offer === 'none';
    pause.textContent = offer === 'resume' ? 'Resume' : 'Pause';
  }

  /**
   * @param {() => Promise<string>} start  gives the job's id
   * @param {JobRecord | null} [earlier]  as it is when it is taken up here
   */
  const run = (start, earlier = null) => task.run(async (signal) => {
    held = '';
    let said = '';
    view.begin(earlier?.elapsedMs);
    if (earlier) onBegin(earlier);
    try {
      const jobs = await opening;
      held = await start();
      show('pause');
      const record = await follow(jobs, held, {
        signal,
        onChange: (now) => {
          const words = now.state === 'waiting' ? 'Waits for another job to end.' : signal.aborted ? 'Stopping…' : '';
          // What others write there, such as that it counts already, is not wiped out ten times a second.
          if (words !== said) note.textContent = said = words;
          const { done, total, fraction, etaMs, elapsedMs, phases } = now;
          if (total > 0n) view.update({ done, total, fraction, etaMs, elapsedMs, phases, rate: Number(done) / Math.max(0.001, elapsedMs / 1000) });
        },
      });
      if (record.state === 'paused') {
        show('resume');
        task.box.say(`Paused at ${percent(record.fraction)}, after ${duration(record.elapsedMs)}. It stays so when this page is closed.`);
        return;
      }
      drop();
      onDone(record);
    } catch (error) {
      drop();
      if (isCancelled(error)) task.box.say(`Cancelled at ${percent(view.fraction())}, after ${duration(view.elapsed())}.`);
      else onFail(error);
    } finally {
      note.textContent = '';
      view.end();
    }
  });

  function drop() {
    // Focus must not fall off the page with the button that had it.
    if (document.activeElement === pause) byId(`${id}-go`).focus();
    held = '';
    show('none');
  }

  pause.addEventListener('click', async () => {
    const jobs = await opening;
    if (!held) return;
    try {
      // Going on is seen below, whoever asked for it.
      await (task.isRunning() ? jobs.pause(held) : jobs.resume(held));
    } catch (error) {
      task.box.sayError(error);
    }
  });

  /** @param {JobRecord} record */
  const takeUp = (record) => {
    if (!task.isRunning() && !engine.user && engine.state === 'ready') void run(async () => record.id, record);
  };

  void opening.then((jobs) => {
    jobs.addEventListener('change', () => {
      if (!held || task.isRunning()) return;
      const record = jobs.get(held);
      if (record?.state === 'running' || record?.state === 'waiting') takeUp(record);
      else if (record?.state !== 'paused') {
        drop();
        task.box.hide();
      }
    });
    const found = jobs.list().find((record) => jobs.found.includes(record.id) && isOurs(record));
    if (!found) return;
    const begin = () => {
      if (engine.state !== 'ready') return;
      engine.removeEventListener('change', begin);
      const record = jobs.get(found.id);
      if (record) takeUp(record);
    };
    engine.addEventListener('change', begin);
    begin();
  });

  return { run };
}
