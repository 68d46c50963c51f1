// @ts-check
// The part of the matrix about pi(x).
import { equal, failure, ok, sleep } from './expect.js';

/** @typedef {import('./matrix.js').Case} Case */

/** Primes up to 10^n. Source: OEIS A006880. */
const PI = [0n, 4n, 25n, 168n, 1229n, 9592n, 78498n, 664579n, 5761455n, 50847534n, 455052511n, 4118054813n, 37607912018n];
/** The 10^n-th prime. Source: OEIS A006988. */
const NTH = [2n, 29n, 541n, 7919n, 104729n, 1299709n, 15485863n, 179424673n, 2038074743n, 22801763489n, 252097800623n];

/** @type {Case[]} */
export const counting = [
  {
    name: 'pi(10^n) and the 10^n-th primes match OEIS A006880 and A006988, and pi(x) can be given up',
    async run({ tamis, report }) {
      for (const [exponent, count] of PI.entries()) equal(await tamis.primePi(10n ** BigInt(exponent)), count, `pi(10^${exponent})`);
      for (const [exponent, prime] of NTH.entries()) equal(await tamis.nthPrime(10n ** BigInt(exponent)), prime, `the 10^${exponent}th`);
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
