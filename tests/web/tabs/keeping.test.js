// @ts-check
/** What is kept: over a refresh, over the end of the browser, in files and in the history; and where little can be kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsers, open, remove, temporaryFolder } from '../harness/index.js';
import { LONG_WORK, WORK, answerOf, call, fromDisk, inState, jobsAt, kept, note, openBrowser, openTab, reached, startWork, stateOf, ways } from './tabs.js';

/** @typedef {import('../harness/page.js').Page} Page */

/** @param {Page} tab @returns {Promise<import('../../../web/lib/jobs/record.js').JobRecord[]>} */
const list = (tab) => call(tab, 'list');

/** The job's time so far, where it stands. @param {Page} tab @param {string} id */
const record = async (tab, id) => /** @type {import('../../../web/lib/jobs/record.js').JobRecord} */ (await call(tab, 'get', id));

/** Waits until the job gets on in this document; gives what was done when it began. @param {Page} tab @returns {Promise<bigint>} */
const goesOn = async (tab) => (await tab.waitFor(() => {
  const { looks } = /** @type {import('./tabs.js').Globals} */ (/** @type {unknown} */ (window));
  const i = looks.findIndex((look, at) => at > 0 && look.done > looks[at - 1].done && look.state === 'running');
  // What is kept may be told first with how far it was, then with what the checkpoint holds.
  return i > 0 && { done: looks.slice(0, i).reduce((a, b) => (b.done < a.done ? b : a)).done };
})).done;

/** Reloads the only tab. @param {Page} tab */
async function refresh(tab) {
  await tab.reload();
  await tab.waitFor('html[data-ready]');
}

/** Nothing is written while this page lives: a transaction of its own goes on for ever. @param {Page} tab */
const hold = (tab) => tab.evaluate(() => new Promise((resolve, reject) => {
  const opening = indexedDB.open(`tamis-jobs:${new URLSearchParams(location.search).get('name')}`);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const store = opening.result.transaction(['meta', 'jobs'], 'readwrite').objectStore('jobs');
    const again = () => { store.count().onsuccess = again; };
    store.count().onsuccess = () => { again(); resolve(null); };
  };
}));

/**
 * Has a job paused, cancelled or resumed, and reloads the tab as soon as it says so.
 * @param {Page} tab
 * @param {'pause' | 'cancel' | 'resume'} method
 * @param {string} state
 * @param {string} id
 */
async function atOnce(tab, method, state, id) {
  await tab.evaluate((/** @type {string} */ name, /** @type {string} */ wanted, /** @type {string} */ job) => {
    document.documentElement.removeAttribute('data-ready');
    const { jobs } = /** @type {any} */ (window);
    jobs.addEventListener('change', () => jobs.get(job).state === wanted && location.reload());
    void jobs[name](job);
  }, method, state, id);
  await tab.waitFor('html[data-ready]');
}

for (const browser of browsers()) {
  for (const way of [...ways, fromDisk]) {
    test(`${browser.name}, ${way.name}: a refresh in mid-job loses next to nothing; a paused job stays paused`, async (t) => {
      const page = await openBrowser(browser, way, t);
      const tab = await openTab(page, jobsAt(await way.address(t), way));
      const id = await startWork(tab, LONG_WORK);
      await reached(tab, 0.15);
      const before = await record(tab, id);
      const at = Date.now();
      await refresh(tab);
      const restored = await goesOn(tab);
      const ms = Date.now() - at;
      const after = await record(tab, id);
      const share = Number(restored) / Number(before.total);
      const lostMs = Math.max(0, Math.round(((before.fraction - share) / before.fraction) * before.elapsedMs));
      assert.ok(share > before.fraction / 2, `${before.fraction} became ${share}`);
      assert.deepEqual([(await stateOf(tab)).found, after.id], [1, id]);

      await call(tab, 'pause', id);
      const { job: paused } = await kept(tab);
      assert.deepEqual([paused.state, paused.fraction >= after.fraction], ['paused', true]);
      await refresh(tab);
      const still = await inState(tab, 'paused');
      assert.ok(still.fraction >= paused.fraction, `${still.fraction} < ${paused.fraction}`);
      assert.deepEqual(await stateOf(tab), { role: 'leader', epoch: 3, remarks: [], loads: 0, unfounded: 0, found: 0 });
      await call(tab, 'resume', id);
      const answer = await answerOf(tab, LONG_WORK);
      await note(t, { browser: browser.name, mode: way.name, fault: 'refresh', outcome: `went on, ${lostMs} ms of work lost`, answer, expected: LONG_WORK.answer, ms });
      await note(t, { browser: browser.name, mode: way.name, fault: 'paused, refresh, resumed', outcome: 'stayed paused, then went on', answer, expected: LONG_WORK.answer, ms: 0 });
      assert.deepEqual(await tab.errors(), []);
    });
  }

  test(`${browser.name}: a page that goes in the moment in which it says that a job is paused, goes on or is cancelled`, async (t) => {
    const way = ways[1];
    const page = await openBrowser(browser, way, t);
    const tab = await openTab(page, jobsAt(await way.address(t), way));
    // Its first chunk takes a good while: threads are not soon done with what they are at.
    const id = await startWork(tab, { kind: 'count-primes', params: { start: 10n ** 18n, stop: 10n ** 18n + 10n ** 9n }, answer: 0n });
    await inState(tab, 'running');
    await tab.waitFor(() => /** @type {any} */ (window).jobs.list()[0].total > 0n);
    for (const [method, state, found] of /** @type {const} */ ([['pause', 'paused', 0], ['resume', 'running', 1], ['cancel', 'cancelled', 0]])) {
      await atOnce(tab, method, state, id);
      assert.deepEqual([method, (await inState(tab, state)).id, (await stateOf(tab)).found], [method, id, found]);
    }
    assert.deepEqual(await tab.errors(), []);
  });

  test(`${browser.name}: a page that goes before the database has its job loses nothing; what was removed stays so`, async (t) => {
    const way = ways[1];
    const page = await openBrowser(browser, way, t);
    const here = jobsAt(await way.address(t), way);
    const tab = await openTab(page, here);
    await hold(tab);
    // Its checkpoints are longer than what a page leaves of them.
    const id = await startWork(tab, { kind: 'prime-pi', params: { x: 2n ** 64n - 1n }, answer: 0n });
    const small = await call(tab, 'start', 'nth-prime', { n: 10n ** 9n }, { title: 'the second', threads: 2 });
    await tab.waitFor((/** @type {string} */ job) => /** @type {any} */ (window).jobs.get(job).saved > 49_152, { args: [id] });
    const before = await list(tab);
    await refresh(tab);
    const after = await list(tab);
    const asked = (/** @type {typeof before} */ jobs) => jobs.map(({ id, kind, params, title, threads, createdAt }) => ({ id, kind, params, title, threads, createdAt }));
    assert.deepEqual(asked(after), asked(before));
    assert.deepEqual([after[1].title, (await stateOf(tab)).found], ['the second', 2]);
    await tab.waitFor((/** @type {string} */ job) => /** @type {any} */ (window).jobs.get(job).done > 0n, { args: [id] });

    assert.deepEqual(await tab.errors(), []);

    // WebKitGTK's driver opens no page any more when one has crashed.
    if (browser.name === 'webkit') return;
    // What a hidden page has left, and then removes, does not come back, though the page never says another word; and what was taken up is kept.
    await tab.evaluate((/** @type {string} */ job) => {
      const { jobs } = /** @type {any} */ (window);
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
      return jobs.remove(job);
    }, id);
    await tab.crash();
    const next = await openTab(page, here);
    assert.deepEqual((await list(next)).map((job) => job.id), [small]);
    await call(next, 'cancel', small);
    assert.deepEqual(await next.errors(), []);
  });

  test(`${browser.name}: what was removed stays so, though the page goes before the database has heard of it`, async (t) => {
    const way = ways[1];
    const page = await openBrowser(browser, way, t);
    const tab = await openTab(page, jobsAt(await way.address(t), way));
    const id = await startWork(tab);
    const other = await call(tab, 'start', 'nth-prime', { n: 10n ** 6n });
    await call(tab, 'pause', id);
    assert.deepEqual((await call(tab, 'ended', other)).values, [15_485_863n]); // OEIS A006988
    await hold(tab);
    await call(tab, 'remove', id);
    await refresh(tab);
    assert.deepEqual((await list(tab)).map((job) => job.id), [other]);
    // Now from the database: that word counted once.
    await refresh(tab);
    assert.deepEqual((await list(tab)).map((job) => job.id), [other]);
    assert.deepEqual(await tab.errors(), []);
  });

  // WebKitWebDriver's sessions are private: nothing is left of them.
  if (browser.name !== 'webkit') {
    test(`${browser.name}: the browser is killed, and goes on when it is back`, async (t) => {
      const profile = await temporaryFolder('profile');
      t.after(() => remove(profile));
      const way = ways[0];
      const here = jobsAt(await way.address(t), way);
      const first = await open(browser, here, { profile, t });
      await first.waitFor('html[data-ready]');
      const id = await startWork(first);
      await first.waitFor(() => /** @type {any} */ (window).jobs.list()[0].saved > 0);
      await reached(first, 0.4);
      const before = await record(first, id);
      await first.kill();
      const at = Date.now();
      const second = await open(browser, here, { profile, t });
      await second.waitFor('html[data-ready]');
      await reached(second, 0.01);
      const ms = Date.now() - at;
      const after = await record(second, id);
      const lostMs = Math.max(0, Math.round(((before.fraction - after.fraction) / before.fraction) * before.elapsedMs));
      assert.equal(after.createdAt, before.createdAt);
      assert.deepEqual((await stateOf(second)).remarks, []);
      const answer = await answerOf(second);
      await note(t, { browser: browser.name, mode: way.name, fault: 'browser killed', outcome: `went on, ${lostMs} ms of work lost`, answer, ms });
      assert.equal((await list(second)).length, 1);
    });
  }

  test(`${browser.name}: any tab steers any job; files, tokens and the history`, async (t) => {
    const way = ways[1];
    const page = await openBrowser(browser, way, t);
    const here = jobsAt(await way.address(t), way);
    const [leader, other] = [await openTab(page, here), await openTab(page, here)];
    const id = await startWork(other);
    // Its turn comes when the first one ends, or is paused.
    const small = await call(other, 'start', 'nth-prime', { n: 1_000_000n }, { title: 'the millionth' });
    await other.waitFor((/** @type {string} */ first) => /** @type {any} */ (window).jobs.get(first).fraction > 0.05, { args: [id] });
    assert.equal((await record(leader, small)).state, 'waiting');
    await call(other, 'pause', id);
    assert.equal((await record(leader, id)).state, 'paused');
    const ended = await call(leader, 'ended', small);
    // OEIS A006988.
    assert.deepEqual([ended.state, ended.values, ended.title], ['done', [15_485_863n], 'the millionth']);

    assert.equal(await call(other, 'setThreads', id, 2), undefined);
    assert.equal((await record(leader, id)).threads, 2);
    assert.match((await call(other, 'setThreads', id, -1)).message, /threads/);
    // Kept elsewhere, and gone here.
    const token = await call(other, 'token', id);
    assert.match(token, /^tamis1-[\w-]+$/);
    const name = await other.evaluate(async (job) => {
      const { jobs } = /** @type {any} */ (window);
      const file = await jobs.exportJob(job);
      Object.assign(window, { file: file.bytes });
      return file.name;
    }, id);
    assert.equal(name, 'count-primes-0-10000000000.tamis');
    await call(other, 'remove', id);
    assert.equal(await record(leader, id), null);
    assert.match((await call(other, 'pause', id)).message, /^There is no job/);

    // Both go on where it stood; what was spoilt is refused, and nothing is left of it.
    const spoilt = `${token.slice(0, -8)}AAAAAAAA`;
    assert.equal((await call(other, 'importJob', spoilt)).code, 'altered');
    assert.equal((await call(other, 'importJob', 'hello')).code, 'foreign');
    // In one step: the first of them takes a second, and on a busy machine so do a few steps of ours.
    const [byToken, byFile] = await other.evaluate(async (/** @type {string} */ text) => {
      const { jobs, file } = /** @type {any} */ (window);
      const imported = [await jobs.importJob(text, { title: 'from the token' }), await jobs.importJob(file, { title: 'from the file' })];
      await jobs.cancel(imported[1]);
      return imported;
    }, token);
    const cancelled = await record(leader, byFile);
    assert.deepEqual([cancelled.state, cancelled.fraction > 0.05], ['cancelled', true]);
    const last = await call(leader, 'ended', byToken);
    assert.deepEqual(last.values, [WORK.answer]);
    // What was cancelled can still go on.
    await call(other, 'resume', byFile);
    assert.deepEqual((await call(other, 'ended', byFile)).values, [WORK.answer]);

    // Three ended jobs are kept here, the latest.
    for (const n of [1n, 2n, 3n]) await call(other, 'ended', await call(other, 'start', 'nth-prime', { n }));
    assert.deepEqual((await list(leader)).map(({ values }) => values), [[2n], [3n], [5n]]);
    const history = JSON.parse(await call(other, 'exportHistory'));
    assert.deepEqual(history.map((/** @type {any} */ job) => [job.kind, job.params, job.values]),
      [['nth-prime', { n: '1' }, ['2']], ['nth-prime', { n: '2' }, ['3']], ['nth-prime', { n: '3' }, ['5']]]);

    // The first request went over the channel while the line was put through; the others, a dozen, over the line.
    const overChannel = await other.evaluate(() => /** @type {any} */ (window).posted.request);
    assert.ok(overChannel <= 3, `${overChannel} requests went to all tabs`);

    // Refused before anything is kept.
    assert.equal((await call(other, 'start', 'count-sheep', {})).code, 'kind');
    assert.equal((await call(other, 'start', 'list-primes', { start: 0n, stop: 9n })).code, 'kind');
    // A job that fails says so in every tab.
    const failing = await call(other, 'start', 'self-test', { chunks: 4n, failAt: 2n });
    const failed = await call(leader, 'ended', failing);
    assert.equal(failed.state, 'failed');
    assert.ok(failed.error?.message);
    assert.deepEqual([...(await leader.errors()), ...(await other.errors())], []);
  });

  test(`${browser.name}: what is missing or full is said, and the job goes on`, async (t) => {
    const way = ways[1];
    const address = await way.address(t);
    const page = await openBrowser(browser, way, t);

    for (const { fault, remark, tabs, role } of [
      { fault: 'no-indexeddb', remark: /^This browser keeps no jobs here \(there is no IndexedDB\)/, tabs: 2, role: 'leader' },
      { fault: 'full', remark: /^The browser has no room left to keep jobs in\./, tabs: 2, role: 'leader' },
      { fault: 'no-shared-worker', remark: null, tabs: 2, role: 'leader' },
      { fault: 'no-locks', remark: null, tabs: 2, role: 'leader' },
      { fault: 'no-channel', remark: null, tabs: 1, role: 'alone' },
    ]) {
      const here = jobsAt(address, way, fault);
      const leader = await openTab(page, here);
      const other = tabs > 1 ? await openTab(page, here) : leader;
      assert.equal((await stateOf(leader)).role, role, fault);
      await startWork(other);
      await reached(other, 0.3);
      if (remark) await other.waitFor(() => /** @type {any} */ (window).jobs.remarks.length > 0);
      const { remarks } = await stateOf(other);
      assert.equal(remarks.length, remark ? 1 : 0, `${fault}: ${remarks}`);
      if (remark) assert.match(remarks[0], remark);
      const at = Date.now();
      // In another tab, or with none: in this one.
      if (tabs > 1) await leader.close();
      const answer = await answerOf(other);
      assert.equal((await stateOf(other)).role, role, fault);
      await note(t, { browser: browser.name, mode: way.name, fault, outcome: tabs > 1 ? 'another tab went on' : 'went on alone', answer, ms: Date.now() - at });
      assert.deepEqual(await other.errors(), []);
      await other.close();
    }
  });

  test(`${browser.name}: what was kept is spoilt: the job begins anew and says so; with resume: 'ask' it waits`, async (t) => {
    const way = ways[1];
    const page = await openBrowser(browser, way, t);
    const address = await way.address(t);
    const here = jobsAt(address, way);
    const tab = await openTab(page, here);
    const id = await startWork(tab);
    await reached(tab, 0.2);
    await call(tab, 'pause', id);
    assert.ok((await kept(tab)).job.checkpoint > 0);
    // From a page that has other jobs: the one that has these would mend it with its last word.
    await tab.goto(jobsAt(address, way));
    await tab.evaluate((/** @type {string | null} */ name) => new Promise((resolve, reject) => {
      localStorage.removeItem(`tamis-jobs:${name}`);
      const opening = indexedDB.open(`tamis-jobs:${name}`);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('jobs', 'readwrite');
        const jobs = transaction.objectStore('jobs');
        jobs.getAll().onsuccess = ({ target }) => {
          const [job] = /** @type {IDBRequest} */ (target).result;
          job.checkpoint[job.checkpoint.length >> 1] ^= 1;
          // As of a tab that went while it ran.
          jobs.put({ ...job, state: 'running' });
        };
        transaction.oncomplete = () => resolve(opening.result.close());
        transaction.onerror = () => reject(transaction.error);
      };
    }), new URL(here).searchParams.get('name'));
    await tab.goto(`${here}&resume=ask`);
    await tab.waitFor('html[data-ready]');
    assert.equal((await record(tab, id)).state, 'paused');
    assert.equal((await stateOf(tab)).found, 1);
    await call(tab, 'resume', id);
    const answer = await answerOf(tab);
    const { remarks } = await stateOf(tab);
    assert.equal(remarks.length, 1);
    assert.match(remarks[0], /^What was kept of “count-primes” could not be used, so it begins anew: /);
    await note(t, { browser: browser.name, mode: way.name, fault: 'checkpoint altered', outcome: 'began anew, and said so', answer, ms: 0 });
    assert.deepEqual(await tab.errors(), []);
  });
}
