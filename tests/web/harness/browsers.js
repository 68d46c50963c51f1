// @ts-check
/** Which browsers the tests drive, and where they are. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {'chromium' | 'firefox' | 'webkit'} BrowserName
 * @typedef {object} Browser
 * @property {BrowserName} name
 * @property {string} binary  the browser; for webkit its MiniBrowser
 * @property {string} driver  geckodriver or WebKitWebDriver; "" for chromium
 * @property {string} screen  Xvfb for webkit, else ""
 */

/** @param {string} path */
function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where distributions put MiniBrowser, which is not on PATH. Debian: /usr/lib/<machine>/webkit2gtk-4.1. */
function webkitFolders() {
  const parents = ['/usr/libexec', '/usr/lib64', '/usr/lib'];
  try {
    parents.push(...readdirSync('/usr/lib').map((name) => `/usr/lib/${name}`));
  } catch {
    // No /usr/lib: not a system with WebKitGTK.
  }
  return parents.flatMap((parent) => [`${parent}/webkit2gtk-4.1`, `${parent}/webkitgtk-6.0`]);
}

/**
 * The program that `variable` names, or the first of `names` in `folders` or on PATH.
 * @param {string} variable
 * @param {string[]} names
 * @param {string[]} [folders]
 */
function program(variable, names, folders = []) {
  const named = process.env[variable];
  if (named) {
    if (runs(named)) return named;
    throw new Error(`${variable} names ${named}, which is no program that can be run.`);
  }
  const all = [...folders, ...(process.env.PATH ?? '').split(delimiter)];
  const found = names.flatMap((name) => all.map((folder) => join(folder, name))).find(runs);
  if (found) return found;
  throw new Error(
    `There is no ${names[0]} here, and ${variable} does not name one. ` +
      'tools/toolchain/browsers.sh installs what the browser tests need; ' +
      'TAMIS_BROWSERS=chromium, for example, leaves the other browsers out.',
  );
}

/** @type {Record<BrowserName, () => Browser>} */
const find = {
  chromium: () => ({
    name: 'chromium',
    binary: program('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome']),
    driver: '',
    screen: '',
  }),
  firefox: () => ({
    name: 'firefox',
    binary: program('FIREFOX', ['firefox', 'firefox-esr']),
    driver: program('GECKODRIVER', ['geckodriver']),
    screen: '',
  }),
  webkit: () => ({
    name: 'webkit',
    binary: program('WEBKIT', ['MiniBrowser'], webkitFolders()),
    driver: program('WEBKIT_DRIVER', ['WebKitWebDriver']),
    screen: program('XVFB', ['Xvfb']),
  }),
};

/**
 * The browsers to test in. A missing one is an error: a test that quietly did
 * not run would look like one that passed. `TAMIS_BROWSERS`, as in
 * "chromium,firefox,webkit", chooses. Left out, it is Chromium and Firefox, and
 * WebKitGTK (Linux only, and the least common here) when WEBKIT_DRIVER is set.
 * @returns {Browser[]}
 */
export function browsers() {
  const usual = `chromium,firefox${process.env.WEBKIT_DRIVER ? ',webkit' : ''}`;
  const names = (process.env.TAMIS_BROWSERS || usual).split(',').map((name) => name.trim());
  return names.map((name) => {
    const known = find[/** @type {BrowserName} */ (name)];
    if (known) return known();
    throw new Error(`TAMIS_BROWSERS names "${name}"; known are ${Object.keys(find).join(', ')}.`);
  });
}
