// @ts-check
/** What Firefox and WebKitGTK have in common: actions over classic WebDriver, in one of several tabs. */
import webdriver from 'selenium-webdriver';

const { By, Key, until } = webdriver;

/** Names of KeyboardEvent.key that WebDriver writes as private-use characters. */
const KEYS = /** @type {Record<string, string>} */ ({
  Enter: Key.ENTER,
  Tab: Key.TAB,
  Escape: Key.ESCAPE,
  Space: Key.SPACE,
  Backspace: Key.BACK_SPACE,
  Delete: Key.DELETE,
  Home: Key.HOME,
  End: Key.END,
  PageUp: Key.PAGE_UP,
  PageDown: Key.PAGE_DOWN,
  ArrowUp: Key.ARROW_UP,
  ArrowDown: Key.ARROW_DOWN,
  ArrowLeft: Key.ARROW_LEFT,
  ArrowRight: Key.ARROW_RIGHT,
  Shift: Key.SHIFT,
  Control: Key.CONTROL,
  Alt: Key.ALT,
  Meta: Key.META,
});

/** How long an element may take to appear and become usable. */
const ELEMENT_MS = 10_000;

/**
 * What is done in one window, by classic WebDriver.
 * @typedef {Pick<import('./page.js').Driver, 'goto' | 'reload' | 'run' | 'click' | 'fill' | 'select' | 'press' | 'resize' | 'screenshot'>} Actions
 */

/**
 * @param {any} driver  selenium's WebDriver
 * @returns {Actions}
 */
export function webdriverActions(driver) {
  /** @param {string} selector */
  const usable = async (selector) => {
    const element = await driver.wait(
      until.elementLocated(By.css(selector)),
      ELEMENT_MS,
      `there is no ${selector} on the page`,
    );
    await driver.wait(until.elementIsVisible(element), ELEMENT_MS, `${selector} is not visible`);
    await driver.wait(until.elementIsEnabled(element), ELEMENT_MS, `${selector} is not enabled`);
    return element;
  };

  return {
    goto: (url) => driver.get(url),
    reload: () => driver.navigate().refresh(),
    // Scripts run in a sandbox with globals of its own; `with (window)` makes
    // names mean what they mean to the page.
    run: (expression) => driver.executeScript(`with (window) { return (${expression}) }`),
    click: async (selector) => (await usable(selector)).click(),
    async fill(selector, text) {
      const element = await usable(selector);
      await element.clear();
      await element.sendKeys(text);
    },
    async select(selector, value) {
      await usable(selector);
      await (await usable(`${selector} option[value=${JSON.stringify(value)}]`)).click();
    },
    async press(keys) {
      // "Control+A" holds every key but the last; "+" alone is a key too.
      const names = keys.length > 1 ? keys.split('+') : [keys];
      const codes = names.map((name) => KEYS[name] ?? name);
      const actions = driver.actions();
      for (const code of codes) actions.keyDown(code);
      for (const code of codes.reverse()) actions.keyUp(code);
      await actions.perform();
    },
    async resize(width, height) {
      // WebDriver sizes the window; the frame around the page is measured and added.
      const window = driver.manage().window();
      await window.setRect({ width, height });
      const [w, h] = await driver.executeScript('return [innerWidth, innerHeight]');
      await window.setRect({ width: 2 * width - w, height: 2 * height - h });
    },
    screenshot: async () => Buffer.from(await driver.takeScreenshot(), 'base64'),
  };
}

/** WebDriver speaks to one tab at a time: steps wait for each other, and each begins by choosing its tab. */
export class Tabs {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {string | null} the tab chosen last; null when it is gone */
  #chosen = null;
  /** Why no more steps are taken. */
  #ended = '';

  /** @param {any} driver  selenium's WebDriver */
  constructor(driver) {
    this.driver = driver;
  }

  /**
   * @template T
   * @param {string} handle
   * @param {() => Promise<T>} step
   * @returns {Promise<T>}
   */
  in(handle, step) {
    const result = this.#last.then(async () => {
      if (this.#ended) throw new Error(this.#ended);
      if (this.#chosen !== handle) await this.driver.switchTo().window(handle);
      this.#chosen = handle;
      return step();
    });
    this.#last = result.catch(() => {});
    return result;
  }

  /** Has the next step choose its tab anew. */
  forget() {
    this.#chosen = null;
  }

  /** @param {string} why */
  end(why) {
    this.#ended = why;
  }
}

/**
 * What is done in one of several tabs.
 * @param {Tabs} tabs
 * @param {string} handle
 * @param {() => Promise<number>} contentOf  the process that runs the chosen tab's page
 */
export function inTab(tabs, handle, contentOf) {
  const actions = webdriverActions(tabs.driver);
  /** While it is stopped: the process. A command for its tab would hang, and all later ones with it. */
  let stopped = 0;
  /** @template T @param {() => Promise<T>} step @returns {Promise<T>} */
  const here = async (step) => {
    if (stopped) throw new Error('the tab is frozen, so nothing can be asked of it');
    return tabs.in(handle, step);
  };
  const chosen = Object.fromEntries(Object.entries(actions).map(([name, action]) =>
    [name, (/** @type {any[]} */ ...args) => here(() => /** @type {any} */ (action)(...args))]));
  return {
    .../** @type {Actions} */ (chosen),
    /** Takes a step in this tab. */
    here,
    closeTab: () => here(async () => {
      await tabs.driver.close();
      tabs.forget();
    }),
    freeze: () => here(async () => {
      const content = await contentOf();
      process.kill(content, 'SIGSTOP');
      stopped = content;
    }),
    async thaw() {
      if (stopped) process.kill(stopped, 'SIGCONT');
      stopped = 0;
    },
  };
}
