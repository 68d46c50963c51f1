// @ts-check
/**
 * Firefox, driven by selenium-webdriver through geckodriver: classic WebDriver.
 * Not WebDriver BiDi: with any BiDi subscription, nested workers now and then
 * never start. Not Playwright: it needs a patched Firefox.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import firefox from 'selenium-webdriver/firefox.js';
import http from 'selenium-webdriver/http/index.js';
import { within } from './deadline.js';
import { lineMatching, remove, start, temporaryFolder } from './leftovers.js';
import { webdriverActions } from './webdriver.js';

/** Values of layout.css.prefers-color-scheme.content-override. */
const COLOR_SCHEME = { dark: 0, light: 1 };

/** Firefox's own scripts live at chrome:, resource: and the like; the page's at one of these. */
const OF_A_PAGE = '/^(https?|file|blob|data):/';

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

/**
 * @param {import('./browsers.js').Browser} browser  its geckodriver 0.36 or newer
 * @param {import('./page.js').View} view
 * @param {number} limit  milliseconds for the launch
 * @returns {Promise<import('./page.js').Driver>}
 */
export async function launchFirefox({ binary, driver: geckodriver }, view, limit) {
  const folder = await temporaryFolder('firefox');
  const profile = join(folder, 'template');
  await mkdir(join(profile, 'chrome'), { recursive: true });
  // Firefox's own window is at least 500 pixels wide, a phone's is not.
  await writeFile(join(profile, 'chrome/userChrome.css'), ':root { min-width: 0 !important }\n');

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
    const options = new firefox.Options()
      .setBinary(binary)
      .setProfile(profile)
      .setPreference('toolkit.legacyUserProfileCustomizations.stylesheets', true)
      .setPreference('layout.css.prefers-color-scheme.content-override', COLOR_SCHEME[view.colorScheme])
      // geckodriver relaxes file:// for its users; ours is to be as people have it.
      .setPreference('security.fileuri.strict_origin_policy', true)
      // Nothing may use the CPU beside the page under test: no spare processes, no studies.
      .setPreference('dom.ipc.processPrelaunch.enabled', false)
      .setPreference('app.normandy.enabled', false)
      .setPreference('messaging-system.rsexperimentloader.enabled', false);
    const executor = new http.Executor(new http.HttpClient(`http://${host}`));
    const driver = firefox.Driver.createSession(options, executor);
    await within(limit, 'firefox, asked for a session', driver.getSession());

    /** @param {string} script @param {unknown[]} args */
    const inBrowser = async (script, ...args) => {
      await driver.setContext('chrome');
      try {
        return await driver.executeScript(script, ...args);
      } finally {
        await driver.setContext('content');
      }
    };
    await within(limit, 'firefox, asked to keep what is logged', inBrowser(START_LISTENING, LISTEN));

    const actions = webdriverActions(driver);
    await within(limit, 'firefox, asked for its window size', actions.resize(view.width, view.height));
    return { ...actions, errors: () => inBrowser(READ_ERRORS), signal: started.signal, memory: started.memory, end };
  } catch (error) {
    await end();
    throw error;
  }
}
