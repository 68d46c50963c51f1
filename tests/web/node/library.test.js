// @ts-check
// The library in Node, in both modes: the matrix, and what only Node can show.
import { after, before, describe, test } from 'node:test';
import * as api from '../../../web/lib/node.js';
import { matrix } from '../lib/matrix.js';

for (const mode of /** @type {const} */ (['threads', 'workers'])) {
  describe(`Node, mode ${mode}`, () => {
    const options = { mode };
    /** @type {import('../../../web/lib/client.js').Client} */
    let tamis;
    before(async () => { tamis = await api.load({ ...options, threads: 8 }); });
    after(() => tamis.dispose());
    for (const { name, run } of matrix) {
      test(name, { timeout: 120_000 }, async (t) => {
        await run({ api, tamis, options, report: (line) => t.diagnostic(`node ${mode}: ${line}`) });
      });
    }
  });
}
