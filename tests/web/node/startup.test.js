// @ts-check
// What is shared when workers start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api } from '../../../web/lib/api.js';
import { load } from '../../../web/lib/node.js';
import { node } from '../../../web/lib/platform/node.js';

test('the wasm is compiled once, and every worker is given the same module', async () => {
  for (const mode of /** @type {const} */ (['threads', 'workers'])) {
    let compiled = 0;
    /** @type {WebAssembly.Module[]} */
    const given = [];
    const tamis = await api({
      ...node,
      compile(wasm, signal) {
        compiled++;
        return node.compile(wasm, signal);
      },
      createWorker(role, url) {
        const handle = node.createWorker(role, url);
        const { post } = handle;
        handle.post = (/** @type {any} */ message, transfer) => {
          if ('role' in message) given.push(message.module);
          post(message, transfer);
        };
        return handle;
      },
    }).load({ mode, threads: 3 });
    assert.equal(compiled, 1);
    assert.equal(given.length, mode === 'workers' ? 4 : 1, 'threads have it from their host');
    assert.ok(given.every((module) => module instanceof WebAssembly.Module && module === given[0]));
    assert.equal(await tamis.countPrimes(0, 1000), 168n);
    await tamis.dispose();
  }
});

test('a start that fails or is given up leaves no timer that would hold its process', async () => {
  const timers = () => /** @type {any} */ (process).getActiveResourcesInfo().filter((/** @type {string} */ name) => name === 'Timeout').length;
  for (const mode of /** @type {const} */ (['threads', 'workers'])) {
    const before = timers();
    await assert.rejects(load({ mode, threads: 2, memory: 2 ** 20 }), { code: 'memory' });
    assert.equal(timers(), before, `${mode}: too little memory`);
    // While it starts its workers, which is what takes longest.
    const controller = new AbortController();
    const { load: start } = api({
      ...node,
      createWorker(role, url) {
        setImmediate(() => controller.abort());
        return node.createWorker(role, url);
      },
    });
    await assert.rejects(start({ mode, threads: 2, signal: controller.signal }), { code: 'cancelled' });
    assert.equal(timers(), before, `${mode}: given up`);
  }
});
