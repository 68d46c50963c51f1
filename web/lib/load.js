// @ts-check
// From options to a running library: compile, choose a mode, start, and settle for less if need be.
import { judge } from './capabilities.js';
import { Client } from './client.js';
import { TamisError, cancelledBy, seconds } from './errors.js';
import { mebibytes } from './memory.js';
import { checkLoadOptions, planAttempts } from './options.js';
import { startWorker } from './start.js';
import { Team } from './team.js';

/** @typedef {import('./capabilities.js').Capabilities} Capabilities */
/** @typedef {import('./options.js').Attempt} Attempt */
/** @typedef {import('./options.js').LoadOptions} LoadOptions */
/** @typedef {import('./options.js').Wanted} Wanted */
/** @typedef {import('./platform/platform.js').Platform} Platform */
/** @typedef {import('./start.js').HostStarted} HostStarted */

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
  const module = await compile(platform, wanted);

  /** @type {string[]} */
  const warnings = [];
  for (const [index, attempt] of attempts.entries()) {
    const left = Math.max(1000, deadline - performance.now());
    try {
      const { parts, started, missing } = await start(platform, wanted, attempt, module, left * attempt.share);
      const threads = attempt.threads - missing.length;
      for (const error of missing) warnings.push(`A worker could not be started: ${error.message}`);
      if (started.memoryBytes < wanted.memoryBytes) {
        warnings.push(`Only ${mebibytes(started.memoryBytes)} of the ${mebibytes(wanted.memoryBytes)} of memory asked for could be had.`);
      }
      const fellBack = attempt.mode !== verdict.mode && wanted.mode === 'auto';
      return new Client({ ...parts, store: platform.store }, started.version, {
        ...facts,
        ...verdict,
        ...(fellBack ? { reason: `Threads could not be started here. ${warnings[0]}`, hint: null } : {}),
        ...(wanted.mode === 'workers' ? { reason: 'Mode `workers` was asked for.', hint: null } : {}),
        mode: attempt.mode,
        threads,
        memoryBytes: started.memoryBytes,
        warnings,
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

/**
 * @param {Platform} platform
 * @param {Wanted} wanted
 * @param {Attempt} attempt
 * @param {WebAssembly.Module} module
 * @param {number} deadlineMs
 */
async function start(platform, { mode: asked, memoryBytes, workerUrl, signal }, { mode, threads }, module, deadlineMs) {
  const { handle: host, started } = await startWorker(
    platform,
    { role: 'host', mode, module, memoryBytes, threads, deadlineMs },
    { workerUrl, signal },
  );
  if (mode === 'threads') return { parts: { host, team: null }, started: /** @type {HostStarted} */ (started), missing: [] };

  const team = new Team(platform, { module, memoryBytes, deadlineMs, workerUrl, toHost: host.post });
  const missing = await team.start(threads, signal);
  // Some may be missing when the mode was chosen here; a mode that was asked for is had exactly.
  if (missing.length > 0 && (asked === 'workers' || missing.length === threads || signal?.aborted)) {
    team.disband();
    host.terminate();
    throw missing[0];
  }
  return { parts: { host, team }, started: /** @type {HostStarted} */ (started), missing };
}
