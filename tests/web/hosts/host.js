// @ts-check
// A host as bad as it has to be: static files of a folder or from memory, with exactly the headers it is told,
// under a path of its own, and with a say in every answer.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ status: number, headers: Record<string, string>, body: Buffer | string | null }} Answer  null: hangs up
 * @typedef {object} Host
 * @property {string} origin
 * @property {string} url  of the folder
 * @property {string[]} requests  paths below the folder, in order
 * @property {() => Promise<void>} close
 */

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.wasm': 'application/wasm',
};

/** What the page needs of a host. */
export const ISOLATING = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * @param {object} options
 * @param {URL | ((path: string) => string | undefined)} options.files  a folder, or what stands at a path
 * @param {string} [options.base]  with a slash at both ends
 * @param {Record<string, string>} [options.headers]  with every answer
 * @param {boolean} [options.compress]
 * @param {(path: string, answer: Answer, request: import('node:http').IncomingMessage) => void} [options.change]
 * @param {{ after: (fn: () => Promise<void>) => void }} [options.t]  closes it at its end
 * @returns {Promise<Host>}
 */
export async function startHost({ files, base = '/', headers = {}, compress = false, change, t }) {
  /** @type {string[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.startsWith(base) ? pathname.slice(base.length) : null;
    if (name !== null) requests.push(name);
    const found = name === null ? undefined : await contents(files, name === '' ? 'index.html' : name);
    const extension = path.extname(name || 'index.html');
    /** @type {Answer} */
    const answer = {
      status: found === undefined ? 404 : 200,
      headers: { ...headers, 'Content-Type': TYPES[extension] ?? 'text/plain', 'Cache-Control': 'no-cache', ETag: `"${found?.length ?? 0}"` },
      body: found ?? `There is no ${pathname}.`,
    };
    if (compress && found !== undefined && /gzip/.test(String(request.headers['accept-encoding']))) {
      answer.headers['Content-Encoding'] = 'gzip';
      answer.body = gzipSync(found);
    }
    change?.(name ?? '', answer, request);
    if (answer.body === null) {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://127.0.0.1:${port}`;
  /** @type {Promise<void> | undefined} */
  let closing;
  const close = () => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closing;
  };
  t?.after(close);
  return { origin, url: origin + base, requests, close };
}

/**
 * @param {URL | ((path: string) => string | undefined)} files
 * @param {string} name
 * @returns {Promise<Buffer | undefined>}
 */
async function contents(files, name) {
  if (files instanceof URL) return readFile(fileURLToPath(new URL(name, files))).catch(() => undefined);
  const text = files(name);
  return text === undefined ? undefined : Buffer.from(text);
}
