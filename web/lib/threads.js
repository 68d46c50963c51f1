// @ts-check
// Mode `threads`: the jobs run on the threads of the host's own instance, which shares memory with them.
import { STATE } from './core-job.js';
import { cancelledBy } from './errors.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./core-job.js').Job} Job */

/**
 * @typedef {object} RunOptions
 * @property {number} threads  at most so many; 0 = all
 * @property {AbortSignal} signal
 * @property {() => void} [onStep]  called each time the job may have got on
 * @property {number} progressMs  how often progress is told at most; 0 = never
 * @property {OnProgress} onProgress
 */
/** @typedef {(done: bigint, total: bigint, phases: import('./progress.js').Part[]) => void} OnProgress */

/** The core announces progress when it is to be told; whoever is woken by that may be early by so much. */
const EARLY_MS = 2;

/** A wake-up that was missed costs no more than this. */
const LOOK_AGAIN_MS = 250;
/** How often the state is looked at where it can't be awaited. */
const POLL_MS = 8;

/** Whether a job that was started has not ended. @param {number} state  one of STATE */
export const isGoing = (state) => state === STATE.RUNNING || state === STATE.PAUSED;

/**
 * Tells progress: every so often while the job runs, what is new while it is paused, and once at its end.
 * @param {Pick<Job, 'progress' | 'phases'>} job
 * @param {number} everyMs  0 = never
 * @param {OnProgress} onProgress
 * @returns {(state: number) => void} to be called whenever it may have got on
 */
export function progressTeller(job, everyMs, onProgress) {
  if (everyMs === 0) return () => {};
  let toldAt = -Infinity;
  let told = -1n;
  return (state) => {
    const now = performance.now();
    if (state === STATE.RUNNING && now - toldAt < everyMs) return;
    const [done, total] = job.progress();
    if (state === STATE.PAUSED && done === told) return;
    [toldAt, told] = [now, done];
    onProgress(done, total, job.phases());
  };
}

/**
 * Starts a job and follows it to its end. Never blocks.
 * @param {Core} core
 * @param {Job} job
 * @param {RunOptions} options
 * @returns {Promise<void>} rejects unless the job is done
 */
export async function runOnThreads(core, job, { threads, signal, progressMs, onStep, onProgress }) {
  job.limitThreads(threads);
  // Nobody is woken for what nobody hears: that costs more than one would think (src/job/control.rs).
  job.announceEvery(progressMs);
  job.start();
  const cancel = () => job.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const word = job.eventWord();
    const tell = progressTeller(job, progressMs > 0 ? Math.max(1, progressMs - EARLY_MS) : 0, onProgress);
    for (;;) {
      // Read before the state, so that a change after it is not slept through.
      const seen = Atomics.load(core.words(), word);
      onStep?.();
      const state = job.state();
      tell(state);
      if (state === STATE.DONE) return;
      if (state === STATE.CANCELLED && signal.aborted) throw cancelledBy(signal);
      if (!isGoing(state)) throw job.failure();
      await changed(core, word, seen, state === STATE.PAUSED ? LOOK_AGAIN_MS : POLL_MS);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/**
 * Waits until the word is no longer what was seen.
 * @param {Core} core
 * @param {number} word
 * @param {number} seen
 * @param {number} pollMs  how soon it is looked at again where it can't be awaited
 */
async function changed(core, word, seen, pollMs) {
  if (typeof Atomics.waitAsync !== 'function') return sleep(pollMs);
  const wait = Atomics.waitAsync(core.words(), word, seen, LOOK_AGAIN_MS);
  // It has changed already. With very short chunks it always has: let messages through all the same.
  if (!wait.async) return sleep(1);
  // One job in thousands was never woken in WebKitGTK; a timer of ours does not depend on what went wrong there.
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  await Promise.race([wait.value, new Promise((resolve) => { timer = setTimeout(resolve, 2 * LOOK_AGAIN_MS); })]);
  clearTimeout(timer);
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
