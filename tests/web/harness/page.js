// @ts-check
/** One page in one browser, the same in every browser. */
import { writeFile } from 'node:fs/promises';
import { sleep, within } from './deadline.js';

/**
 * @typedef {{ width: number, height: number, colorScheme: 'light' | 'dark' }} View  size of the page, not of its window
 *
 * What a browser must be able to do for us; see chromium.js and firefox.js.
 * @typedef {object} Driver
 * @property {(url: string) => Promise<void>} goto  resolves after the load event
 * @property {() => Promise<void>} reload
 * @property {(expression: string) => Promise<any>} run  evaluates in the page; awaits a promise
 * @property {(selector: string) => Promise<void>} click
 * @property {(selector: string, text: string) => Promise<void>} fill
 * @property {(selector: string, value: string) => Promise<void>} select
 * @property {(keys: string) => Promise<void>} press
 * @property {(width: number, height: number) => Promise<void>} resize
 * @property {() => Promise<Buffer>} screenshot
 * @property {() => Promise<string[]>} errors
 * @property {() => Promise<void>} forgetErrors  those of tabs that were there before
 * @property {(signal: NodeJS.Signals) => void} signal  to all processes of the browser
 * @property {() => Promise<number>} memory  bytes that all processes of the browser have in memory
 * @property {() => Promise<void>} peakAnew  forgets the peak of the browser's memory
 * @property {() => Promise<number>} peak  the most that each of its processes has had since, added up
 * @property {() => Promise<Driver>} newTab  an empty tab of the same browser
 * @property {() => Promise<void>} closeTab
 * @property {() => Promise<number>} crash  kills what runs the tab's page; when it did, by Date.now()
 * @property {() => Promise<void>} freeze  SIGSTOP: nothing of the page runs any more, its workers included
 * @property {() => Promise<void>} thaw
 * @property {() => Promise<void>} end  kills the browser by SIGKILL; removes its profile unless it is one to keep
 */

/** A bigint crosses as { $bigint: "123" }; JSON has none. */
const encode = (/** @type {string} */ _, /** @type {unknown} */ value) =>
  typeof value === 'bigint' ? { $bigint: String(value) } : value;
const decode = (/** @type {string} */ _, /** @type {any} */ value) =>
  value && typeof value === 'object' && '$bigint' in value ? BigInt(value.$bigint) : value;

export class Page {
  #driver;
  #limit;
  #first;

  /**
   * @param {import('./browsers.js').BrowserName} browser
   * @param {Driver} driver
   * @param {number} limit  milliseconds that any one step may take
   * @param {boolean} [first]  whether the browser ends with this page
   */
  constructor(browser, driver, limit, first = true) {
    /** Name of the browser. */
    this.browser = browser;
    this.#driver = driver;
    this.#limit = limit;
    this.#first = first;
  }

  /**
   * @template T
   * @param {string} asked
   * @param {Promise<T>} answer
   */
  #step(asked, answer, limit = this.#limit) {
    return within(limit, `${this.browser}, asked to ${asked}`, answer);
  }

  /**
   * Opens another address in the same page; resolves after its load event.
   * @param {string} url
   */
  goto(url) {
    return this.#step(`open ${url}`, this.#driver.goto(url));
  }

  reload() {
    return this.#step('reload', this.#driver.reload());
  }

  /**
   * Runs a function in the page, or evaluates an expression, and awaits it.
   * Arguments and result cross as JSON, bigints too; nothing else is shared, so
   * the function can't use what surrounds it here.
   * @template {unknown[]} A
   * @template T
   * @param {((...args: A) => T) | string} fn
   * @param {A} args
   * @returns {Promise<Awaited<T>>}
   */
  async evaluate(fn, ...args) {
    return this.#evaluate(this.#limit, fn, args);
  }

  /**
   * @param {number} limit
   * @param {Function | string} fn
   * @param {unknown[]} args
   * @returns {Promise<any>}
   */
  async #evaluate(limit, fn, args) {
    const source = typeof fn === 'string' ? `() => (${fn})` : String(fn);
    const expression = `(async () => {
      try {
        const args = JSON.parse(${JSON.stringify(JSON.stringify(args, encode))}, ${decode});
        return JSON.stringify({ value: await (${source})(...args) }, ${encode});
      } catch (error) {
        return JSON.stringify({ error: String(error) + '\\n' + (error?.stack ?? '') });
      }
    })()`;
    const shown = source.length > 200 ? `${source.slice(0, 200)}…` : source;
    const answer = await this.#step(`evaluate ${shown}`, this.#driver.run(expression), limit);
    const { value, error } = JSON.parse(answer, decode);
    if (error !== undefined) throw new Error(`${this.browser}, evaluating ${shown}: ${error}`);
    return value;
  }

  /**
   * Waits until a selector matches something, or a function gives something true.
   * @param {((...args: any[]) => unknown) | string} condition
   * @param {{ timeout?: number, args?: unknown[] }} [options]
   * @returns {Promise<any>}  what the function gave; true for a selector
   */
  async waitFor(condition, { timeout = this.#limit, args = [] } = {}) {
    const test =
      typeof condition === 'string'
        ? `document.querySelector(${JSON.stringify(condition)}) !== null`
        : condition;
    const end = Date.now() + timeout;
    let last = 'none';
    for (let left = timeout; left > 0; left = end - Date.now()) {
      try {
        // A second of grace, so that an answer on its way still counts.
        const value = await this.#evaluate(left + 1000, test, args);
        if (value) return value;
        last = JSON.stringify(value, encode);
      } catch (error) {
        // What the function reads may not be there yet, or the page may be on
        // its way to another document.
        last = String(error);
      }
      await sleep(Math.min(50, Math.max(0, end - Date.now())));
    }
    const errors = await this.errors().catch((error) => [String(error)]);
    throw new Error(
      `${this.browser} waited ${timeout / 1000} s in vain for ${condition}\n` +
        `  last answer: ${last}\n  errors on the page: ${errors.join('; ') || 'none'}`,
    );
  }

  /** Clicks the middle of an element once it is usable. @param {string} selector */
  click(selector) {
    return this.#step(`click ${selector}`, this.#driver.click(selector));
  }

  /**
   * Replaces the text of a field, as a person typing would.
   * @param {string} selector
   * @param {string} text
   */
  fill(selector, text) {
    return this.#step(`fill ${selector}`, this.#driver.fill(selector, text));
  }

  /**
   * Chooses the option with this `value` in a <select>.
   * @param {string} selector
   * @param {string} value
   */
  select(selector, value) {
    return this.#step(`choose ${value} in ${selector}`, this.#driver.select(selector, value));
  }

  /**
   * Presses keys on what has the focus: names as in KeyboardEvent.key, with "Control+A" for combinations.
   * @param {string} keys
   */
  press(keys) {
    return this.#step(`press ${keys}`, this.#driver.press(keys));
  }

  /** The visible text of the first match. @param {string} selector @returns {Promise<string>} */
  async text(selector) {
    const text = await this.evaluate((/** @type {string} */ s) => {
      const element = document.querySelector(s);
      return element && /** @type {HTMLElement} */ (element).innerText;
    }, selector);
    if (text === null) throw new Error(`${this.browser}: there is no ${selector} on the page.`);
    return text;
  }

  /** Changes the size of the page. @param {number} width @param {number} height */
  resize(width, height) {
    return this.#step(`be ${width} x ${height}`, this.#driver.resize(width, height));
  }

  /** Writes what is visible as a PNG. @param {string} path */
  async screenshot(path) {
    await writeFile(path, await this.#step('take a screenshot', this.#driver.screenshot()));
  }

  /**
   * Errors seen since the page was opened: uncaught ones, console.error, and
   * violations of the Content-Security-Policy, in the page and its workers.
   * Chromium adds failed requests. WebKit sees the page's alone, from its load
   * event on. The wording is the browser's own.
   * @returns {Promise<string[]>}
   */
  errors() {
    return this.#step('list the errors', this.#driver.errors());
  }

  /** Has errors() begin anew, for a tab of a browser that has had others. */
  forgetErrors() {
    return this.#step('forget the errors', this.#driver.forgetErrors());
  }

  /** Bytes that all processes of the browser have in memory; what two of them share counts twice. */
  memory() {
    return this.#step('tell its memory', this.#driver.memory());
  }

  /**
   * Does something, and tells by how many bytes the browser's memory has exceeded what it began with, at most.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<{ value: T, grown: number }>}
   */
  async growth(work) {
    await this.#step('forget its memory', this.#driver.peakAnew());
    const before = await this.memory();
    const value = await work();
    return { value, grown: Math.max(0, await this.#step('tell its memory', this.#driver.peak()) - before) };
  }

  /**
   * Stops the whole browser for a while, as a machine does that sleeps.
   * @param {number} ms
   */
  async sleep(ms) {
    this.#driver.signal('SIGSTOP');
    try {
      await sleep(ms);
    } finally {
      this.#driver.signal('SIGCONT');
    }
  }

  /**
   * Opens an address in another tab of the same browser: same profile, same storage.
   * @param {string} url
   * @returns {Promise<Page>}
   */
  async newTab(url) {
    const tab = new Page(this.browser, await this.#step('open a tab', this.#driver.newTab()), this.#limit, false);
    await tab.goto(url);
    return tab;
  }

  /**
   * Kills what runs this page, as a crash would; the browser and its other tabs live on. In WebKitGTK they can then only
   * evaluate, wait and list their errors, and only where no Content-Security-Policy forbids it.
   * @returns {Promise<number>}  when it was killed, by Date.now(): to find the process takes its time
   */
  crash() {
    return this.#step('crash the tab', this.#driver.crash());
  }

  /** Stops all that this page runs, workers included, until thaw(). Nothing can be asked of it meanwhile. */
  freeze() {
    return this.#step('freeze the tab', this.#driver.freeze());
  }

  thaw() {
    return this.#step('thaw the tab', this.#driver.thaw());
  }

  /** Ends the browser by SIGKILL, whichever tab is asked. */
  async kill() {
    await this.#driver.end();
  }

  /** Ends the browser, or closes a tab that newTab() made. Does not wait for a page that hangs. */
  async close() {
    if (this.#first) await this.#driver.end();
    else await this.#step('close the tab', this.#driver.closeTab());
  }
}
