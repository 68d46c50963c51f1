// @ts-check
// Classic scripts, for pages opened from disk: library, worker and wasm in one file.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dist, web, webRequire } from './paths.js';

/** @typedef {import('../../web/node_modules/esbuild/lib/main.js').Plugin} Plugin */

const lib = path.join(web, 'lib');

/** The oldest browsers that run the wasm. */
const TARGET = ['chrome95', 'firefox100', 'safari16.4'];

/** @type {import('../../web/node_modules/esbuild/lib/main.js').BuildOptions} */
const CLASSIC = {
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: TARGET,
  // ASCII output is the default and needed: a page without a charset may be read as Latin-1.
  charset: 'ascii',
  // uPlot's licence notice stays with it.
  legalComments: 'eof',
  logLevel: 'warning',
  // There is no such thing in a classic script; emscripten copes with a URL it can't resolve.
  define: { 'import.meta.url': '""' },
};

/** Classic scripts have no top-level await, and the worker needs none of what awaits there. @type {Plugin} */
const singleCore = {
  name: 'core-without-threads',
  setup(build) {
    build.onResolve({ filter: /\/dist\/tamis-core\.js$/ }, () => ({ path: path.join(dist, 'tamis-core.single.js') }));
    build.onResolve({ filter: /^node:/ }, ({ path: name }) => ({ path: name, external: true }));
  },
};

/**
 * Puts classic.js in the place of index.js, and worker and wasm into it.
 * @returns {Promise<Plugin>}
 */
async function embedded() {
  const built = await webRequire('esbuild').build({
    ...CLASSIC, entryPoints: [path.join(lib, 'worker.js')], write: false, plugins: [singleCore],
  });
  /** @type {Record<string, string>} */
  const contents = {
    'tamis:worker-source': built.outputFiles[0].text,
    'tamis:wasm-base64': readFileSync(path.join(dist, 'tamis.wasm')).toString('base64'),
  };
  return {
    name: 'embedded',
    setup(build) {
      build.onResolve({ filter: /^tamis:/ }, ({ path: name }) => ({ path: name, namespace: 'embedded' }));
      build.onLoad({ filter: /.*/, namespace: 'embedded' }, ({ path: name }) => ({ contents: contents[name], loader: 'text' }));
      build.onResolve({ filter: /\/lib\/index\.js$/ }, () => ({ path: path.join(lib, 'classic.js') }));
    },
  };
}

/**
 * @param {string} entry
 * @param {string} outfile
 * @param {{ globalName?: string }} [options]  globalName: the global that holds what the entry exports
 */
export async function bundleClassic(entry, outfile, { globalName } = {}) {
  await webRequire('esbuild').build({
    ...CLASSIC, entryPoints: [entry], outfile, globalName, plugins: [await embedded()],
  });
}
