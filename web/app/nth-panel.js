// @ts-check
// The nth prime after or before a number: the form, its progress and the answer.
import { nthJob } from '../lib/kinds.js';
import { announce, byId, make, setTitle } from './dom.js';
import { crewOf, isOutOfRange } from './engine.js';
import { duration, grouped, many } from './format.js';
import { begin } from './durable.js';
import { integerField } from './integer-field.js';
import { jobTask } from './job-task.js';
import { nthWords } from './nth-words.js';
import { publishedPrime } from './primes.js';
import { runView } from './run-view.js';
import { panelTask } from './task.js';

/** The library takes n from -(2^63 - 1) to 2^63 - 1. */
const MOST = 2n ** 63n - 1n;

/**
 * @param {import('./engine.js').Engine} engine
 * @param {Promise<import('./durable.js').Jobs>} opening
 */
export function mountNthPanel(engine, opening) {
  const n = integerField('nth-n', { name: 'n', min: -MOST, max: MOST, onInput: onEdit });
  const start = integerField('nth-start', { name: 'The start', onInput: onEdit });
  const task = panelTask('nth', engine, { user: 'a search for a prime', state: 'finding', already: 'Looking already.' });
  const view = runView('nth', {
    onShow: () => {
      byId('nth-result').hidden = true;
    },
  });

  const work = jobTask('nth', {
    engine, opening, task, view,
    isOurs: ({ kind }) => kind === 'nth-prime' || kind === 'nth-prime-pi',
    onDone(record) {
      const { wanted, from } = askedOf(record);
      const [value] = record.values ?? [];
      show(wanted, from, value, `in ${duration(record.elapsedMs)} on ${many(record.threads || engine.threads, 'thread')}`);
    },
    onFail(error) {
      setTitle();
      const asked = read();
      if (isOutOfRange(error) && asked) refuse(asked.wanted, asked.from);
      else task.box.sayError(error);
    },
  });

  function read() {
    const [wanted, from] = [n.read(), start.read()];
    return wanted === null || from === null ? null : { wanted, from };
  }

  function onEdit() {
    byId('nth-note').textContent = '';
    const asked = read();
    byId('nth-plan').textContent = asked ? `That is ${nthWords(asked.wanted, asked.from)}.` : '';
  }

  async function find() {
    if (task.isBusy()) return;
    const asked = read();
    if (!asked) {
      (n.input.hasAttribute('aria-invalid') ? n : start).input.focus();
      return;
    }
    const { wanted, from } = asked;
    byId('nth-result').hidden = true;
    await work.run(async () => begin(await opening, { ...jobOf(wanted, from), threads: crewOf(engine) }));
  }

  /** There is no such prime. @param {bigint} wanted @param {bigint} from */
  function refuse(wanted, from) {
    const least = 'the least prime is 2';
    const greatest = 'the greatest prime below 2^64 is 18,446,744,073,709,551,557';
    n.complain(wanted < 0n
      ? `There are not so many primes below ${grouped(from)}: ${least}.`
      : `There are not so many primes after ${grouped(from)}: ${greatest}, and the search ends there.`);
    n.input.focus();
  }

  byId('nth-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void find();
  });
  onEdit();
  return { stop: task.stop };
}

/**
 * Far out from 2, by pi(x) rather than by sieving.
 * @param {bigint} wanted
 * @param {bigint} from
 */
function jobOf(wanted, from) {
  const { kind, params } = nthJob(wanted, from);
  return { kind, params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, BigInt(value)])) };
}

/** What a job looks for. @param {import('./durable.js').JobRecord} record */
const askedOf = ({ params }) => ({ wanted: params.before ? -params.n : params.n, from: params.start ?? 0n });

/**
 * @param {bigint} wanted
 * @param {bigint} from
 * @param {bigint} prime
 * @param {string} pace
 */
function show(wanted, from, prime, pace) {
  const words = nthWords(wanted, from);
  byId('nth-value').textContent = grouped(prime);
  byId('nth-line').textContent = `is ${words}, found ${pace}`;
  const known = from < 2n && wanted > 0n ? publishedPrime(wanted) : undefined;
  const sentences = [];
  if (known === prime) sentences.push('This is the published value (OEIS A006988).');
  else if (known !== undefined) {
    sentences.push(`The published value is ${grouped(known)} (OEIS A006988), so this is wrong: please report it.`);
  }
  byId('nth-remarks').replaceChildren(...sentences.map((sentence) => make('li', {}, sentence)));
  byId('nth-result').hidden = false;
  announce(`${grouped(prime)} is ${words}.`);
  setTitle(grouped(prime));
}
