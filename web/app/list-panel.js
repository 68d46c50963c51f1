// @ts-check
// Listing the primes or k-tuplets of a range: the form, the list while it fills, and ways through it.
import { announce, byId, setTitle } from './dom.js';
import { crewOf, isCancelled } from './engine.js';
import { approximate, bytes, duration, grouped } from './format.js';
import { integerField, readRange } from './integer-field.js';
import { kindOf, tally } from './kinds.js';
import { kindSelect } from './kind-select.js';
import { ListView } from './list-view.js';
import { PackedList } from './packed-list.js';
import { expectedOf } from './primes.js';
import { runView } from './run-view.js';
import { panelTask } from './task.js';

/** @typedef {import('./packed-list.js').Row} Row */
/** @typedef {{ start: bigint, stop: bigint, k: number, rows: number }} Asked  rows: expected */

/** What a page may well take of a phone's memory: enough for a hundred million primes. */
const MOST_BYTES = 110e6;
/** Batches come hundreds of times a second; laying the page out for each would take time from the next. */
const GROW_EVERY_MS = 100;

/**
 * @param {import('./engine.js').Engine} engine
 * @param {(asked: { start: bigint, stop: bigint, k: number }) => void} offerDownload
 */
export function mountListPanel(engine, offerDownload) {
  const start = integerField('list-start', { name: 'The start', onInput: onEdit });
  const stop = integerField('list-stop', { name: 'The end', onInput: onEdit });
  const kind = kindSelect('list-kind', onEdit);
  const goTo = integerField('list-goto', { name: 'The place', onInput: () => {} });
  const grid = new ListView('list-grid');
  // Another range takes the place of the one that is being listed.
  const task = panelTask('list', engine, { user: 'a list', state: 'listing' });
  let list = new PackedList();
  /** Of the list. */
  let shownK = 1;
  const view = runView('list', {
    gauges: (latest) => ({
      found: grouped(list.length),
      rate: latest && view.elapsed() > 0 ? `${approximate(list.length / (view.elapsed() / 1000))}/s` : '–',
    }),
  });

  /** What is asked for; null, with the reason shown, when it can't be had. */
  function read() {
    const range = readRange(start, stop);
    byId('list-plan').textContent = '';
    byId('list-offer').hidden = true;
    if (!range) return null;
    const k = kind.read();
    const rows = expectedOf(range.start, range.stop, k);
    const size = rows * bytesPerRow(Number(range.stop - range.start) / rows, k);
    if (size > MOST_BYTES) {
      stop.complain(`There are about ${approximate(rows)} ${kindOf(k).many} up to here; a list on this page holds about ${approximate(rows * MOST_BYTES / size)}. Make the range smaller, or save it as a file.`);
      byId('list-offer').hidden = false;
      return null;
    }
    byId('list-plan').textContent = rows < 1 ? '' : `About ${approximate(rows)} ${kindOf(k).many}, in ${bytes(size)} of memory.`;
    return { ...range, k, rows };
  }

  function onEdit() {
    byId('list-note').textContent = '';
    read();
  }

  async function fill() {
    const asked = read();
    if (!asked) {
      (start.input.hasAttribute('aria-invalid') ? start : stop).input.focus();
      return;
    }
    await task.run(async (signal) => {
      const { many } = kindOf(asked.k);
      const filling = new PackedList(asked.k);
      list = filling;
      shownK = asked.k;
      byId('list-result').hidden = false;
      byId('list-what').textContent = asked.k === 1 ? 'Prime' : kindOf(asked.k).label;
      byId('list-line').textContent = `The ${many} from ${grouped(asked.start)} to ${grouped(asked.stop)} are on their way.`;
      grid.begin(rowTexts(filling, asked), `The ${many} from ${grouped(asked.start)} to ${grouped(asked.stop)}`, widthsOf(asked));
      view.begin();
      announce(`Listing the ${many} from ${grouped(asked.start)} to ${grouped(asked.stop)}.`);
      let whole = false;
      try {
        await pour(filling, asked, signal);
        whole = true;
      } catch (error) {
        if (!isCancelled(error)) throw error;
      } finally {
        const line = lineOf(filling, asked, view.elapsed(), whole);
        view.end();
        // A list that was stopped is good as far as it goes.
        grid.grow(filling.length, true);
        byId('list-line').textContent = line;
        announce(line);
        setTitle(whole ? tally(asked.k, BigInt(filling.length)) : undefined);
      }
    });
  }

  /**
   * @param {PackedList} filling
   * @param {Asked} asked
   * @param {AbortSignal} signal
   */
  async function pour(filling, { start: from, stop: to, k }, signal) {
    const options = { signal, threads: crewOf(engine), onProgress: view.update };
    const tamis = engine.ready;
    let shownAt = -Infinity;
    const grow = () => {
      const now = performance.now();
      if (now - shownAt < GROW_EVERY_MS) return;
      shownAt = now;
      grid.grow(filling.length, false);
      byId('list-line').textContent = `${tally(k, BigInt(filling.length))} so far, and more to come:`;
    };
    if (k === 1) {
      for await (const batch of tamis.primes(from, to, { ...options, type: 'delta' })) {
        filling.appendDeltas(batch);
        grow();
      }
    } else {
      for await (const batch of tamis.primes(from, to, { ...options, tuplets: k })) {
        filling.appendTuplets(batch);
        grow();
      }
    }
  }

  /** @param {'row' | 'number'} what */
  function go(what) {
    const place = goTo.read();
    if (place === null) {
      goTo.input.focus();
      return;
    }
    const noun = kindOf(shownK).many;
    let row = Number(place) - 1;
    if (list.length === 0) goTo.complain('The list is empty.');
    else if (what === 'row' && (place < 1n || place > BigInt(list.length))) {
      goTo.complain(`The list has the rows 1 to ${grouped(list.length)}${task.isRunning() ? ' so far' : ''}.`);
    } else if (what === 'number' && place > list.last) {
      goTo.complain(`The list goes up to ${grouped(list.last)}${task.isRunning() ? ' so far' : ''}: there are no ${noun} from ${grouped(place)} on in it.`);
    } else {
      if (what === 'number') row = list.find(place);
      grid.show(row);
      grid.focus();
      return;
    }
    goTo.input.focus();
  }

  byId('list-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void fill();
  });
  byId('list-goto-form').addEventListener('submit', (event) => {
    event.preventDefault();
    go('row');
  });
  byId('list-goto-number').addEventListener('click', () => go('number'));
  byId('list-offer').addEventListener('click', () => {
    const range = readRange(start, stop);
    if (range) offerDownload({ ...range, k: kind.read() });
  });
  onEdit();
  return { stop: task.stop };
}

/**
 * What the list holds, and how it came about.
 * @param {PackedList} list
 * @param {Asked} asked
 * @param {number} elapsed
 * @param {boolean} whole
 */
function lineOf(list, { start, stop, k }, elapsed, whole) {
  const what = tally(k, BigInt(list.length));
  if (!whole && list.length === 0) return 'Stopped before anything was listed.';
  if (!whole) return `Stopped: ${what}, from ${grouped(list.first)} to ${grouped(list.last)}.`;
  if (list.length === 0) return `There are no ${kindOf(k).many} from ${grouped(start)} to ${grouped(stop)}.`;
  return `${what} from ${grouped(start)} to ${grouped(stop)}, listed in ${duration(elapsed)}, kept in ${bytes(list.bytes)}.`;
}

/**
 * Whether k-tuplets are shown in full, where a phone has the room for it; else the first member is, and how far the
 * others lie from it.
 * @param {bigint} stop
 * @param {number} k
 */
const isInFull = (stop, k) => k * (grouped(stop).length + 2) <= 30;

/**
 * How wide the columns have to be, in characters.
 * @param {Asked} asked
 * @returns {[number: number, what: number, gap: number]}
 */
function widthsOf({ start, stop, k, rows }) {
  const digits = grouped(stop).length;
  const offsets = kindOf(k).forms[0].slice(1).reduce((sum, offset) => sum + String(offset).length + 2, 0);
  // Gaps are spread like waiting times: the longest of n is about ln n times the mean.
  const longest = (Number(stop - start) / Math.max(1, rows)) * Math.log(rows + 3);
  return [
    grouped(Math.ceil(rows * 1.2 + 100)).length,
    Math.max(kindOf(k).label.length, isInFull(stop, k) ? k * (digits + 2) : digits + offsets),
    Math.max(4, grouped(Math.ceil(longest)).length + 1),
  ];
}

/**
 * The texts of rows.
 * @param {PackedList} list
 * @param {Asked} asked
 * @returns {import('./list-view.js').Texts}
 */
function rowTexts(list, { stop, k }) {
  const { forms } = kindOf(k);
  /** @param {Row} row */
  const what = ({ value, form }) => {
    if (k === 1) return grouped(value);
    if (isInFull(stop, k)) return forms[form].map((offset) => grouped(value + BigInt(offset))).join(', ');
    return `${grouped(value)} ${forms[form].slice(1).map((offset) => `+${offset}`).join(' ')}`;
  };
  return (from, count) =>
    list.rows(from, count).map((row) => ({ what: what(row), gap: row.gap === null ? '' : `+${grouped(row.gap)}` }));
}

/**
 * About how many bytes a row takes: one, and one more for each 128-fold that its gap has; gaps are spread much like
 * waiting times. The marks of the list are in it.
 * @param {number} gap  mean
 * @param {number} k
 */
function bytesPerRow(gap, k) {
  let sum = 1.012;
  for (let least = 128; least < 2 ** 53; least *= 128) sum += Math.exp(-least / (gap * kindOf(k).forms.length));
  return sum;
}
