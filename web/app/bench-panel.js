// @ts-check
// The thread-count benchmark: its form, its progress, and what it found.
import { plan, runBenchmark } from '../lib/bench.js';
import { download, announce, byId, inputById, isOff, setOff, setTitle } from './dom.js';
import { fileName, toCsv, toJson } from './bench-export.js';
import { mountBenchJobs } from './bench-jobs.js';
import { BenchResults } from './bench-results.js';
import { defaultThreads, fromHash, toHash } from './bench-settings.js';
import { DISTURBED, planWords, stepWords } from './bench-words.js';
import { MAX_THREADS, isCancelled } from './engine.js';
import { grouped, many, percent, timeLeft } from './format.js';
import { integerField, readRange } from './integer-field.js';
import { notice } from './notice.js';

/** @typedef {import('./bench-export.js').Report} Report */
/** @typedef {import('./engine.js').Engine} Engine */
/** @typedef {import('../lib/bench.js').BenchmarkProgress} BenchmarkProgress */

/** The bar moves no more often: painting, and being told, takes time from what is measured. */
const SHOW_EVERY_MS = 200;

/**
 * @param {Engine} engine
 * @param {Promise<import('./durable.js').Jobs>} opening
 */
export function mountBenchPanel(engine, opening) {
  const go = byId('bench-go');
  const stopButton = byId('bench-stop-button');
  const results = new BenchResults(engine.cores);
  const { hide, say, sayError } = notice('bench-error', engine);
  const fields = {
    start: integerField('bench-start', { name: 'The start', onInput: onEdit }),
    stop: integerField('bench-stop', { name: 'The end', onInput: onEdit }),
    threads: integerField('bench-threads', { name: 'The threads', min: 1n, max: BigInt(MAX_THREADS), onInput: onEdit }),
    repeats: integerField('bench-repeats', { name: 'The repeats', min: 1n, max: 1000n, onInput: onEdit }),
    warmup: integerField('bench-warmup', { name: 'The warm-ups', min: 0n, max: 100n, onInput: onEdit }),
  };
  /** @type {AbortController | null} */
  let running = null;
  /** @type {Report | null} */
  let report = null;
  /** Whether a job took threads from what was measured. */
  let disturbed = false;
  const jobs = mountBenchJobs(opening, { onBusy: () => { disturbed = true; }, onError: sayError });

  /** The settings, or null with the reasons shown. */
  function read() {
    const range = readRange(fields.start, fields.stop);
    const [threads, repeats, warmup] = [fields.threads.read(), fields.repeats.read(), fields.warmup.read()];
    if (!range || threads === null || repeats === null || warmup === null) return null;
    return { ...range, threads: Number(threads), repeats: Number(repeats), warmup: Number(warmup) };
  }

  function onEdit() {
    byId('bench-note').textContent = '';
    showPlan();
  }

  function showPlan() {
    const settings = read();
    const past = settings && settings.threads > engine.cores ? `past the ${many(engine.cores, 'core')}` : '';
    if (settings) byId('bench-threads-echo').textContent = past;
    byId('bench-plan').textContent = settings
      ? planWords(settings.threads, settings.repeats, settings.warmup, expectedMs(engine, settings)) : '';
  }

  /** @param {string} hash */
  function restore(hash) {
    const settings = fromHash(hash);
    if (!settings) return;
    for (const [name, field] of Object.entries(fields)) {
      const value = settings[/** @type {keyof typeof fields} */ (name)];
      if (value !== undefined) field.write(value);
    }
    showPlan();
    byId('bench-note').textContent = 'These settings come from the link.';
    byId('benchmark').scrollIntoView();
  }

  async function run() {
    if (running) {
      byId('bench-note').textContent = 'The benchmark is running already.';
      return;
    }
    byId('bench-note').textContent = '';
    const settings = read();
    if (!settings) {
      Object.values(fields).find(({ input }) => input.hasAttribute('aria-invalid'))?.input.focus();
      return;
    }
    /** @type {() => void} */
    let release;
    try {
      release = engine.claim('a benchmark');
    } catch (error) {
      sayError(error);
      return;
    }
    const controller = new AbortController();
    running = controller;
    hide();
    setOff(go, true);
    stopButton.hidden = false;
    document.documentElement.dataset.state = 'measuring';
    const progress = progressView(settings);
    report = null;
    disturbed = jobs.busy;
    try {
      if (engine.threads < settings.threads) {
        progress.say(`Starting ${many(settings.threads, 'thread')}; there were ${engine.threads}.`);
      }
      const had = await engine.provide(settings.threads, controller.signal);
      const most = Math.min(had, settings.threads);
      if (most < settings.threads) say(`Only ${many(most, 'thread')} could be started here, so the benchmark ends there.`);
      progress.begin(most);
      results.begin(most);
      const tamis = engine.ready;
      report = {
        version: tamis.version, date: new Date().toISOString(), mode: tamis.mode, cores: engine.cores,
        browser: navigator.userAgent, ...settings, threads: most, count: null, complete: false,
        samples: [], summary: { rows: [], fit: null },
      };
      const found = await runBenchmark({
        capabilities: () => tamis.capabilities(),
        run: (kind, params, options) => tamis.run(kind, params, { ...options, onProgress: progress.within, progressMs: SHOW_EVERY_MS }),
      }, {
        start: settings.start, stop: settings.stop, repeats: settings.repeats, warmup: settings.warmup,
        threadCounts: Array.from({ length: most }, (_, i) => i + 1),
        signal: controller.signal,
        onResult: (measured) => {
          progress.after(measured);
          if (!report || measured.step.warmup) return;
          report.samples.push({ threads: measured.step.threads, ms: measured.ms });
          report.summary = measured.summary;
          results.show(report);
        },
      });
      report = { ...report, count: found.count, complete: found.complete, samples: found.samples, summary: found.summary };
      finish(report, progress.total());
    } catch (error) {
      // What was measured before stays on the page.
      if (isCancelled(error)) say('Stopped before anything was measured.');
      else sayError(error);
      setTitle();
    } finally {
      running = null;
      progress.end();
      release();
      setOff(go, false);
      if (document.activeElement === stopButton) go.focus();
      stopButton.hidden = true;
      document.documentElement.dataset.state = engine.state;
    }
  }

  /** @param {Report} done @param {number} total  runs that were planned */
  function finish(done, total) {
    if (done.samples.length === 0) {
      say('Stopped before anything was measured.');
      setTitle();
      return;
    }
    results.show(done);
    if (!done.complete) {
      say(`Stopped: ${done.samples.length} of ${grouped(total - done.warmup * done.threads)} measured runs are kept.${disturbed ? ` ${DISTURBED}` : ''}`);
    } else if (disturbed) {
      say(DISTURBED);
    }
    setTitle(done.complete ? 'Benchmark done' : 'Benchmark stopped');
    announce(`${done.complete ? 'The benchmark is done.' : 'The benchmark was stopped.'} ${byId('bench-verdict').textContent}`);
  }

  function stop() {
    if (!running || running.signal.aborted) return false;
    byId('bench-note').textContent = 'Stopping…';
    running.abort();
    return true;
  }

  byId('bench-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });
  go.addEventListener('click', (event) => {
    if (!isOff(go)) return;
    event.preventDefault();
    byId('bench-note').textContent = 'The benchmark is running already.';
  });
  stopButton.addEventListener('click', stop);
  byId('bench-link').addEventListener('click', () => void offerLink(toHash({
    start: fields.start.input.value, stop: fields.stop.input.value, threads: fields.threads.input.value,
    repeats: fields.repeats.input.value, warmup: fields.warmup.input.value,
  })));
  byId('bench-json').addEventListener('click', () => report && download(`${fileName(report)}.json`, 'application/json', toJson(report)));
  byId('bench-csv').addEventListener('click', () => report && download(`${fileName(report)}.csv`, 'text/csv', toCsv(report)));
  engine.addEventListener('change', () => {
    if (!running) showPlan();
  });
  addEventListener('hashchange', () => restore(location.hash));

  fields.threads.write(String(defaultThreads(engine.cores)));
  showPlan();
  restore(location.hash);
  return { stop };
}

/**
 * How long the benchmark takes at the pace of the last count; null while nothing was counted.
 * @param {Engine} engine
 * @param {{ start: bigint, stop: bigint, threads: number, repeats: number, warmup: number }} settings
 */
function expectedMs({ pace, cores }, { start, stop, threads, repeats, warmup }) {
  if (pace === 0) return null;
  const alone = (Number(stop - start) / pace) * 1000;
  let rounds = 0;
  for (let n = 1; n <= threads; n += 1) rounds += alone / Math.min(n, cores);
  return rounds * (repeats + warmup);
}

/**
 * Puts the link into the address bar and the clipboard, or where it can be copied by hand.
 * @param {string} hash
 */
async function offerLink(hash) {
  history.replaceState(null, '', hash);
  const address = location.href;
  const field = byId('bench-link-field');
  try {
    await navigator.clipboard.writeText(address);
    byId('bench-note').textContent = 'The link is copied, and in the address bar.';
    field.hidden = true;
  } catch {
    // Refused or missing: plain HTTP, or a browser that asks first.
    field.hidden = false;
    const text = inputById('bench-link-text');
    text.value = address;
    text.focus();
    text.select();
    byId('bench-note').textContent = 'The link is in the address bar, and below to copy.';
  }
}

/**
 * The bar over the whole benchmark and the run it is at, in words.
 * @param {{ repeats: number, warmup: number }} settings
 */
function progressView({ repeats, warmup }) {
  const bar = /** @type {HTMLProgressElement} */ (byId('bench-bar'));
  const panel = byId('bench-run');
  /** @type {import('../lib/bench.js').Step[]} */
  let steps = [];
  let [index, beganAt, shownAt] = [0, 0, 0];
  panel.hidden = false;
  bar.value = 0;
  byId('bench-left').textContent = '';

  /** @param {string} text */
  const say = (text) => {
    byId('bench-step').textContent = text;
  };

  /** @param {number} done  runs, with the part of the one under way */
  const showShare = (done) => {
    const fraction = done / steps.length;
    bar.value = fraction;
    shownAt = performance.now();
    const elapsed = shownAt - beganAt;
    const left = done >= 1 ? (elapsed / done) * (steps.length - done) : null;
    byId('bench-left').textContent = left === null ? '' : `${timeLeft(left)} left`;
    setTitle(percent(fraction));
  };

  return {
    say,
    total: () => steps.length,

    /** @param {number} most  threads */
    begin(most) {
      steps = plan({ threadCounts: Array.from({ length: most }, (_, i) => i + 1), repeats, warmup });
      beganAt = performance.now();
      say(stepWords(steps[0], 0, steps.length));
      announce(`The benchmark has begun: ${many(steps.length, 'run')}.`);
    },

    /** @param {{ fraction: number }} progress  of the run under way */
    within({ fraction }) {
      if (performance.now() - shownAt > SHOW_EVERY_MS) showShare(index + fraction);
    },

    /** @param {BenchmarkProgress} measured */
    after(measured) {
      index = measured.index;
      showShare(index);
      if (index < steps.length) say(stepWords(steps[index], index, steps.length));
    },

    end() {
      panel.hidden = true;
      if (byId('bench-note').textContent === 'Stopping…') byId('bench-note').textContent = '';
    },
  };
}
