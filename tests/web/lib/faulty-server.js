// @ts-check
// A server that does one thing wrong: what the project's own server can't be made to do.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../harness/index.js';

/**
 * @typedef {object} Fault
 * @property {string} file  end of the path it is about
 * @property {string} [mode]  only requests with this Sec-Fetch-Mode: 'same-origin' is a worker's own script,
 *   'cors' what it imports
 * @property {number} [status]
 * @property {string} [type]  Content-Type; '' for none
 * @property {string} [body]
 * @property {boolean} [hang]  never answers
 * @property {Record<string, string | null>} [headers]  null removes one
 */

/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** @type {Record<string, string>} */
const ISOLATING = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
};

/**
 * @param {{ faults?: Fault[], headers?: Record<string, string> }} [options]  headers: sent with everything
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function startFaultyServer({ faults = [], headers = ISOLATING } = {}) {
  const root = fileURLToPath(projectRoot);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const fault = faults.find(({ file, mode }) => pathname.endsWith(file)
      && (mode === undefined || request.headers['sec-fetch-mode'] === mode));
    if (fault?.hang) return;
    const file = path.join(root, path.normalize(pathname));
    const there = await stat(file).then((found) => found.isFile(), () => false);
    /** @type {Record<string, string | null>} */
    const sent = { ...headers, 'Cache-Control': 'no-store', 'Content-Type': TYPES[path.extname(file)] ?? 'text/plain', ...fault?.headers };
    if (fault?.type !== undefined) sent['Content-Type'] = fault.type || null;
    const status = fault?.status ?? (there ? 200 : 404);
    for (const [name, value] of Object.entries(sent)) if (value !== null) response.setHeader(name, value);
    response.writeHead(status);
    if (fault?.body !== undefined || status !== 200) response.end(fault?.body ?? `status ${status}`);
    else createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      // Those that hang would keep it open.
      server.closeAllConnections();
    }),
  };
}
