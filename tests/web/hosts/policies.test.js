// @ts-check
/** What capabilities() says of a browser's isolation, compared with what its pages become under each policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers, open } from '../harness/index.js';
import { ready, web } from '../page/situations.js';
import { startHost } from './host.js';

/** @type {[name: string, headers: Record<string, string>][]} */
const POLICIES = [
  ['none', {}],
  ['credentialless', { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'credentialless' }],
  ['document isolation', { 'Document-Isolation-Policy': 'isolate-and-require-corp' }],
];

for (const browser of browsers()) {
  test(`${browser.name}: capabilities() knows which policies isolate here`, async (t) => {
    /** @type {Record<string, string>} */
    let headers = {};
    const { url } = await startHost({ files: web, t, change: (path, answer) => { Object.assign(answer.headers, headers); } });
    const page = await open(browser, 'about:blank', { t, sharedMemory: false });
    /** @type {Record<string, boolean>} */
    const isolates = {};
    /** @type {import('../../../web/lib/index.js').Capabilities | undefined} */
    let found;
    for (const [name, sent] of POLICIES) {
      headers = sent;
      await page.goto(`${url}?isolate=off&${encodeURIComponent(name)}`);
      await ready(page);
      found = await page.evaluate("import('./lib/index.js').then(({ capabilities }) => capabilities())");
      isolates[name] = await page.evaluate(() => crossOriginIsolated);
      assert.equal(found?.isolation.crossOriginIsolated, isolates[name]);
      assert.equal(found?.mode, isolates[name] && browser.name !== 'webkit' ? 'threads' : 'workers', name);
      assert.match(await page.text('#browser-summary'), found?.mode === 'threads' ? /shared memory/ : /isolated worker/, name);
    }
    assert.deepEqual(isolates, {
      none: false, credentialless: found?.isolation.credentialless, 'document isolation': found?.isolation.documentIsolationPolicy,
    });
    t.diagnostic(`${browser.name}: isolated by ${JSON.stringify(isolates)}`);
    for (const why of Object.values(found?.isolation.why ?? {})) assert.match(why, /^\S.*\.$/);
    assert.deepEqual([found?.isolation.workers, found?.isolation.serviceWorker], [true, 'available']);
  });
}
