// @ts-check
/**
 * Firefox, driven by selenium-webdriver through geckodriver: classic WebDriver.
 * Not WebDriver BiDi: with any BiDi subscription, nested workers now and then
 * never start. Not Playwright: it needs a patched Firefox.
 */
import { access, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import firefox from 'selenium-webdriver/firefox.js';
import http from 'selenium-webdriver/http/index.js';
import { within } from './deadline.js';
import { lineMatching, remove, start, temporaryFolder } from './leftovers.js';
import { projectRoot } from './server.js';
import { Tabs, inTab } from './webdriver.js';

/** Values of layout.css.prefers-color-scheme.content-override. */
const COLOR_SCHEME = { dark: 0, light: 1 };

/** Firefox's own scripts live at chrome:, resource: and the like; the page's at one of these. */
const OF_A_PAGE = '/^(https?|file|blob|data):/';

const PREFERENCES = {
  'toolkit.legacyUserProfileCustomizations.stylesheets': true,
  // geckodriver relaxes file:// for its users; ours is to be as people have it.
  'security.fileuri.strict_origin_policy': true,
  // Nothing may use the CPU beside the page under test: no spare processes, no studies.
  'dom.ipc.processPrelaunch.enabled': false,
  'app.normandy.enabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  // Isolated tabs of one origin share a process by default; one of them could then neither crash nor freeze alone.
  'dom.ipc.processCount.webCOOP+COEP': 8,
  // A browser that was killed comes back empty; what a test wants open it opens.
  'browser.sessionstore.resume_from_crash': false,
  'toolkit.startup.max_resumed_crashes': -1,
};

/** Runs in each content process: passes console.error on, from pages and from workers. */
const LISTEN = `
  Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage).addLogEventListener(
    ({ level, filename, lineNumber, arguments: logged }) => {
      if ((level === 'error' || level === 'assert') && ${OF_A_PAGE}.test(filename)) {
        sendAsyncMessage('tamis:console', logged.map(String).join(' ') + ' (' + filename + ':' + lineNumber + ')');
      }
    },
    Cc['@mozilla.org/systemprincipal;1'].createInstance(Ci.nsIPrincipal),
  );`;

/**
 * Classic WebDriver has no console log, so we ask Firefox itself, in the
 * browser's own context, to keep what is logged from now on.
 */
const START_LISTENING = `
  window.tamisLogged = [];
  Services.ppmm.addMessageListener('tamis:console', ({ data }) => window.tamisLogged.push(data));
  Services.ppmm.loadProcessScript('data:text/javascript,' + encodeURIComponent(arguments[0]), true);`;

/** What was logged, and the uncaught errors and policy violations that Firefox keeps anyway. */
const READ_ERRORS = `
  const errors = [...window.tamisLogged];
  for (const message of Services.console.getMessageArray()) {
    if (!(message instanceof Ci.nsIScriptError)) continue;
    if (message.flags & Ci.nsIScriptError.warningFlag || !${OF_A_PAGE}.test(message.sourceName)) continue;
    errors.push(message.errorMessage + ' (' + message.sourceName + ':' + message.lineNumber + ')');
  }
  return errors;`;

const FORGET_ERRORS = 'window.tamisLogged = []; Services.console.reset();';

/** The process that runs the selected tab's page. */
const PROCESS_OF_TAB = 'return gBrowser.selectedBrowser.browsingContext.currentWindowGlobal.osPid;';

/** geckodriver has Firefox quit when a tab crashes. */
const LIVE_ON = "Services.env.set('MOZ_CRASHREPORTER_SHUTDOWN', '');";

/** Resolves when Firefox has noticed that the selected tab's process is gone. */
const UNTIL_CRASHED = `
  const tab = gBrowser.selectedTab;
  return new Promise((resolve) => {
    const look = () => (tab.linkedBrowser.isRemoteBrowser ? setTimeout(look, 20) : resolve());
    look();
  });`;

/** Of a Firefox that was started and ended once, and has seen no page. */
const USED_ONCE = fileURLToPath(new URL('out/test/firefox-profile/', projectRoot));

/**
 * @param {import('./browsers.js').Browser} browser  its geckodriver 0.36 or newer
 * @param {import('./page.js').View} view
 * @param {number} limit  milliseconds for the launch
 * @param {string} [kept]  a profile's folder, which is not removed at the end
 * @returns {Promise<import('./page.js').Driver>}
 */
export async function launchFirefox(browser, view, limit, kept) {
  const folder = await temporaryFolder('firefox');
  const profile = kept ?? join(folder, 'profile');
  if (!kept) {
    await useOnce(browser, limit);
    await cp(USED_ONCE, profile, { recursive: true });
  }
  const preferences = { ...PREFERENCES, 'layout.css.prefers-color-scheme.content-override': COLOR_SCHEME[view.colorScheme] };
  const { driver, started, end } = await startSession(browser, { folder, profile, preferences, limit });
  try {
    await within(limit, 'firefox, asked to keep what is logged', inBrowser(driver, START_LISTENING, LISTEN));
    const first = driverOf(new Tabs(driver), await driver.getWindowHandle(), { started, end });
    await within(limit, 'firefox, asked for its window size', first.resize(view.width, view.height));
    return first;
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * With a new profile, Firefox compiles its own scripts and makes its databases: starting takes twice as much of the processor as with one that
 * was used. Of another version of Firefox it makes them anew.
 * @param {import('./browsers.js').Browser} browser
 * @param {number} limit
 */
async function useOnce(browser, limit) {
  const isThere = () => access(USED_ONCE).then(() => true, () => false);
  if (await isThere()) return;
  const folder = await temporaryFolder('firefox');
  const profile = join(folder, 'profile');
  const { driver, end } = await startSession(browser, { folder, profile, preferences: PREFERENCES, limit });
  try {
    await within(limit, 'firefox, asked to quit', driver.quit());
    // Where it was to be reached.
    await rm(join(profile, 'MarionetteActivePort'), { force: true });
    // Beside its place first: the folder for temporary ones may be another disk, and half of it is to be seen by nobody.
    const copy = `${USED_ONCE.slice(0, -1)}-${process.pid}`;
    await cp(profile, copy, { recursive: true });
    await rename(copy, USED_ONCE).catch(async (error) => {
      // Another test file was quicker?
      await remove(copy);
      if (!await isThere()) throw error;
    });
  } finally {
    await end();
  }
}

/**
 * @param {import('./browsers.js').Browser} browser
 * @param {{ folder: string, profile: string, preferences: Record<string, string | number | boolean>, limit: number }} options  folder: removed at the end
 */
async function startSession({ binary, driver: geckodriver }, { folder, profile, preferences, limit }) {
  await mkdir(join(profile, 'chrome'), { recursive: true });
  // Firefox's own window is at least 500 pixels wide, a phone's is not.
  await writeFile(join(profile, 'chrome/userChrome.css'), ':root { min-width: 0 !important }\n');
  await writeFile(join(profile, 'user.js'),
    Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));

  // System access lets us read the browser's console; pages get none of it.
  const started = await start(geckodriver, ['--port', '0', '--profile-root', folder, '--allow-system-access'], {
    env: { MOZ_HEADLESS: '1' },
  });
  const end = async () => {
    await started.kill();
    await remove(folder);
  };
  const [, host] = await lineMatching(started, /Listening on (\S+)/, limit, 'geckodriver');
  try {
    // A profile named so is used where it lies; setProfile() has a copy made of it.
    const options = new firefox.Options().setBinary(binary).addArguments('-profile', profile);
    const executor = new http.Executor(new http.HttpClient(`http://${host}`));
    const driver = firefox.Driver.createSession(options, executor);
    await within(limit, 'firefox, asked for a session', driver.getSession());
    return { driver, started, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @param {any} driver  selenium's WebDriver @param {string} script @param {unknown[]} args */
async function inBrowser(driver, script, ...args) {
  await driver.setContext('chrome');
  try {
    return await driver.executeScript(script, ...args);
  } finally {
    await driver.setContext('content');
  }
}

/**
 * @param {Tabs} tabs
 * @param {string} handle
 * @param {{ started: import('./leftovers.js').Started, end: () => Promise<void> }} browser
 * @returns {import('./page.js').Driver}
 */
function driverOf(tabs, handle, { started, end }) {
  const { driver } = tabs;
  const content = () => inBrowser(driver, PROCESS_OF_TAB);
  const { here, ...actions } = inTab(tabs, handle, content);
  return {
    ...actions,
    errors: () => here(() => inBrowser(driver, READ_ERRORS)),
    forgetErrors: () => here(() => inBrowser(driver, FORGET_ERRORS)),
    newTab: () => here(async () => {
      await driver.switchTo().newWindow('tab');
      tabs.forget();
      return driverOf(tabs, await driver.getWindowHandle(), { started, end });
    }),
    crash: () => here(async () => {
      await inBrowser(driver, LIVE_ON);
      const killed = await content();
      const at = Date.now();
      process.kill(killed, 'SIGKILL');
      // Until Firefox has noticed, it takes the next step for one of this tab.
      await inBrowser(driver, UNTIL_CRASHED);
      tabs.forget();
      return at;
    }),
    signal: started.signal,
    memory: started.memory,
    peakAnew: started.peakAnew,
    peak: started.peak,
    end,
  };
}
