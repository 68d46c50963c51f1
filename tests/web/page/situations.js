// @ts-check
/** The ways in which the page is opened, and the steps that all its tests take. */
import assert from 'node:assert/strict';
import { fileUrl, open, openShared, projectRoot, startServer } from '../harness/index.js';

/** @typedef {import('../harness/page.js').Page} Page */
/** @typedef {import('../harness/browsers.js').Browser} Browser */

export const web = new URL('web/', projectRoot);

/**
 * @typedef {object} Situation
 * @property {string} name
 * @property {'threads' | 'workers'} mode  that the page must arrive at
 * @property {(t: import('../harness/ends.js').TestContext) => Promise<string>} address
 */

/** @type {Situation} */
export const withHeaders = {
  name: 'over HTTP with the headers',
  mode: 'threads',
  address: async (t) => `${(await startServer({ root: web, t })).origin}/`,
};

/** And without the service worker that would add them: that is tested in ../hosts. @type {Situation} */
export const withoutHeaders = {
  name: 'over HTTP without the headers',
  mode: 'workers',
  address: async (t) => `${(await startServer({ root: web, isolation: false, t })).origin}/?isolate=off`,
};

/** @type {Situation} */
export const fromDisk = {
  name: 'from disk',
  mode: 'workers',
  address: async () => fileUrl(new URL('index.html', web)),
};

export const situations = [withHeaders, withoutHeaders, fromDisk];

/**
 * Opens the page and waits until it can count.
 * @param {Browser} browser
 * @param {Situation} situation
 * @param {Parameters<typeof open>[2] & { t: import('../harness/ends.js').TestContext, hash?: string, alone?: boolean }} options  alone:
 *   in a browser of its own, as from disk, where all tests would share what is stored
 */
export async function openPage(browser, situation, { hash = '', alone = situation === fromDisk, ...options }) {
  const page = await (alone ? open : openShared)(browser, (await situation.address(options.t)) + hash, options);
  await ready(page);
  return page;
}

/** @param {Page} page @param {number} [timeout] */
export const ready = (page, timeout = 30_000) => page.waitFor('html[data-state="ready"]', { timeout });

/**
 * Fills the form and counts; resolves with what the page shows.
 * @param {Page} page
 * @param {{ start?: string, stop: string, timeout?: number }} range
 */
export async function count(page, { start = '0', stop, timeout }) {
  await page.fill('#count-start', start);
  await page.fill('#count-stop', stop);
  await page.click('#count-go');
  await ready(page, timeout);
  assert.equal(await isHidden(page, '#count-error'), true, await page.text('#count-error'));
  return page.text('#count-value');
}

/** @param {Page} page @param {string} selector */
export const isHidden = (page, selector) => page.evaluate(
  (/** @type {string} */ s) => /** @type {HTMLElement} */ (document.querySelector(s)).hidden, selector);

/** @param {Page} page @param {string} selector @returns {Promise<string>} */
export const valueOf = (page, selector) => page.evaluate(
  (/** @type {string} */ s) => /** @type {HTMLInputElement} */ (document.querySelector(s)).value, selector);

/** The id of what has the focus. @param {Page} page @returns {Promise<string>} */
export const focused = (page) => page.evaluate(() => document.activeElement?.id ?? '');
