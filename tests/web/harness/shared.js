// @ts-check
/**
 * A browser that the tests of one file share: starting one takes seconds, opening a tab a tenth of one. Each test has a tab
 * and, by the port of its own server, an origin of its own: nothing that another has stored. A page from disk has not.
 */
import { closeAtEnd } from './ends.js';
import { open } from './index.js';

/** @typedef {import('./page.js').Page} Page */

/** By what can't be changed once a browser runs. @type {Map<string, Promise<Page>>} */
const shared = new Map();

/**
 * As open(), in a tab of a browser that ends with the test file. For tests that open no further tabs and do nothing to the browser itself.
 * @param {import('./browsers.js').Browser} browser
 * @param {string} url  http: or https:
 * @param {Omit<NonNullable<Parameters<typeof open>[2]>, 'profile'> & { t: import('./ends.js').TestContext }} options
 * @returns {Promise<Page>}
 */
export async function openShared(browser, url, options) {
  // WebKitGTK's tabs are windows with two processes each: no quicker, and it alone has the switch.
  const { t, width = 1280, height = 800, sharedMemory, ...fixed } = options;
  if (browser.name === 'webkit') return open(browser, url, options);
  const key = JSON.stringify([browser.name, fixed]);
  const first = shared.get(key) ?? open(browser, 'about:blank', fixed);
  shared.set(key, first);
  const page = await (await first).newTab('about:blank');
  closeAtEnd(page, t);
  await page.resize(width, height);
  await page.forgetErrors();
  await page.goto(url);
  return page;
}
