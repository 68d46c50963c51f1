// @ts-check
/** Starts the project's own server, the one `make serve` runs. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lineMatching, start } from './leftovers.js';
import { closeAtEnd } from './ends.js';

/** The project's root folder, with a slash at its end. */
export const projectRoot = new URL('../../../', import.meta.url);

/**
 * @typedef {object} Server
 * @property {string} origin  as in "http://127.0.0.1:45321", without a slash
 * @property {string} mode  "threads" or "workers": what the server said it makes possible
 * @property {() => Promise<void>} close
 */

/**
 * Serves `root` on a free port of 127.0.0.1. Closed at the end of the test `t`,
 * or of the test file when there is no `t`.
 * @param {object} options
 * @param {string | URL} options.root  the folder
 * @param {boolean} [options.isolation]  false leaves the COOP, COEP and CORP headers out
 * @param {import('./ends.js').TestContext} [options.t]
 * @returns {Promise<Server>}
 */
export async function startServer({ root, isolation = true, t }) {
  const binary = process.env.TAMIS_SERVER ?? fileURLToPath(new URL('target/server/tamis-server', projectRoot));
  await access(binary).catch(() => {
    throw new Error(
      `The server is not built: there is no ${binary}. ` +
        'Run `make server`, or name one in TAMIS_SERVER.',
    );
  });
  const folder = root instanceof URL ? fileURLToPath(root) : root;
  const args = [folder, '--port', '0', ...(isolation ? [] : ['--no-isolation'])];
  const started = await start(binary, args);
  const [, origin, mode] = await lineMatching(started, /^tamis: (\S+)\/ \((\w+)\)$/, 10_000, 'the server');
  const server = { origin, mode, close: () => started.kill() };
  closeAtEnd(server, t);
  return server;
}
