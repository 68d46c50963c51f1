// @ts-check
// The maximal gaps of a range: those between neighbouring primes that are larger than all before, as a table.
import { announce, byId, make, setTitle } from './dom.js';
import { begin } from './durable.js';
import { crewOf } from './engine.js';
import { duration, grouped, many, significant } from './format.js';
import { integerField, readRange } from './integer-field.js';
import { jobTask } from './job-task.js';
import { gapsOf } from '../lib/numbers.js';
import { runView } from './run-view.js';
import { panelTask } from './task.js';

/** @typedef {{ length: bigint, prime: bigint }} Gap  prime: the one before it */

/**
 * @param {import('./engine.js').Engine} engine
 * @param {Promise<import('./durable.js').Jobs>} opening
 */
export function mountGapsPanel(engine, opening) {
  const onInput = () => {
    byId('gaps-note').textContent = '';
    readRange(start, stop);
  };
  const start = integerField('gaps-start', { name: 'The start', onInput });
  const stop = integerField('gaps-stop', { name: 'The end', onInput });
  const task = panelTask('gaps', engine, { user: 'a search for gaps', state: 'counting', already: 'Searching already.' });
  const view = runView('gaps', { onShow: () => { byId('gaps-result').hidden = true; } });
  const work = jobTask('gaps', {
    engine, opening, task, view,
    isOurs: ({ kind }) => kind === 'maximal-gaps',
    onDone(record) {
      const { start, stop } = record.params;
      show({ start, stop }, gapsOf(record.values ?? []), `in ${duration(record.elapsedMs)} on ${many(record.threads || engine.threads, 'thread')}`);
    },
    onFail(error) {
      setTitle();
      task.box.sayError(error);
    },
  });

  async function find() {
    if (task.isBusy()) return;
    const range = readRange(start, stop);
    if (!range) {
      (start.input.hasAttribute('aria-invalid') ? start : stop).input.focus();
      return;
    }
    await work.run(async () => begin(await opening, { kind: 'maximal-gaps', params: range, threads: crewOf(engine) }));
  }

  byId('gaps-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void find();
  });
  start.read();
  stop.read();
  return { stop: task.stop };
}

/**
 * @param {{ start: bigint, stop: bigint }} range
 * @param {Gap[]} gaps
 * @param {string} pace
 */
function show({ start, stop }, gaps, pace) {
  const largest = gaps.at(-1);
  const where = `from ${grouped(start)} to ${grouped(stop)}`;
  byId('gaps-line').textContent = largest
    ? `${many(gaps.length, 'maximal gap')} ${where}, found ${pace}; the largest is ${grouped(largest.length)} wide.`
    : `There are no two primes ${where}, so there is no gap.`;
  byId('gaps-table').hidden = !largest;
  byId('gaps-rows').replaceChildren(...gaps.map(({ length, prime }) => make('tr', {},
    make('th', { scope: 'row', class: 'num' }, grouped(length)),
    make('td', { class: 'num' }, grouped(prime)),
    make('td', { class: 'num wide' }, grouped(prime + length)),
    // Cramér: it should stay below about 1, however far one goes.
    make('td', { class: 'num' }, significant(Number(length) / Math.log(Number(prime)) ** 2)))).reverse());
  byId('gaps-result').hidden = false;
  announce(byId('gaps-line').textContent ?? '');
  setTitle();
}
