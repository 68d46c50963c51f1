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
  assert.deepEqual(names, [[2, 'worker 2'], [HOST_TRACK, 'host']]);
});

test('what began before the recorder is left out', () => {
  const recorder = new Recorder(4);
  recorder.note(0, { name: 'wait', begin: -1, end: performance.now() });
  assert.deepEqual(JSON.parse(recorder.json()).traceEvents, []);
});
