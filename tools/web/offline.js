// @ts-check
// The list of files that the service worker (web/tamis-sw.js) keeps, with their hashes. Its version is the hash
// of all of them: change one byte of the page, and browsers fetch the whole anew.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What the page never asks for over HTTP. */
const NOT_IN_PAGES = ['lib/node.js', 'lib/worker-node.js', 'lib/platform/node.js', 'lib/classic.js', 'lib/platform/classic.js'];

/**
 * The files of the page, relative to `web` and with slashes.
 * @param {string} web
 * @returns {string[]}
 */
export function pageFiles(web) {
  const folders = ['app', 'lib', 'dist/vendor'].flatMap((folder) => readdirSync(path.join(web, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`).filter((name) => /\.(js|css|svg)$/.test(name)));
  const others = ['index.html', 'doctor.html', 'tamis-isolate.js', 'dist/tamis.wasm', 'dist/tamis-core.js', 'README.md', 'LICENSE-MIT', 'LICENSE-APACHE'];
  return [...others, ...folders].filter((name) => !NOT_IN_PAGES.includes(name) && existsSync(path.join(web, name))).sort();
}

/**
 * The script that the service worker imports.
 * @param {string} folder
 * @param {string[]} names  relative to it, with slashes
 */
export function offlineList(folder, names) {
  const files = Object.fromEntries(names.map((name) => [name, integrity(readFileSync(path.join(folder, name)))]));
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return `// Made by tools/web/build.js.\nself.tamisOffline = ${JSON.stringify({ version, files }, null, 1)};\n`;
}

/** As in <script integrity>. @param {Buffer} bytes */
const integrity = (bytes) => `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
