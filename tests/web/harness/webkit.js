// @ts-check
/**
 * WebKitGTK's MiniBrowser, driven by selenium-webdriver through WebKitWebDriver,
 * on a virtual screen: it has no headless mode. Linux only.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import webdriver from 'selenium-webdriver';
import http from 'selenium-webdriver/http/index.js';
import { processOf } from './content.js';
import { sleep, within } from './deadline.js';
import { lineMatching, remove, start, temporaryFolder } from './leftovers.js';
import { startLine } from './line.js';
import { Tabs, inTab, webdriverActions } from './webdriver.js';

/** Without this the toolbar's buttons keep the window wider than a phone. */
const GTK_STYLE = '* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0 }\n';

/**
 * Classic WebDriver has no console log, and WebKit prints none in the private
 * sessions that drivers get. So the page keeps its errors itself, from its load
 * event on: earlier ones, and those of workers, are not seen.
 */
const KEEP_ERRORS = `
  window.tamisErrors = [];
  const keep = (error) => window.tamisErrors.push(String(error));
  addEventListener('error', (event) => keep(event.error ?? event.message));
  addEventListener('unhandledrejection', (event) => keep(event.reason));
  addEventListener('securitypolicyviolation', (event) => keep(event.violatedDirective + ' ' + event.blockedURI));
  const log = console.error;
  console.error = (...logged) => { keep(logged.join(' ')); log.apply(console, logged); };`;

/**
 * @param {import('./browsers.js').Browser} browser
 * @param {import('./page.js').View & { sharedMemory: boolean }} view
 * @param {number} limit  milliseconds for the launch
 * @param {string} [kept]
 * @returns {Promise<import('./page.js').Driver>}
 */
export async function launchWebKit({ binary, driver: driverBinary, screen }, view, limit, kept) {
  if (kept) throw new Error('WebKitWebDriver opens private sessions alone, so no profile can be kept.');
  const folder = await temporaryFolder('webkit');
  const style = join(folder, 'config/gtk-3.0');
  await mkdir(style, { recursive: true });
  await writeFile(join(style, 'gtk.css'), GTK_STYLE);
  /** @type {import('./leftovers.js').Started[]} */
  const running = [];
  const line = await startLine();
  const end = async () => {
    line.end();
    const [xvfb, driver] = running;
    await driver?.kill();
    // Politely: it then removes its lock and its socket.
    await xvfb?.kill('SIGTERM');
    await remove(folder);
  };
  try {
    const size = `${Math.max(1600, view.width)}x${Math.max(1200, view.height + 100)}x24`;
    const xvfb = await start(screen, ['-displayfd', '1', '-screen', '0', size, '-nolisten', 'tcp']);
    running.push(xvfb);
    const [, display] = await lineMatching(xvfb, /^(\d+)$/, limit, 'the virtual screen');

    const port = await freePort();
    const started = await start(driverBinary, [`--port=${port}`], {
      env: {
        DISPLAY: `:${display}`,
        // The option of the tests, not the taste of whoever runs them.
        GTK_THEME: view.colorScheme === 'dark' ? 'Adwaita:dark' : 'Adwaita',
        LIBGL_ALWAYS_SOFTWARE: '1',
        // WebKitGTK shares no memory unless told to; then it does everywhere, isolated or not.
        JSC_useSharedArrayBuffer: view.sharedMemory ? '1' : '0',
        // Its pages' language; for the locale "C" it makes up a language tag that its own Intl refuses.
        LC_ALL: 'en_US.UTF-8',
        XDG_CONFIG_HOME: join(folder, 'config'),
        XDG_CACHE_HOME: join(folder, 'cache'),
        XDG_DATA_HOME: join(folder, 'data'),
      },
    });
    running.push(started);
    const address = `http://127.0.0.1:${port}`;
    await within(limit, 'WebKitWebDriver, started', ready(address, started));

    const capabilities = new webdriver.Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary, args: ['--automation'] },
    });
    const executor = new http.Executor(new http.HttpClient(address));
    const driver = webdriver.WebDriver.createSession(executor, capabilities);
    await within(limit, 'webkit, asked for a session', driver.getSession());
    const handle = await driver.getWindowHandle();
    const first = driverOf(new Tabs(driver), handle, { view, driver: started, all: running, line, asked: new Map(), crashed: false, end });
    await within(limit, 'webkit, asked for its window size', first.resize(view.width, view.height));
    return first;
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * A MiniBrowser with what belongs to it.
 * @typedef {object} Running
 * @property {import('./page.js').View} view
 * @property {import('./leftovers.js').Started} driver
 * @property {import('./leftovers.js').Started[]} all
 * @property {import('./line.js').Line} line
 * @property {Map<string, () => Promise<void>>} asked  tabs that newTab() made, by handle: has its page ask over the line
 * @property {boolean} crashed  a tab has: the driver's session has ended, and pages are reached over the line
 * @property {() => Promise<void>} end
 */

/**
 * @param {Tabs} tabs
 * @param {string} handle
 * @param {Running} browser
 * @returns {import('./page.js').Driver}
 */
function driverOf(tabs, handle, browser) {
  const { driver } = tabs;
  const inPage = webdriverActions(driver).run;
  const content = () => processOf(inPage, browser.driver.pid, 'WebCore: Worker');
  const { here, ...actions } = inTab(tabs, handle, content);
  const run = (/** @type {string} */ expression) => (browser.crashed ? browser.line.run(handle, expression) : actions.run(expression));
  /** @type {string[]} */
  const kept = [];
  const now = () => run('window.tamisErrors ?? []');
  const listen = () => here(() => driver.executeScript(KEEP_ERRORS));
  return {
    ...actions,
    run,
    async goto(url) {
      kept.push(...(await now()));
      await actions.goto(url);
      await listen();
    },
    async reload() {
      kept.push(...(await now()));
      await actions.reload();
      await listen();
    },
    async screenshot() {
      // A window behind another one is painted late; what was scrolled to is missing until then.
      await run('new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); setTimeout(resolve, 1000); })');
      return actions.screenshot();
    },
    errors: async () => [...kept, ...(await now())],
    // A tab's errors are its page's own.
    forgetErrors: async () => {},
    async newTab() {
      const [opened, tab] = await here(async () => {
        // A window and not a tab: MiniBrowser shows one tab of a window, and slows the timers of the others.
        await driver.switchTo().newWindow('window');
        tabs.forget();
        const name = await driver.getWindowHandle();
        return /** @type {const} */ ([name, driverOf(tabs, name, browser)]);
      });
      browser.asked.set(opened, () => tab.run(browser.line.script(opened)));
      await tab.resize(browser.view.width, browser.view.height);
      return tab;
    },
    async closeTab() {
      browser.asked.delete(handle);
      await actions.closeTab();
    },
    async crash() {
      browser.asked.delete(handle);
      for (const [other, ask] of browser.asked) {
        await ask();
        await within(5000, "webkit, asked over the line that a page's policy may forbid", browser.line.run(other, 'true'));
      }
      const noticed = new Promise((resolve) => browser.driver.onLine((line) => /WebProcess CRASHED/.test(line) && resolve(null)));
      const killed = await here(content);
      const at = Date.now();
      process.kill(killed, 'SIGKILL');
      browser.crashed = true;
      tabs.end('WebKitGTK ends the session of its driver when a tab crashes: pages can still be asked, and nothing else.');
      await noticed;
      return at;
    },
    signal: (name) => browser.all.forEach((started) => started.signal(name)),
    memory: browser.driver.memory,
    peakAnew: browser.driver.peakAnew,
    peak: browser.driver.peak,
    end: browser.end,
  };
}

/** WebKitWebDriver does not choose a port itself. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
        server.close(() => resolve(port));
      });
  });
}

/** @param {string} address @param {import('./leftovers.js').Started} started */
async function ready(address, started) {
  let ended = '';
  started.ended.then((how) => (ended = how));
  for (;;) {
    if (ended) throw new Error(`WebKitWebDriver ${ended} before it was ready:\n${started.said()}`);
    const answer = await fetch(`${address}/status`).then((r) => r.json(), () => null);
    if (answer?.value?.ready) return;
    await sleep(30);
  }
}
