// @ts-check
// What is worth saying about a count: is it right, is it many, was it quick. Pure.
import { grouped, many, significant } from './format.js';
import { kindOf } from './kinds.js';
import { expected, published } from './primes.js';

/** @typedef {import('./count-panel.js').Counted} Counted */

/**
 * @param {Counted} counted
 * @param {Counted[]} earlier  of this visit, newest first
 * @returns {string[]}  sentences
 */
export function remarks(counted, earlier) {
  const { start, stop, found } = counted;
  const count = found.get(1) ?? 0n;
  const sentences = againstPublished(counted);
  if (count > 0n) {
    const oneIn = Number(stop - start + 1n) / Number(count);
    if (oneIn >= 1.5) sentences.push(`In this range about one number in ${oneIn < 9.95 ? oneIn.toPrecision(2) : Math.round(oneIn)} is prime.`);
  }
  const estimate = found.has(1) ? expected(start, stop) : 0;
  if (estimate >= 1000 && count > 0n) {
    const off = (Math.round(estimate) - Number(count)) / Number(count);
    const size = Math.abs(off) * 100;
    const verdict = size < 0.000001
      ? 'right to eight digits'
      : `${size < 0.01 ? size.toPrecision(1) : size.toPrecision(2)}% too ${off > 0 ? 'many' : 'few'}`;
    sentences.push(`The prime number theorem’s integral predicts ${grouped(BigInt(Math.round(estimate)))}, ${verdict}.`);
  }
  const peer = earlier.find((other) => other.start === start && other.stop === stop && other.threads !== counted.threads
    && [...other.found.keys()].join() === [...found.keys()].join());
  if (peer) {
    const ratio = peer.ms / counted.ms;
    sentences.push(ratio >= 1
      ? `${significant(ratio)} times as fast as with ${many(peer.threads, 'thread')} before.`
      : `${significant(1 / ratio)} times as slow as with ${many(peer.threads, 'thread')} before.`);
  }
  return sentences;
}

/**
 * Which of the counts are published, and whether these are the same.
 * @param {Counted} counted
 */
function againstPublished({ start, stop, found }) {
  const sentences = [];
  /** @type {string[]} */
  const right = [];
  for (const [k, count] of found) {
    const known = published(start, stop, k);
    if (known?.count === count) right.push(found.size === 1 ? known.source : `${kindOf(k).many}: ${known.source}`);
    else if (known) {
      sentences.push(`The published value is ${grouped(known.count)} (${known.source}), so this is wrong: please report it.`);
    }
  }
  if (right.length > 0) {
    sentences.unshift(found.size === 1 ? `This is the published value (${right[0]}).` : `These are the published values (${right.join(', ')}).`);
  }
  return sentences;
}
