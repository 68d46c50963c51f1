// @ts-check
// The number lens: what is known of a number, live as it is typed. Each keystroke gives up what the one before began, and
// nothing here holds the engine: counts go on beside it.
import { announce, byId, make } from './dom.js';
import { inWords, isCancelled } from './engine.js';
import { approximate, duration, grouped, percent, timeLeft } from './format.js';
import { integerField, LARGEST } from './integer-field.js';
import { factorFacts, inShort, kindWords, product } from './lens-words.js';
import { riemannR } from '../lib/index.js';

/** @typedef {import('../lib/index.js').Tamis} Tamis */

/** Half a keystroke of a fast typist: what is typed on at once need not be looked at. */
const PAUSE_MS = 90;
/** An answer that comes sooner needs no sign that it is awaited; it would only flash. */
const PATIENCE_MS = 100;
/** Factors are had up to here. */
const LARGEST_FACTORED = 2n ** 128n - 1n;
/** A thousand digits are tested in a blink, and more is no fun to type. */
const LARGEST_TESTED = 10n ** 1000n - 1n;
/** pi is counted unasked up to here: some seconds at most. */
const LARGEST_COUNTED = 10n ** 15n;
const FACTS = ['divisors', 'sum', 'phi', 'moebius'];

/** @param {import('./engine.js').Engine} engine */
export function mountLensPanel(engine) {
  const field = integerField('lens-n', { name: 'The number', max: LARGEST_TESTED, onInput: onEdit });
  const count = byId('lens-pi-go');
  let controller = new AbortController();
  /** Of pi alone, which can be stopped by itself. */
  let counting = new AbortController();
  /** The parts that are still at work. */
  let working = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let clearing;
  /** What is looked at. @type {bigint | null} */
  let shown = null;
  /** With which library. @type {Tamis | null} */
  let by = null;

  function giveUp() {
    clearTimeout(timer);
    // Else what is pale because of a newer number would be taken for answers to it.
    clearTimeout(clearing);
    controller.abort();
    controller = new AbortController();
    working = 0;
    stopCounting();
    byId('lens-note').textContent = '';
  }

  function stopCounting() {
    counting.abort();
    counting = new AbortController();
    byId('lens-pi-run').hidden = true;
  }

  /** The number, or null with the reason shown. */
  function read() {
    const n = field.read();
    if (n === null) {
      // Limits of a thousand digits would be said in full.
      const why = byId('lens-n-error').textContent ?? '';
      if (/^The number must lie|far too large/.test(why)) {
        field.complain(field.input.value.trim().startsWith('-') ? 'Negative numbers are neither prime nor composite: write one from 0 on.' : 'That is too large: the lens takes numbers of up to 1,000 digits.');
      }
      return null;
    }
    return n;
  }

  function onEdit() {
    giveUp();
    const n = read();
    // What was said of another number must not stand beside this one.
    if (n !== shown) byId('lens-result').dataset.stale = 'true';
    if (n === null) {
      shown = null;
      byId('lens-result').hidden = true;
      return;
    }
    timer = setTimeout(() => look(n), PAUSE_MS);
  }

  /** @param {bigint} n */
  function look(n) {
    const { tamis } = engine;
    // Measurements are not disturbed, and before the library is there, its start is awaited: see below.
    if (!tamis || engine.user === 'a benchmark') {
      byId('lens-note').textContent = tamis ? 'Looks when the benchmark is over.' : '';
      shown = null;
      by = null;
      return;
    }
    [shown, by] = [n, tamis];
    clear(n);
    const { signal } = controller;
    void part(signal, 'kind', async () => {
      const primality = await tamis.testPrime(n, { signal });
      return () => {
        const words = kindWords(n, primality);
        say('kind', words);
        byId('lens-kind').dataset.prime = String(primality.prime);
        say('how', n < 2n ? 'Primes begin with 2.' : primality.how);
        announce(`${inShort(n)}: ${words}.`);
      };
    });
    if (n > 0n && n <= LARGEST_FACTORED) {
      void part(signal, 'factors', async () => {
        const powers = await tamis.factor(n, { signal });
        return () => {
          say('factors', product(powers));
          for (const [name, text] of Object.entries(factorFacts(n, powers))) say(name, text);
        };
      });
    } else say('factors', n === 0n ? 'None: every number divides 0' : 'Found up to 2^128 − 1');
    if (n <= LARGEST_FACTORED) {
      void part(signal, 'after', async () => neighbour('after', n, await tamis.nextPrime(n, { signal })));
      if (n > 2n) void part(signal, 'before', async () => neighbour('before', n, await tamis.previousPrime(n, { signal })));
      else say('before', 'None: the first prime is 2');
    } else for (const side of ['before', 'after']) say(side, 'Looked for up to 2^128 − 1');
    if (n > LARGEST) say('pi', 'Counted up to 2^64 − 1');
    else if (n > LARGEST_COUNTED) estimate(n);
    else countUpTo(n);
  }

  /** @param {bigint} n */
  function clear(n) {
    const result = byId('lens-result');
    // The old answers stay, pale, for as long as new ones come at once: flicker is not read.
    clearing = setTimeout(() => {
      if (shown !== n || result.dataset.stale !== 'true') return;
      for (const name of ['kind', 'how', 'factors', 'before', 'after', 'pi', ...FACTS]) {
        if (byId(`lens-${name}`).dataset.of !== String(n)) byId(`lens-${name}`).textContent = name === 'factors' ? 'Looking for factors…' : '…';
      }
      delete result.dataset.stale;
    }, PATIENCE_MS);
    const unasked = n === 0n || n > LARGEST_FACTORED;
    for (const name of FACTS) {
      byId(`lens-${name}-row`).hidden = unasked;
      // Else the signs of waiting above would stand there for good.
      if (unasked) say(name);
    }
    count.hidden = true;
    byId('lens-number').textContent = inShort(n);
    result.hidden = false;
  }

  /** @param {string} name  of the element @param {...(Node | string)} content */
  function say(name, ...content) {
    const element = byId(`lens-${name}`);
    element.dataset.of = String(shown);
    element.replaceChildren(...content);
  }

  /**
   * One question: its answer is shown unless something else was typed meanwhile; its error takes the answer's place.
   * @param {AbortSignal} signal
   * @param {string} name  of the element
   * @param {() => Promise<() => void>} ask  gives what shows the answer
   */
  async function part(signal, name, ask) {
    working += 1;
    /** @type {() => void} */
    let show;
    try {
      show = await ask();
    } catch (error) {
      if (isCancelled(error)) return;
      const { text } = inWords(error);
      show = () => say(name, text);
    }
    if (signal.aborted) return;
    show();
    working -= 1;
    if (working === 0 && !controller.signal.aborted) delete byId('lens-result').dataset.stale;
  }

  /**
   * @param {'before' | 'after'} side
   * @param {bigint} n
   * @param {bigint} prime
   */
  const neighbour = (side, n, prime) => () => {
    const gap = prime > n ? prime - n : n - prime;
    const button = make('button', { type: 'button', class: 'small', id: `lens-${side}-go`, 'aria-label': `Look at ${grouped(prime)}, the prime ${side}` }, grouped(prime));
    button.addEventListener('click', () => go(prime));
    say(side, button, make('span', { class: 'quiet' }, ` ${grouped(gap)} ${prime > n ? 'more' : 'less'}`));
  };

  /** @param {bigint} n */
  function go(n) {
    field.write(String(n));
    onEdit();
    field.input.focus();
  }

  /** @param {bigint} n */
  function estimate(n) {
    say('pi', `About ${approximate(riemannR(n))}, by Riemann’s R`);
    count.hidden = false;
  }

  /** @param {bigint} n */
  function countUpTo(n) {
    const { tamis } = engine;
    const { signal } = counting;
    const run = byId('lens-pi-run');
    if (!tamis) return;
    const began = performance.now();
    const bar = /** @type {HTMLProgressElement} */ (byId('lens-pi-bar'));
    bar.value = 0;
    count.hidden = true;
    byId('lens-pi-left').textContent = '';
    const patience = setTimeout(() => {
      if (!signal.aborted) run.hidden = false;
    }, PATIENCE_MS);
    void part(signal, 'pi', async () => {
      try {
        const value = await tamis.primePi(n, {
          signal,
          onProgress({ fraction, etaMs }) {
            if (signal.aborted) return;
            bar.value = fraction;
            byId('lens-pi-left').textContent = `${percent(fraction)}, ${timeLeft(etaMs)}`;
          },
        });
        const ms = performance.now() - began;
        return () => {
          say('pi', grouped(value), make('span', { class: 'quiet' }, ` in ${duration(ms)}`));
          if (ms > 1000) announce(`${grouped(value)} primes up to ${grouped(n)}.`);
        };
      } finally {
        clearTimeout(patience);
        if (!signal.aborted) run.hidden = true;
      }
    });
  }

  function stop() {
    if (byId('lens-pi-run').hidden) return false;
    stopCounting();
    if (shown !== null) estimate(shown);
    byId('lens-note').textContent = 'Counting was stopped.';
    field.input.focus();
    return true;
  }

  count.addEventListener('click', () => {
    if (shown === null) return;
    const n = shown;
    // The button goes; focus must not fall off the page with it.
    field.input.focus();
    countUpTo(n);
  });
  byId('lens-pi-cancel').addEventListener('click', stop);
  field.input.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowUp' ? 1n : event.key === 'ArrowDown' ? -1n : 0n;
    const n = step ? read() : null;
    if (n === null || n + step < 0n || n + step > LARGEST_TESTED) return;
    event.preventDefault();
    go(n + step);
  });
  byId('lens-form').addEventListener('submit', (event) => {
    event.preventDefault();
    onEdit();
  });
  // Another library, or the benchmark is over: what waits is looked at.
  engine.addEventListener('change', () => {
    if (engine.state === 'ready' && engine.tamis !== by) onEdit();
  });
  return { stop };
}
