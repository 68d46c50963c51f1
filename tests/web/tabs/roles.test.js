// @ts-check
/** A tab that leaves and comes back, jobs that are closed, several at once, and a library that is loaded anew. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { LONG_WORK, WORK, answerOf, call, inState, jobsAt, note, openBrowser, openTab, reached, startWork, stateOf, ways } from './tabs.js';

/** @typedef {import('../harness/page.js').Page} Page */

/** @param {Page} tab @param {string} role */
const hasRole = (tab, role) => tab.waitFor((/** @type {string} */ wanted) => /** @type {any} */ (window).jobs?.role === wanted, { args: [role] });

for (const browser of browsers()) {
  test(`${browser.name}: a leader that goes to another page and comes back follows; one that closes its jobs is done with them`, async (t) => {
    const way = ways[1];
    const page = await openBrowser(browser, way, t);
    const here = jobsAt(await way.address(t), way);
    const [first, second] = [await openTab(page, here), await openTab(page, here)];
    const id = await startWork(second, LONG_WORK);
    await reached(second, 0.1);
    await first.goto('about:blank');
    const at = Date.now();
    await hasRole(second, 'leader');
    await reached(second, 0.15);
    // From the back/forward cache, or loaded anew: the same either way.
    // Not at once: Chromium answers with an error when the page goes before the answer has.
    await first.evaluate('void setTimeout(() => history.back(), 50)');
    await first.waitFor('html[data-ready]');
    await hasRole(first, 'follower');
    await reached(first, 0.15);
    // The library is loaded anew under the job.
    const { loads } = await stateOf(second);
    assert.equal(await call(second, 'reload'), undefined);
    await reached(first, 0.2);
    assert.equal((await stateOf(second)).loads, loads + 1);
    await call(second, 'close');
    assert.equal((await call(second, 'pause', id)).code, 'disposed');
    await hasRole(first, 'leader');
    const answer = await answerOf(first, LONG_WORK);
    await note(t, { browser: browser.name, mode: way.name, fault: 'leader goes to another page, and back', outcome: 'another tab went on', answer, expected: LONG_WORK.answer, ms: Date.now() - at });
    assert.deepEqual([...(await first.errors()), ...(await second.errors())], []);
  });

  test(`${browser.name}: as many jobs run at once as are allowed to`, async (t) => {
    const way = ways[1];
    const page = await openBrowser(browser, way, t);
    const tab = await openTab(page, `${jobsAt(await way.address(t), way)}&atonce=2`);
    const ids = [];
    for (let i = 0; i < 3; i += 1) ids.push(await startWork(tab));
    const states = () => tab.evaluate(() => /** @type {any} */ (window).jobs.list().map((/** @type {{ state: string }} */ job) => job.state));
    assert.deepEqual(await states(), ['running', 'running', 'waiting']);
    await call(tab, 'pause', ids[0]);
    assert.deepEqual(await states(), ['paused', 'running', 'running']);
    await call(tab, 'resume', ids[0]);
    assert.deepEqual(await states(), ['waiting', 'running', 'running']);
    await call(tab, 'cancel', ids[1]);
    await call(tab, 'remove', ids[2]);
    assert.equal((await call(tab, 'ended', ids[0])).values[0], WORK.answer);
    await inState(tab, 'cancelled');
    assert.deepEqual(await tab.errors(), []);
  });
}
