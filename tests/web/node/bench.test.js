// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amdahlFit, median, plan, runBenchmark, summarise } from '../../../web/lib/bench.js';
import { load } from '../../../web/lib/node.js';

test('every thread count has its turn in each round, forwards and backwards, after the warm-up', () => {
  assert.deepEqual(plan({ threadCounts: [2, 1, 4, 2], warmup: 1, repeats: 2 }).map(({ threads, round }) => `${round}:${threads}`),
    ['0:4', '0:2', '0:1', '1:1', '1:2', '1:4', '2:4', '2:2', '2:1']);
  assert.ok(plan({ threadCounts: [1], warmup: 0, repeats: 1 }).every(({ warmup }) => !warmup));
  for (const settings of [{ threadCounts: [] }, { threadCounts: [0] }, { threadCounts: [1.5] }]) {
    assert.throws(() => plan(settings), { code: 'threads' });
  }
  for (const settings of [{ repeats: 0 }, { repeats: 1.5 }, { warmup: -1 }]) {
    assert.throws(() => plan({ threadCounts: [1], ...settings }), { code: 'range' });
  }
});

test('medians, spread, speed-up and efficiency of known times', () => {
  const { rows } = summarise([
    { threads: 1, ms: 110 }, { threads: 2, ms: 50 }, { threads: 1, ms: 90 }, { threads: 2, ms: 60 }, { threads: 1, ms: 100 }, { threads: 2, ms: 40 },
  ]);
  assert.deepEqual(rows.map(({ threads, median: middle, min, max, spread, speedup, efficiency }) => ({ threads, middle, min, max, spread, speedup, efficiency })), [
    { threads: 1, middle: 100, min: 90, max: 110, spread: 0.2, speedup: 1, efficiency: 1 },
    { threads: 2, middle: 50, min: 40, max: 60, spread: 0.4, speedup: 2, efficiency: 1 },
  ]);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.deepEqual(summarise([]), { rows: [], fit: null });
});

test('without a count on one thread, speed-up is judged against the smallest', () => {
  const { rows } = summarise([{ threads: 2, ms: 100 }, { threads: 4, ms: 50 }]);
  assert.deepEqual(rows.map(({ speedup }) => speedup), [2, 4]);
});

test('the fit finds the serial part that the times were made with', () => {
  for (const serial of [0, 0.02, 0.25, 1]) {
    const points = [1, 2, 3, 4, 8].map((threads) => ({ threads, ms: 800 * (serial + (1 - serial) / threads) }));
    const fit = amdahlFit(points);
    assert.ok(fit && Math.abs(fit.serialFraction - serial) < 1e-9, `${serial}: ${fit?.serialFraction}`);
    assert.ok(fit.error < 1e-9);
    assert.ok(Math.abs(1 / fit.limit - serial) < 1e-9);
  }
});

test('times no law allows are fitted as well as can be, never with a negative part', () => {
  const faster = amdahlFit([{ threads: 1, ms: 100 }, { threads: 2, ms: 40 }]);
  assert.equal(faster?.serialFraction, 0);
  assert.ok((faster?.error ?? 0) > 0.05);
  const slower = amdahlFit([{ threads: 1, ms: 100 }, { threads: 2, ms: 150 }]);
  assert.equal(slower?.serialFraction, 1);
  assert.equal(amdahlFit([{ threads: 2, ms: 100 }, { threads: 2, ms: 90 }]), null);
  assert.equal(amdahlFit([]), null);
});

test('thread counts beyond the cores are measured, but left out of the fit', () => {
  const samples = [{ threads: 1, ms: 100 }, { threads: 2, ms: 50 }, { threads: 16, ms: 60 }];
  const { rows, fit } = summarise(samples, { cores: 2 });
  assert.equal(rows.length, 3);
  assert.ok((fit?.serialFraction ?? 1) < 1e-9);
});

test('a benchmark measures each count, checks the answers, and keeps what it has when stopped', async (t) => {
  const tamis = await load({ threads: 2 });
  t.after(() => tamis.dispose());
  const whole = await runBenchmark(tamis, { start: 0, stop: 1e6, threadCounts: [1, 2], repeats: 2 });
  assert.equal(whole.count, 78498n);
  assert.equal(whole.complete, true);
  assert.deepEqual(whole.samples.map(({ threads }) => threads), [1, 2, 2, 1]);
  assert.ok(whole.samples.every(({ ms }) => ms > 0));

  const controller = new AbortController();
  const part = await runBenchmark(tamis, {
    start: 0, stop: 1e6, threadCounts: [1, 2], repeats: 50, signal: controller.signal,
    onResult: ({ index, total, summary }) => {
      assert.equal(total, 102);
      if (index === 5) controller.abort();
      assert.equal(summary.rows.length, index <= 2 ? 0 : Math.min(2, index - 2));
    },
  });
  assert.equal(part.complete, false);
  assert.equal(part.samples.length, 3);
  await assert.rejects(runBenchmark(tamis, { start: 9, stop: 0, threadCounts: [1] }), { code: 'range' });
  await assert.rejects(runBenchmark(tamis, { start: 0, stop: 9, threadCounts: [3] }), { code: 'threads' });
});
