// @ts-check
/** The harness tested with itself, on a page of its own. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ISOLATING, startHost } from '../hosts/host.js';
import { PHONE, browsers, fileUrl, open, remove, startServer, temporaryFolder } from './index.js';

const fixture = new URL('./fixture/', import.meta.url);

/** @param {import('./page.js').Page} page */
async function report(page) {
  await page.waitFor('#report[data-done]');
  return JSON.parse(await page.text('#report'));
}

/** Width and height that a PNG's header states. @param {string} path */
async function pngSize(path) {
  const bytes = await readFile(path);
  assert.equal(bytes.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n');
  assert.equal(bytes.toString('latin1', 12, 16), 'IHDR');
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Has the page's worker say its name to all tabs, and keeps whom it hears. @param {string} name */
function beat(name) {
  const heard = new Set();
  const channel = new BroadcastChannel('beats');
  channel.onmessage = (event) => heard.add(event.data);
  // A worker: its timers are those of a tab that is shown.
  const source = `setInterval(() => channel.postMessage(${JSON.stringify(name)}), 50); const channel = new BroadcastChannel('beats')`;
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  Object.assign(window, { heard, channel, worker });
}

/** Keeps a word in IndexedDB. @param {string} word @returns {Promise<void>} */
function store(word) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('words');
    opening.onupgradeneeded = () => opening.result.createObjectStore('words');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('words', 'readwrite');
      transaction.objectStore('words').put(word, 'word');
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
    };
  });
}

/** The word that store() kept. @returns {Promise<string>} */
function stored() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('words');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const reading = opening.result.transaction('words').objectStore('words').get('word');
      reading.onsuccess = () => resolve(reading.result);
      reading.onerror = () => reject(reading.error);
    };
  });
}

for (const browser of browsers()) {
  test(`${browser.name}, with the headers: memory is shared with a module worker`, async (t) => {
    const server = await startServer({ root: fixture, t });
    assert.equal(server.mode, 'threads');
    const page = await open(browser, `${server.origin}/`, { t });
    assert.deepEqual(await report(page), {
      protocol: 'http:',
      crossOriginIsolated: true,
      sharedArrayBuffer: 'function',
      posting: 'allowed',
      moduleWorker: 'worker.js stored',
      stored: 42,
      blobWorker: 'started',
      wasm: 'compiles',
    });
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}, without the headers: workers start, memory is not shared`, async (t) => {
    const server = await startServer({ root: fixture, isolation: false, t });
    assert.equal(server.mode, 'workers');
    const page = await open(browser, `${server.origin}/`, { sharedMemory: false, t });
    assert.deepEqual(await report(page), {
      protocol: 'http:',
      crossOriginIsolated: false,
      sharedArrayBuffer: 'undefined',
      posting: 'DataCloneError',
      moduleWorker: 'worker.js got nothing to store in',
      stored: 0,
      blobWorker: 'started',
      wasm: 'compiles',
    });
    assert.deepEqual(await page.errors(), []);
  });

  test(`${browser.name}, from file://: only Blob workers start`, async (t) => {
    const page = await open(browser, fileUrl(new URL('index.html', fixture)), { sharedMemory: false, t });
    const seen = await report(page);
    assert.match(seen.moduleWorker, /^(did not start|SecurityError)$/);
    delete seen.moduleWorker;
    assert.deepEqual(seen, {
      protocol: 'file:',
      crossOriginIsolated: false,
      sharedArrayBuffer: 'undefined',
      posting: 'DataCloneError',
      stored: 0,
      blobWorker: 'started',
      wasm: 'compiles',
    });
  });

  test(`${browser.name}: colour scheme and size are those asked for, a phone's too`, async (t) => {
    const server = await startServer({ root: fixture, t });
    const folder = await temporaryFolder('screenshots');
    t.after(() => remove(folder));
    for (const { colorScheme, background, ...size } of /** @type {const} */ ([
      { colorScheme: 'dark', background: 'rgb(0, 0, 0)', width: 1280, height: 800 },
      { colorScheme: 'light', background: 'rgb(255, 255, 255)', ...PHONE },
    ])) {
      const page = await open(browser, server.origin, { colorScheme, ...size, t });
      const seen = await page.evaluate(() => ({
        dark: matchMedia('(prefers-color-scheme: dark)').matches,
        background: getComputedStyle(document.documentElement).backgroundColor,
        width: innerWidth,
        height: innerHeight,
      }));
      assert.deepEqual(seen, { dark: colorScheme === 'dark', background, ...size });
      const path = join(folder, `${colorScheme}.png`);
      await page.screenshot(path);
      assert.deepEqual(await pngSize(path), size);
      await page.close();
    }
  });

  test(`${browser.name}: a person's actions reach the page, and its errors reach us`, async (t) => {
    const server = await startServer({ root: fixture, t });
    const page = await open(browser, server.origin, { t });
    await page.fill('#name', 'Ada');
    await page.select('#greeting', 'Salut');
    await page.click('#greet');
    assert.equal(await page.text('#said'), 'Salut, Ada!');
    await page.press('ArrowDown');
    assert.equal(await page.text('#key'), 'ArrowDown');
    await page.press('Control+b');
    assert.equal(await page.text('#key'), 'Control+b');

    await page.resize(PHONE.width, PHONE.height);
    assert.deepEqual(await page.evaluate('[innerWidth, innerHeight]'), [390, 844]);

    assert.deepEqual(await page.errors(), []);
    await page.click('#fail');
    const errors = await page.errors();
    for (const part of ['logged on purpose', 'thrown on purpose']) {
      assert.ok(errors.some((error) => error.includes(part)), `${part} is not in ${errors}`);
    }

    await page.reload();
    assert.equal(await page.text('#said'), '');
    await page.goto(`${server.origin}/?again`);
    assert.equal(await page.evaluate(() => location.search), '?again');
  });

  test(`${browser.name}: values cross both ways, and what fails says why`, async (t) => {
    const server = await startServer({ root: fixture, t });
    const page = await open(browser, server.origin, { t, limit: 20_000 });
    const there = { big: 2n ** 64n, list: [1, 'two', null, true], text: '\u2028"`${}\\' };
    assert.deepEqual(await page.evaluate(async (value) => value, there), there);
    assert.equal(await page.evaluate(() => undefined), undefined);
    assert.equal(await page.evaluate('document.title'), 'The harness’s own page');
    // The page's own globals, not those of a driver's sandbox.
    assert.equal(await page.evaluate(() => Array === window.Array && SharedArrayBuffer === window.SharedArrayBuffer), true);

    await assert.rejects(page.evaluate(() => { throw new TypeError('no such thing'); }), /TypeError: no such thing/);
    await assert.rejects(page.text('#none'), /there is no #none/);
    await assert.rejects(page.waitFor('#none', { timeout: 300 }), /in vain for #none\n  last answer: false/);
    await assert.rejects(page.waitFor(() => 0n, { timeout: 300 }), /last answer: \{"\$bigint":"0"\}/);
    assert.equal(await page.waitFor((/** @type {number} */ a) => a + 1, { args: [41] }), 42);
  });

  test(`${browser.name}: a page that hangs is named and does not outlive its test`, async (t) => {
    const page = await open(browser, fileUrl(new URL('index.html', fixture)), { t, limit: 2_000 });
    await assert.rejects(
      page.evaluate(() => { for (;;); }),
      new RegExp(`${browser.name}, asked to evaluate .*, did not answer within 2 s\\.`, 's'),
    );
    await page.close();
    await page.close();
  });

  test(`${browser.name}: tabs share a profile; one is frozen and thawed, one crashes, one is closed`, async (t) => {
    // Of WebKitGTK's pages only those without a policy can be asked when another has crashed.
    const { origin } = browser.name === 'webkit'
      ? await startHost({ files: fixture, headers: ISOLATING, t })
      : await startServer({ root: fixture, t });
    const page = await open(browser, 'about:blank', { t });
    const names = /** @type {const} */ (['first', 'second', 'looker']);
    const tabs = await Promise.all(names.map(() => page.newTab(origin)));
    const [first, second, looker] = tabs;
    for (const [i, tab] of tabs.entries()) await tab.evaluate(beat, names[i]);
    /** Who is heard within some beats. */
    const heard = () => looker.evaluate(async () => {
      const beats = /** @type {any} */ (window).heard;
      // Such as were on their way when their tab stopped.
      await new Promise((resolve) => setTimeout(resolve, 300));
      beats.clear();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return [...beats].sort();
    });
    assert.deepEqual(await heard(), ['first', 'looker', 'second']);
    await first.freeze();
    assert.deepEqual(await heard(), ['looker', 'second']);
    await first.thaw();
    assert.deepEqual(await heard(), ['first', 'looker', 'second']);
    await first.close();
    assert.deepEqual(await heard(), ['looker', 'second']);
    await second.crash();
    assert.deepEqual(await heard(), ['looker']);
    assert.deepEqual(await looker.errors(), []);
  });

  // WebKitWebDriver's sessions are private: nothing is left of them.
  if (browser.name !== 'webkit') {
    test(`${browser.name}: a browser that is killed finds its profile again`, async (t) => {
      const { origin } = await startServer({ root: fixture, t });
      const profile = await temporaryFolder('profile');
      t.after(() => remove(profile));
      const before = await open(browser, origin, { profile, t });
      await before.evaluate(store, 'kept');
      await before.kill();
      const after = await open(browser, origin, { profile, t });
      assert.equal(await after.evaluate(stored), 'kept');
      await after.close();
    });
  }

  test(`${browser.name}: a run that is killed leaves no process behind`, async (t) => {
    const script = `
      import { browsers, open } from './index.js';
      const browser = browsers().find((b) => b.name === ${JSON.stringify(browser.name)});
      await open(browser, 'about:blank');
      console.log('open');
      setInterval(() => {}, 1000);`;
    const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      // Every process it starts inherits this folder's name.
      env: { ...process.env, TMPDIR: await marked, NODE_TEST_CONTEXT: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => void run.kill('SIGKILL'));
    await new Promise((resolve, reject) => {
      run.stdout.once('data', resolve);
      run.once('exit', (code) => reject(new Error(`the run ended early with code ${code}`)));
    });
    assert.notDeepEqual(await processesNaming(await marked), []);
    run.kill('SIGKILL');
    for (let i = 0; i < 50 && (await processesNaming(await marked)).length > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await processesNaming(await marked), []);
  });
}

test('a browser or driver that ends at once is named', async () => {
  const broken = { binary: '/bin/false', driver: '/bin/false', screen: '/bin/false' };
  for (const [name, part] of /** @type {const} */ ([
    ['chromium', 'chromium'],
    ['firefox', 'geckodriver'],
    ['webkit', 'the virtual screen'],
  ])) {
    await assert.rejects(open({ name, ...broken }, 'about:blank'), new RegExp(`${part} ended with code 1 before it was ready`));
  }
  const missing = { ...broken, binary: '/nowhere/chromium' };
  await assert.rejects(open({ name: 'chromium', ...missing }, 'about:blank'), /\/nowhere\/chromium can't be started/);
});

const marked = temporaryFolder('marked');
test.after(async () => remove(await marked));

/** Living processes with `folder` in their command line or environment. @param {string} folder */
async function processesNaming(folder) {
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'stat=,args='], { maxBuffer: 2 ** 26 });
  return stdout.split('\n').filter((line) => line.includes(folder) && !line.startsWith('Z'));
}

test('without a server the message says how to build it', async () => {
  const saved = process.env.TAMIS_SERVER;
  process.env.TAMIS_SERVER = '/nowhere/tamis-server';
  try {
    await assert.rejects(startServer({ root: fixture }), /make server/);
  } finally {
    if (saved === undefined) delete process.env.TAMIS_SERVER;
    else process.env.TAMIS_SERVER = saved;
  }
});

test('a browser that is missing or unknown is an error', () => {
  const saved = { ...process.env };
  try {
    process.env.TAMIS_BROWSERS = 'chromium';
    process.env.CHROMIUM = '/nowhere/chromium';
    assert.throws(browsers, /CHROMIUM names \/nowhere\/chromium/);
    delete process.env.CHROMIUM;
    process.env.PATH = '/nowhere';
    assert.throws(browsers, /There is no chromium here/);
    process.env.TAMIS_BROWSERS = 'netscape';
    assert.throws(browsers, /TAMIS_BROWSERS names "netscape"; known are/);
  } finally {
    process.env = saved;
  }
});
