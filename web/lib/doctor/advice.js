// @ts-check
// What to add to a server's configuration, in its own words, so that what is missing is sent. Pure.
// The forms are those of each server's documentation; docs/HOSTING.md says which were run for real.
import { ENOUGH } from './csp.js';

/** @typedef {import('./checks.js').Need} Need */
/** @typedef {import('./checks.js').Report} Report */
/** @typedef {'nginx' | 'apache' | 'caddy' | 'netlify' | 'cloudflare' | 'github' | 'express'} ServerName */
/** @typedef {{ server: ServerName, title: string, where: string, lines: string[], notes: string[] }} Advice */
/** @typedef {{ headers: [name: string, value: string][], wants: (need: Need) => boolean, wasmPath: string }} Wish */

/** @type {Need[]} */
export const ALL_NEEDS = ['https', 'coop', 'coep', 'corp', 'mime-html', 'mime-js', 'mime-wasm', 'csp', 'compression', 'caching'];

const ISOLATE_LINE = '<script src="tamis-isolate.js"></script>';

/**
 * @param {Pick<Report, 'needs' | 'csp' | 'wasmPath' | 'server'>} report
 * @param {{ all?: boolean }} [options]  all: also what is there already
 * @returns {Advice[]}  the server that answered first, as far as it says which it is; none when nothing is missing
 */
export function advise({ needs, csp, wasmPath, server }, { all = false } = {}) {
  const wanted = new Set(all ? [...ALL_NEEDS, ...needs] : needs);
  if (wanted.size === 0) return [];
  /** @type {[Need, string, string][]} */
  const known = [
    ['coop', 'Cross-Origin-Opener-Policy', 'same-origin'],
    ['coep', 'Cross-Origin-Embedder-Policy', 'require-corp'],
    ['corp', 'Cross-Origin-Resource-Policy', wanted.has('cors') ? 'cross-origin' : 'same-origin'],
    ['cors', 'Access-Control-Allow-Origin', '*'],
    ['csp', 'Content-Security-Policy', csp ?? ENOUGH],
    ['caching', 'Cache-Control', 'no-cache'],
  ];
  /** @type {Wish} */
  const wish = {
    headers: known.filter(([need]) => wanted.has(need)).map(([, name, value]) => [name, value]),
    wants: (need) => wanted.has(need),
    wasmPath,
  };
  const answering = SERVERS.find(({ known: pattern }) => pattern.test(server));
  const order = [...SERVERS].sort((a, b) => Number(b === answering) - Number(a === answering));
  return order.map(({ name, title, where, text, notes }) => ({ server: name, title, where, lines: text(wish), notes: notes(wish) }));
}

/** @param {string} value */
const quoted = (value) => `"${value.replaceAll('"', '\\"')}"`;

/**
 * Certificates are got in other ways than headers.
 * @param {Wish} wish
 * @param {string} way
 */
const secure = ({ wants }, way) => (wants('https') ? [`HTTPS: ${way}`] : []);

/** @type {{ name: ServerName, title: string, known: RegExp, where: string, text: (wish: Wish) => string[], notes: (wish: Wish) => string[] }[]} */
const SERVERS = [
  {
    name: 'nginx',
    title: 'nginx',
    known: /nginx/i,
    where: 'In the `server` block, then `nginx -s reload`:',
    text: ({ headers, wants }) => [
      ...headers.map(([name, value]) => `add_header ${name} ${quoted(value)} always;`),
      ...(['mime-html', 'mime-js', 'mime-wasm'].some((need) => wants(/** @type {Need} */ (need))) ? ['include mime.types;', 'types {',
        ...(wants('mime-html') ? ['    text/html html htm;'] : []),
        ...(wants('mime-js') ? ['    text/javascript js mjs;'] : []),
        ...(wants('mime-wasm') ? ['    application/wasm wasm;'] : []),
        '}'] : []),
      ...(wants('compression') ? ['gzip on;', 'gzip_vary on;', 'gzip_types application/wasm text/javascript application/javascript text/css;'] : []),
    ],
    notes: (wish) => [
      ...(wish.headers.length > 0 ? ['A `location` with an `add_header` of its own inherits none of these: repeat them there.'] : []),
      ...(wish.wants('mime-wasm') ? ['Newer files mime.types know .wasm; nginx then warns of a duplicate, which does no harm.'] : []),
      ...secure(wish, 'certbot --nginx gets a certificate and sets it up.'),
    ],
  },
  {
    name: 'apache',
    title: 'Apache',
    known: /apache/i,
    where: 'In the `<VirtualHost>`, or in a file `.htaccess` in the page\'s folder (where `AllowOverride FileInfo` allows it):',
    text: ({ headers, wants }) => [
      ...headers.map(([name, value]) => `Header always set ${name} ${quoted(value)}`),
      ...(wants('mime-html') ? ['AddType text/html .html'] : []),
      ...(wants('mime-js') ? ['AddType text/javascript .js .mjs'] : []),
      ...(wants('mime-wasm') ? ['AddType application/wasm .wasm'] : []),
      ...(wants('compression') ? ['AddOutputFilterByType DEFLATE application/wasm text/javascript application/javascript text/css text/html'] : []),
    ],
    notes: (wish) => [
      `The modules it takes: a2enmod ${[wish.headers.length > 0 && 'headers', 'mime', wish.wants('compression') && 'deflate filter'].filter(Boolean).join(' ')}`,
      ...secure(wish, 'certbot --apache gets a certificate and sets it up.'),
    ],
  },
  {
    name: 'caddy',
    title: 'Caddy',
    known: /caddy/i,
    where: 'In the site\'s block of the `Caddyfile`, then `caddy reload`:',
    text: ({ headers, wants }) => [
      ...(headers.length > 0 ? ['header {', ...headers.map(([name, value]) => `    ${name} ${quoted(value)}`), '}'] : []),
      ...(wants('mime-html') ? ['@html path / *.html', 'header @html Content-Type "text/html; charset=utf-8"'] : []),
      ...(wants('mime-js') ? ['@js path *.js *.mjs', 'header @js Content-Type "text/javascript; charset=utf-8"'] : []),
      ...(wants('mime-wasm') ? ['@wasm path *.wasm', 'header @wasm Content-Type application/wasm'] : []),
      ...(wants('compression') ? ['encode {', '    gzip', '    match {', '        header Content-Type application/wasm*', '        header Content-Type text/*', '    }', '}'] : []),
    ],
    notes: (wish) => secure(wish, 'give the site\'s block its domain as address, and Caddy gets a certificate by itself.'),
  },
  {
    name: 'netlify',
    title: 'Netlify',
    known: /netlify/i,
    where: 'In a file `_headers` in the folder that is published:',
    text: headersFile,
    notes: (wish) => [...ofTheHost(wish, 'Netlify'), ...secure(wish, 'Netlify has it; open the page by https://.')],
  },
  {
    name: 'cloudflare',
    title: 'Cloudflare Pages',
    known: /cloudflare/i,
    where: 'In a file `_headers` in the folder that is published:',
    text: headersFile,
    notes: (wish) => [...ofTheHost(wish, 'Cloudflare'), ...secure(wish, 'Cloudflare has it; switch “Always Use HTTPS” on.')],
  },
  {
    name: 'github',
    title: 'GitHub Pages',
    known: /github/i,
    where: 'It sends no headers of yours. Put `tamis-isolate.js` and `tamis-sw.js` beside the page, and this line first in its `<head>`:',
    text: ({ wants }) => (['coop', 'coep', 'corp'].some((need) => wants(/** @type {Need} */ (need))) ? [ISOLATE_LINE] : []),
    notes: (wish) => [...notSent(wish), ...ofTheHost(wish, 'GitHub'), ...secure(wish, 'tick “Enforce HTTPS” in the settings of the repository\'s pages.')],
  },
  {
    name: 'express',
    title: 'Express',
    known: /express/i,
    where: 'Before the other `app.use` lines:',
    text: ({ headers, wants }) => [
      ...(wants('compression') ? ["app.use(require('compression')());   // npm install compression"] : []),
      ...(headers.length > 0 ? ['app.use((request, response, next) => {', '  response.set({',
        ...headers.map(([name, value]) => `    '${name}': ${value.includes("'") ? quoted(value) : `'${value}'`},`), '  });', '  next();', '});'] : []),
      ...(['mime-html', 'mime-js', 'mime-wasm'].some((need) => wants(/** @type {Need} */ (need))) ? ["app.use(express.static('web', {", '  setHeaders(response, path) {',
        ...(wants('mime-html') ? ["    if (path.endsWith('.html')) response.setHeader('Content-Type', 'text/html; charset=utf-8');"] : []),
        ...(wants('mime-js') ? ["    if (/\\.m?js$/.test(path)) response.setHeader('Content-Type', 'text/javascript; charset=utf-8');"] : []),
        ...(wants('mime-wasm') ? ["    if (path.endsWith('.wasm')) response.setHeader('Content-Type', 'application/wasm');"] : []),
        '  },', '}));'] : []),
    ],
    notes: (wish) => secure(wish, 'let nginx or Caddy stand before it, or give node:https a certificate.'),
  },
];

/** The file that Netlify and Cloudflare Pages read. @param {Wish} wish @returns {string[]} */
function headersFile({ headers, wants, wasmPath }) {
  return [
    ...(headers.length > 0 ? ['/*', ...headers.map(([name, value]) => `  ${name}: ${value}`)] : []),
    ...(wants('mime-wasm') ? [wasmPath, '  Content-Type: application/wasm'] : []),
  ];
}

/**
 * What such a host decides by itself.
 * @param {Wish} wish
 * @param {string} host
 */
const ofTheHost = ({ wants }, host) => [
  ...(wants('compression') ? [`Compression: ${host} decides what it compresses.`] : []),
  ...(wants('mime-js') || wants('mime-html') ? [`Types: ${host} knows those of .html and .js by the files' names; check that they were uploaded under them.`] : []),
];

/** What GitHub Pages can't be brought to, and the service worker does not do. @param {Wish} wish */
function notSent({ headers }) {
  const names = headers.map(([name]) => name).filter((name) => !/-(Opener|Embedder|Resource)-Policy$/.test(name));
  return names.length > 0 ? [`It cannot be told to send ${names.join(' or ')}.`] : [];
}

/**
 * @param {Advice} advice
 * @returns {string}  as plain text, its lines ready to copy
 */
export const adviceText = ({ title, where, lines, notes }) => [
  `${title}${lines.length > 0 ? `. ${where.replaceAll('`', '')}` : ''}`,
  ...lines.map((line) => `    ${line}`),
  ...notes.map((note) => `  ${note.replaceAll('`', '')}`),
].join('\n');
