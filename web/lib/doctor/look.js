// @ts-check
// Asks a host for a page and the parts of tamis that belong to it, as a browser would, and notes what came back.
import { TamisError, describe } from '../errors.js';

/**
 * @typedef {object} Answer
 * @property {string} url  that was asked for
 * @property {string} finalUrl  that answered
 * @property {boolean} redirected
 * @property {number} status  0: no answer
 * @property {string} error  why there was none
 * @property {Record<string, string>} headers  names in small letters
 * @property {Uint8Array} body
 *
 * @typedef {object} Seen
 * @property {string} address
 * @property {boolean} secure  HTTPS, or this machine
 * @property {Answer} page
 * @property {Answer} worker
 * @property {Answer | null} core  null: the worker was named, so where its parts lie is not known
 * @property {Answer} wasm
 * @property {Answer} range  the wasm again, its first byte alone
 * @property {{ line: string, script: Answer, worker: Answer } | null} isolate  the page's <script> of tamis-isolate.js
 *
 * @typedef {object} LookOptions
 * @property {string} [worker]  relative to the page
 * @property {string} [wasm]
 * @property {AbortSignal} [signal]
 */

const ANSWER_MS = 15_000;
const MOST_REDIRECTS = 10;

/** @param {Answer} answer */
export const textOf = ({ body }) => new TextDecoder().decode(body);

/**
 * The address a person typed.
 * @param {string} typed
 * @returns {string}
 */
export function pageAddress(typed) {
  const text = typed.trim();
  const local = /^(localhost|127\.|\[::1\])/.test(text);
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${local ? 'http' : 'https'}://${text}`;
  /** @type {URL | undefined} */
  let url;
  try {
    url = new URL(full);
  } catch {
    // Said below.
  }
  if (!url || text === '') {
    throw new TamisError('type', `"${typed}" is no address of a page.`, { hint: 'For example: https://example.org/primes/' });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TamisError('type', `${url.protocol} has no headers to look at.`, {
      hint: url.protocol === 'file:' ? 'Pages opened from disk always run in mode workers.' : 'Give an address that begins with https:// or http://.',
    });
  }
  return url.href;
}

/**
 * @param {string} address
 * @param {LookOptions} [options]
 * @returns {Promise<Seen>}
 */
export async function look(address, { worker, wasm, signal } = {}) {
  const page = await ask(address, { signal });
  const base = page.finalUrl;
  /** @param {string} path */
  const part = (path) => ask(new URL(path, base).href, { signal });
  const wasmPath = wasm ?? 'dist/tamis.wasm';
  const [workerAnswer, core, wasmAnswer, range, isolate] = await Promise.all([
    part(worker ?? 'lib/worker.js'),
    worker === undefined ? part('dist/tamis-core.js') : null,
    part(wasmPath),
    ask(new URL(wasmPath, base).href, { signal, headers: { Range: 'bytes=0-0' } }),
    isolateLine(page, part),
  ]);
  return { address, secure: isSecure(base), page, worker: workerAnswer, core, wasm: wasmAnswer, range, isolate };
}

/**
 * @param {Answer} page
 * @param {(path: string) => Promise<Answer>} part
 * @returns {Promise<Seen['isolate']>}
 */
async function isolateLine(page, part) {
  const found = /<script\b[^>]*\bsrc\s*=\s*["']?([^"'\s>]*tamis-isolate\.js)[^>]*>/i.exec(textOf(page).replace(/<!--[\s\S]*?-->/g, ''));
  if (!found) return null;
  const [line, source] = found;
  const script = new URL(source, page.finalUrl);
  const [scriptAnswer, worker] = await Promise.all([part(script.href), part(new URL('tamis-sw.js', script).href)]);
  return { line, script: scriptAnswer, worker };
}

/** As browsers see it. @param {string} url */
function isSecure(url) {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * Never rejects, but when `signal` says so.
 * @param {string} url
 * @param {{ headers?: Record<string, string>, signal?: AbortSignal }} options
 * @returns {Promise<Answer>}
 */
async function ask(url, { headers = {}, signal }) {
  const late = AbortSignal.timeout(ANSWER_MS);
  let at = url;
  try {
    for (let redirects = 0; ; redirects++) {
      if (redirects > MOST_REDIRECTS) throw new Error(`there was no end to its redirects; the last went to ${at}`);
      const response = await fetch(at, { ...wayOfAsking(at, headers), signal: late });
      signal?.throwIfAborted();
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location) {
        void response.body?.cancel();
        at = new URL(location, at).href;
        continue;
      }
      return {
        url,
        finalUrl: response.url || at,
        redirected: redirects > 0 || response.redirected,
        status: response.status,
        error: '',
        headers: Object.fromEntries([...response.headers].map(([name, value]) => [name.toLowerCase(), value])),
        body: new Uint8Array(await response.arrayBuffer()),
      };
    }
  } catch (error) {
    signal?.throwIfAborted();
    const why = late.aborted ? `no answer within ${ANSWER_MS / 1000} s` : reason(error);
    return { url, finalUrl: at, redirected: at !== url, status: 0, error: why, headers: {}, body: new Uint8Array() };
  }
}

/**
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {RequestInit}
 */
function wayOfAsking(url, headers) {
  if (typeof document === 'undefined') return { redirect: 'manual', headers: { 'Accept-Encoding': 'br, gzip', ...headers } };
  // A service worker hands on what carries this header, so it is the server that is looked at; another origin would
  // first have to allow it.
  const own = new URL(url).origin === location.origin ? { 'X-Tamis-Doctor': '1' } : null;
  return { cache: 'no-store', credentials: 'same-origin', headers: { ...own, ...headers } };
}

/** Node wraps what happened to the socket. @param {unknown} error */
function reason(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = /** @type {{ code?: string }} */ (cause).code;
  return describe(cause) || code || 'the connection failed';
}
