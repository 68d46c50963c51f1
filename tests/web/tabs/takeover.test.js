// @ts-check
/** The leader goes, and another tab goes on: closed, crashed, frozen; with threads, with workers, from disk. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers } from '../harness/index.js';
import { LONG_WORK, answerOf, fromDisk, jobsAt, keptAtLast, leaderOf, note, openBrowser, openTab, reached, startWork, stateOf, takeover, ways } from './tabs.js';

/** @typedef {import('../harness/page.js').Page} Page */

/** How a leader goes. @type {{ fault: string, strike: (leader: Page) => Promise<number | void> }[]} */
const GOING = [
  { fault: 'leader closed', strike: (leader) => leader.close() },
  { fault: 'leader reloaded', strike: (leader) => leader.reload() },
  // The last: WebKitGTK's driver is of little use after it.
  { fault: 'leader crashed', strike: (leader) => leader.crash() },
];

const outcome = (/** @type {number} */ ledMs, /** @type {number} */ lostMs) =>
  `another tab led after ${ledMs} ms, ${lostMs} ms of work lost`;

for (const browser of browsers()) {
  // WebKitGTK has no BroadcastChannel between pages from disk: each tab there has its jobs alone.
  // WebKitGTK's pages from disk do not hear each other: see the last test.
  for (const way of browser.name === 'webkit' ? ways : [...ways, fromDisk]) {
    test(`${browser.name}, ${way.name}: tabs share their jobs, and go on when the leader goes`, async (t) => {
      // Of WebKitGTK's pages only those without a policy can be asked when another has crashed.
      const address = await way.address(t, { policy: browser.name !== 'webkit' });
      const page = await openBrowser(browser, way, t);
      for (const { fault, strike } of way === fromDisk ? GOING.slice(0, 1) : GOING) {
        const here = jobsAt(address, way);
        const tabs = [await openTab(page, here), await openTab(page, here), await openTab(page, here)];
        const first = await leaderOf(tabs);
        // One that follows asks for it, and every one sees it.
        await startWork(tabs.find((tab) => tab !== first) ?? first, LONG_WORK);
        for (const tab of tabs) await reached(tab, 0.05);
        // It may be another now, on a busy machine.
        const leader = await leaderOf(tabs);
        const others = tabs.filter((tab) => tab !== leader);
        assert.deepEqual((await Promise.all(others.map(stateOf))).map(({ role, unfounded }) => [role, unfounded]), [['follower', 0], ['follower', 0]]);
        await reached(others[1], 0.15);
        const began = Date.now();
        const at = (await strike(leader)) ?? began;
        const { ledMs, workedMs, lostMs } = await takeover(others[0], at);
        const answer = await answerOf(others[1], LONG_WORK);
        await note(t, { browser: browser.name, mode: way.name, fault, outcome: outcome(ledMs, lostMs), answer, expected: LONG_WORK.answer, ms: workedMs });
        if (fault === 'leader crashed') break;
        for (const tab of others) assert.deepEqual(await tab.errors(), []);
        for (const tab of fault === 'leader reloaded' ? tabs : others) await tab.close();
      }
    });
  }

  for (const way of ways) {
    test(`${browser.name}, ${way.name}: a leader that is frozen loses the lead, and follows when it thaws`, async (t) => {
      const page = await openBrowser(browser, way, t);
      const here = jobsAt(await way.address(t), way);
      const tabs = [await openTab(page, here), await openTab(page, here)];
      // Once before anything runs: finding its process for the first time would make a leader silent that is only busy.
      for (const tab of tabs) {
        await tab.freeze();
        await tab.thaw();
      }
      const first = await leaderOf(tabs);
      const asks = tabs.find((tab) => tab !== first) ?? first;
      await startWork(asks, LONG_WORK);
      await reached(asks, 0.15);
      // On a busy machine the lead may have changed by that, or by being busy.
      const leader = await leaderOf(tabs);
      const [other] = tabs.filter((tab) => tab !== leader);
      // Before it: freezing may take longer than the other tab takes to lead.
      const at = Date.now();
      await leader.freeze();
      const { ledMs, workedMs, lostMs } = await takeover(other, at);
      await reached(other, 0.2);
      await leader.thaw();
      const answer = await answerOf(other, LONG_WORK);
      // The thawed one learns of the answer, which is not its own.
      assert.equal(await answerOf(leader, LONG_WORK), LONG_WORK.answer);
      const [thawed, leading] = [await stateOf(leader), await stateOf(other)];
      assert.deepEqual([thawed.role, leading.role], ['follower', 'leader']);
      assert.equal(thawed.epoch, leading.epoch);
      // Whatever it did before it knew has reached nobody: neither the other tab nor the database.
      const { epoch, job } = await keptAtLast(other);
      assert.deepEqual([epoch, job.epoch, job.values], [leading.epoch, leading.epoch, [LONG_WORK.answer]]);
      const looks = await leader.evaluate(() => /** @type {any} */ (window).looks);
      const begins = looks.findIndex((/** @type {{ epoch: number }} */ look) => look.epoch === leading.epoch);
      assert.deepEqual(looks.slice(begins).filter((/** @type {{ epoch: number }} */ look) => look.epoch !== leading.epoch), []);
      await note(t, { browser: browser.name, mode: way.name, fault: 'leader frozen, then thawed', outcome: outcome(ledMs, lostMs), answer, expected: LONG_WORK.answer, ms: workedMs });
      assert.deepEqual([...(await leader.errors()), ...(await other.errors())], []);
    });
  }

  test(`${browser.name}: of two tabs that do not hear each other the later one leads, and the other says so and stops`, async (t) => {
    const [way, faults] = browser.name === 'webkit' ? /** @type {const} */ ([fromDisk, []]) : /** @type {const} */ ([ways[1], ['deaf']]);
    const page = await openBrowser(browser, way, t);
    const here = jobsAt(await way.address(t), way, ...faults);
    const first = await openTab(page, here);
    await startWork(first, LONG_WORK);
    await reached(first, 0.05);
    const at = Date.now();
    const second = await openTab(page, here);
    await first.waitFor(() => /** @type {any} */ (window).jobs.role === 'alone');
    await reached(second, 0.1);
    const ms = Date.now() - at;
    const answer = await answerOf(second, LONG_WORK);
    const [stopped, leading] = [await stateOf(first), await stateOf(second)];
    assert.deepEqual([stopped.role, stopped.loads, leading.role, leading.loads], ['alone', 1, 'leader', 1]);
    assert.match(stopped.remarks[0], /^Another tab has taken these jobs over\. Reload/);
    assert.deepEqual([leading.epoch, leading.remarks], [2, []]);
    await note(t, { browser: browser.name, mode: way.name, fault: 'tabs do not hear each other', outcome: 'the later one went on', answer, expected: LONG_WORK.answer, ms });
    assert.deepEqual([...(await first.errors()), ...(await second.errors())], []);
  });
}
