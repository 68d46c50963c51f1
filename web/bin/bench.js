// @ts-check
import { runBenchmark } from '../lib/bench.js';
import { capabilities, TamisError } from '../lib/node.js';
import { toJson, withTamis } from './session.js';
import { StatusLine, duration, grouped } from './terminal.js';

/** @typedef {import('../lib/bench.js').BenchmarkResult} BenchmarkResult */
/** @typedef {import('./arguments.js').Request} Request */

/**
 * tamis bench: the same count with 1, 2, ... threads, taking turns.
 * @param {Request} request
 * @param {AbortSignal} signal
 */
export async function bench(request, signal) {
  const { start, stop, json, csv, quiet, repeat, warmup } = request;
  const { hardwareConcurrency: cores } = await capabilities();
  const most = request.maxThreads ?? Math.min(256, 2 * cores);
  const threadCounts = counts(most);
  const status = new StatusLine({ quiet: quiet || json || csv });
  const { result, mode } = await withTamis({ ...request, threads: most }, signal, async (tamis) => {
    try {
      return {
        mode: tamis.mode,
        result: await runBenchmark(tamis, {
          start, stop, threadCounts, warmup, repeats: repeat, signal,
          onResult: ({ index, total, step, ms }) => status.show(() => (
            `${index} of ${total}: ${step.threads} threads, ${duration(ms)}${step.warmup ? ' (warm-up)' : ''}`)),
        }),
      };
    } finally {
      status.clear();
    }
  });
  if (json) console.log(toJson({ ...result, mode, cores }));
  else if (csv) console.log(toCsv(result, mode));
  else console.log(toText(result, mode, cores));
}

/**
 * Every count up to 8, then in steps that keep the list short; always with the largest.
 * @param {number} most
 */
function counts(most) {
  if (most < 1) throw new TamisError('threads', `--max-threads is ${most}; it must be 1 or more.`);
  const list = [];
  for (let threads = 1; threads < most; threads += threads < 8 ? 1 : threads < 32 ? 4 : 16) list.push(threads);
  return [...list, most];
}

/**
 * @param {BenchmarkResult} result
 * @param {string} mode
 */
const toCsv = ({ samples, start, stop }, mode) => ['start,stop,mode,threads,ms',
  ...samples.map(({ threads, ms }) => `${start},${stop},${mode},${threads},${ms.toFixed(3)}`)].join('\n');

/**
 * @param {BenchmarkResult} result
 * @param {string} mode
 * @param {number} cores
 */
function toText({ start, stop, count, summary, complete }, mode, cores) {
  const { rows, fit } = summary;
  const lines = [
    `${count === null ? '' : `${grouped(count)} `}primes from ${grouped(start)} to ${grouped(stop)}; mode ${mode}, ${cores} cores`,
    '',
    'threads     median        min        max   spread   speed-up   efficiency',
    ...rows.map((row) => [
      String(row.threads).padStart(7),
      duration(row.median).padStart(11),
      duration(row.min).padStart(11),
      duration(row.max).padStart(11),
      `${(row.spread * 100).toFixed(0)}%`.padStart(9),
      `${row.speedup?.toFixed(2) ?? '-'}`.padStart(11),
      `${row.efficiency === null ? '-' : `${(row.efficiency * 100).toFixed(0)}%`}`.padStart(13),
    ].join('')),
  ];
  if (fit) {
    const limit = Number.isFinite(fit.limit) ? `at most ${fit.limit.toFixed(1)} times faster` : 'no limit in sight';
    lines.push('', `Amdahl's law: ${(fit.serialFraction * 100).toFixed(1)}% of the work is serial (${limit}); fit over thread counts up to the cores, error ${(fit.error * 100).toFixed(1)}%`);
  }
  if (!complete) lines.push('', 'Stopped early: these are the measurements until then.');
  return lines.join('\n');
}
