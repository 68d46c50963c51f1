// @ts-check
// The part of the matrix about pi(x).
import { equal, failure, ok, sleep } from './expect.js';

/** @typedef {import('./matrix.js').Case} Case */

/** @type {Case[]} */
export const counting = [
  {
    name: 'pi(x) can be given up',
    async run({ tamis, report }) {
      const controller = new AbortController();
      let latest = -1;
      const counting = tamis.primePi(2n ** 64n - 1n, {
        signal: controller.signal,
        onProgress({ fraction }) {
          ok(fraction >= latest, 'progress falls');
          latest = fraction;
        },
      });
      await sleep(150);
      const asked = performance.now();
      controller.abort();
      await failure(counting, 'cancelled');
      report(`pi(2^64 - 1) given up in ${Math.round(performance.now() - asked)} ms`);
      equal(await tamis.primePi(1000), 168n);
    },
  },
];
