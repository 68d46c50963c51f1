// @ts-check
// Jobs beside the benchmark, of this tab or another: they take threads from what is measured, so it is said, and they can be paused.
import { byId } from './dom.js';
import { busyWords, pausedWords } from './bench-words.js';
import { jobTitle } from './job-words.js';

/** @typedef {import('./durable.js').Jobs} Jobs */

/**
 * Binds `bench-jobs`, `bench-jobs-text` and `bench-jobs-go`.
 * @param {Promise<Jobs>} opening
 * @param {{ onBusy: () => void, onError: (error: unknown) => void }} parts  onBusy: called while a job runs
 */
export function mountBenchJobs(opening, { onBusy, onError }) {
  const box = byId('bench-jobs');
  const text = byId('bench-jobs-text');
  const button = byId('bench-jobs-go');
  /** The jobs that were paused here, and whether they are known to be: the word of it may come later. @type {Map<string, { seen: boolean }>} */
  const paused = new Map();
  let busy = false;

  void opening.then((jobs) => {
    const underWay = () => jobs.list().filter(({ state }) => state === 'running' || state === 'waiting');

    function render() {
      const now = underWay();
      for (const [id, one] of paused) {
        const state = jobs.get(id)?.state;
        if (state === 'paused') one.seen = true;
        else if (one.seen || !state) paused.delete(id);
      }
      busy = now.length > 0;
      if (busy) onBusy();
      const words = busy ? busyWords(now.map(jobTitle), jobs.role !== 'follower') : paused.size > 0 ? pausedWords(paused.size) : '';
      // Progress comes often, and what is read aloud again and again is heard no more.
      if (text.textContent !== words) text.textContent = words;
      button.dataset.does = busy ? 'pause' : 'resume';
      button.textContent = `${busy ? 'Pause' : 'Resume'} ${(busy ? now.length : paused.size) === 1 ? 'it' : 'them'}`;
      box.hidden = words === '';
    }

    button.addEventListener('click', async () => {
      try {
        if (button.dataset.does === 'resume') {
          // As they were: the one that ran runs first.
          for (const id of [...paused.keys()].reverse()) await jobs.resume(id);
          return;
        }
        // Those that wait first: else each would run for a moment.
        for (const { id } of underWay().sort((a, b) => Number(a.state === 'running') - Number(b.state === 'running'))) {
          await jobs.pause(id);
          paused.set(id, { seen: false });
        }
        render();
      } catch (error) {
        onError(error);
      }
    });
    jobs.addEventListener('change', render);
    render();
  });

  return {
    /** Whether a job runs, here or in another tab. */
    get busy() {
      return busy;
    },
  };
}
