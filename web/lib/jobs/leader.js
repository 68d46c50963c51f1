// @ts-check
// Which tab leads. A Web Lock says it: whoever holds it leads, and the browser gives it to the next one when a tab
// closes or crashes. A tab that is frozen keeps it, so the others ask the leader now and then whether it is there
// (messages arrive in hidden tabs too, whose timers hardly run), and take the lock from one that is silent.
//
// Taking a lock away is safe because the lock alone proves nothing: each lead begins an epoch in the database, which
// refuses what earlier leaders write (store.js). So a wrong suspicion costs a moment, and never an answer.

/** @typedef {import('./bus.js').Bus} Bus */

/** A tab that follows looks after a leader of whom nothing was heard for so long. */
const LOOK_MS = 150;
/** A leader from whom nothing was heard for so long, though asked, is taken for frozen. */
const SILENCE_MS = 450;
/** Asked in vain for so long, it is suspected: what a lead takes long to begin with begins now. */
const SUSPICION_MS = 300;
/** Suspecting one that lived makes us more patient, up to this. */
const MOST_SILENCE_MS = 4000;
/** Looks so late were held up on our side: the silence may be our own. */
const LATE_MS = 1500;
/** Two tabs that find out at the same time should not both take the lock. */
const JITTER_MS = 60;

export class Election {
  #lock;
  /** Not in insecure contexts: there the epochs alone decide. */
  #locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  #bus;
  #onLead;
  #onLose;
  #onSuspicion;
  #onTrust;
  #suspects = false;
  /** Who began early in vain does not again. */
  #inVain = false;
  #onDeaf;
  /** 'following' may not know yet whom. @type {'off' | 'following' | 'leading'} */
  #state = 'off';
  /** Ends our turn as leader. @type {() => void} */
  #release = () => {};
  #waiting = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #lookedAt = 0;
  #heardAt = 0;
  /** When we began to ask in vain; 0 when we did not. */
  #askedAt = 0;
  #silenceMs = SILENCE_MS;
  #took = 0;
  /** Whether any tab was ever heard. */
  #hears = false;
  /** The lead was lost to a tab that we did not hear. Standing again would take it from one that does not hear us either. */
  #doubts = false;

  /**
   * @param {object} parts
   * @param {string} parts.name
   * @param {Bus | null} parts.bus  null: there are no others, this tab leads
   * @param {() => void} parts.onLead
   * @param {() => void} parts.onLose  another tab leads
   * @param {() => void} parts.onSuspicion  this tab may lead soon
   * @param {() => void} parts.onTrust  it will not: the leader lives, or another takes the lead
   * @param {() => void} parts.onDeaf  another tab leads, and what tabs say does not reach us: we stand no more
   */
  constructor({ name, bus, onLead, onLose, onSuspicion, onTrust, onDeaf }) {
    this.#lock = `tamis:${name}`;
    this.#bus = bus;
    this.#onLead = onLead;
    this.#onLose = onLose;
    this.#onSuspicion = onSuspicion;
    this.#onTrust = onTrust;
    this.#onDeaf = onDeaf;
  }

  get leads() {
    return this.#state === 'leading';
  }

  /** Stands for election. */
  start() {
    if (this.#state !== 'off') return;
    this.#state = 'following';
    this.#doubts = false;
    if (!this.#bus) {
      this.#lead();
      return;
    }
    this.#queue();
    this.#watch();
  }

  /** Leaves the lead, if we have it, and stands no more. */
  stop() {
    clearTimeout(this.#timer);
    if (this.#suspects) this.#onTrust();
    this.#suspects = false;
    this.#waiting.abort();
    const led = this.leads;
    this.#state = 'off';
    this.#release();
    if (led) this.#onLose();
  }

  /** Another is the leader, whatever the lock says: its epoch is later. */
  lose() {
    if (!this.leads) return;
    this.#state = 'following';
    this.#heardAt = this.#lookedAt = performance.now();
    this.#askedAt = 0;
    this.#release();
    this.#doubts = !this.#hears;
    if (this.#bus && !this.#doubts) this.#queue();
    this.#onLose();
  }

  /** Something came from another tab. */
  hears() {
    this.#hears = true;
    if (!this.#doubts) return;
    this.#doubts = false;
    if (this.#state === 'following') this.#queue();
  }

  /** The leader was heard, or one that is about to take over. */
  heard() {
    this.#heardAt = performance.now();
    this.#askedAt = 0;
    if (!this.#suspects) return;
    this.#suspects = false;
    this.#inVain = true;
    this.#onTrust();
  }

  /** The leader said good-bye. The lock passes on by itself, where there is one. */
  left() {
    if (this.#state === 'following' && !this.#locks) setTimeout(() => this.#state === 'following' && this.#take(), Math.random() * JITTER_MS);
  }

  /** One that led before us was alive: it was slow, not frozen. */
  wasAlive() {
    if (performance.now() - this.#took < MOST_SILENCE_MS) {
      this.#silenceMs = Math.min(2 * this.#silenceMs, MOST_SILENCE_MS);
      this.#took = 0;
    }
  }

  /** Waits for the lock in the browser's queue. */
  #queue() {
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    this.#locks?.request(this.#lock, { signal }, () => this.#hold(signal)).catch((error) => this.#stolen(signal, error));
  }

  /** Takes the lock from one that does not answer. */
  #take() {
    this.#bus?.post({ type: 'taking' });
    this.#suspects = false;
    this.#took = performance.now();
    this.heard();
    this.#waiting.abort();
    if (!this.#locks) {
      this.#lead();
      return;
    }
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    this.#locks.request(this.#lock, { steal: true }, () => this.#hold(signal)).catch((error) => this.#stolen(signal, error));
  }

  /**
   * Called with the lock; what it gives back holds the lock until it resolves.
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  #hold(signal) {
    if (signal.aborted || this.#state !== 'following') return Promise.resolve();
    const held = new Promise((/** @type {(value: void) => void} */ resolve) => (this.#release = resolve));
    this.#lead();
    return held;
  }

  /** @param {AbortSignal} signal @param {unknown} error */
  #stolen(signal, error) {
    // We no longer waited for it.
    if (signal.aborted) return;
    if (this.leads) this.lose();
    // Refused to pages without an origin of their own.
    else if (/** @type {Error} */ (error).name !== 'AbortError') this.#locks = undefined;
  }

  #lead() {
    this.#state = 'leading';
    this.#suspects = false;
    this.#onLead();
  }

  /** Looks, and again when it is time for it: to the millisecond, since work stands still until somebody leads. */
  #watch() {
    this.#look();
    if (this.#state === 'off') return;
    const due = this.#askedAt ? this.#askedAt + this.#silenceMs : this.#heardAt + LOOK_MS;
    const wait = due - performance.now();
    // What is overdue is under way: the lead is ours, or is about to be taken.
    this.#timer = setTimeout(() => this.#watch(), wait > 0 ? Math.min(wait, LOOK_MS) : LOOK_MS);
  }

  #look() {
    const now = performance.now();
    const late = now - this.#lookedAt > LATE_MS;
    this.#lookedAt = now;
    if (this.#state !== 'following') return;
    if (late) this.#askedAt = 0;
    if (now - this.#heardAt < LOOK_MS) return;
    if (this.#askedAt && now - this.#askedAt >= this.#silenceMs) {
      if (this.#doubts) {
        this.stop();
        this.#onDeaf();
        return;
      }
      // Once more, after a moment of chance: another may be quicker, and says so.
      const asked = this.#askedAt;
      setTimeout(() => {
        if (this.#state === 'following' && this.#askedAt === asked) this.#take();
      }, Math.random() * JITTER_MS);
      return;
    }
    this.#askedAt ||= now;
    this.#bus?.post({ type: 'ping' });
    if (this.#suspects || this.#inVain || this.#doubts || now - this.#askedAt < SUSPICION_MS) return;
    this.#suspects = true;
    this.#onSuspicion();
  }
}
