// @ts-check
import { TamisError } from '../lib/node.js';
import { crew, toJson, withTamis } from './session.js';
import { StatusLine, duration, grouped, progressLine } from './terminal.js';

/** @typedef {import('./arguments.js').Request} Request */
/** @typedef {import('../lib/client.js').Client} Client */
/** @typedef {import('../lib/options.js').RunOptions} RunOptions */
/**
 * @typedef {object} Answer
 * @property {string} text  for standard output
 * @property {string} sentence  for people, on standard error
 * @property {Record<string, unknown>} json
 */

/** @type {Record<string, (tamis: Client, request: Request, options: RunOptions) => Promise<Answer>>} */
const QUESTIONS = {
  'is-prime': async (tamis, { n }, options) => {
    const { prime, certain, how } = await tamis.testPrime(n, options);
    const what = prime ? 'prime' : n < 2n ? 'neither prime nor composite' : 'composite';
    return { text: what, sentence: `${long(n)} is ${prime && !certain ? 'probably ' : ''}${what}. ${how}`, json: { n, prime, certain } };
  },
  factor: async (tamis, { n }, options) => {
    const factors = await tamis.factor(n, options);
    const text = factors.map(({ prime, exponent }) => (exponent > 1 ? `${prime}^${exponent}` : `${prime}`)).join(' * ') || '1';
    const count = factors.reduce((sum, { exponent }) => sum + exponent, 0);
    return { text, sentence: `${long(n)} has ${count} prime factor${count === 1 ? '' : 's'}`, json: { n, factors } };
  },
  phi: async (tamis, { n }, options) => {
    const phi = await tamis.eulerPhi(n, options);
    return { text: `${phi}`, sentence: `${grouped(phi)} of 1 to ${long(n)} have no divisor in common with it`, json: { n, phi } };
  },
  mertens: async (tamis, { n }, options) => {
    const mertens = await tamis.mertens(n, options);
    return { text: `${mertens}`, sentence: `Moebius' mu of 1 to ${grouped(n)} adds up to ${mertens}`, json: { n, mertens } };
  },
  sum: async (tamis, { n }, options) => {
    const sum = await tamis.sumPrimes(n, options);
    return { text: `${sum}`, sentence: `the primes up to ${grouped(n)} add up to ${grouped(sum)}`, json: { n, sum } };
  },
  goldbach: async (tamis, { n }, options) => {
    const partitions = await tamis.goldbach(n, options);
    return { text: `${partitions}`, sentence: `${grouped(n)} is the sum of two primes in ${grouped(partitions)} ways`, json: { n, partitions } };
  },
  gaps: async (tamis, { start, stop }, options) => {
    const gaps = await tamis.maximalGaps(start, stop, options);
    return {
      text: gaps.map(({ length, prime }) => `${length} ${prime}`).join('\n'),
      sentence: `${gaps.length} maximal gaps from ${grouped(start)} to ${grouped(stop)}: length, and the prime before`,
      json: { start, stop, gaps },
    };
  },
};

/**
 * tamis is-prime of one number, factor, phi, mertens, sum, goldbach, gaps.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function numbers(request, signal) {
  const { command, json, quiet } = request;
  const status = new StatusLine({ quiet: quiet || json });
  await withTamis(request, signal, async (tamis) => {
    const began = performance.now();
    const answer = await QUESTIONS[command](tamis, request, {
      signal,
      ...status.listener(progressLine),
    }).finally(() => status.clear());
    const elapsedMs = performance.now() - began;
    if (json) {
      console.log(toJson({ ...answer.json, elapsedMs, threads: tamis.threads, mode: tamis.mode }));
      return;
    }
    if (answer.text) console.log(answer.text);
    if (!quiet) console.error(`${answer.sentence} (${duration(elapsedMs)} on ${crew(tamis)})`);
  });
}

/** The number that is-prime is asked about may have thousands of digits. @param {bigint} n */
function long(n) {
  const text = String(n);
  return text.length > 60 ? `a number of ${text.length} digits` : grouped(n);
}

/**
 * Digits of any length: parseInteger() stops at 4096 bits.
 * @param {string} word
 * @param {(word: string) => bigint} parse
 * @returns {bigint}
 */
export function readWhole(word, parse) {
  if (!/^\d{1000,}$/.test(word)) return parse(word);
  if (word.length > 100_000) throw new TamisError('range', 'The number has too many digits.', { hint: 'Give one of at most 50,000.' });
  return BigInt(word);
}
