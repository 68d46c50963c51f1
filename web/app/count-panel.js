// @ts-check
// Counting the primes and k-tuplets of a range: the form, its progress and the answer.
import { announce, byId, inputById, make, setTitle } from './dom.js';
import { begin } from './durable.js';
import { approximate, duration, grouped, many, roundWords } from './format.js';
import { integerField, readRange } from './integer-field.js';
import { jobTask } from './job-task.js';
import { kindsOf } from './job-words.js';
import { KINDS, inSeries, nounOf, tally } from './kinds.js';
import { remarks } from './remarks.js';
import { runView } from './run-view.js';
import { panelTask } from './task.js';

/** @typedef {import('./engine.js').Engine} Engine */
/**
 * One count of this visit; found: how many, by k.
 * @typedef {{ start: bigint, stop: bigint, found: Map<number, bigint>, threads: number, ms: number }} Counted
 */

const PRESETS = [6, 7, 8, 9, 10, 11];
const HISTORY = 8;

/**
 * @param {Engine} engine
 * @param {Promise<import('./durable.js').Jobs>} opening
 */
export function mountCountPanel(engine, opening) {
  const slider = inputById('count-threads');
  const start = integerField('count-start', { name: 'The start', onInput: onEdit });
  const stop = integerField('count-stop', { name: 'The end', onInput: onEdit });
  const kinds = kindBoxes();
  const task = panelTask('count', engine, { user: 'a count', state: 'counting', already: 'Counting already.' });
  /** The numbers of the range under way. */
  let span = 0;
  const view = runView('count', {
    gauges(latest) {
      // The library's unit of work is its own; the share of the range is the same in any unit.
      const perSecond = latest ? (latest.rate / Math.max(1, Number(latest.total))) * span : 0;
      return { rate: perSecond > 0 ? `${approximate(perSecond)}/s` : '–' };
    },
    onShow: () => {
      byId('count-result').hidden = true;
    },
  });
  /** @type {Counted[]} newest first */
  const history = [];
  const work = jobTask('count', {
    engine, opening, task, view,
    isOurs: ({ kind }) => kind.startsWith('count-'),
    onBegin: ({ params }) => {
      span = Number(params.stop - params.start + 1n);
    },
    onDone(record) {
      const counted = countedBy(record, engine.threads);
      const [[firstK, first], ...others] = counted.found;
      if (firstK === 1 && others.length === 0) engine.notePace(counted);
      showResult(counted, history);
      history.unshift(counted);
      history.length = Math.min(history.length, HISTORY);
      showHistory(history);
      setTitle(tally(firstK, first));
    },
    onFail(error) {
      byId('count-result').hidden = true;
      setTitle();
      task.box.sayError(error);
    },
  });
  /** Whether the slider stands where the person put it, rather than at "all". */
  let threadsChosen = false;

  function onEdit() {
    readRange(start, stop);
    markPreset();
    byId('count-note').textContent = '';
  }

  const chips = PRESETS.map((exponent) => {
    const value = 10n ** BigInt(exponent);
    const chip = make('button', {
      type: 'button', 'aria-pressed': 'false', 'aria-label': `0 to ${roundWords(value)}`, 'data-exponent': String(exponent),
    }, '10', make('sup', {}, String(exponent)));
    chip.addEventListener('click', () => {
      start.write('0');
      stop.write(`1e${exponent}`);
      onEdit();
    });
    return chip;
  });
  byId('count-presets').replaceChildren(...chips);

  function markPreset() {
    const range = readRange(start, stop);
    for (const [i, exponent] of PRESETS.entries()) {
      const pressed = range?.start === 0n && range.stop === 10n ** BigInt(exponent);
      chips[i].setAttribute('aria-pressed', String(pressed));
    }
  }

  function showThreads() {
    const most = Math.max(1, engine.threads);
    slider.max = String(most);
    if (!threadsChosen) slider.value = String(Math.min(most, engine.cores));
    const chosen = Number(slider.value);
    byId('count-threads-text').textContent = `${chosen} of ${most}`;
    byId('count-threads-echo').textContent = chosen > engine.cores
      ? `more than the ${many(engine.cores, 'core')} of this machine`
      : '';
    slider.setAttribute('aria-valuetext', many(chosen, 'thread'));
  }
  slider.addEventListener('input', () => {
    threadsChosen = true;
    showThreads();
  });

  async function count() {
    if (task.isBusy()) return;
    const range = readRange(start, stop);
    const asked = kinds.read();
    if (!range || !asked) {
      if (range) kinds.focus();
      else (start.input.hasAttribute('aria-invalid') ? start : stop).input.focus();
      return;
    }
    span = Number(range.stop - range.start + 1n);
    announce(`Counting from ${grouped(range.start)} to ${grouped(range.stop)}.`);
    await work.run(async () => begin(await opening, { ...workOf(range, asked), threads: Math.min(Number(slider.value), engine.ready.threads) }));
  }

  byId('count-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void count();
  });
  engine.addEventListener('change', showThreads);
  onEdit();
  showThreads();
  return { stop: task.stop };
}

/**
 * All kinds in one pass.
 * @param {{ start: bigint, stop: bigint }} range
 * @param {number[]} asked  k, ascending
 */
function workOf(range, asked) {
  if (asked.length === 1 && asked[0] === 1) return { kind: 'count-primes', params: range };
  const bits = asked.reduce((sum, k) => sum | (1 << (k - 1)), 0);
  return { kind: 'count-tuplets', params: { ...range, kinds: BigInt(bits) } };
}

/**
 * @param {import('./durable.js').JobRecord} record  of a count that is done
 * @param {number} all  threads there are
 * @returns {Counted}
 */
function countedBy(record, all) {
  const { params: { start, stop }, elapsedMs: ms } = record;
  const threads = record.threads || all;
  const values = record.values ?? [];
  return { start, stop, threads, ms, found: new Map(kindsOf(record).map((k) => [k, values[k - 1]])) };
}

/** The boxes to tick, one for each kind. */
function kindBoxes() {
  const error = byId('count-kinds-error');
  const boxes = KINDS.map(({ k, label }) => {
    const box = make('input', { type: 'checkbox', id: `count-kind-${k}`, 'aria-describedby': 'count-kinds-error' });
    box.checked = k === 1;
    box.addEventListener('change', () => read());
    byId('count-kinds').append(make('label', { class: 'tick' }, box, make('span', {}, label)));
    return box;
  });

  /** @returns {number[] | null} k of each; null, with the reason shown, when there are none */
  function read() {
    const asked = KINDS.map(({ k }) => k).filter((k) => boxes[k - 1].checked);
    error.textContent = asked.length ? '' : 'Choose at least one kind to count.';
    return asked.length ? asked : null;
  }
  return { read, focus: () => boxes[0].focus() };
}

/**
 * @param {Counted} counted
 * @param {Counted[]} earlier
 */
function showResult(counted, earlier) {
  const { start, stop, found, threads, ms } = counted;
  const [[firstK, firstCount], ...others] = found;
  const noun = nounOf(firstK, firstCount);
  byId('count-value').textContent = grouped(firstCount);
  byId('count-unit').textContent = noun;
  byId('count-others').replaceChildren(...others.map(([k, count]) =>
    make('li', {}, make('span', { class: 'figure-other' }, grouped(count)), ` ${nounOf(k, count)}`)));
  byId('count-others').hidden = others.length === 0;
  byId('count-line').textContent =
    `from ${grouped(start)} to ${grouped(stop)}, in ${duration(ms)} on ${many(threads, 'thread')}`;
  byId('count-remarks').replaceChildren(
    ...remarks(counted, earlier).map((sentence) => make('li', {}, sentence)));
  byId('count-result').hidden = false;
  announce(`${inSeries([...found].map(([k, count]) => tally(k, count)))}, in ${duration(ms)} on ${many(threads, 'thread')}.`);
}

/** @param {Counted[]} history */
function showHistory(history) {
  byId('count-history').hidden = false;
  byId('count-rows').replaceChildren(...history.map(({ start, stop, found, threads, ms }) => {
    const cell = (/** @type {string} */ text, kind = 'num') => make('td', { class: kind }, text);
    return make('tr', {},
      make('th', { scope: 'row' }, `${grouped(start)} – ${grouped(stop)}`),
      make('td', { class: 'num' }, ...[...found].map(([k, count]) => make('div', {}, tally(k, count)))),
      cell(String(threads)), cell(duration(ms)),
      cell(approximate(Number(stop - start + 1n) / (ms / 1000)), 'num wide'));
  }));
}
