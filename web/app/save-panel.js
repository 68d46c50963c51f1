// @ts-check
// Saving primes or k-tuplets to a file: the form, what the file will be, and its making.
import { FORMS } from '../lib/forms.js';
import { ProgressMeter } from '../lib/progress.js';
import { announce, byId, setTitle } from './dom.js';
import { crewOf, isCancelled } from './engine.js';
import { approximate, bytes as sizeWords, duration, grouped } from './format.js';
import { integerField, readRange } from './integer-field.js';
import { kindOf, tally } from './kinds.js';
import { kindSelect } from './kind-select.js';
import { runView } from './run-view.js';
import { OTHER_WAYS, bestPlace, clearStorage, openPlace } from './save-places.js';
import { fileNameOf, planOf, withoutLast } from './save-plan.js';
import { panelTask } from './task.js';

/** @typedef {import('./save-places.js').Place} Place */
/** @typedef {import('./save-plan.js').Format} Format */
/** @typedef {import('./save-plan.js').Plan} Plan */
/** @typedef {import('./save-plan.js').Wanted} Wanted */
/** @typedef {{ entries: bigint, bytes: number }} Written */

/** No more primes lie below 2^64: OEIS A007053 has 425,656,284,035,217,743 of them. */
const MOST_COUNT = 425_656_284_035_217_743n;

/** @param {import('./engine.js').Engine} engine */
export function mountSavePanel(engine) {
  const start = integerField('save-start', { name: 'The start', onInput: onEdit });
  const stop = integerField('save-stop', { name: 'The end', onInput: onEdit });
  const count = integerField('save-count', { name: 'The number', min: 1n, max: MOST_COUNT, onInput: onEdit });
  const kind = kindSelect('save-kind', onEdit);
  const format = /** @type {HTMLSelectElement} */ (byId('save-format'));
  const until = /** @type {HTMLSelectElement} */ (byId('save-until'));
  const link = /** @type {HTMLAnchorElement} */ (byId('save-link'));
  const task = panelTask('save', engine, { user: 'a file in the making', state: 'saving', already: 'Saving already.' });
  /** @type {Written} */
  let written = { entries: 0n, bytes: 0 };
  const view = runView('save', {
    gauges: () => ({
      primes: grouped(written.entries),
      size: sizeWords(written.bytes),
      rate: view.elapsed() > 0 ? `${sizeWords(written.bytes / (view.elapsed() / 1000))}/s` : '–',
    }),
  });
  /** Where a file goes here; null until it is known. @type {Awaited<ReturnType<typeof bestPlace>> | null} */
  let best = null;
  /** What the last file lies in until the next one is made. @type {Place | null} */
  let kept = null;

  /** What is asked for; null, with the reason shown, when it can't be had. @returns {{ wanted: Wanted, plan: Plan } | null} */
  function read() {
    byId('save-plan').textContent = '';
    byId('save-format-error').textContent = '';
    const rest = { k: kind.read(), format: /** @type {Format} */ (format.value) };
    /** @type {Wanted | null} */
    let wanted = null;
    if (until.value === 'stop') {
      const range = readRange(start, stop);
      if (range) wanted = { ...range, ...rest };
    } else {
      const [from, many] = [start.read(), count.read()];
      if (from !== null && many !== null) wanted = { start: from, count: many, ...rest };
    }
    if (!wanted) return null;
    if (wanted.k > 1 && wanted.format === 'delta') {
      byId('save-format-error').textContent = 'The binary form is for primes alone; choose text.';
      return null;
    }
    const plan = planOf(wanted);
    byId('save-plan').textContent = planWords(wanted, plan);
    return { wanted, plan };
  }

  function onEdit() {
    byId('save-note').textContent = '';
    const ranged = until.value === 'stop';
    byId('save-stop-field').hidden = !ranged;
    byId('save-count-field').hidden = ranged;
    read();
  }

  /** Whether there is room for it, as far as is known; says so when there is not. @param {Plan} plan */
  function hasRoom({ bytes }) {
    if (!best || best.room === null || bytes <= best.room) return true;
    const field = until.value === 'stop' ? stop : count;
    const place = best.name === 'memory'
      ? `opened like this, a page can make files of at most ${sizeWords(best.room)} in this browser`
      : `this browser has ${sizeWords(best.room)} left for a page`;
    field.complain(`The file would have about ${sizeWords(bytes)}, and ${place}. ${OTHER_WAYS.replaceAll('`', '')}`);
    field.input.focus();
    return false;
  }

  async function save() {
    if (task.isBusy()) return;
    const asked = read();
    if (!asked) {
      const wrong = [start, stop, count].find(({ input }) => input.hasAttribute('aria-invalid') && input.checkVisibility());
      (wrong?.input ?? format).focus();
      return;
    }
    if (!hasRoom(asked.plan)) return;
    const name = fileNameOf(asked.wanted);
    await task.run(async (signal) => {
      await forget();
      byId('save-result').hidden = true;
      // Asked at once, while the click that allows it is fresh.
      const place = await openPlace(name);
      if (!place) {
        task.box.say('No file was chosen, so nothing was saved.');
        return;
      }
      written = { entries: 0n, bytes: 0 };
      view.begin();
      announce(`Saving ${name}.`);
      try {
        await pour(asked.wanted, asked.plan, place, signal);
        const file = await place.finish();
        done(name, asked.wanted, place, file);
      } catch (error) {
        await place.discard();
        setTitle();
        if (!isCancelled(error)) throw error;
        task.box.say(`Stopped after ${tally(asked.wanted.k, written.entries)}, ${sizeWords(written.bytes)}. Nothing of the file is kept.`);
      } finally {
        view.end();
      }
    });
    void bestPlace().then((found) => { best = found; });
  }

  /**
   * @param {Wanted} wanted
   * @param {Plan} plan
   * @param {Place} place
   * @param {AbortSignal} signal
   */
  async function pour({ start: from, k, format: type, count: most }, plan, place, signal) {
    const meter = new ProgressMeter(performance.now());
    // The largest batches: each costs a message and a write.
    const stream = engine.ready.primes(from, plan.stop, {
      type, tuplets: k, batch: FORMS[type].mostBatch, threads: crewOf(engine), signal,
      onProgress: most === undefined ? view.update : undefined,
    });
    for await (const batch of stream) {
      const over = most === undefined ? 0n : stream.count - most;
      const part = over > 0n ? withoutLast(batch, type, Number(over)) : batch;
      await place.write(part);
      written = { entries: over > 0n ? /** @type {bigint} */ (most) : stream.count, bytes: written.bytes + part.length };
      if (most === undefined) continue;
      view.update(meter.update(written.entries, most, performance.now()));
      if (written.entries === most) break;
    }
  }

  /**
   * @param {string} name
   * @param {Wanted} wanted
   * @param {Place} place
   * @param {Blob | null} file
   */
  function done(name, { start: from, count: most, k }, place, file) {
    // On disk it belongs to the person.
    kept = file ? place : null;
    const pace = `${sizeWords(written.bytes)} in ${duration(view.elapsed())}`;
    const short = most !== undefined && written.entries < most
      ? ` There are no more from ${grouped(from)} to 2^64 − 1.` : '';
    const words = `${tally(k, written.entries)} in ${name}: ${pace}.${short}`;
    byId('save-line').textContent = words;
    byId('save-result').hidden = false;
    link.hidden = file === null;
    byId('save-kept').hidden = place.name !== 'storage';
    if (file) {
      link.href = URL.createObjectURL(file);
      link.download = name;
      link.textContent = `Save ${name} once more`;
      link.click();
    }
    setTitle(`${name} saved`);
    announce(words);
  }

  /** The last file was handed over; what it lay in is given back. */
  async function forget() {
    if (link.href) URL.revokeObjectURL(link.href);
    link.removeAttribute('href');
    const last = kept;
    kept = null;
    await last?.discard();
  }

  byId('save-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void save();
  });
  until.addEventListener('change', onEdit);
  format.addEventListener('change', onEdit);
  onEdit();
  void clearStorage().then(bestPlace).then((found) => {
    best = found;
    byId('save-where').textContent = whereWords(found);
  });

  return {
    stop: task.stop,
    /** Fills the form. @param {{ start: bigint, stop: bigint, k: number }} asked */
    offer(asked) {
      until.value = 'stop';
      format.value = 'text';
      kind.write(asked.k);
      start.write(String(asked.start));
      stop.write(String(asked.stop));
      onEdit();
      byId('save').scrollIntoView();
      stop.input.focus({ preventScroll: true });
    },
  };
}

/**
 * @param {Wanted} wanted
 * @param {Plan} plan
 */
function planWords(wanted, { entries, bytes }) {
  if (entries < 1) return '';
  const { many } = kindOf(wanted.k);
  const what = wanted.count === undefined ? `about ${approximate(entries)} ${many}` : tally(wanted.k, wanted.count);
  return `${what[0].toUpperCase()}${what.slice(1)}, a file of about ${sizeWords(bytes)}: ${fileNameOf(wanted)}`;
}

/** @param {NonNullable<Awaited<ReturnType<typeof bestPlace>>>} place */
function whereWords({ name, room }) {
  if (name === 'disk') return 'You choose the place, and the file is written straight to it.';
  if (name === 'memory') return `Opened like this, a page can only put the file together in memory here, so it may have up to ${sizeWords(room ?? 0)}. It then goes to your downloads.`;
  const left = room === null ? '' : `, where there is room for ${sizeWords(room)}`;
  return `The file is put together in this browser’s own storage${left}, and then goes to your downloads.`;
}
