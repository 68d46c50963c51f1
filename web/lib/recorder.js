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
        ...[...spans.slice(oldest), ...spans.slice(0, oldest)].map((span) => this.#event(tid, span)),
      ];
    });
    return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents })}\n`;
  }

  /**
   * @param {number} tid
   * @param {Span} span
   */
  #event(tid, { name, begin, end, job, chunk }) {
    const event = { name, cat: 'tamis', ph: 'X', pid: 1, tid, ts: micros(begin - this.#began), dur: micros(end - begin) };
    if (job === undefined) return event;
    return { ...event, args: { detail: `job ${job}, chunk ${chunk}`, job, chunk: Number(chunk) } };
  }
}

/** @param {number} ms */
const micros = (ms) => Math.round(ms * 1e6) / 1e3;
