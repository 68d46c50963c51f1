// @ts-check
/**
 * Real browsers for tests, with one API for all of them.
 *
 *   import { browsers, open, startServer } from '../harness/index.js';
 *   for (const browser of browsers()) {
 *     test(`${browser.name}: counts`, async (t) => {
 *       const { origin } = await startServer({ root: webFolder, t });
 *       const page = await open(browser, `${origin}/`, { t });
 *       await page.click('#count');
 *       assert.equal(await page.waitFor(() => document.querySelector('output')?.value), '455052511');
 *       assert.deepEqual(await page.errors(), []);
 *     });
 *   }
 */
import { pathToFileURL } from 'node:url';
import { launchChromium } from './chromium.js';
import { closeAtEnd } from './ends.js';
import { launchFirefox } from './firefox.js';
import { Page } from './page.js';
import { launchWebKit } from './webkit.js';

export { browsers } from './browsers.js';
export { closeAll } from './ends.js';
export { remove, temporaryFolder } from './leftovers.js';
export { Page } from './page.js';
export { projectRoot, startServer } from './server.js';
export { openShared } from './shared.js';

/** Size of a common phone's page, in CSS pixels. */
export const PHONE = { width: 390, height: 844 };

/** A cold start beside a compiler on two cores takes its time. */
const LAUNCH_MS = 60_000;

const launchers = { chromium: launchChromium, firefox: launchFirefox, webkit: launchWebKit };

/**
 * Starts a browser with a fresh profile and opens `url` in it; resolves after
 * the load event. The browser ends with the test `t`, or with the test file
 * when there is no `t`.
 * @param {import('./browsers.js').Browser} browser
 * @param {string | URL} url  http:, https: or file:
 * @param {object} [options]
 * @param {'light' | 'dark'} [options.colorScheme]  what the page learns of the user's wish
 * @param {number} [options.width]  of the page, in CSS pixels
 * @param {number} [options.height]
 * @param {boolean} [options.sharedMemory]  WebKitGTK alone has it as a switch; it then shares everywhere,
 *   even without isolation, so a test of mode `workers` says false
 * @param {number} [options.limit]  milliseconds that one step may take
 * @param {string} [options.profile]  a folder to keep the browser's profile in, so that a later open() finds what
 *   this one stored; not in WebKitGTK
 * @param {import('./ends.js').TestContext} [options.t]
 * @returns {Promise<Page>}
 */
export async function open(browser, url, options = {}) {
  const { colorScheme = 'light', width = 1280, height = 800, sharedMemory = true, limit = 30_000, profile, t } = options;
  const view = { width, height, colorScheme, sharedMemory };
  const driver = await launchers[browser.name](browser, view, LAUNCH_MS, profile);
  const page = new Page(browser.name, driver, limit);
  closeAtEnd(page, t);
  try {
    await page.goto(String(url));
  } catch (error) {
    await page.close();
    throw error;
  }
  return page;
}

/** The file:// address of a path. @param {string | URL} path @returns {string} */
export const fileUrl = (path) => (path instanceof URL ? path : pathToFileURL(path)).href;
