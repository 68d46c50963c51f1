// @ts-check
// Jobs in words: what they do, how far they are, what came out. Pure.
import { duration, grouped, many, percent, roundWords, timeLeft } from './format.js';
import { KINDS, inSeries, tally } from './kinds.js';
import { nthWords } from './nth-words.js';

/** @typedef {import('../lib/jobs/jobs.js').JobRecord} JobRecord */
/** @typedef {Pick<JobRecord, 'kind' | 'params'>} Asked */

/** A number as short as it can be said: "10 billion", "1,234". @param {bigint} value */
const short = (value) => roundWords(value) || grouped(value);

/** The members of the tuplets that a job counts. @param {Asked} asked */
export const kindsOf = ({ kind, params }) => {
  if (kind !== 'count-tuplets') return [1];
  const bits = Number(params.kinds ?? 63n);
  return KINDS.map(({ k }) => k).filter((k) => bits & (1 << (k - 1)));
};

/** "Primes and pairs of twins from 0 to 10 billion" @param {Asked} asked */
export function jobTitle({ kind, params }) {
  if (kind === 'count-primes' || kind === 'count-tuplets') {
    const what = inSeries(kindsOf({ kind, params }).map((k) => KINDS[k - 1].many));
    return `${what[0].toUpperCase()}${what.slice(1)} from ${short(params.start)} to ${short(params.stop)}`;
  }
  if (kind === 'prime-pi') return `Primes up to ${short(params.x)}, by Gourdon’s algorithm`;
  if (kind === 'nth-prime' || kind === 'nth-prime-pi') {
    const n = params.before ? -params.n : params.n;
    const words = nthWords(n, params.start ?? 0n);
    return `${words[0].toUpperCase()}${words.slice(1)}`;
  }
  if (kind === 'maximal-gaps') return `Maximal gaps between primes from ${short(params.start)} to ${short(params.stop)}`;
  return kind;
}

/** From here on whole percents would stand still for minutes. */
const LONG_MS = 600_000;

/** @param {number} fraction @param {number | null} etaMs */
const share = (fraction, etaMs) => (etaMs !== null && etaMs > LONG_MS ? `${(Math.floor(fraction * 1e4) / 100).toFixed(2)}%` : percent(fraction));

/**
 * What a job is at, where there is more than one thing: ", at the hard leaves (D)".
 * @param {JobRecord} record
 */
function atWords({ phases }) {
  const active = phases.length > 1 ? phases.filter(({ state }) => state === 'active') : [];
  return active.length > 0 ? `, at the ${inSeries(active.map(({ name }) => name))}` : '';
}

/** Where a job stands: "43% done, about 12 s left". @param {JobRecord} record */
export function jobState(record) {
  const { state, fraction, etaMs, elapsedMs, error } = record;
  switch (state) {
    case 'waiting': return fraction > 0 ? `Waits for its turn, ${percent(fraction)} done` : 'Waits for its turn';
    case 'running': return `${share(fraction, etaMs)} done${atWords(record)}, ${etaMs === null ? 'time left not known yet' : `${timeLeft(etaMs)} left`}`;
    case 'paused': return `Paused at ${percent(fraction)}, after ${duration(elapsedMs)} of work`;
    case 'done': return `Done, in ${duration(elapsedMs)}`;
    case 'cancelled': return `Cancelled at ${percent(fraction)}`;
    case 'failed': return `Failed at ${percent(fraction)}: ${error?.message ?? 'nobody knows why'}`;
  }
}

/**
 * What was lost and replaced.
 * @param {{ times?: number, why: string, takenMs: number }} healed
 */
export const healedWords = ({ times = 1, why, takenMs }) => (
  `Something was lost and replaced${times > 1 ? ` ${times} times; the last time` : ', and'} the work went on after ${duration(takenMs)}: ${why.replace(/\.?$/, '.')}`);

/** What came out, line by line: "455,052,511 primes". @param {JobRecord} record @returns {string[]} */
export function jobResult(record) {
  const { kind, values } = record;
  if (!values) return [];
  // The last one is the widest: its length, and the prime before it.
  if (kind === 'maximal-gaps') return [values.length > 0 ? `${grouped(values[values.length - 2])}, after ${grouped(values[values.length - 1])}` : 'none'];
  if (!kind.startsWith('count-')) return values.map((value) => grouped(value));
  return kindsOf(record).map((k) => tally(k, values[k - 1]));
}

/** The history as comma-separated values. @param {JobRecord[]} ended */
export function historyCsv(ended) {
  const rows = ended.map((record) => [
    jobTitle(record), record.kind, Object.entries(record.params).map(([name, value]) => `${name}=${value}`).join(' '), record.state,
    (record.values ?? []).join(' '), Math.round(record.elapsedMs), new Date(record.createdAt).toISOString(),
    record.endedAt === null ? '' : new Date(record.endedAt).toISOString(),
  ]);
  return [['title', 'kind', 'params', 'state', 'values', 'computed_ms', 'started', 'ended'], ...rows]
    .map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')).join('\r\n');
}

/**
 * Unfinished jobs that were found when the page opened.
 * @param {JobRecord[]} found
 */
export function foundWords(found) {
  const [first] = found;
  if (!first) return '';
  const verb = first.state === 'paused' ? 'Paused since the last visit' : 'Going on with what was under way';
  const others = found.length > 1 ? `, and ${many(found.length - 1, 'other job')}` : '';
  const title = jobTitle(first);
  return `${verb}: ${title[0].toLowerCase()}${title.slice(1)}, ${percent(first.fraction)} done${others}.`;
}
