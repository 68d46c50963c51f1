// @ts-check
// Which piece of the sieve is fastest on this device (src/kernels/sieve/pieces.rs says what a piece is): measured once,
// while nobody waits for anything, and remembered. Measuring also lets the engine compile the sieve
// well, so that the first job does not have to run slow code until that is done.

/** @typedef {import('./client.js').Client} Client */

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
/** Some 10 ms of sieve, to be compiled by. */
const WARM_UP = { start: 1_000_000_000, stop: 1_100_000_000 };

export class Tuning {
  #store;
  #key;
  /** @type {TuningState} */
  #state;
  /** @type {AbortController | null} of what runs unasked */
  #quiet = null;
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
   */
  begin(client) {
    if (!this.#store) return;
    this.#timer = setTimeout(async () => {
      const quiet = this.#quiet = new AbortController();
      try {
        const options = { threads: 1, signal: quiet.signal };
        if (this.#state.source === 'default') await client.tune(options);
        else await client.run('count-primes', WARM_UP, options);
      } catch {
        // Nobody asked for it, so nobody is told; what is wrong will be told with the next job.
      } finally {
        this.#quiet = null;
      }
    }, IDLE_MS);
  }

  /**
   * Somebody wants something: what was to run unasked is not begun.
   * @param {boolean} abort  and what runs is cancelled
   * @param {AbortSignal} [signal]  of the one who wants something
   */
  giveWay(abort, signal) {
    if (this.#quiet && signal === this.#quiet.signal) return;
    clearTimeout(this.#timer);
    if (abort) this.#quiet?.abort();
  }
}
