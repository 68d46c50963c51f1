// @ts-check
// Counting the primes of a range: the form, its progress and the answer.
import { announce, byId, inputById, isOff, make, setOff, setTitle } from './dom.js';
import { isCancelled } from './engine.js';
import { approximate, duration, grouped, many, percent, roundWords, timeLeft } from './format.js';
import { integerField, readRange } from './integer-field.js';
import { notice } from './notice.js';
import { remarks } from './remarks.js';

/** @typedef {import('./engine.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Progress} Progress */
/**
 * One count of this visit.
 * @typedef {{ start: bigint, stop: bigint, count: bigint, threads: number, ms: number }} Counted
 */

const PRESETS = [6, 7, 8, 9, 10, 11];
const HISTORY = 8;
/** Figures that change more often can't be read, and painting them takes time from the counting. */
const PAINT_EVERY_MS = 100;
/** A screen reader should not be talked over. */
const ANNOUNCE_EVERY_MS = 5000;
/** Counts shorter than this show no progress: it would only flash. */
const SHOW_AFTER_MS = 150;

/** @param {Engine} engine */
export function mountCountPanel(engine) {
  const form = byId('count-form');
  const go = byId('count-go');
  const cancel = byId('count-cancel');
  const slider = inputById('count-threads');
  const start = integerField('count-start', { name: 'The start', onInput: onEdit });
  const stop = integerField('count-stop', { name: 'The end', onInput: onEdit });
  const view = progressView();
  const { hide, say, sayError } = notice('count-error', engine);
  /** @type {Counted[]} newest first */
  const history = [];
  /** @type {AbortController | null} */
  let running = null;
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
    if (running) {
      byId('count-note').textContent = 'Counting already.';
      return;
    }
    byId('count-note').textContent = '';
    const range = readRange(start, stop);
    if (!range) {
      (start.input.hasAttribute('aria-invalid') ? start : stop).input.focus();
      return;
    }
    /** @type {() => void} */
    let release;
    try {
      release = engine.claim('a count');
    } catch (error) {
      sayError(error);
      return;
    }
    const controller = new AbortController();
    running = controller;
    const tamis = engine.ready;
    const threads = Math.min(Number(slider.value), tamis.threads);
    hide();
    setOff(go, true);
    cancel.hidden = false;
    document.documentElement.dataset.state = 'counting';
    view.begin(range);
    announce(`Counting from ${grouped(range.start)} to ${grouped(range.stop)}.`);
    const startedAt = performance.now();
    try {
      const { value, elapsedMs } = await tamis.run('count-primes', range, {
        threads, signal: controller.signal, onProgress: view.update,
      });
      const counted = { ...range, threads, count: value, ms: elapsedMs };
      engine.notePace(counted);
      showResult(counted, history);
      history.unshift(counted);
      history.length = Math.min(history.length, HISTORY);
      showHistory(history);
      setTitle(`${grouped(value)} ${value === 1n ? 'prime' : 'primes'}`);
    } catch (error) {
      byId('count-result').hidden = true;
      setTitle();
      if (isCancelled(error)) say(`Cancelled at ${percent(view.fraction())}, after ${duration(performance.now() - startedAt)}.`);
      else sayError(error);
    } finally {
      running = null;
      view.end();
      release();
      setOff(go, false);
      // Focus must not fall off the page with the button that had it.
      if (document.activeElement === cancel) go.focus();
      cancel.hidden = true;
      document.documentElement.dataset.state = 'ready';
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void count();
  });
  go.addEventListener('click', (event) => {
    if (!isOff(go)) return;
    event.preventDefault();
    byId('count-note').textContent = 'Counting already.';
  });

  function stopCounting() {
    if (!running || running.signal.aborted) return false;
    byId('count-note').textContent = 'Stopping…';
    running.abort();
    return true;
  }
  cancel.addEventListener('click', stopCounting);
  engine.addEventListener('change', showThreads);
  onEdit();
  showThreads();
  return { stop: stopCounting };
}

/** The bar and its gauges. */
function progressView() {
  const bar = /** @type {HTMLProgressElement} */ (byId('count-bar'));
  const panel = byId('count-run');
  let [beganAt, announcedAt, span] = [0, 0, 0];
  /** @type {Progress | null} */
  let latest = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;

  const paint = () => {
    const now = performance.now();
    // The clock goes on where chunks are long and progress comes seldom.
    byId('count-elapsed').textContent = duration(now - beganAt);
    const share = percent(latest?.fraction ?? 0);
    const left = timeLeft(latest?.etaMs ?? null);
    // The library's unit of work is its own; the share of the range is the same in any unit.
    const perSecond = latest ? (latest.rate / Math.max(1, Number(latest.total))) * span : 0;
    bar.value = latest?.fraction ?? 0;
    byId('count-percent').textContent = share;
    byId('count-rate').textContent = perSecond > 0 ? `${approximate(perSecond)}/s` : '–';
    byId('count-eta').textContent = left;
    if (panel.hidden && now - beganAt >= SHOW_AFTER_MS) {
      panel.hidden = false;
      byId('count-result').hidden = true;
    }
    if (latest) setTitle(share);
    if (now - announcedAt > ANNOUNCE_EVERY_MS) {
      announcedAt = now;
      announce(`${share} done, ${left} left.`);
    }
  };

  return {
    fraction: () => latest?.fraction ?? 0,

    /** @param {{ start: bigint, stop: bigint }} range */
    begin(range) {
      beganAt = performance.now();
      announcedAt = beganAt;
      latest = null;
      span = Number(range.stop - range.start + 1n);
      paint();
      clock = setInterval(paint, PAINT_EVERY_MS);
    },

    /** @param {Progress} progress */
    update(progress) {
      latest = progress;
    },

    end() {
      clearInterval(clock);
      panel.hidden = true;
      byId('count-note').textContent = '';
    },
  };
}

/**
 * @param {Counted} counted
 * @param {Counted[]} earlier
 */
function showResult(counted, earlier) {
  const { start, stop, count, threads, ms } = counted;
  const noun = count === 1n ? 'prime' : 'primes';
  byId('count-value').textContent = grouped(count);
  byId('count-unit').textContent = noun;
  byId('count-line').textContent =
    `from ${grouped(start)} to ${grouped(stop)}, in ${duration(ms)} on ${many(threads, 'thread')}`;
  byId('count-remarks').replaceChildren(
    ...remarks(counted, earlier).map((sentence) => make('li', {}, sentence)));
  byId('count-result').hidden = false;
  announce(`${grouped(count)} ${noun}, in ${duration(ms)} on ${many(threads, 'thread')}.`);
}

/** @param {Counted[]} history */
function showHistory(history) {
  byId('count-history').hidden = false;
  byId('count-rows').replaceChildren(...history.map(({ start, stop, count, threads, ms }) => {
    const cell = (/** @type {string} */ text, kind = 'num') => make('td', { class: kind }, text);
    return make('tr', {},
      make('th', { scope: 'row' }, `${grouped(start)} – ${grouped(stop)}`),
      cell(grouped(count)), cell(String(threads)), cell(duration(ms)),
      cell(approximate(Number(stop - start + 1n) / (ms / 1000)), 'num wide'));
  }));
}
