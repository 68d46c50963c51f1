// @ts-check
/**
 * Chromium, driven by playwright-core over the DevTools protocol.
 *
 * We start it ourselves instead of letting Playwright do it: the flags are then
 * exactly these, pages live in the profile's own context as a user's do (not in
 * an incognito one, whose storage behaves differently), and we know the process.
 */
import { readFile, readdir } from 'node:fs/promises';
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
      // Never answered: who would answer is gone.
      (await context.newCDPSession(page)).send('Page.crash').catch(() => {});
      await crashed;
    },
    async freeze() {
      // Page.setWebLifecycleState leaves a page that is shown running, and headless ones are all shown.
      if (found.url !== page.url()) found = { url: page.url(), pid: await rendererOf(page, started.pid) };
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

/** How many workers tell a tab's process from the others, which may start a few of their own at the same time. */
const MARKS = 20;

/**
 * The process that runs a tab. The DevTools protocol lists the processes but does not say whose they are; so the
 * page starts some workers, and we look where threads of that name came to be. Linux only.
 * @param {import('playwright-core').Page} page
 * @param {number} group  the browser's process group
 * @returns {Promise<number>}
 */
async function rendererOf(page, group) {
  const before = await workerThreads(group);
  await page.evaluate(async (count) => {
    const address = URL.createObjectURL(new Blob(['postMessage(0)']));
    const workers = Array.from({ length: count }, () => new Worker(address));
    await Promise.all(workers.map((worker) => new Promise((resolve) => (worker.onmessage = resolve))));
    Object.assign(window, { tamisMarks: workers });
  }, MARKS);
  const after = await workerThreads(group);
  await page.evaluate('tamisMarks.forEach((worker) => worker.terminate())');
  const [found] = [...after].filter(([pid, threads]) => threads - (before.get(pid) ?? 0) > MARKS / 2);
  if (!found) throw new Error("the tab's process was not found; freezing tabs of Chromium needs Linux's /proc");
  return found[0];
}

/** Threads of dedicated workers in each process of a group. @param {number} group */
async function workerThreads(group) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      // After the name in parentheses: state, parent, group.
      const status = await readFile(`/proc/${pid}/stat`, 'utf8');
      if (Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[2]) !== group) continue;
      const threads = await readdir(`/proc/${pid}/task`);
      const names = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/comm`, 'utf8').catch(() => '')));
      counts.set(Number(pid), names.filter((name) => name.startsWith('DedicatedWorker')).length);
    } catch {
      // It has ended meanwhile.
    }
  }
  return counts;
}
