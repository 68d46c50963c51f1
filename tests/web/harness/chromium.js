// @ts-check
/**
 * Chromium, driven by playwright-core over the DevTools protocol.
 *
 * We start it ourselves instead of letting Playwright do it: the flags are then
 * exactly these, pages live in the profile's own context as a user's do (not in
 * an incognito one, whose storage behaves differently), and we know the process.
 */
import { chromium } from 'playwright-core';
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
 * @returns {Promise<import('./page.js').Driver>}
 */
export async function launchChromium({ binary }, view, limit) {
  const profile = await temporaryFolder('chromium');
  const started = await start(binary, [
    ...FLAGS,
    `--user-data-dir=${profile}`,
    `--window-size=${view.width},${view.height}`,
    'about:blank',
  ]);
  const end = async () => {
    await started.kill();
    await remove(profile);
  };
  const [, address] = await lineMatching(started, /^DevTools listening on (\S+)/, limit, 'chromium');
  try {
    const connection = await within(limit, 'chromium, asked for its debugger', chromium.connectOverCDP(address));
    const context = connection.contexts()[0];
    const page = context.pages()[0] ?? (await context.newPage());
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

    return {
      goto: async (url) => void (await page.goto(url)),
      reload: async () => void (await page.reload()),
      run: (expression) => page.evaluate(expression),
      click: (selector) => page.click(selector),
      fill: (selector, text) => page.fill(selector, text),
      select: async (selector, value) => void (await page.selectOption(selector, value)),
      press: (keys) => page.keyboard.press(keys),
      resize: (width, height) => page.setViewportSize({ width, height }),
      screenshot: () => page.screenshot(),
      errors: async () => [...errors],
      signal: started.signal,
      memory: started.memory,
      end: async () => {
        // Closing first would wait for a busy page; the socket just drops.
        await end();
        await connection.close().catch(() => {});
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
