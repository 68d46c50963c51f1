// @ts-check
// The flight recorder of mode `workers`, by itself; trace.test.js has it with a library.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST_TRACK, Recorder } from '../../../web/lib/recorder.js';

test('the newest spans of each track are kept, oldest first', () => {
  const recorder = new Recorder(4);
  const now = performance.now();
  for (let i = 0; i < 10; i++) recorder.note(1, { name: 'chunk', begin: now + i, end: now + i + 0.5, job: 1, chunk: BigInt(i) });
  recorder.note(HOST_TRACK, { name: 'merge', begin: now + 3, end: now + 4, job: 1, chunk: 0n });
  const { traceEvents } = JSON.parse(recorder.json());
  const spans = traceEvents.filter((/** @type {any} */ event) => event.ph === 'X' && event.tid === 2);
  assert.deepEqual(spans.map((/** @type {any} */ event) => event.args.chunk), [6, 7, 8, 9]);
  assert.deepEqual(spans.map((/** @type {any} */ event) => event.dur), [500, 500, 500, 500]);
  assert.ok(spans.every((/** @type {any} */ event, /** @type {number} */ i) => i === 0 || event.ts > spans[i - 1].ts));
  const names = traceEvents.filter((/** @type {any} */ event) => event.ph === 'M').map((/** @type {any} */ event) => [event.tid, event.args.name]);
  assert.deepEqual(names, [[0, 'tamis'], [2, 'worker 2'], [HOST_TRACK, 'host']]);
});

test('spans of one track do not overlap, though clocks differ', () => {
  const recorder = new Recorder(8);
  const now = performance.now() + 1;
  /** @type {[number, number][]} */
  const times = [[0, 1.0000004], [1, 2], [3, 3.2], [2.0000001, 3.00005]];
  for (const [begin, end] of times) recorder.note(0, { name: 'chunk', begin: now + begin, end: now + end, job: 1, chunk: 0n });
  const spans = JSON.parse(recorder.json()).traceEvents.filter((/** @type {any} */ event) => event.ph === 'X');
  const nanos = spans.map((/** @type {any} */ { ts, dur }) => [Math.round(ts * 1e3), Math.round((ts + dur) * 1e3)]);
  assert.equal(nanos.length, 4);
  for (let i = 1; i < 4; i++) assert.ok(nanos[i][0] >= nanos[i - 1][1], JSON.stringify(nanos));
  assert.ok(Math.abs(nanos[3][1] - nanos[3][0] - 200_000) <= 1);
});

test('what began before the recorder is left out', () => {
  const recorder = new Recorder(4);
  recorder.note(0, { name: 'wait', begin: -1, end: performance.now() });
  assert.deepEqual(JSON.parse(recorder.json()).traceEvents, []);
});
