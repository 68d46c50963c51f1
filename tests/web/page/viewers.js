// @ts-check
/** Perfetto's own viewer, in a page of the browser under test. */
import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { open, projectRoot } from '../harness/index.js';
import { startHost } from '../hosts/host.js';

/** Where the viewer is; fetched the first time. */
async function viewer() {
  const peers = fileURLToPath(new URL('tools/toolchain/peers.sh', projectRoot));
  const { stdout } = await promisify(execFile)(peers, ['perfetto'], { timeout: 120_000 });
  return pathToFileURL(`${stdout.trim()}/`);
}

/**
 * Opens a trace as a person would who picks the file, and asks in SQL what the viewer made of it.
 * @param {import('../harness/browsers.js').Browser} browser
 * @param {string} trace
 * @param {import('../harness/ends.js').TestContext} t
 * @returns {Promise<(sql: string) => Promise<string[][]>>}
 */
export async function openInPerfetto(browser, trace, t) {
  // Not by the project's server, whose policy forbids the viewer's inline script.
  const { url } = await startHost({ files: await viewer(), t });
  const page = await open(browser, url, { t });
  await page.waitFor(() => 'app' in window, { timeout: 60_000 });
  await page.evaluate((/** @type {string} */ text) => {
    /** @type {any} */ (window).app.openTraceFromFile(new File([text], 'tamis-trace.json'));
  }, trace);
  await page.waitFor(() => Boolean(/** @type {any} */ (window).app.trace), { timeout: 60_000 });
  return (sql) => page.evaluate(async (/** @type {string} */ query) => {
    const result = await /** @type {any} */ (window).app.trace.engine.query(query);
    const rows = [];
    for (const row = result.iter({}); row.valid(); row.next()) rows.push(result.columns().map((/** @type {string} */ name) => String(row.get(name))));
    return rows;
  }, sql);
}
