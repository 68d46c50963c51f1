// @ts-check
/** The leader goes, and another tab goes on: closed, crashed, frozen; with threads, with workers, from disk. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers, open } from '../harness/index.js';
import { LONG_WORK, answerOf, fromDisk, jobsAt, kept, leaderOf, note, openTab, reached, startWork, stateOf, takeover, ways } from './tabs.js';

/** @typedef {import('../harness/page.js').Page} Page */

/** How a leader goes. @type {{ fault: string, strike: (leader: Page) => Promise<void> }[]} */
const GOING = [
  { fault: 'leader closed', strike: (leader) => leader.close() },
  { fault: 'leader crashed', strike: (leader) => leader.crash() },
  { fault: 'leader reloaded', strike: (leader) => leader.reload() },
];

const outcome = (/** @type {number} */ ledMs, /** @type {number} */ lostMs) =>
  `another tab led after ${ledMs} ms, ${lostMs} ms of work lost`;

for (const browser of browsers().filter(({ name }) => name !== 'webkit')) {
  for (const way of [...ways, fromDisk]) {
    test(`${browser.name}, ${way.name}: tabs share their jobs, and go on when the leader goes`, async (t) => {
      const address = await way.address(t);
      const page = await open(browser, 'about:blank', { t });
      for (const { fault, strike } of way === fromDisk ? GOING.slice(0, 1) : GOING) {
        const here = jobsAt(address, way);
        const tabs = [await openTab(page, here), await openTab(page, here), await openTab(page, here)];
        const leader = await leaderOf(tabs);
        const others = tabs.filter((tab) => tab !== leader);
        // One that follows asks for it, and every one sees it.
        await startWork(others[0], LONG_WORK);
        for (const tab of tabs) await reached(tab, 0.05);
        assert.deepEqual((await Promise.all(others.map(stateOf))).map(({ role, loads }) => [role, loads]), [['follower', 0], ['follower', 0]]);
        await reached(others[1], 0.15);
        const at = Date.now();
        await strike(leader);
        const { ledMs, workedMs, lostMs } = await takeover(others[0], at);
        const answer = await answerOf(others[1], LONG_WORK);
        await note(t, { browser: browser.name, mode: way.name, fault, outcome: outcome(ledMs, lostMs), answer, expected: LONG_WORK.answer, ms: workedMs });
        if (fault !== 'leader crashed') for (const tab of others) assert.deepEqual(await tab.errors(), []);
        for (const tab of fault === 'leader reloaded' ? tabs : others) await tab.close();
      }
    });
  }

  for (const way of ways) {
    test(`${browser.name}, ${way.name}: a leader that is frozen loses the lead, and follows when it thaws`, async (t) => {
      const page = await open(browser, 'about:blank', { t });
      const here = jobsAt(await way.address(t), way);
      const tabs = [await openTab(page, here), await openTab(page, here)];
      const leader = await leaderOf(tabs);
      const [other] = tabs.filter((tab) => tab !== leader);
      // Once before anything runs: finding its process for the first time would make a leader silent that is only busy.
      await leader.freeze();
      await leader.thaw();
      await startWork(other, LONG_WORK);
      await reached(other, 0.15);
      await leader.freeze();
      const at = Date.now();
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
      const { epoch, job } = await kept(other);
      assert.deepEqual([epoch, job.epoch, job.values], [leading.epoch, leading.epoch, [LONG_WORK.answer]]);
      const looks = await leader.evaluate(() => /** @type {any} */ (window).looks);
      const first = looks.find((/** @type {{ epoch: number }} */ look) => look.epoch === leading.epoch);
      assert.deepEqual(looks.slice(looks.indexOf(first)).filter((/** @type {{ epoch: number }} */ look) => look.epoch !== leading.epoch), []);
      await note(t, { browser: browser.name, mode: way.name, fault: 'leader frozen, then thawed', outcome: outcome(ledMs, lostMs), answer, expected: LONG_WORK.answer, ms: workedMs });
      assert.deepEqual([...(await leader.errors()), ...(await other.errors())], []);
    });
  }
}
