// @ts-check
// What can be counted and listed, in the page's words: primes and the six kinds of k-tuplets.
import { grouped } from './format.js';

/**
 * @typedef {object} Kind
 * @property {number} k  members of one
 * @property {string} label
 * @property {string} one
 * @property {string} many
 * @property {number[][]} forms  how far the members lie from the first one; triplets and quintuplets have two forms
 * @property {number} density  Hardy and Littlewood's constant, of all forms together
 */

/**
 * Source of the constants' formula: Hardy and Littlewood, Some problems of 'Partitio Numerorum' III (1923), theorem X.
 * @type {Kind[]}
 */
export const KINDS = [
  { k: 1, label: 'Primes', one: 'prime', many: 'primes', forms: [[0]], density: 1 },
  { k: 2, label: 'Twins', one: 'pair of twins', many: 'pairs of twins', forms: [[0, 2]], density: 1.3203236 },
  { k: 3, label: 'Triplets', one: 'triplet', many: 'triplets', forms: [[0, 2, 6], [0, 4, 6]], density: 2 * 2.8582486 },
  { k: 4, label: 'Quadruplets', one: 'quadruplet', many: 'quadruplets', forms: [[0, 2, 6, 8]], density: 4.1511809 },
  { k: 5, label: 'Quintuplets', one: 'quintuplet', many: 'quintuplets', forms: [[0, 2, 6, 8, 12], [0, 4, 6, 10, 12]], density: 2 * 10.1317949 },
  { k: 6, label: 'Sextuplets', one: 'sextuplet', many: 'sextuplets', forms: [[0, 4, 6, 10, 12, 16]], density: 17.2986123 },
];

/** @param {number} k */
export const kindOf = (k) => KINDS[k - 1];

/**
 * "3,424,506 pairs of twins"
 * @param {number} k
 * @param {bigint} count
 */
export const tally = (k, count) => `${grouped(count)} ${nounOf(k, count)}`;

/**
 * @param {number} k
 * @param {bigint} count
 */
export const nounOf = (k, count) => (count === 1n ? kindOf(k).one : kindOf(k).many);

/**
 * "primes", "primes and triplets", "primes, pairs of twins and triplets"
 * @param {string[]} items
 */
export const inSeries = (items) =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
