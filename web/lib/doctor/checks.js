// @ts-check
// From what a host answered to what is right, what is wrong, and what follows from it. Pure.
import { gapsOf, mended, parsePolicies, policyText } from './csp.js';
import { textOf } from './look.js';

/** @typedef {import('./look.js').Answer} Answer */
/** @typedef {import('./look.js').Seen} Seen */
/**
 * @typedef {'https' | 'coop' | 'coep' | 'corp' | 'cors' | 'mime-html' | 'mime-js' | 'mime-wasm' | 'csp' | 'compression' | 'caching'} Need
 *   what a server can be told to do
 * @typedef {'right' | 'hint' | 'wrong'} Level  a hint costs time or comfort; what is wrong costs threads, or everything
 *
 * @typedef {object} Finding
 * @property {string} id
 * @property {Level} level
 * @property {string} title
 * @property {string} says  what was found
 * @property {string} follows  from it; '' when all is right
 * @property {Need | null} need
 *
 * @typedef {object} Report
 * @property {string} address  that answered
 * @property {boolean} healthy  nothing is wrong
 * @property {'threads' | 'workers' | null} mode  what a browser of today arrives at; null: it does not run
 * @property {string} verdict  a sentence
 * @property {Finding[]} findings
 * @property {Need[]} needs
 * @property {string | null} csp  the policy that would do
 * @property {string} wasmPath
 * @property {string} server  what calls itself so, '' if nothing does
 */

const JAVASCRIPT = /^(text|application)\/(x-)?(javascript|ecmascript)$/;
const COEP = ['require-corp', 'credentialless'];

/**
 * @param {Seen} seen
 * @returns {Report}
 */
export function examine(seen) {
  const { page, worker, core, wasm } = seen;
  const sw = serviceWorker(seen);
  /** By the service worker, should the server not isolate. */
  const covered = sw?.level === 'right';
  const policy = security(seen);
  const scripts = [worker, core].filter((answer) => answer !== null);
  const found = [
    reachable(page), redirects(page), secureContext(seen), type('mime-html', 'Type of the page', [page], (given) => /^(text\/html|application\/xhtml\+xml)$/.test(given), 'text/html'),
    ...isolation(seen, covered),
    ...scripts.map((answer) => there(answer, 'A script of the library')), there(wasm, 'The core'),
    type('mime-js', 'Type of the scripts', scripts, (given) => JAVASCRIPT.test(given), 'text/javascript'), wasmType(wasm),
    policy.finding, crossOrigin(seen), resourcePolicy(seen), compression(wasm), caching(seen), ranges(seen), sw,
  ];
  const findings = page.status === 200 ? found.filter((finding) => finding !== null) : [reachable(page)];
  const healthy = findings.every(({ level }) => level !== 'wrong');
  return {
    address: page.finalUrl,
    healthy,
    ...verdict(findings, covered, page),
    findings,
    needs: [...new Set(findings.flatMap(({ level, need }) => (need && level !== 'right' ? [need] : [])))],
    csp: policy.mended,
    wasmPath: new URL(wasm.url).pathname,
    server: page.headers.server ?? page.headers['x-powered-by'] ?? '',
  };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} says
 * @returns {Finding}
 */
const right = (id, title, says) => ({ id, level: 'right', title, says, follows: '', need: null });

/**
 * @param {Level} level
 * @param {string} id
 * @param {string} title
 * @param {string} says
 * @param {string} follows
 * @param {Need | null} [need]
 * @returns {Finding}
 */
const flaw = (level, id, title, says, follows, need = null) => ({ id, level, title, says, follows, need });

/** @param {string} url */
const nameOf = (url) => new URL(url).pathname.split('/').pop() || new URL(url).pathname;

/** @param {Answer} page */
function reachable({ status, error, url }) {
  if (status === 200) return right('reachable', 'Reachable', 'The page answers.');
  const says = status === 0 ? `${url} could not be reached: ${error}.` : `${url} answers with the status ${status}.`;
  return flaw('wrong', 'reachable', 'Reachable', says, 'Nothing runs. Check the address, and whether the page has been uploaded.');
}

/** @param {Answer} page */
const redirects = ({ redirected, finalUrl }) => (redirected
  ? right('redirects', 'Redirects', `The address leads on to ${finalUrl}, which is looked at here.`)
  : right('redirects', 'Redirects', 'The page answers at its own address.'));

/** @param {Seen} seen */
function secureContext({ secure, page }) {
  const { protocol } = new URL(page.finalUrl);
  if (secure) return right('secure', 'Secure context', protocol === 'https:' ? 'HTTPS.' : 'This machine counts as secure.');
  return flaw('wrong', 'secure', 'Secure context', 'The page comes over plain HTTP.', 'Browsers neither share memory nor start service workers there: mode workers.', 'https');
}

/**
 * @param {Seen} seen
 * @param {boolean} covered
 * @returns {(Finding | null)[]}
 */
function isolation({ page, worker, core }, covered) {
  const lack = covered ? 'The service worker adds it, after one reload; where service workers are refused: mode workers.' : 'The page is not isolated, so workers share no memory: mode workers.';
  const level = covered ? 'hint' : 'wrong';
  const opener = page.headers['cross-origin-opener-policy'] ?? '';
  const embedder = page.headers['cross-origin-embedder-policy'] ?? '';
  const document = page.headers['document-isolation-policy'] ?? '';
  const given = value(embedder);
  const isolates = value(opener) === 'same-origin' && COEP.includes(given);
  const coop = value(opener) === 'same-origin'
    ? right('coop', 'Cross-Origin-Opener-Policy', 'same-origin')
    : flaw(level, 'coop', 'Cross-Origin-Opener-Policy', opener ? `It is "${opener}", not "same-origin".` : 'It is missing.', lack, 'coop');
  /** @type {Finding} */
  let coep;
  if (given === 'require-corp') coep = right('coep', 'Cross-Origin-Embedder-Policy', 'require-corp');
  else if (given === 'credentialless') {
    coep = flaw('hint', 'coep', 'Cross-Origin-Embedder-Policy', 'credentialless', 'Chrome, Edge and Firefox isolate by it, Safari does not: mode workers there.', 'coep');
  } else coep = flaw(level, 'coep', 'Cross-Origin-Embedder-Policy', embedder ? `It is "${embedder}", not "require-corp".` : 'It is missing.', lack, 'coep');
  // On an isolated page a worker's script without the header is not started at all.
  const bare = COEP.includes(given) ? [worker, core].filter((answer) => answer?.status === 200 && !COEP.includes(value(answer.headers['cross-origin-embedder-policy']))) : [];
  const names = bare.map((answer) => nameOf(answer?.url ?? '')).join(' and ');
  return [
    coop, coep,
    bare.length > 0
      ? flaw('wrong', 'coep-worker', 'Cross-Origin-Embedder-Policy of the workers', `${names} came without it.`, 'A page that has the header starts no worker whose script lacks it: nothing runs.', 'coep')
      : null,
    document === '' ? null : documentIsolation(document, isolates),
  ];
}

/** @param {string} given @param {boolean} isolates */
function documentIsolation(given, isolates) {
  const title = 'Document-Isolation-Policy';
  if (/^isolate-and-(require-corp|credentialless)\b/.test(given)) {
    return right('dip', title, isolates ? given : `${given}: Chrome and Edge isolate by it, from version 137 on; other browsers do not.`);
  }
  return flaw('hint', 'dip', title, `"${given}" isolates nothing.`, 'Known are isolate-and-require-corp and isolate-and-credentialless.');
}

/** The word of a header before its parameters. @param {string | undefined} header */
const value = (header) => (header ?? '').split(';')[0].trim();

/** @param {Answer} answer @param {string} what */
function there({ url, status, error, body }, what) {
  const name = nameOf(url);
  const magic = [0, 0x61, 0x73, 0x6d];
  if (status === 200 && (!name.endsWith('.wasm') || magic.every((byte, i) => body[i] === byte))) return right(`found ${name}`, name, 'It is there.');
  const says = status === 200 ? `What came from ${url} is no WebAssembly.`
    : status === 0 ? `${url} could not be reached: ${error}.` : `${url} answers with the status ${status}.`;
  return flaw('wrong', `found ${name}`, name, says, `${what} is missing: nothing runs. Upload the folders lib and dist whole, or say where it lies.`);
}

/**
 * @param {Need} id
 * @param {string} title
 * @param {Answer[]} answers
 * @param {(type: string) => boolean} fits
 * @param {string} wanted
 */
function type(id, title, answers, fits, wanted) {
  const bad = answers.filter(({ status, headers }) => status === 200 && !fits(value(headers['content-type']).toLowerCase()));
  if (bad.length === 0) return right(id, title, wanted);
  const says = `${bad.map(({ url, headers }) => `${nameOf(url)} came as ${headers['content-type'] ? `"${headers['content-type']}"` : 'nothing in particular'}`).join(', ')}; it has to be ${wanted}.`;
  return flaw('wrong', id, title, says, id === 'mime-html' ? 'Browsers show the source, or save it.' : 'Browsers refuse such scripts: nothing runs.', id);
}

/** @param {Answer} wasm */
function wasmType(wasm) {
  if (wasm.status !== 200) return null;
  const finding = type('mime-wasm', 'Type of the core', [wasm], (given) => given === 'application/wasm', 'application/wasm');
  if (finding.level === 'wrong') return { ...finding, follows: 'The core is not loaded: nothing runs.' };
  if (!wasm.headers['content-type'].includes(';')) return finding;
  return flaw('hint', 'mime-wasm', finding.title, `"${wasm.headers['content-type']}" has a parameter.`, 'Browsers then compile only when the whole file is here.', 'mime-wasm');
}

/**
 * The headers' policies and the page's own.
 * @param {Seen} seen
 * @returns {{ finding: Finding, mended: string | null }}
 */
function security({ page, worker, wasm }) {
  const id = 'csp';
  const title = 'Content-Security-Policy';
  const inPage = [...textOf(page).matchAll(/<meta\b[^>]*http-equiv\s*=\s*["']?content-security-policy["']?[^>]*>/gi)]
    .map(([meta]) => /\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(meta)).map((match) => match?.[1] ?? match?.[2] ?? '');
  const sent = parsePolicies(page.headers['content-security-policy'] ?? '');
  const all = [...sent, ...inPage.flatMap(parsePolicies)];
  if (all.length === 0) return { finding: right(id, title, 'None, so it forbids nothing.'), mended: null };
  if (all.some((policy) => policy.get('require-trusted-types-for')?.includes("'script'"))) {
    const says = "require-trusted-types-for 'script' forbids workers that are started by an address.";
    return { finding: flaw('wrong', id, title, says, 'Nothing runs: leave that directive out on this page.'), mended: null };
  }
  const addresses = { page: page.finalUrl, worker: worker.url, wasm: wasm.url };
  const gaps = all.map((policy) => gapsOf(policy, addresses));
  if (gaps.every((list) => list.length === 0)) return { finding: right(id, title, 'It allows WebAssembly, the workers and the core.'), mended: null };
  const says = gaps.flat().map(({ directive, missing }) => `${directive} lacks ${missing.join(' and ')}`);
  const better = sent.length === 0 ? null : sent.map((policy, i) => policyText(mended(policy, gaps[i]))).join(', ');
  const where = sent.every((_, i) => gaps[i].length === 0) ? ' It stands in a <meta> of the page: mend it there.' : '';
  return { finding: flaw('wrong', id, title, `${[...new Set(says)].join('; ')}.`, `The browser forbids what is missing: nothing runs.${where}`, where ? null : 'csp'), mended: where ? null : better };
}

/** @param {Seen} seen */
function crossOrigin({ page, worker, wasm }) {
  const { origin } = new URL(page.finalUrl);
  const far = [worker, wasm].filter(({ url, status }) => status === 200 && new URL(url).origin !== origin);
  if (far.length === 0) return null;
  const closed = far.filter(({ headers }) => !['*', origin].includes(headers['access-control-allow-origin'] ?? ''));
  const title = 'Files of another origin';
  if (closed.length === 0) return right('cors', title, 'They may be read from here.');
  return flaw('wrong', 'cors', title, `${closed.map(({ url }) => url).join(' and ')} came without Access-Control-Allow-Origin.`, 'The browser does not hand them over: nothing runs.', 'cors');
}

/** @param {Seen} seen */
function resourcePolicy({ page, worker, wasm }) {
  const title = 'Cross-Origin-Resource-Policy';
  const { origin } = new URL(page.finalUrl);
  const answers = [worker, wasm].filter(({ status }) => status === 200);
  const lacking = answers.filter(({ headers }) => !headers['cross-origin-resource-policy']);
  const narrow = answers.filter(({ url, headers }) => new URL(url).origin !== origin && headers['cross-origin-resource-policy'] === 'same-origin');
  if (narrow.length > 0) {
    return flaw('hint', 'corp', title, `${narrow.map(({ url }) => nameOf(url)).join(' and ')} may be used by its own origin only.`, 'A page of another origin should find "cross-origin" there.', 'corp');
  }
  if (lacking.length === 0) return right('corp', title, value(answers[0]?.headers['cross-origin-resource-policy']));
  return flaw('hint', 'corp', title, `${lacking.map(({ url }) => nameOf(url)).join(' and ')} came without it.`, 'It does no harm here; isolated pages of other origins could not embed these files.', 'corp');
}

/** @param {Answer} wasm */
function compression({ status, headers, body }) {
  const title = 'Compression';
  if (status !== 200) return null;
  const encoding = headers['content-encoding'];
  if (encoding) return right('compression', title, encoding);
  return flaw('hint', 'compression', title, `The core's ${Math.round(body.length / 1000)} kB are sent as they are.`, 'Compressed they would be less than half: the first visit waits longer.', 'compression');
}

/** @param {Seen} seen */
function caching({ page, worker, wasm }) {
  const id = 'caching';
  const title = 'Caching';
  if (wasm.status !== 200) return null;
  const control = (/** @type {Answer} */ { headers }) => (headers['cache-control'] ?? '').toLowerCase();
  if (/no-store/.test(control(wasm))) return flaw('hint', id, title, 'no-store forbids browsers to keep the core.', 'Every visit loads it anew.', 'caching');
  const lasting = [page, worker, wasm].map((answer) => Number(/max-age=(\d+)/.exec(control(answer))?.[1] ?? 0) * (/no-cache/.test(control(answer)) ? 0 : 1));
  const longest = Math.max(...lasting);
  if (longest > 0) {
    return flaw('hint', id, title, `Files are kept for up to ${longest} s without asking whether they changed.`, 'For so long after an update a visitor may get old and new files together.', 'caching');
  }
  if (!wasm.headers.etag && !wasm.headers['last-modified']) {
    return flaw('hint', id, title, 'The core comes with neither ETag nor Last-Modified.', 'A browser can\'t ask whether it has changed, and loads it anew.', 'caching');
  }
  return right(id, title, control(wasm) || 'Files are kept, and asked about.');
}

/** @param {Seen} seen */
function ranges({ range, wasm }) {
  const title = 'Ranges';
  if (wasm.status !== 200 || range.status === 0) return null;
  if (range.status === 206 && !/^bytes 0-0\/(\d+|\*)$/.test(range.headers['content-range'] ?? '')) {
    return flaw('hint', 'ranges', title, 'A part of a file comes without saying which part it is.', 'Downloads that were cut off can\'t be resumed.');
  }
  return right('ranges', title, range.status === 206 ? 'Parts of files can be had.' : 'Files come whole only, which is enough.');
}

/** @param {Seen} seen @returns {Finding | null} */
function serviceWorker({ isolate, secure, page }) {
  const id = 'service-worker';
  const title = 'Service worker';
  if (!isolate) return null;
  const { line, script, worker } = isolate;
  const late = /\b(defer|async)\b|type\s*=\s*["']?module/i.test(line) ? ' Its <script> should stand without defer, async and type="module", so that it comes first.' : '';
  if (!secure) return flaw('hint', id, title, 'The page asks for it, but comes over plain HTTP.', 'Service workers need HTTPS.');
  for (const answer of [script, worker]) {
    if (answer.status !== 200) return flaw('hint', id, title, `${answer.url} ${answer.status === 0 ? `could not be reached: ${answer.error}` : `answers with the status ${answer.status}`}.`, 'There is no service worker, so the server has to isolate the page itself.');
    if (!JAVASCRIPT.test(value(answer.headers['content-type']).toLowerCase())) return flaw('hint', id, title, `${nameOf(answer.url)} came as "${answer.headers['content-type'] ?? ''}".`, 'Browsers refuse a service worker of that type.', 'mime-js');
  }
  const folder = new URL('./', worker.finalUrl).href;
  const allowed = worker.headers['service-worker-allowed'];
  if (!page.finalUrl.startsWith(folder) && !(allowed && new URL(page.finalUrl).pathname.startsWith(allowed))) {
    return flaw('hint', id, title, `It lies in ${folder}, and the page does not.`, 'It answers for its own folder only: put it beside the page.');
  }
  return right(id, title, `It answers for ${folder}, where the server does not isolate, and without a network.${late}`);
}

/** What makes that nothing runs. */
const FATAL = /^(reachable|found .*|mime-js|mime-wasm|mime-html|csp|cors|coep-worker)$/;

/**
 * @param {Finding[]} findings
 * @param {boolean} covered
 * @param {Answer} page
 * @returns {{ mode: Report['mode'], verdict: string }}
 */
function verdict(findings, covered, page) {
  const fatal = findings.find(({ id, level }) => level === 'wrong' && FATAL.test(id));
  if (fatal) return { mode: null, verdict: `It does not run: ${fatal.says}` };
  const lacks = findings.filter(({ id, level, need }) => level !== 'right' && (need === 'https' || id === 'coop' || (id === 'coep' && value(page.headers['cross-origin-embedder-policy']) !== 'credentialless')));
  if (lacks.length === 0) return { mode: 'threads', verdict: 'Mode threads: workers share one memory.' };
  if (covered) return { mode: 'threads', verdict: 'Mode threads, after one reload, by the service worker; mode workers where browsers refuse it.' };
  const chromium = findings.some(({ id, level }) => id === 'dip' && level === 'right');
  return {
    mode: 'workers',
    verdict: chromium ? 'Mode threads in Chrome and Edge, by Document-Isolation-Policy; mode workers elsewhere.' : 'Mode workers: the answers are the same, each worker has a memory of its own.',
  };
}
