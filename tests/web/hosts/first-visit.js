// @ts-check
/** @typedef {import('../harness/index.js').Page} Page */

/**
 * A machine so busy that the service worker was not ready within a second and a half has a page in mode workers
 * first; it was not reloaded, and the next visit is what the reload would have been.
 * @param {Page} page
 * @param {string} url
 */
export async function nextVisit(page, url) {
  await page.waitFor(() => /** @type {any} */ (window).tamisIsolation.state !== 'reloading');
  if (!(await page.evaluate(() => /not ready in time/.test(/** @type {any} */ (window).tamisIsolation.why)))) return;
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await page.goto(url);
}
