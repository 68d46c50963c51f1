// @ts-check
// Work that outlives this page: counts and searches run as jobs that all tabs of the page share.
import { TamisError } from '../lib/index.js';
import { openJobs } from '../lib/jobs/jobs.js';
import { jobTitle } from './job-words.js';

/** @typedef {import('../lib/jobs/jobs.js').Jobs} Jobs */
/** @typedef {import('../lib/jobs/jobs.js').JobRecord} JobRecord */
/** @typedef {{ kind: string, params: Record<string, bigint>, threads?: number }} Work */

/**
 * Opens the jobs of this page. The tab that leads starts a library of its own for them, when there is something to
 * run: what the other panels do with theirs cannot harm a job.
 * @param {import('./engine.js').Engine} engine
 * @returns {Promise<Jobs>}
 */
export async function openPageJobs(engine) {
  const jobs = await openJobs({ load: ({ onEvent }) => engine.loadForJobs(onEvent) });
  let mode = engine.wanted;
  engine.addEventListener('change', () => {
    if (engine.wanted === mode) return;
    mode = engine.wanted;
    void jobs.reload();
  });
  return jobs;
}

/**
 * Starts a job, or goes on with one.
 * @param {Jobs} jobs
 * @param {Work} work
 */
export const begin = (jobs, { kind, params, threads }) => jobs.start(kind, params, { title: jobTitle({ kind, params }), threads });

/**
 * Resolves when a job has ended or is paused.
 * @param {Jobs} jobs
 * @param {string} id
 * @param {{ signal: AbortSignal, onChange: (record: JobRecord) => void }} options  signal: cancels the job
 * @returns {Promise<JobRecord>} rejects with TamisError when it was cancelled, removed or failed
 */
export function follow(jobs, id, { signal, onChange }) {
  return new Promise((resolve, reject) => {
    const cancel = () => void jobs.cancel(id).catch(() => {});
    const look = () => {
      const record = jobs.get(id);
      if (record?.state === 'running' || record?.state === 'waiting') {
        onChange(record);
        return;
      }
      jobs.removeEventListener('change', look);
      signal.removeEventListener('abort', cancel);
      if (record?.state === 'done' || record?.state === 'paused') resolve(record);
      else if (record?.error) reject(new TamisError(record.error.code, record.error.message, { hint: record.error.hint }));
      else reject(new TamisError('cancelled', 'The work was cancelled.'));
    };
    jobs.addEventListener('change', look);
    signal.addEventListener('abort', cancel);
    if (signal.aborted) cancel();
    look();
  });
}
