// @ts-check
// Watches the workers that emscripten makes for its threads while it starts. If one of them can't be
// loaded, emscripten waits for ever; here that becomes an error that says what did not answer. And it goes on to watch them:
// emscripten would make of a trap in a thread an uncaught error of the host, without a word on what it was.
import { TamisError, seconds } from './errors.js';

/** @typedef {{ url: string, answered: boolean }} Watched */

const HINT = 'Check that the file can be opened at that address, and that the server sends it with '
  + 'Cross-Origin-Embedder-Policy: require-corp, as it does the page.';

/**
 * Runs `start`, and rejects if a worker made meanwhile fails, or if not all is there in time.
 *
 * @template T
 * @param {() => Promise<T>} start
 * @param {{ deadlineMs: number, onCrash?: (why: string) => void, scope?: any }} options  onCrash: a worker that had come up met an
 *   error that nobody caught; not called in Node, where the host does not outlive it. `scope` holds the `Worker` to watch
 * @returns {Promise<T>}
 */
export async function guarded(start, { deadlineMs, onCrash = () => {}, scope = globalThis }) {
  /** @type {Watched[]} */
  const workers = [];
  /** @type {(error: TamisError) => void} */
  let fail = () => {};
  const failure = new Promise((_, reject) => { fail = reject; });
  const timer = setTimeout(() => fail(lateError(workers, deadlineMs)), deadlineMs);

  let Original = scope.Worker;
  let Watching = watching(Original, workers, fail, onCrash);
  // An accessor, because in Node emscripten sets globalThis.Worker itself before it uses it.
  Object.defineProperty(scope, 'Worker', {
    configurable: true,
    get: () => Watching,
    set(Replacement) {
      Original = Replacement;
      Watching = watching(Replacement, workers, fail, onCrash);
    },
  });
  try {
    return await Promise.race([start(), /** @type {Promise<never>} */ (failure)]);
  } finally {
    clearTimeout(timer);
    Object.defineProperty(scope, 'Worker', { configurable: true, writable: true, value: Original });
  }
}

/**
 * @param {any} Original  the browser's or Node's Worker
 * @param {Watched[]} workers
 * @param {(error: TamisError) => void} fail
 * @param {(why: string) => void} onCrash
 */
function watching(Original, workers, fail, onCrash) {
  if (!Original) return Original;
  return class extends Original {
    /**
     * @param {string | URL} url
     * @param {any} [options]
     */
    constructor(url, options) {
      // execArgv is Node's: its own options are not for workers (--input-type would stop them), see platform/node.js.
      super(sameOrigin(url), { execArgv: [], ...options });
      const watched = { url: String(url), answered: false };
      workers.push(watched);
      const failed = (/** @type {string | undefined} */ why) => fail(new TamisError(
        'worker-start',
        `A worker for a thread could not be started from ${watched.url}${why ? `: ${why}` : ''}.`,
        { hint: HINT },
      ));
      if (this.on) { // Node
        this.on('message', () => { watched.answered = true; });
        this.on('error', (/** @type {Error} */ error) => failed(error.message));
        return;
      }
      this.addEventListener('message', () => { watched.answered = true; });
      this.addEventListener('error', (/** @type {ErrorEvent} */ event) => {
        // Emscripten would throw it again, as an uncaught error of the host.
        event.preventDefault();
        event.stopImmediatePropagation();
        if (watched.answered) onCrash(event.message);
        else failed(event.message);
      });
    }
  };
}

/**
 * @param {Watched[]} workers
 * @param {number} deadlineMs
 */
function lateError(workers, deadlineMs) {
  const silent = workers.filter((worker) => !worker.answered);
  const within = `within ${seconds(deadlineMs)}`;
  if (silent.length === 0) return new TamisError('timeout', `The core did not start ${within}.`);
  return new TamisError(
    'timeout',
    `${silent.length} of ${workers.length} workers for threads did not answer ${within} (${silent[0].url}).`,
    { hint: 'Ask for fewer `threads`, or give load() a longer `timeoutMs`.' },
  );
}

/**
 * Workers must come from the page's own origin. If the library itself came from another (a CDN), a
 * line that imports the script stands in for it.
 * @param {string | URL} url
 */
function sameOrigin(url) {
  const own = globalThis.location?.origin;
  // In Node there is no location; on file:// and in Blob workers origins are opaque ("null").
  if (!own || own === 'null') return url;
  const { origin, href } = new URL(url, globalThis.location.href);
  if (origin === own) return url;
  return URL.createObjectURL(new Blob([`import ${JSON.stringify(href)};`], { type: 'text/javascript' }));
}
