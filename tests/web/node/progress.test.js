// @ts-check
// How often hosts tell the page how far a job is: as often as was asked, and not at all where nobody listens.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { api } from '../../../web/lib/api.js';
import { node } from '../../../web/lib/platform/node.js';

/** A count that takes some hundred milliseconds. */
const LONG = /** @type {const} */ ([0, 2e9]);
/** pi(2 * 10^9). Source: `primesieve 2000000000`, version 12.16. */
const COUNT = 98_222_287n;

/** The library, and the progress messages that its host has posted. */
function observed() {
  const posted = { progress: 0 };
  const { load } = api({
    ...node,
    createWorker(role, url) {
      const inner = node.createWorker(role, url);
      /** @type {import('../../../web/lib/platform/platform.js').WorkerHandle} */
      const outer = { ...inner, onMessage() {}, onLost() {} };
      inner.onMessage = (message) => {
        if (message.type === 'progress') posted.progress += 1;
        outer.onMessage(message);
      };
      inner.onLost = (why) => outer.onLost(why);
      return outer;
    },
  });
  return { load, posted };
}

for (const mode of /** @type {const} */ (['threads', 'workers'])) {
  test(`mode ${mode}: progress is told as often as asked for, and nobody is told who does not listen`, { timeout: 120_000 }, async () => {
    const { load, posted } = observed();
    const tamis = await load({ mode, threads: 2 });
    assert.equal(await tamis.countPrimes(...LONG), COUNT);
    assert.equal(posted.progress, 0, 'a count without onProgress');
    let listed = 0;
    for await (const batch of tamis.primes(0, 3e8)) listed += batch.length;
    // pi(3 * 10^8). Source: `primesieve 300000000`, version 12.16.
    assert.equal(listed, 16_252_325);
    assert.equal(posted.progress, 0, 'a stream without onProgress');

    /** How often it was told, and the milliseconds between. @param {number} [progressMs] */
    const told = async (progressMs) => {
      posted.progress = 0;
      /** @type {number[]} */
      const times = [];
      const began = performance.now();
      await tamis.countPrimes(...LONG, { onProgress: () => times.push(performance.now()), ...(progressMs && { progressMs }) });
      const ms = performance.now() - began;
      assert.ok(posted.progress <= times.length, `${posted.progress} messages for ${times.length} calls`);
      return { calls: times.length, ms };
    };
    const usual = await told();
    assert.ok(usual.calls >= 4, `${usual.calls} calls in ${usual.ms} ms without progressMs`);
    assert.ok(usual.calls <= usual.ms / 15 + 3, `${usual.calls} calls in ${usual.ms} ms without progressMs`);
    const seldom = await told(100);
    // At the beginning and the end too.
    assert.ok(seldom.calls <= seldom.ms / 95 + 3, `${seldom.calls} calls in ${seldom.ms} ms with progressMs 100`);
    assert.ok(seldom.calls < usual.calls, `${seldom.calls} calls with progressMs 100, ${usual.calls} without`);
    const never = await told(1e9);
    assert.ok(never.calls <= 3, `${never.calls} calls with a progressMs of days`);

    posted.progress = 0;
    const job = tamis.start('count-primes', { start: 0, stop: 1e12 });
    const began = performance.now();
    while (!job.progress || performance.now() - began < 1000) await new Promise((resolve) => { setTimeout(resolve, 5); });
    const ms = performance.now() - began;
    assert.ok(posted.progress >= 2 && posted.progress <= ms / 95 + 3, `${posted.progress} messages in ${ms} ms of a handle without onProgress`);
    job.cancel();
    await assert.rejects(job.result, { code: 'cancelled' });
    await tamis.dispose();
  });
}
