// @ts-check
// What a Content-Security-Policy forbids of what tamis needs, and the policy that would not.

/** @typedef {Map<string, string[]>} Policy  directives, in order */
/** @typedef {{ directive: string, missing: string[] }} Gap */

/** A policy for a page that has none yet. */
export const ENOUGH = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'";

/** Where a browser looks for each kind of load, first to last. */
const FALLBACKS = {
  'script-src': ['script-src', 'default-src'],
  'worker-src': ['worker-src', 'child-src', 'script-src', 'default-src'],
  'connect-src': ['connect-src', 'default-src'],
};

/** @param {string} text  of a header (which may join several) or a <meta> @returns {Policy[]} */
export const parsePolicies = (text) => text.split(',').map(parsePolicy).filter((policy) => policy.size > 0);

/** @param {string} text @returns {Policy} */
function parsePolicy(text) {
  /** @type {Policy} */
  const policy = new Map();
  for (const directive of text.split(';')) {
    const [name, ...sources] = directive.trim().split(/\s+/);
    // The first of a name holds.
    if (name && !policy.has(name.toLowerCase())) policy.set(name.toLowerCase(), sources);
  }
  return policy;
}

/** @param {Policy} policy */
export const policyText = (policy) => [...policy].map(([name, sources]) => [name, ...sources].join(' ')).join('; ');

/**
 * @param {Policy} policy
 * @param {{ page: string, worker: string, wasm: string }} addresses
 * @returns {Gap[]}
 */
export function gapsOf(policy, { page, worker, wasm }) {
  /** @type {Gap[]} */
  const gaps = [];
  /** @param {keyof typeof FALLBACKS} directive @param {string} from @param {string[]} [keywords]  one of which is needed */
  const need = (directive, from, keywords = []) => {
    const name = FALLBACKS[directive].find((candidate) => policy.has(candidate));
    if (!name) return;
    const sources = policy.get(name) ?? [];
    const missing = [];
    if (!sources.some((source) => allows(source, from, page))) missing.push(new URL(from).origin === new URL(page).origin ? "'self'" : new URL(from).origin);
    if (keywords.length > 0 && !keywords.some((keyword) => sources.includes(keyword))) missing.push(keywords[0]);
    if (missing.length > 0) gaps.push({ directive, missing });
  };
  need('script-src', worker, ["'wasm-unsafe-eval'", "'unsafe-eval'"]);
  need('worker-src', worker);
  need('connect-src', wasm);
  const sandbox = policy.get('sandbox');
  if (sandbox) {
    const missing = ['allow-scripts', 'allow-same-origin'].filter((flag) => !sandbox.includes(flag));
    if (missing.length > 0) gaps.push({ directive: 'sandbox', missing });
  }
  return gaps;
}

/**
 * The policy with what is missing.
 * @param {Policy} policy
 * @param {Gap[]} gaps
 * @returns {Policy}
 */
export function mended(policy, gaps) {
  const better = new Map(policy);
  for (const { directive, missing } of gaps) {
    const chain = /** @type {Record<string, string[]>} */ (FALLBACKS)[directive] ?? [directive];
    // What a directive of its own falls back on now goes on to hold.
    const before = chain.map((name) => better.get(name)).find((sources) => sources !== undefined) ?? [];
    const kept = before.filter((source) => source !== "'none'" && (directive === 'script-src' || !/^'(wasm-)?unsafe-eval'$/.test(source)));
    better.set(directive, [...new Set([...kept, ...missing])]);
  }
  return better;
}

/**
 * @param {string} source
 * @param {string} url
 * @param {string} page
 */
function allows(source, url, page) {
  const { origin, protocol, host, href } = new URL(url);
  if (source === "'self'") return origin === new URL(page).origin;
  if (source === '*' || source === protocol || source === origin || source === host) return true;
  if (source.startsWith("'")) return false;
  const [, scheme, name, path = ''] = /^(?:([a-z+.-]+:)\/\/)?([^/]+)(\/.*)?$/i.exec(source) ?? [];
  if (!name || (scheme && scheme !== protocol)) return false;
  const fits = name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
  return fits && (path === '' || (path.endsWith('/') ? new URL(href).pathname.startsWith(path) : new URL(href).pathname === path));
}
