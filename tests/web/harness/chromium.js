// @ts-check
/**
 * Chromium, driven by playwright-core over the DevTools protocol.
 *
 * We start it ourselves instead of letting Playwright do it: the flags are then
 * exactly these, pages live in the profile's own context as a user's do (not in
 * an incognito one, whose storage behaves differently), and we know the process.
 */
import { chromium } from 'playwright-core';
import { processOf } from './content.js';
import { within } from './deadline.js';
import { lineMatching, remove, start, temporaryFolder } from './leftovers.js';

const FLAGS = [
  '--headless=new',
  '--remote-debugging-port=0',
  // Tests run as root in containers, where Chromium's sandbox refuses to start.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Nothing may use the network or the CPU beside the page under test.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page kept in the back/forward cache keeps its workers and locks.
  '--disable-features=BackForwardCache',
];

/**
 * @param {import('./browsers.js').Browser} browser
 * @param {import('./page.js').View} view
 * @param {number} limit  milliseconds for the launch
 * @param {string} [kept]  a profile's folder, which is not removed at the end
 * @returns {Promise<import('./page.js').Driver>}
 */
export async function launchChromium({ binary }, view, limit, kept) {
  const profile = kept ?? (await temporaryFolder('chromium'));
  const started = await start(binary, [
    ...FLAGS,
    `--user-data-dir=${profile}`,
    `--window-size=${view.width},${view.height}`,
    'about:blank',
  ]);
  const kill = async () => {
    await started.kill();
    if (!kept) await remove(profile);
  };
  const [, address] = await lineMatching(started, /^DevTools listening on (\S+)/, limit, 'chromium');
  try {
    const connection = await within(limit, 'chromium, asked for its debugger', chromium.connectOverCDP(address));
    const context = connection.contexts()[0];
    const end = async () => {
      // Closing first would wait for a busy page; the socket just drops.
      await kill();
      await connection.close().catch(() => {});
    };
    return await driverOf(context, context.pages()[0] ?? (await context.newPage()), view, { started, end });
  } catch (error) {
    await kill();
    throw error;
  }
}

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {import('playwright-core').Page} page
 * @param {import('./page.js').View} view
 * @param {{ started: import('./leftovers.js').Started, end: () => Promise<void> }} browser
 * @returns {Promise<import('./page.js').Driver>}
 */
async function driverOf(context, page, view, { started, end }) {
  await page.setViewportSize(view);
  await page.emulateMedia({ colorScheme: view.colorScheme });

  /** @type {string[]} */
  const errors = [];
  // Both include what happens in the page's workers.
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    const { url } = message.location();
    if (message.type() === 'error') errors.push(`${message.text()}${url && ` (${url})`}`);
  });
  page.on('crash', () => errors.push('the page crashed'));

  /** While it is frozen: the process. */
  let stopped = 0;
  /** Which process it was last, and at what address: finding out keeps it busy. */
  let found = { url: '', pid: 0 };

  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    run: (expression) => page.evaluate(expression),
    click: (selector) => page.click(selector),
    fill: (selector, text) => page.fill(selector, text),
    select: async (selector, value) => void (await page.selectOption(selector, value)),
    press: (keys) => page.keyboard.press(keys),
    resize: (width, height) => page.setViewportSize({ width, height }),
    async screenshot() {
      // A tab behind another one paints nothing.
      await page.bringToFront();
      return page.screenshot();
    },
    errors: async () => [...errors],
    forgetErrors: async () => void errors.splice(0),
    newTab: async () => driverOf(context, await context.newPage(), view, { started, end }),
    closeTab: () => page.close(),
    async crash() {
      const crashed = new Promise((resolve) => page.once('crash', resolve));
      const session = await context.newCDPSession(page);
      const at = Date.now();
      // Never answered: who would answer is gone.
      session.send('Page.crash').catch(() => {});
      await crashed;
      return at;
    },
    async freeze() {
      // Page.setWebLifecycleState leaves a page that is shown running, and headless ones are all shown.
      // The DevTools protocol lists the processes but does not say whose they are.
      if (found.url !== page.url()) {
        found = { url: page.url(), pid: await processOf((expression) => page.evaluate(expression), started.pid, 'DedicatedWorker') };
      }
      process.kill(found.pid, 'SIGSTOP');
      stopped = found.pid;
    },
    async thaw() {
      if (stopped) process.kill(stopped, 'SIGCONT');
      stopped = 0;
    },
    signal: started.signal,
    memory: started.memory,
    peakAnew: started.peakAnew,
    peak: started.peak,
    end,
  };
}
