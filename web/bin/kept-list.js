// @ts-check
// `tamis list --checkpoint`: the stream's checkpoint, and how long the output was then.
import path from 'node:path';
import { CheckpointFile } from './checkpoint-file.js';
import { another, contentsOf, factsOf, listText, sameParams, saver, sayKept, sayResumed } from './keep.js';

/** @typedef {import('../lib/client.js').Client} Client */
/** @typedef {import('./arguments.js').Request} Request */
/** @typedef {import('./files.js').Sink} Sink */
/** @typedef {import('./keep.js').ListState} ListState */
/** @typedef {import('../lib/stream.js').PrimeStream<'text' | 'delta'>} Stream */

/** So often the file is written. */
const EVERY_MS = 1000;

/**
 * @param {Client} tamis
 * @param {Request} request
 * @param {{ start: bigint, stop: bigint, k: number }} params
 * @returns {Promise<KeptList | null>} null: it is not to be kept
 * @throws {TamisError | FileError} when the file holds something else
 */
export async function keptList(tamis, request, params) {
  const { checkpoint: name, format, count } = request;
  if (name === undefined) return null;
  const output = path.resolve(/** @type {string} */ (request.output));
  const file = new CheckpointFile(name);
  await file.claim();
  const contents = contentsOf(await file.read());
  if (!contents) return new KeptList(file, { output, format, count }, null, null);
  const facts = await factsOf(tamis, name, contents.checkpoint);
  const { list } = contents;
  if (!list || facts.kind !== 'list-primes' || !sameParams(facts, params)
    || list.output !== output || list.format !== format || list.count !== count) throw another(name, facts, list);
  sayResumed(name, facts, request);
  return new KeptList(file, { output, format, count }, contents.checkpoint, list);
}

export class KeptList {
  #file;
  #asked;
  #save;
  /** @type {Stream | null} */
  #stream = null;
  /** @type {Sink | null} */
  #sink = null;
  /** @type {{ primes: bigint, bytes: number }} */
  #written = { primes: 0n, bytes: 0 };
  /** What is in the output for certain, and the checkpoint that goes with it. */
  #safe = { checkpoint: new Uint8Array(0), primes: 0n, bytes: 0 };
  #savedAt = -Infinity;

  /**
   * @param {CheckpointFile} file
   * @param {Pick<ListState, 'output' | 'format' | 'count'>} asked
   * @param {Uint8Array | null} held  what it goes on with
   * @param {ListState | null} state  what was written until then
   */
  constructor(file, asked, held, state) {
    this.#file = file;
    this.#asked = asked;
    this.#save = saver(file);
    this.held = held;
    this.state = state;
  }

  /**
   * @param {Stream} stream
   * @param {Sink} sink
   * @param {{ primes: bigint, bytes: number }} written  kept up to date by its owner
   */
  async begin(stream, sink, written) {
    [this.#stream, this.#sink, this.#written] = [stream, sink, written];
    await this.#note();
    // Before an hour of work shows that the file can't be written.
    await this.#file.write(this.#text());
    this.#savedAt = performance.now();
  }

  /** A batch is in the output. */
  async wrote() {
    await this.#note();
    if (performance.now() - this.#savedAt < EVERY_MS) return;
    this.#savedAt = performance.now();
    await this.#keep();
  }

  /** @param {boolean} done */
  async end(done) {
    if (done) return this.#file.remove();
    // It came to nothing before anything was written.
    if (this.#safe.checkpoint.length === 0) return;
    await this.#keep().catch(() => {});
    sayKept(this.#file.name);
  }

  async #note() {
    const checkpoint = await /** @type {Stream} */ (this.#stream).checkpoint().catch(() => null);
    // All was read: what little is left to write again is not worth a thought.
    if (checkpoint) this.#safe = { checkpoint, primes: this.#written.primes, bytes: this.#written.bytes };
  }

  /** The output first: a checkpoint must not promise what a power cut could still take. */
  async #keep() {
    await this.#sink?.sync();
    await this.#save(this.#text());
  }

  #text() {
    const { checkpoint, ...written } = this.#safe;
    return listText(checkpoint, { ...this.#asked, ...written });
  }
}
