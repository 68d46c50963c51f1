// @ts-check
// The kinds of job by name: the numbers of include/tamis.h, and what each parameter may be.
import { TamisError } from './errors.js';
import { brief, toInteger, toU64, I64_MAX, U64_MAX, nameOf } from './integers.js';

/**
 * @typedef {object} Param
 * @property {number} id  TAM_PARAM_… of the C library
 * @property {bigint} [min]
 * @property {bigint} [max]
 * @property {boolean} [required]
 */
/**
 * @typedef {object} Kind
 * @property {number} id  TAM_KIND_… of the C library
 * @property {Record<string, Param>} params
 * @property {(values: Map<string, bigint>) => void} [check]  what holds between parameters
 * @property {boolean} [stream]  its values are read while it runs, so run() is not for it
 * @property {number} [group]  how many values of a stream belong together, where no parameter k says it; default 1
 * @property {{ message: string, hint: string }} [outside]  said when the answer lies outside of 64 bits
 */
/**
 * A job as it is posted: numbers only.
 * @typedef {{ kind: number, params: [id: number, value: bigint][], piece?: number }} JobSpec  piece: bytes, see tuning.js
 */

/**
 * From here on pi(x) finds the nth prime sooner than the sieve, in either mode: 0.6 ms each at 300,000, at 10 million 13 ms
 * against 1.3 ms.
 */
const BY_PI_FROM = 300_000n;
/** So many primes lie below 2^64: OEIS A007053. */
const MOST_PRIMES = 425_656_284_035_217_743n;

/** @type {Record<string, Kind>} */
export const KINDS = {
  'count-primes': {
    id: 1,
    params: {
      start: { id: 1, required: true },
      stop: { id: 2, required: true },
      segmentBytes: { id: 4, max: 8_388_608n },
    },
    check: ordered,
  },
  // Values: how many k-tuplets for k = 1 to 6; 0 for those that `kinds` (bit k - 1 stands for k) leaves out.
  'count-tuplets': {
    id: 2,
    params: {
      start: { id: 1, required: true },
      stop: { id: 2, required: true },
      segmentBytes: { id: 4, max: 8_388_608n },
      kinds: { id: 5, min: 1n, max: 63n },
    },
    check: ordered,
  },
  // The primes (k = 1) or k-tuplets themselves.
  'list-primes': {
    id: 3,
    params: {
      start: { id: 1, required: true },
      stop: { id: 2, required: true },
      segmentBytes: { id: 4, max: 8_388_608n },
      k: { id: 6, min: 1n, max: 6n },
    },
    check: ordered,
    stream: true,
  },
  // The nth prime above start, or, with before = 1, below it; n = 0 is the first one that is not below (above) start.
  'nth-prime': {
    id: 4,
    params: {
      start: { id: 1 },
      segmentBytes: { id: 4, max: 8_388_608n },
      n: { id: 7, max: I64_MAX, required: true },
      before: { id: 8, max: 1n },
    },
    outside: {
      message: 'There are not so many primes there: the first one is 2, the last one below 2^64 is 18446744073709551557.',
      hint: 'Choose n and start so that the prime lies between.',
    },
  },
  // Which piece of the sieve is fastest here; see tuning.js.
  tune: { id: 5, params: {} },
  // pi(x), counted without finding the primes.
  'prime-pi': { id: 6, params: { x: { id: 9, required: true } } },
  // The nth prime from 2 on, by way of pi(x).
  'nth-prime-pi': { id: 7, params: { n: { id: 7, min: 1n, max: MOST_PRIMES, required: true } } },
  // Of a number of up to 128 bits, number + 2^64 * numberHigh; see numbers.js for what their values mean.
  'is-prime': { id: 10, params: { number: { id: 20, required: true }, numberHigh: { id: 21 } } },
  factor: { id: 11, params: { number: { id: 20, required: true }, numberHigh: { id: 21 } } },
  neighbour: {
    id: 12,
    params: { number: { id: 20, required: true }, numberHigh: { id: 21 }, before: { id: 8, max: 1n } },
    outside: { message: 'There is no prime there: the first one is 2, and those of more than 128 bits are not looked for.', hint: '' },
  },
  'list-smallest-factors': { id: 13, params: { start: { id: 1, required: true }, stop: { id: 2, required: true } }, check: ordered, stream: true },
  'list-phi': { id: 14, params: { start: { id: 1, required: true }, stop: { id: 2, required: true } }, check: ordered, stream: true },
  'list-moebius': { id: 15, params: { start: { id: 1, required: true }, stop: { id: 2, required: true } }, check: ordered, stream: true },
  mertens: { id: 16, params: { number: { id: 20, required: true } } },
  'sum-primes': { id: 17, params: { number: { id: 20, max: 10n ** 14n, required: true } } },
  'maximal-gaps': { id: 18, params: { start: { id: 1, required: true }, stop: { id: 2, required: true } }, check: ordered },
  goldbach: { id: 19, params: { number: { id: 20, required: true } } },
  'count-residue': {
    id: 20,
    params: {
      start: { id: 1, required: true },
      stop: { id: 2, required: true },
      modulus: { id: 22, min: 1n, required: true },
      residue: { id: 23, required: true },
    },
    check: residual,
  },
  factorial: { id: 21, params: { number: { id: 20, required: true } }, stream: true, group: 2 },
  // Sums its chunk numbers; can be slow, fail and panic on demand. For tests and start-up checks.
  'self-test': {
    id: 1000,
    params: {
      chunks: { id: 1000 },
      steps: { id: 1001 },
      panicAt: { id: 1002 },
      failAt: { id: 1003 },
    },
  },
};

/**
 * The job that finds the nth prime, for n of either sign.
 * @param {bigint | number} n
 * @param {bigint | number} start
 * @returns {{ kind: 'nth-prime' | 'nth-prime-pi', params: Record<string, bigint | number> }}
 * @throws {TamisError} 'type' or 'range'
 */
export function nthJob(n, start) {
  const wanted = toInteger(n, 'n');
  const distance = wanted < 0n ? -wanted : wanted;
  if (distance > I64_MAX) throw new TamisError('range', `n is ${brief(wanted)}, which is not between -(2^63-1) and 2^63-1.`, { hint: 'There are not so many primes below 2^64.' });
  const from = toU64(start, 'start');
  if (from < 2n && wanted >= BY_PI_FROM) {
    // The sieve would be years on the way to say so.
    if (wanted > MOST_PRIMES) throw tooFew();
    return { kind: 'nth-prime-pi', params: { n: wanted } };
  }
  return { kind: 'nth-prime', params: { n: distance, start: from, before: wanted < 0n ? 1 : 0 } };
}

/** There are not so many primes of 64 bits. */
function tooFew() {
  const { message, hint } = /** @type {{ message: string, hint: string }} */ (KINDS['nth-prime'].outside);
  return new TamisError('range', message, { hint });
}

/**
 * @param {number} id  TAM_KIND_…
 * @returns {{ name: string, kind: Kind }}
 * @throws {TamisError} 'kind'
 */
export function kindOf(id) {
  for (const [name, kind] of Object.entries(KINDS)) if (kind.id === id) return { name, kind };
  throw new TamisError('kind', `There is no kind of job with the number ${id} here.`, { hint: 'A newer tamis may have it.' });
}

/**
 * What a job was made from.
 * @param {import('./core-job.js').Job} job
 * @returns {JobSpec}
 */
export function specOf(job) {
  const id = job.kind();
  const { kind } = kindOf(id);
  return { kind: id, params: Object.values(kind.params).map((param) => [param.id, job.get(param.id)]) };
}

/** @param {Map<string, bigint>} values */
function residual(values) {
  ordered(values);
  const [modulus = 1n, residue = 0n] = [values.get('modulus'), values.get('residue')];
  if (residue >= modulus) {
    throw new TamisError('range', `residue is ${residue}, which is not between 0 and ${modulus - 1n}.`, {
      hint: 'It is what is left when a prime is divided by the modulus.',
    });
  }
}

/** @param {Map<string, bigint>} values */
function ordered(values) {
  const [start = 0n, stop = U64_MAX] = [values.get('start'), values.get('stop')];
  if (start > stop) {
    throw new TamisError('range', `start (${start}) is greater than stop (${stop}).`, {
      hint: 'A range is given by its smallest and its largest number, both included.',
    });
  }
}

/**
 * Checks a kind's name and parameters.
 * @param {string} name
 * @param {Record<string, unknown>} params
 * @returns {JobSpec}
 * @throws {TamisError} 'kind', 'param', 'type' or 'range'
 */
export function jobSpec(name, params) {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (!kind) {
    throw new TamisError('kind', `There is no kind of job called ${JSON.stringify(name) ?? nameOf(name)}.`, {
      hint: `The kinds are: ${Object.keys(KINDS).join(', ')}.`,
    });
  }
  if (typeof params !== 'object' || params === null) {
    throw new TamisError('type', `The parameters of ${name} must be an object, not ${nameOf(params)}.`);
  }
  /** @type {Map<string, bigint>} */
  const values = new Map();
  for (const [key, value] of Object.entries(params)) {
    const param = Object.hasOwn(kind.params, key) ? kind.params[key] : undefined;
    if (!param) {
      throw new TamisError('param', `${name} has no parameter called "${key}".`, {
        hint: `Its parameters are: ${Object.keys(kind.params).join(', ')}.`,
      });
    }
    if (value !== undefined) values.set(key, toU64(value, key, param.min, param.max));
  }
  for (const [key, param] of Object.entries(kind.params)) {
    if (param.required && !values.has(key)) {
      throw new TamisError('param', `${name} needs the parameter "${key}".`);
    }
  }
  kind.check?.(values);
  return {
    kind: kind.id,
    params: [...values].map(([key, value]) => [/** @type {Param} */ (kind.params[key]).id, value]),
  };
}
