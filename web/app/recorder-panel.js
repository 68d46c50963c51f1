// @ts-check
// The flight recorder: switched on and off, and saved as a file for trace viewers.
import { byId, download, inputById, isOff, setOff } from './dom.js';
import { many } from './format.js';
import { notice } from './notice.js';

/** @typedef {import('./engine.js').Engine} Engine */

/** @param {Engine} engine */
export function mountRecorderPanel(engine) {
  const box = inputById('recorder-on');
  const save = byId('recorder-save');
  const note = byId('recorder-note');
  const errors = notice('recorder-error', engine);
  /** @type {import('../lib/index.js').Tamis | null} the instance that has something to save */
  let recorded = null;

  async function follow() {
    const { tamis } = engine;
    if (recorded && recorded !== tamis) {
      recorded = null;
      note.textContent = box.checked ? 'The threads were started anew, and so was the recording.' : '';
    }
    setOff(save, recorded === null);
    if (!tamis || !box.checked || recorded) return;
    try {
      await tamis.record();
      recorded = tamis;
    } catch (error) {
      box.checked = false;
      errors.sayError(error);
    }
    setOff(save, recorded === null);
  }

  box.addEventListener('change', () => {
    errors.hide();
    if (box.checked) {
      // What was recorded before makes room.
      recorded = null;
      note.textContent = 'Recording: each thread keeps its last 4,096 events.';
    } else {
      note.textContent = 'Stopped: what was recorded can be saved.';
      recorded?.stopRecording().catch(errors.sayError);
    }
    void follow();
  });

  save.addEventListener('click', async () => {
    if (isOff(save) || !recorded) return;
    try {
      const trace = await recorded.trace();
      /** @type {{ ph: string }[]} */
      const events = JSON.parse(trace).traceEvents;
      download(`tamis-trace-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.json`, 'application/json', trace);
      note.textContent = `Saved ${many(events.filter(({ ph }) => ph === 'X').length, 'event')}.`;
    } catch (error) {
      errors.sayError(error);
    }
  });

  engine.addEventListener('change', () => void follow());
  void follow();
}
