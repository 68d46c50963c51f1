// @ts-check
/** How smoothly the page goes on: the longest gap between animation frames. */

/** @typedef {import('../harness/page.js').Page} Page */

/** Keeps the longest gap between animation frames. @param {Page} page */
export const watchFrames = (page) => page.evaluate(() => {
  const watch = { gap: 0, last: performance.now() };
  Object.assign(globalThis, { watch });
  const frame = () => {
    const now = performance.now();
    [watch.gap, watch.last] = [Math.max(watch.gap, now - watch.last), now];
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
});

/** In milliseconds, since it was last asked for. @param {Page} page @returns {Promise<number>} */
export const longestGap = (page) => page.evaluate(() => {
  const { watch } = /** @type {{ watch: { gap: number } }} */ (/** @type {unknown} */ (globalThis));
  const gap = Math.round(watch.gap);
  watch.gap = 0;
  return gap;
});
