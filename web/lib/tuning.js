// @ts-check
// Which piece of the sieve is fastest on this device (src/kernels/sieve/pieces.rs says what a piece is): measured once,
// while nobody waits for anything, and remembered. Measuring also lets the engine compile the sieve
// well, so that the first job does not have to run slow code until that is done.

/** @typedef {import('./client.js').Client} Client */
/** @typedef {import('./thread-choice.js').ThreadChoice} ThreadChoice */

/**
 * Where something is remembered from visit to visit.
 * @typedef {object} Store
 * @property {(key: string) => string | null} get
 * @property {(key: string, value: string) => void} set
 */
/**
 * @typedef {object} TuningState
 * @property {number} pieceBytes  in which small primes are crossed off
 * @property {'default' | 'remembered' | 'measured'} source
 */

/** That of the core, when nothing is set. */
const USUAL = 32_768;
/** How long a page is left alone after load() before something is measured. */
const IDLE_MS = 250;
/** And when it was not idle. */
const AGAIN_MS = 1000;
/** Some 10 ms of sieve, to be compiled by. */
const WARM_UP = { start: 1_000_000_000, stop: 1_100_000_000 };

export class Tuning {
  #store;
  #key;
  /** @type {TuningState} */
  #state;
  /** @type {{ wanted: AbortController, cancel: AbortController } | null} what runs unasked: somebody wants its place; it is cancelled */
  #quiet = null;
  /** @type {Client | null} */
  #client = null;
  /** @type {ThreadChoice | null} */
  #choice = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Store | null} store  null: nothing is remembered, and nothing is measured unasked
   * @param {string} version  of the core: another may sieve in another way
   * @param {number} cores  tells devices apart that share a profile
   */
  constructor(store, version, cores) {
    this.#store = store;
    this.#key = `tamis.piece.${version}.${cores}`;
    const piece = Number(store?.get(this.#key));
    // What was stored may be anybody's.
    const sane = Number.isInteger(piece) && piece >= 16_384 && piece <= 131_072 && piece % 1024 === 0;
    this.#state = sane ? { pieceBytes: piece, source: 'remembered' } : { pieceBytes: USUAL, source: 'default' };
  }

  get state() {
    return { ...this.#state };
  }

  /** Remembers a measurement. @param {number} pieceBytes */
  measured(pieceBytes) {
    this.#state = { pieceBytes, source: 'measured' };
    this.#store?.set(this.#key, String(pieceBytes));
  }

  /**
   * Lets the client measure, or only warm up, as soon as it has been idle for a moment.
   * @param {Client} client
   * @param {ThreadChoice} choice  what is measured behind the piece
   */
  begin(client, choice) {
    if (!this.#store) return;
    this.#client = client;
    this.#choice = choice;
    this.#later(IDLE_MS);
  }

  /**
   * Somebody wants something: what was to run unasked is put off.
   * @param {boolean} abort  and what runs is cancelled
   * @param {AbortSignal} [signal]  of the one who wants something
   */
  giveWay(abort, signal) {
    if (!this.#quiet || signal === this.#quiet.cancel.signal) return;
    this.#quiet.wanted.abort();
    if (abort) this.#quiet.cancel.abort();
  }

  /** Nothing runs unasked any more. */
  end() {
    this.#client = null;
    clearTimeout(this.#timer);
    this.giveWay(false);
  }

  /** @param {number} ms */
  #later(ms) {
    clearTimeout(this.#timer);
    if (this.#client) this.#timer = setTimeout(() => this.#measure(), ms);
  }

  async #measure() {
    const [client, choice] = [this.#client, this.#choice];
    if (!client || !choice) return;
    // Others are at work, or the browser gives a page that nobody sees less than it could.
    if (!client.idle || globalThis.document?.hidden) {
      this.#later(AGAIN_MS);
      return;
    }
    const quiet = this.#quiet = { wanted: new AbortController(), cancel: new AbortController() };
    const { signal } = quiet.cancel;
    try {
      const options = { threads: 1, signal };
      if (this.#state.source === 'default') await client.tune(options);
      else if (!choice.open) await client.run('count-primes', WARM_UP, options);
      if (choice.open) await choice.measure(client, signal, quiet.wanted.signal);
    } catch {
      // Nobody asked for it, so nobody is told; what is wrong will be told with the next job.
      if (quiet.wanted.signal.aborted) this.#later(AGAIN_MS);
    } finally {
      this.#quiet = null;
    }
  }
}
