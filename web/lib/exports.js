// @ts-check
// What the library exports on every platform, beside load() and capabilities().
export { inverseLi, inverseRiemannR, li, riemannR } from './approximations.js';
export { decodeDelta } from './delta.js';
export { TamisError } from './errors.js';
export { parseInteger } from './integers.js';
export { KINDS } from './kinds.js';

/** @typedef {import('./are-prime.js').Integers} Integers */
/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./client.js').Client} Tamis */
/** @typedef {import('./hosted.js').CheckpointFacts} CheckpointFacts */
/** @typedef {import('./job.js').JobHandle} JobHandle */
/** @typedef {import('./job.js').JobState} JobState */
/** @typedef {import('./job.js').Result} Result */
/** @typedef {import('./errors.js').ErrorCode} ErrorCode */
/** @typedef {import('./forms.js').FormName} FormName */
/** @typedef {import('./platform/isolation.js').Isolation} Isolation */
/** @typedef {import('./iterate.js').PrimeIterator} PrimeIterator */
/** @typedef {import('./numbers.js').Primality} Primality */
/** @typedef {import('./numbers.js').PrimePower} PrimePower */
/** @typedef {import('./options.js').BatchOptions} BatchOptions */
/** @typedef {import('./options.js').LoadOptions} LoadOptions */
/** @typedef {import('./options.js').RunOptions} RunOptions */
/** @typedef {import('./options.js').StartOptions} StartOptions */
/** @typedef {import('./progress.js').Phase} Phase */
/** @typedef {import('./progress.js').Progress} Progress */
/**
 * @template {FormName} [T='u64']
 * @typedef {import('./options.js').StreamOptions<T>} StreamOptions
 */
/**
 * @template {FormName} [T='u64']
 * @typedef {import('./stream.js').PrimeStream<T>} PrimeStream
 */
