// @ts-check
// From options to a running library: compile, choose a mode, start, and settle for less if need be.
import { judge } from './capabilities.js';
import { Client } from './client.js';
import { TamisError, cancelledBy, seconds } from './errors.js';
import { Launcher } from './launch.js';
import { mebibytes } from './memory.js';
import { checkLoadOptions, planAttempts } from './options.js';

/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./options.js').LoadOptions} LoadOptions */
/** @typedef {import('./options.js').Wanted} Wanted */
/** @typedef {import('./platform/platform.js').Platform} Platform */

/**
 * @param {Platform} platform
 * @param {LoadOptions} options
 * @returns {Promise<Client>}
 */
export async function load(platform, options) {
  const wanted = checkLoadOptions(options);
  const { signal, timeoutMs } = wanted;
  if (signal?.aborted) throw cancelledBy(signal);
  const facts = platform.facts();
  const verdict = judge(facts);
  const attempts = planAttempts(wanted, verdict, facts.hardwareConcurrency);
  const deadline = performance.now() + timeoutMs;
  const launcher = new Launcher(platform, wanted, await compile(platform, wanted));

  /** @type {string[]} */
  const warnings = [];
  for (const [index, attempt] of attempts.entries()) {
    const left = Math.max(1000, deadline - performance.now());
    try {
      // Some workers may be missing when the mode was chosen here; a mode that was asked for is had exactly.
      const crew = await launcher.start({ ...attempt, deadlineMs: left * attempt.share, exactly: wanted.mode === 'workers', signal });
      const { threads, started, missing } = crew;
      for (const error of missing) warnings.push(`A worker could not be started: ${error.message}`);
      if (started.memoryBytes < wanted.memoryBytes) {
        warnings.push(`Only ${mebibytes(started.memoryBytes)} of the ${mebibytes(wanted.memoryBytes)} of memory asked for could be had.`);
      }
      const fellBack = attempt.mode !== verdict.mode && wanted.mode === 'auto';
      return new Client({ crew, launcher, store: platform.store, wanted }, started.version, {
        ...facts,
        ...verdict,
        ...(fellBack ? { reason: `Threads could not be started here. ${warnings[0]}`, hint: null } : {}),
        ...(wanted.mode === 'workers' ? { reason: 'Mode `workers` was asked for.', hint: null } : {}),
        mode: attempt.mode,
        threads,
        memoryBytes: started.memoryBytes,
        warnings,
        // The client knows better, and changes its mind.
        threadsReason: '',
      });
    } catch (error) {
      const last = index === attempts.length - 1;
      if (last || !(error instanceof TamisError) || error.code === 'cancelled') throw error;
      const what = attempt.mode === 'threads' ? 'threads' : 'workers';
      warnings.push(`${attempt.threads} ${what} could not be started: ${error.message}${error.hint ? ` ${error.hint}` : ''}`);
    }
  }
  throw new TamisError('worker-start', 'Nothing could be started.'); // no attempt: does not happen
}

/**
 * @param {Platform} platform
 * @param {Wanted} wanted
 */
async function compile(platform, { wasm, timeoutMs, signal }) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal?.addEventListener('abort', abort);
  const timer = setTimeout(abort, timeoutMs);
  try {
    return await platform.compile(wasm, controller.signal);
  } catch (cause) {
    if (signal?.aborted) throw cancelledBy(signal);
    if (!controller.signal.aborted) throw cause;
    const url = typeof wasm === 'string' || wasm instanceof URL ? String(wasm) : platform.wasmUrl;
    throw new TamisError('timeout', `${url} was not loaded within ${seconds(timeoutMs)}.`, {
      hint: 'Check the network, or give load() a longer `timeoutMs`.',
      cause,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
