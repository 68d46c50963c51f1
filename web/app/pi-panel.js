// @ts-check
// How many primes there are up to a number: counted by pi(x), next to what approximates it, and a chart of how well.
import { announce, byId, make, setTitle } from './dom.js';
import { begin } from './durable.js';
import { crewOf } from './engine.js';
import { duration, grouped, many } from './format.js';
import { integerField } from './integer-field.js';
import { jobTask } from './job-task.js';
import { PiChart, shareOf, shareWords } from './pi-chart.js';
import { published } from './primes.js';
import { runView } from './run-view.js';
import { panelTask } from './task.js';
import { li, riemannR } from '../lib/index.js';

/** @typedef {import('./pi-chart.js').Row} Row */

/** The chart goes up to 10^13: all of it takes a fraction of a second. */
const CHARTED = 13;

/**
 * @param {import('./engine.js').Engine} engine
 * @param {Promise<import('./durable.js').Jobs>} opening
 */
export function mountPiPanel(engine, opening) {
  const field = integerField('pi-x', { name: 'The number', onInput: () => { byId('pi-note').textContent = ''; } });
  const task = panelTask('pi', engine, { user: 'a count by pi(x)', state: 'counting', already: 'Counting already.' });
  const view = runView('pi', { onShow: () => { byId('pi-result').hidden = true; } });
  const work = jobTask('pi', {
    engine, opening, task, view,
    isOurs: ({ kind }) => kind === 'prime-pi',
    onDone(record) {
      show(record.params.x, (record.values ?? [])[0], `in ${duration(record.elapsedMs)} on ${many(record.threads || engine.threads, 'thread')}`);
    },
    onFail(error) {
      setTitle();
      task.box.sayError(error);
    },
  });

  async function count() {
    if (task.isBusy()) return;
    const x = field.read();
    if (x === null) {
      field.input.focus();
      return;
    }
    await work.run(async () => begin(await opening, { kind: 'prime-pi', params: { x }, threads: crewOf(engine) }));
  }

  byId('pi-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void count();
  });
  field.read();
  drawWhenSeen(engine);
  return { stop: task.stop };
}

/** @param {bigint} x @param {bigint} count @param {string} pace */
function show(x, count, pace) {
  byId('pi-value').textContent = grouped(count);
  byId('pi-line').textContent = `primes up to ${grouped(x)}, counted by Gourdon’s algorithm ${pace}`;
  const known = published(0n, x);
  byId('pi-remarks').replaceChildren(...(!known ? [] : [make('li', {}, known.count === count
    ? `This is the published value (${known.source}).`
    : `The published value is ${grouped(known.count)} (${known.source}), so this is wrong: please report it.`)]));
  // Below 2 there is nothing to approximate, and Li is infinite at 1.
  byId('pi-estimates').hidden = x < 2n;
  if (x >= 2n) {
    const number = Number(x);
    byId('pi-rows').replaceChildren(...[
      ['R(x)', riemannR(x)], ['Li(x)', li(x)], ['x / ln x', number / Math.log(number)],
    ].map(([name, value]) => estimateRow(String(name), Number(value), count)));
  }
  byId('pi-result').hidden = false;
  announce(`${grouped(count)} primes up to ${grouped(x)}.`);
  setTitle(grouped(count));
}

/** @param {string} name @param {number} value @param {bigint} count */
function estimateRow(name, value, count) {
  const whole = BigInt(Math.round(value));
  const off = whole - count;
  const error = `${off < 0n ? '−' : off > 0n ? '+' : ''}${grouped(off < 0n ? -off : off)}`;
  return make('tr', {},
    make('th', { scope: 'row' }, name),
    make('td', { class: 'num wide' }, grouped(whole)),
    make('td', { class: 'num' }, error),
    make('td', { class: 'num' }, count > 0n ? shareWords(shareOf(value, count)) : '–'));
}

/**
 * Counts pi(10^k) and draws them, once the chart is in sight and nothing else runs.
 * @param {import('./engine.js').Engine} engine
 */
function drawWhenSeen(engine) {
  /** @type {Row[]} */
  const rows = [];
  let [seen, drawing] = [false, false];
  /** @type {PiChart | null} */
  let chart = null;

  async function draw() {
    if (!seen || drawing || rows.length >= CHARTED) return;
    drawing = true;
    try {
      while (rows.length < CHARTED && engine.state === 'ready' && !engine.user) {
        const exponent = rows.length + 1;
        const x = 10n ** BigInt(exponent);
        rows.push({ exponent, count: await engine.ready.primePi(x), li: li(x), r: riemannR(x) });
        // A line needs two points.
        if (rows.length >= 2) (chart ??= new PiChart()).show([...rows]);
      }
    } catch {
      // The library was ended or failed meanwhile; the next one goes on here, and why it failed is said at the top.
    } finally {
      drawing = false;
    }
  }

  new IntersectionObserver((entries) => {
    seen ||= entries.some(({ isIntersecting }) => isIntersecting);
    void draw();
  }).observe(byId('chart-pi'));
  engine.addEventListener('change', () => void draw());
}
