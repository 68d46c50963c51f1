// @ts-check
// The flight recorder of mode `workers`: isolated instances have no ring of events that the host could read, so the host
// notes what each of them was at. In mode `threads` the core records by itself (src/parallel/recorder.rs).

/**
 * A span of one worker, or of the host. Times in milliseconds of performance.now().
 * @typedef {object} Span
 * @property {'chunk' | 'merge' | 'wait'} name
 * @property {number} begin
 * @property {number} end
 * @property {number} [job]
 * @property {bigint} [chunk]
 */

/** Fewest and most events kept for each worker; as in the core. */
export const RING_EVENTS = /** @type {const} */ ({ least: 16, most: 65_536, usual: 4096 });

/** Track of the host, behind all workers. */
export const HOST_TRACK = 257;

export class Recorder {
  #events;
  #began = performance.now();
  /** @type {Map<number, { spans: Span[], next: number }>} by track */
  #tracks = new Map();

  /** @param {number} events  kept for each track */
  constructor(events) {
    this.#events = events;
  }

  /**
   * @param {number} track  a worker's slot, or HOST_TRACK
   * @param {Span} span
   */
  note(track, span) {
    // What began before is not shown: its times would be negative.
    if (span.begin < this.#began) return;
    let ring = this.#tracks.get(track);
    if (!ring) this.#tracks.set(track, ring = { spans: [], next: 0 });
    ring.spans[ring.next++ % this.#events] = span;
  }

  /** @returns {string} JSON in the trace event format, which Perfetto and the Firefox profiler open */
  json() {
    const tracks = [...this.#tracks].sort(([a], [b]) => a - b);
    const traceEvents = tracks.flatMap(([track, { spans, next }]) => {
      const tid = track === HOST_TRACK ? HOST_TRACK : track + 1;
      const name = track === HOST_TRACK ? 'host' : `worker ${tid}`;
      const oldest = next > this.#events ? next % this.#events : 0;
      return [
        { name: 'thread_name', ph: 'M', pid: 1, tid, args: { name } },
        ...apart([...spans.slice(oldest), ...spans.slice(0, oldest)]).map((span) => this.#event(tid, span)),
      ];
    });
    // Viewers show it above the tracks; without one they say "unknown".
    if (traceEvents.length > 0) traceEvents.unshift({ name: 'process_name', ph: 'M', pid: 1, tid: 0, args: { name: 'tamis' } });
    return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents })}\n`;
  }

  /**
   * @param {number} tid
   * @param {Span} span
   */
  #event(tid, { name, begin, end, job, chunk }) {
    // The difference of what is written: rounded by itself, it could reach into the next span.
    const [from, to] = [nanos(begin - this.#began), nanos(end - this.#began)];
    const event = { name, cat: 'tamis', ph: 'X', pid: 1, tid, ts: from / 1e3, dur: (to - from) / 1e3 };
    if (job === undefined) return event;
    return { ...event, args: { detail: `job ${job}, chunk ${chunk}`, job, chunk: Number(chunk) } };
  }
}

/** @param {number} ms */
const nanos = (ms) => Math.round(ms * 1e6);

/**
 * The clocks of workers differ by microseconds, so that a span may seem to begin before the one before it ended, and such
 * a one Perfetto would leave out.
 * @param {Span[]} spans  of one track
 */
function apart(spans) {
  const sorted = [...spans].sort((a, b) => a.begin - b.begin);
  return sorted.map((span, i) => (sorted[i + 1]?.begin < span.end ? { ...span, end: sorted[i + 1].begin } : span));
}
