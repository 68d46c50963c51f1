// @ts-check
// The maximal gaps of a range: those between neighbouring primes that are larger than all before, as a table.
import { announce, byId, make, setTitle } from './dom.js';
import { crewOf, isCancelled } from './engine.js';
import { duration, grouped, many, percent, significant } from './format.js';
import { integerField, readRange } from './integer-field.js';
import { runView } from './run-view.js';
import { panelTask } from './task.js';

/** @typedef {{ length: bigint, prime: bigint }} Gap  prime: the one before it */

/** @param {import('./engine.js').Engine} engine */
export function mountGapsPanel(engine) {
  const onInput = () => {
    byId('gaps-note').textContent = '';
    readRange(start, stop);
  };
  const start = integerField('gaps-start', { name: 'The start', onInput });
  const stop = integerField('gaps-stop', { name: 'The end', onInput });
  const task = panelTask('gaps', engine, { user: 'a search for gaps', state: 'counting', already: 'Searching already.' });
  const view = runView('gaps', { onShow: () => { byId('gaps-result').hidden = true; } });

  async function find() {
    if (task.isBusy()) return;
    const range = readRange(start, stop);
    if (!range) {
      (start.input.hasAttribute('aria-invalid') ? start : stop).input.focus();
      return;
    }
    await task.run(async (signal) => {
      view.begin();
      try {
        const threads = crewOf(engine);
        const gaps = await engine.ready.maximalGaps(range.start, range.stop, { signal, threads, onProgress: view.update });
        const pace = `in ${duration(view.elapsed())} on ${many(threads, 'thread')}`;
        view.end();
        show(range, gaps, pace);
      } catch (error) {
        view.end();
        setTitle();
        if (!isCancelled(error)) throw error;
        task.box.say(`Cancelled at ${percent(view.fraction())}, after ${duration(view.elapsed())}.`);
      }
    });
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
