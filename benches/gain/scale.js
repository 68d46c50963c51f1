// @ts-check
// How fast the processors are at this moment: benches/scale.rs, asked again and again.
import { setTimeout as pause } from 'node:timers/promises';
import { converse } from '../lib/lines.js';
import { buildBench } from '../lib/programs.js';
import { OWN, fastest, slowest } from './pairs.js';

/** Readings before anything else, for a first idea of the best. */
const FIRST = 20;
/** Between two looks whether the processors are ours. */
const LOOK_AGAIN_MS = 20;

/** @param {number} threads  processors that are watched */
export async function openScale(threads) {
  const { ask, close } = converse(await buildBench('scale'), ['--threads', `${threads}`, '--lines']);
  let best = 0;
  const read = async () => {
    const reading = /** @type {import('./pairs.js').Reading} */ (await ask('now'));
    best = Math.max(best, fastest([reading]));
    return reading;
  };
  for (let i = 0; i < FIRST; i++) await read();
  return {
    read,
    /** The best speed that any processor had so far. */
    best: () => best,
    /** Reads until the processors are undisturbed, or it is `latest` (performance.now()). @param {number} latest */
    async quiet(latest) {
      for (;;) {
        const reading = await read();
        if (slowest([reading]) >= OWN * best || performance.now() >= latest) return reading;
        await pause(LOOK_AGAIN_MS);
      }
    },
    /**
     * Small sieves on so many threads, as many as one undisturbed processor makes in so many seconds.
     * @param {number} threads  @param {number} like  @returns {Promise<number>} seconds
     */
    async work(threads, like) {
      const { seconds } = /** @type {{ seconds: number }} */ (await ask(`work ${threads} ${Math.ceil(like * best * 1000)}`));
      return seconds;
    },
    close,
  };
}
