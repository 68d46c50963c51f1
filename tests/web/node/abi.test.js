// @ts-check
// The numbers that web/lib repeats are those of include/tamis.h.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FORMAT, PARAM_THREADS, STATE } from '../../../web/lib/core-job.js';
import { PHASE_STATES } from '../../../web/lib/core.js';
import { KINDS } from '../../../web/lib/kinds.js';
import { MAX_THREADS } from '../../../web/lib/options.js';
import { STATUS } from '../../../web/lib/status.js';

const header = readFileSync(new URL('../../../include/tamis.h', import.meta.url), 'utf8');
const defined = new Map([...header.matchAll(/^#define (TAM_\w+) \(?(-?\d+)\)?$/gm)].map(([, name, value]) => [name, Number(value)]));

/** @param {string} prefix */
const named = (prefix) => Object.fromEntries([...defined].filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]));

test('statuses, states and formats match the header', () => {
  assert.deepEqual({ ...STATUS }, { OK: defined.get('TAM_OK'), ...named('TAM_ERR_') });
  assert.deepEqual({ ...STATE }, named('TAM_STATE_'));
  assert.deepEqual({ ...FORMAT }, named('TAM_FORMAT_'));
  assert.deepEqual(Object.fromEntries(PHASE_STATES.map((name, number) => [name.toUpperCase(), number])), named('TAM_PHASE_'));
});

test('kinds, parameters and limits match the header', () => {
  const kinds = named('TAM_KIND_');
  assert.deepEqual(Object.values(KINDS).map(({ id }) => id).sort(), Object.values(kinds).sort());
  const params = new Set(Object.values(named('TAM_PARAM_')));
  for (const { params: own } of Object.values(KINDS)) {
    for (const { id } of Object.values(own)) assert.ok(params.has(id), `parameter ${id}`);
  }
  assert.equal(PARAM_THREADS, defined.get('TAM_PARAM_THREADS'));
  assert.equal(MAX_THREADS, defined.get('TAM_MAX_THREADS'));
});
