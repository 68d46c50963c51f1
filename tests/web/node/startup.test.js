// @ts-check
// What is shared when workers start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api } from '../../../web/lib/api.js';
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
