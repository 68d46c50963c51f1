// @ts-check
/**
 * A line to pages that lasts when the driver's session ends: they ask a server of ours for what to evaluate, over and
 * over, and send it what came out. Their Content-Security-Policy must allow that: it is best that they have none.
 */
import { createServer } from 'node:http';

/**
 * @typedef {object} Line
 * @property {(name: string) => string} script  what the page `name` runs once
 * @property {(name: string, expression: string) => Promise<any>} run  evaluates in that page; awaits a promise
 * @property {() => void} end
 */

/** @returns {Promise<Line>} */
export async function startLine() {
  /** What a page is to evaluate, and where its answer goes. @type {Map<string, { expression: string, answer: (text: string) => void }[]>} */
  const waiting = new Map();
  /** Pages that ask, by name: who gets the next expression. @type {Map<string, () => void>} */
  const asking = new Map();

  /** @param {string} name */
  const queueOf = (name) => waiting.get(name) ?? waiting.set(name, []).get(name) ?? [];

  const server = createServer(async (request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    // The page is of another origin.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cache-Control', 'no-store');
    if (request.method === 'POST') {
      let text = '';
      for await (const piece of request.setEncoding('utf8')) text += piece;
      queueOf(name).shift()?.answer(text);
      response.end();
      return;
    }
    const give = () => {
      asking.delete(name);
      response.end(queueOf(name)[0].expression);
    };
    if (queueOf(name).length > 0) give();
    else asking.set(name, give);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  server.unref();
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  return {
    script: (name) => `void (async () => {
      const address = 'http://127.0.0.1:${port}/${encodeURIComponent(name)}';
      for (;;) {
        const expression = await (await fetch(address)).text();
        const answer = await Promise.resolve().then(() => (0, eval)(expression)).then((value) => ({ value }), (error) => ({ error: String(error) }));
        await fetch(address, { method: 'POST', body: JSON.stringify(answer) });
      }
    })()`,
    run: (name, expression) => new Promise((resolve, reject) => {
      queueOf(name).push({
        expression,
        answer(text) {
          const { value, error } = JSON.parse(text);
          if (error === undefined) resolve(value);
          else reject(new Error(error));
        },
      });
      asking.get(name)?.();
    }),
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}
