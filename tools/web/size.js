// @ts-check
// Prints how large what a page loads is: raw, gzip and brotli. Run by `make size`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { dist, web, webRequire } from './paths.js';

/**
 * The aim for the core: the wasm and Emscripten's script for it. It was 90 kB when primes were only counted (80 were needed);
 * docs/ARCHITECTURE.md says what grew.
 */
const LIMIT_GZIP = 165_000;

// The page's side and the worker's side as a bundler leaves them, each module once.
const { buildSync } = webRequire('esbuild');
/** @type {{ outputFiles: { contents: Uint8Array }[] }} */
const bundle = buildSync({
  stdin: { contents: "export { load } from './index.js';", resolveDir: path.join(web, 'lib'), sourcefile: 'page.js' },
  bundle: true, format: 'esm', minify: true, target: 'es2022', write: false, logLevel: 'error',
});
/** @type {typeof bundle} */
const worker = buildSync({
  entryPoints: [path.join(web, 'lib/worker.js')], external: ['*/tamis-core.js'],
  bundle: true, format: 'esm', minify: true, target: 'es2022', write: false, logLevel: 'error',
});
const rows = [
  row('tamis.wasm', readFileSync(path.join(dist, 'tamis.wasm'))),
  row('tamis-core.js (emscripten)', readFileSync(path.join(dist, 'tamis-core.js'))),
  row('library: page, bundled', Buffer.from(bundle.outputFiles[0].contents)),
  row('library: worker, bundled', Buffer.from(worker.outputFiles[0].contents)),
];
/**
 * @param {string} name
 * @param {typeof rows} parts
 */
const sum = (name, parts) => parts.reduce((all, { raw, gzip, brotli }) => ({
  name, raw: all.raw + raw, gzip: all.gzip + gzip, brotli: all.brotli + brotli,
}), { name, raw: 0, gzip: 0, brotli: 0 });
const core = sum('core: wasm and its script', rows.slice(0, 2));
const all = sum('all that a page loads', rows);
const host = ['tamis-isolate.js', 'tamis-sw.js'].map((name) => row(`${name} (hosts without headers)`, readFileSync(path.join(web, name))));
const classic = row('tamis-classic.js (file://, all in one)', readFileSync(path.join(dist, 'tamis-classic.js')));

console.log(`${''.padEnd(42)}${['raw', 'gzip', 'brotli'].map((head) => head.padStart(10)).join('')}`);
for (const { name, raw, gzip, brotli } of [...rows, core, all, ...host, classic]) {
  console.log(`${name.padEnd(42)}${[raw, gzip, brotli].map((bytes) => bytes.toLocaleString('en').padStart(10)).join('')}`);
}
const verdict = core.gzip <= LIMIT_GZIP ? 'within' : 'OVER';
console.log(`core gzip is ${verdict} the limit of ${LIMIT_GZIP.toLocaleString('en')} bytes`);
if (core.gzip > LIMIT_GZIP && process.argv.includes('--check')) process.exitCode = 1;

/**
 * @param {string} name
 * @param {Buffer} bytes
 */
function row(name, bytes) {
  return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}
