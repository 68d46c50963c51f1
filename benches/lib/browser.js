// @ts-check
// tamis in a real browser: the page of benches/page, served by the project's own server with the headers
// that threads need, and driven by the harness of the browser tests.
import process from 'node:process';
import { nameOf, outcomeOf, request } from './instance.js';
import { prepareBrowsers, versionOf } from './programs.js';

/** Longer than any count: what is asked ends by itself after ten seconds. */
const STEP_MS = 120_000;

/**
 * One browser for the whole run; each measurement has the page loaded anew.
 * @param {'chromium' | 'firefox'} name
 */
export async function openPage(name) {
  const found = await prepareBrowsers();
  // Only now: its packages may just have been installed.
  const harness = await import('../../tests/web/harness/index.js');
  process.env.TAMIS_BROWSERS = name;
  const server = await harness.startServer({ root: harness.projectRoot });
  const address = `${server.origin}/benches/page/index.html`;
  const page = await harness.open(harness.browsers()[0], address, { limit: STEP_MS }).catch(async (error) => {
    await server.close();
    throw error;
  });
  const version = await versionOf(found[name]);
  /** @param {import('../page/page.js').Asked} asked */
  const answered = async (asked) => {
    await page.evaluate((request) => bench.start(request), asked);
    for (;;) {
      const answer = await page.evaluate(() => bench.next());
      if (answer) return answer;
    }
  };
  return {
    version,
    /** Name and first number. */
    shortVersion: version.replace(/^Mozilla /, '').replace(/^(\D+\d+).*/, '$1'),
    /**
     * What `bench` of the page answers, and by how many bytes the browser grew meanwhile.
     * @param {import('../page/page.js').Asked} asked
     */
    async ask(asked) {
      await page.goto(address);
      return page.growth(() => answered(asked));
    },
    /** The same in the page as it is, where an instance may live. */
    askAgain: answered,
    close: async () => {
      await page.close();
      await server.close();
    },
  };
}

/**
 * Counting by the sieve.
 * @param {'chromium' | 'firefox'} name
 * @param {number} pool
 * @param {'threads' | 'workers'} mode
 * @returns {Promise<import('./contestants.js').Contestant>}
 */
export async function openBrowser(name, pool, mode) {
  const { version, shortVersion, ask, close } = await openPage(name);
  return {
    name: nameOf(shortVersion, mode),
    version,
    takesPart: () => true,
    async count(work, threads) {
      const { value, grown } = await ask(request(work, threads, pool, mode));
      return { ...outcomeOf(/** @type {import('./measure.js').Answer} */ (value)), peakBytes: grown };
    },
    close,
  };
}
