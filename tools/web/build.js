// @ts-check
// Builds what the web needs into web/dist, from libtamis.a and web/lib. Run by `make web`:
//   node tools/web/build.js [--lib FILE]
// Steps whose inputs have not changed are skipped.
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundleClassic } from './bundle.js';
import { link, linkFlags } from './link.js';
import { offlineList, pageFiles } from './offline.js';
import { dist, header, staticLibrary, toolchain, web } from './paths.js';
import { step } from './steps.js';

const library = staticLibrary();
for (const [needed, command] of [
  [library, 'make wasm-lib (or name another with --lib FILE)'],
  [path.join(web, 'node_modules/esbuild'), 'npm ci --prefix web'],
]) {
  if (existsSync(needed)) continue;
  console.error(`web: ${needed} is not there. Run: ${command}`);
  process.exit(1);
}

const linker = [fileURLToPath(new URL('link.js', import.meta.url)), path.join(web, 'lib/platform/registers.js')];
for (const [folder, debug] of /** @type {[string, boolean][]} */ ([[dist, false], [path.join(dist, 'debug'), true]])) {
  const outputs = ['tamis.wasm', 'tamis-core.js', 'tamis-core.single.js'].map((name) => path.join(folder, name));
  await step(
    debug ? 'link with names (debug/)' : 'link tamis.wasm',
    { inputs: [library, header, ...linker], outputs, recipe: linkFlags({ debug }) },
    () => link({ bin: toolchain(), library, folder, debug }),
  );
}

const bundler = fileURLToPath(new URL('bundle.js', import.meta.url));
const embedded = [...scripts(path.join(web, 'lib')), path.join(dist, 'tamis.wasm'), path.join(dist, 'tamis-core.single.js'), bundler];
const classic = path.join(dist, 'tamis-classic.js');
await step('bundle tamis-classic.js', { inputs: embedded, outputs: [classic] },
  () => bundleClassic(path.join(web, 'lib/classic.js'), classic, { globalName: 'tamis' }));

// The library ships it, and imports it as a plain ES module where there is no bundler; so its licence goes with it.
const idb = ['build/index.js', 'LICENSE'].map((name) => path.join(web, 'node_modules/idb', name));
const idbCopy = path.join(dist, 'vendor/idb.js');
const idbTypes = path.join(dist, 'vendor/idb.d.ts');
await step('copy idb to vendor/', { inputs: idb, outputs: [idbCopy, idbTypes] }, () => {
  const [code, licence] = idb.map((file) => readFileSync(file, 'utf8'));
  writeFileSync(idbCopy, `/*! idb\n${licence}*/\n${code}`);
  // For our own tsc alone: with these beside it, it does not check the code.
  writeFileSync(idbTypes, "export * from 'idb';\n");
});

const uplot = path.join(web, 'node_modules/uplot/dist');
const vendored = [['uPlot.esm.js', 'uplot.js'], ['uPlot.min.css', 'uplot.css']]
  .map(([from, to]) => [path.join(uplot, from), path.join(dist, 'vendor', to)]);
await step('copy uPlot to vendor/', { inputs: vendored.map(([from]) => from), outputs: vendored.map(([, to]) => to) },
  () => vendored.forEach(([from, to]) => copyFileSync(from, to)));

// What the page's footer links to, and what npm shows: the server and the package end at web/.
const papers = ['README.md', 'LICENSE-MIT', 'LICENSE-APACHE'].map((name) => [path.join(web, '..', name), path.join(web, name)]);
await step('copy README and licences', { inputs: papers.map(([from]) => from), outputs: papers.map(([, to]) => to) },
  () => papers.forEach(([from, to]) => copyFileSync(from, to)));

const app = path.join(web, 'app/main.js');
if (existsSync(app)) {
  const bundle = path.join(dist, 'app-classic.js');
  await step('bundle app-classic.js', {
    inputs: [...embedded, ...scripts(path.join(web, 'app')), ...vendored.map(([, to]) => to), idbCopy], outputs: [bundle],
  }, () => bundleClassic(app, bundle));
}

// Last, since it lists the others.
const listed = pageFiles(web);
const list = path.join(dist, 'offline.js');
const lister = fileURLToPath(new URL('offline.js', import.meta.url));
await step('list the page for the service worker', {
  inputs: [...listed.map((name) => path.join(web, name)), lister], outputs: [list], recipe: listed,
}, () => writeFileSync(list, offlineList(web, listed)));

/**
 * @param {string} folder
 * @returns {string[]} its scripts, those of its folders included
 */
function scripts(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return scripts(file);
    return entry.name.endsWith('.js') ? [file] : [];
  }).sort();
}
