// @ts-check
// What is worth saying about a count: is it right, is it many, was it quick. Pure.
import { grouped, many, significant } from './format.js';
import { expected, published } from './primes.js';

/** @typedef {import('./count-panel.js').Counted} Counted */

/**
 * @param {Counted} counted
 * @param {Counted[]} earlier  of this visit, newest first
 * @returns {string[]}  sentences
 */
export function remarks(counted, earlier) {
  const { start, stop, count } = counted;
  const sentences = [];
  const known = published(start, stop);
  if (known === count) sentences.push('This is the published value (OEIS A006880).');
  else if (known !== undefined) {
    sentences.push(`The published value is ${grouped(known)} (OEIS A006880), so this is wrong: please report it.`);
  }
  if (count > 0n) {
    const oneIn = Number(stop - start + 1n) / Number(count);
    if (oneIn >= 1.5) sentences.push(`In this range about one number in ${oneIn < 9.95 ? oneIn.toPrecision(2) : Math.round(oneIn)} is prime.`);
  }
  const estimate = expected(start, stop);
  if (estimate >= 1000 && count > 0n) {
    const off = (Math.round(estimate) - Number(count)) / Number(count);
    const size = Math.abs(off) * 100;
    const verdict = size < 0.000001
      ? 'right to eight digits'
      : `${size < 0.01 ? size.toPrecision(1) : size.toPrecision(2)}% too ${off > 0 ? 'many' : 'few'}`;
    sentences.push(`The prime number theorem’s integral predicts ${grouped(BigInt(Math.round(estimate)))}, ${verdict}.`);
  }
  const peer = earlier.find((other) => other.start === start && other.stop === stop && other.threads !== counted.threads);
  if (peer) {
    const ratio = peer.ms / counted.ms;
    sentences.push(ratio >= 1
      ? `${significant(ratio)} times as fast as with ${many(peer.threads, 'thread')} before.`
      : `${significant(1 / ratio)} times as slow as with ${many(peer.threads, 'thread')} before.`);
  }
  return sentences;
}
