// @ts-check
/**
 * How the page looks, in both colour schemes, on a phone and on a desk: what can be checked is checked,
 * and pictures for the eye are left in out/screenshots/.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PHONE, browsers, projectRoot } from '../harness/index.js';
import { count, fromDisk, openPage, ready, withHeaders } from './situations.js';

/** @typedef {import('../harness/page.js').Page} Page */

const pictures = new URL('out/screenshots/', projectRoot);
const SIZES = { phone: PHONE, desk: { width: 1280, height: 900 } };

/** @param {Page} page @param {string} name */
const picture = (page, name) => page.screenshot(fileURLToPath(new URL(`${name}.png`, pictures)));

/** Texts whose contrast is below WCAG's level AA. @param {Page} page @returns {Promise<string[]>} */
const faint = (page) => page.evaluate(() => {
  const rgb = (/** @type {string} */ colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (/** @type {number[]} */ channels) => {
    const [r, g, b] = channels.map((value) => (value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (/** @type {Element | null} */ element) => {
    for (let e = element; e; e = e.parentElement) {
      const [r, g, b, alpha = 1] = rgb(getComputedStyle(e).backgroundColor);
      if (alpha > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent?.trim()).join('');
    if (!text || !element.checkVisibility() || element.closest('.uplot, .unseen, .skip, [aria-disabled]')) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(rgb(style.color)), luminance(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${text}`);
  }
  return found;
});

/** Controls without a name or too small for a finger. @param {Page} page @returns {Promise<string[]>} */
const clumsy = (page) => page.evaluate(() => {
  const found = [];
  for (const control of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('button, input, select, summary'))) {
    if (!control.checkVisibility()) continue;
    const labels = control instanceof HTMLInputElement || control instanceof HTMLSelectElement ? [...control.labels ?? []].map((label) => label.innerText).join() : control.innerText;
    if (!labels.trim()) found.push(`no name: ${control.id}`);
    const { height } = control.getBoundingClientRect();
    if (height < 32) found.push(`${height} px high: ${control.id || control.innerText}`);
  }
  return found;
});

for (const browser of browsers()) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const [place, size] of Object.entries(SIZES)) {
      test(`${browser.name}: ${place}, ${colorScheme}`, async (t) => {
        await mkdir(pictures, { recursive: true });
        const name = `${browser.name}-${place}-${colorScheme}`;
        const page = await openPage(browser, withHeaders, { t, colorScheme, ...size });
        assert.equal(await count(page, { stop: '1e9' }), '50,847,534');
        // pi(10^10): OEIS A006880.
        assert.equal(await count(page, { stop: '1e10', timeout: 120_000 }), '455,052,511');
        await page.evaluate(() => scrollTo(0, 0));
        await picture(page, name);

        for (const k of [2, 3, 4, 5, 6]) await page.click(`#count-kind-${k}`);
        await count(page, { stop: '1e8' });
        await page.evaluate(() => document.querySelector('#count')?.scrollIntoView());
        await picture(page, `${name}-kinds`);
        await page.click('#nth-go');
        await page.waitFor('#nth-value:not(:empty)');
        await ready(page);
        await page.fill('#list-stop', '1e8');
        await page.click('#list-go');
        await page.waitFor('html[data-state="ready"] #list-rows [aria-rowindex="3"]');
        await page.fill('#list-goto', '5_000_000');
        await page.click('#list-goto-row');
        await page.evaluate(() => document.querySelector('#list')?.scrollIntoView());
        await picture(page, `${name}-list`);
        await page.evaluate(() => document.querySelector('#save')?.scrollIntoView());
        await picture(page, `${name}-save`);

        await page.fill('#bench-repeats', '3');
        await page.fill('#bench-threads', '4');
        await page.click('#bench-go');
        await page.waitFor('html[data-state="measuring"] #bench-rows tr');
        await page.evaluate(() => document.querySelector('#benchmark')?.scrollIntoView());
        await picture(page, `${name}-measuring`);
        await ready(page, 120_000);
        await page.click('#browser-details summary');

        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wider, 0, 'the page is wider than its window');
        assert.deepEqual(await faint(page), []);
        assert.deepEqual(await clumsy(page), []);

        // All of it in one picture; the charts must follow the change of size.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.resize(size.width, height);
        await page.evaluate(() => scrollTo(0, 0));
        await picture(page, `${name}-whole`);
        await page.resize(size.width === PHONE.width ? 700 : 1000, 900);
        await page.waitFor(() => [...document.querySelectorAll('.chart > div')].every((holder) => {
          const canvas = /** @type {HTMLCanvasElement} */ (holder.querySelector('canvas'));
          return Math.abs(canvas.clientWidth - holder.clientWidth) <= 1;
        }));
        assert.deepEqual(await page.errors(), []);
      });
    }
  }

  test(`${browser.name}: opened from disk, and what goes wrong there`, async (t) => {
    await mkdir(pictures, { recursive: true });
    const page = await openPage(browser, fromDisk, { t, ...SIZES.desk });
    await page.fill('#count-start', '1e6');
    await page.fill('#count-stop', '12 apples');
    await page.click('#count-go');
    await page.click('#browser-details summary');
    await picture(page, `${browser.name}-desk-disk`);
    assert.deepEqual(await faint(page), []);
  });
}
