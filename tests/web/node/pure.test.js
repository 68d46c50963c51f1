// @ts-check
// The library's decisions, apart from any worker: modes, attempts, memory, progress, errors on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../../web/lib/capabilities.js';
import { TamisError, fromWire, toWire } from '../../../web/lib/errors.js';
import { jobSpec, KINDS } from '../../../web/lib/kinds.js';
import { createMemory, INITIAL_BYTES, PAGE_BYTES } from '../../../web/lib/memory.js';
import { planAttempts } from '../../../web/lib/options.js';
import { nodeIsolation } from '../../../web/lib/platform/isolation.js';
import { ProgressMeter } from '../../../web/lib/progress.js';

/** @typedef {import('../../../web/lib/platform/platform.js').Facts} Facts */

/** @type {Facts} */
const isolated = {
  platform: 'browser', crossOriginIsolated: true, sharedMemory: true, secureContext: true, hardwareConcurrency: 4,
  simd: true, exceptions: true, workers: true, moduleWorkers: true, waitAsync: true, protocol: 'https:',
  isolation: { ...nodeIsolation(true), serviceWorker: 'available' },
};

test('each situation has its mode, its reason and its advice', () => {
  /** @type {[Partial<Facts>, string | null, RegExp | null][]} */
  const cases = [
    [{}, 'threads', null],
    [{ platform: 'node', crossOriginIsolated: false }, 'threads', null],
    [{ crossOriginIsolated: false, sharedMemory: false }, 'workers', /Cross-Origin-Opener-Policy: same-origin.*Cross-Origin-Embedder-Policy: require-corp/],
    [{ crossOriginIsolated: false, sharedMemory: false, secureContext: false, protocol: 'http:' }, 'workers', /HTTPS/],
    [{ sharedMemory: false }, 'workers', /switched off/],
    [{ platform: 'classic', sharedMemory: false, protocol: 'file:' }, 'workers', /make serve/],
    [{ platform: 'classic', sharedMemory: false }, 'workers', /lib\/index\.js/],
    [{ simd: false }, null, /newer browser/],
    [{ exceptions: false }, null, /newer browser/],
    [{ workers: false }, null, /import 'tamis'/],
  ];
  for (const [change, mode, advice] of cases) {
    const verdict = judge({ ...isolated, ...change });
    assert.equal(verdict.mode, mode);
    assert.match(verdict.reason, /^[A-Z].*\.$/);
    if (advice) assert.match(verdict.hint ?? '', advice);
    else assert.equal(verdict.hint, null);
  }
});

test('auto settles for fewer threads, then for workers; a named mode does not', () => {
  const verdict = judge(isolated);
  const tries = (/** @type {any} */ wanted, judged = verdict) => planAttempts({ threads: null, mode: 'auto', ...wanted }, judged, 4)
    .map(({ mode, threads }) => `${mode} ${threads}`);
  assert.deepEqual(tries({}), ['threads 4', 'threads 2', 'workers 4']);
  assert.deepEqual(tries({ threads: 64 }), ['threads 64', 'threads 32', 'workers 4']);
  assert.deepEqual(tries({ threads: 1 }), ['threads 1', 'workers 1']);
  assert.deepEqual(tries({ mode: 'threads', threads: 9 }), ['threads 9']);
  assert.deepEqual(tries({ mode: 'workers', threads: 9 }), ['workers 9']);
  const without = judge({ ...isolated, sharedMemory: false });
  assert.deepEqual(tries({ threads: 3 }, without), ['workers 3']);
  assert.throws(() => tries({ mode: 'threads' }, without), { code: 'unsupported', message: /switched|isolated/ });
  assert.throws(() => tries({}, judge({ ...isolated, simd: false })), { code: 'unsupported' });
});

test('memory that is refused is asked for again, smaller, and then given up with advice', () => {
  /** @type {number[]} */
  const asked = [];
  const refusingAbove = (/** @type {number} */ pages) => /** @type {any} */ (class {
    constructor(/** @type {{ initial: number, maximum: number }} */ { maximum }) {
      asked.push(maximum);
      if (maximum > pages) throw new RangeError('could not allocate memory');
    }
  });
  const wanted = 512 * 2 ** 20;
  assert.equal(createMemory(wanted, refusingAbove(8192)).maximumBytes, wanted);
  assert.equal(createMemory(wanted, refusingAbove(2048)).maximumBytes, 2048 * PAGE_BYTES);
  assert.equal(createMemory(wanted, refusingAbove(INITIAL_BYTES / PAGE_BYTES)).maximumBytes, INITIAL_BYTES);
  assert.throws(() => createMemory(wanted, refusingAbove(0)), { code: 'memory', hint: /dispose/ });
  assert.deepEqual(asked.slice(0, 4), [8192, 8192, 4096, 2048]);
  assert.throws(() => createMemory(INITIAL_BYTES - 1), { code: 'memory', hint: /at least/ });
});

test('progress never runs backwards, and its rate follows the last seconds', () => {
  const meter = new ProgressMeter(1000);
  assert.equal(meter.update(0n, 100n, 1000).etaMs, null);
  assert.deepEqual(meter.update(10n, 100n, 2000), { done: 10n, total: 100n, fraction: 0.1, rate: 10, elapsedMs: 1000, etaMs: 9000, phases: [] });
  assert.equal(meter.update(5n, 100n, 2500).done, 10n);
  for (let second = 3; second <= 12; second++) meter.update(10n + BigInt(second), 100n, second * 1000);
  const { rate } = meter.update(23n, 100n, 13_000);
  assert.ok(rate > 0.9 && rate < 1.1, `${rate}: the fast beginning is forgotten`);
  assert.deepEqual(meter.update(100n, 100n, 14_000).etaMs, 0);
  assert.equal(new ProgressMeter(0).update(0n, 0n, 0).fraction, 1);
  const huge = new ProgressMeter(0).update(2n ** 63n, 2n ** 64n - 1n, 1000);
  assert.ok(Math.abs(huge.fraction - 0.5) < 1e-9);
});

test('an error survives the way between workers', () => {
  const error = new TamisError('memory', 'Too little.', { hint: 'Give more.', status: -8 });
  const arrived = fromWire(structuredClone(toWire(error)));
  assert.ok(arrived instanceof TamisError);
  assert.deepEqual([arrived.code, arrived.message, arrived.hint, arrived.status], ['memory', 'Too little.', 'Give more.', -8]);
  assert.equal(fromWire(toWire(new RangeError('odd'))).code, 'failed');
  assert.equal(fromWire(toWire('odd')).message, 'odd');
});

test('every kind names its parameters, and a job carries numbers only', () => {
  for (const { id, params } of Object.values(KINDS)) {
    assert.ok(Number.isInteger(id));
    assert.equal(new Set(Object.values(params).map((param) => param.id)).size, Object.keys(params).length);
  }
  assert.deepEqual(jobSpec('count-primes', { start: 1, stop: 2n, segmentBytes: undefined }), { kind: 1, params: [[1, 1n], [2, 2n]] });
});
