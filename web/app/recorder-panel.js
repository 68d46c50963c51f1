// @ts-check
// The flight recorder: switched on and off, and saved as a file for trace viewers.
import { byId, download, inputById, isOff, setOff } from './dom.js';
import { many } from './format.js';
import { notice } from './notice.js';

/** @typedef {import('./engine.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Tamis} Tamis */
/** @typedef {{ name: string, ph: string, pid: number }} TraceEvent */

/** @param {Engine} engine */
export function mountRecorderPanel(engine) {
  const box = inputById('recorder-on');
  const save = byId('recorder-save');
  const note = byId('recorder-note');
  const errors = notice('recorder-error', engine);
  /** The instances that have something to save. @type {Set<Tamis>} */
  const recorded = new Set();

  /** Instances come and go: a tab that leads has one for its jobs, and another mode starts others. */
  const instances = () => [engine.tamis, engine.jobsTamis].filter((tamis) => tamis !== null);

  async function follow() {
    for (const tamis of recorded) if (!instances().includes(tamis)) recorded.delete(tamis);
    for (const tamis of box.checked ? instances() : []) {
      if (recorded.has(tamis)) continue;
      recorded.add(tamis);
      try {
        await tamis.record();
      } catch (error) {
        recorded.delete(tamis);
        // One that has just been disposed of makes room for another.
        if (instances().includes(tamis)) errors.sayError(error);
      }
    }
    setOff(save, recorded.size === 0);
  }

  box.addEventListener('change', () => {
    errors.hide();
    if (box.checked) {
      // What was recorded before makes room.
      recorded.clear();
      note.textContent = 'Recording: each thread keeps its last 4,096 events.';
    } else {
      note.textContent = 'Stopped: what was recorded can be saved.';
      for (const tamis of recorded) tamis.stopRecording().catch(() => {});
    }
    void follow();
  });

  save.addEventListener('click', async () => {
    if (isOff(save)) return;
    try {
      // An instance that has gone since took its events with it.
      const traces = (await Promise.allSettled([...recorded].map(async (tamis) => ({ tamis, text: await tamis.trace() }))))
        .flatMap((trace) => (trace.status === 'fulfilled' ? [trace.value] : []));
      const traceEvents = traces.flatMap(({ tamis, text }, i) => (
        /** @type {TraceEvent[]} */ (JSON.parse(text).traceEvents).map((event) => ({
          ...event, pid: i + 1, ...(event.name === 'process_name' && tamis === engine.jobsTamis ? { args: { name: 'tamis, jobs' } } : {}),
        }))));
      const text = JSON.stringify({ displayTimeUnit: 'ms', traceEvents });
      download(`tamis-trace-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.json`, 'application/json', text);
      note.textContent = `Saved ${many(traceEvents.filter(({ ph }) => ph === 'X').length, 'event')}.`;
    } catch (error) {
      errors.sayError(error);
    }
  });

  engine.addEventListener('change', () => void follow());
  void follow();
}
