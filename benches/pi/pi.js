// @ts-check
// pi(x) in wasm: pi.js THREADS CALLS X...   Prints a line of JSON for each call; the first one of each x is the warm-up.
import process from 'node:process';
import { load } from '../../web/lib/node.js';

const [threads, calls, ...all] = process.argv.slice(2);
const tamis = await load({ threads: Number(threads), mode: 'threads' });
for (const x of all) {
  for (let call = 0; call < Number(calls); call++) {
    const begun = performance.now();
    const used = process.cpuUsage();
    const count = String((await tamis.run('prime-pi', { x: BigInt(x) })).value);
    const user = process.cpuUsage(used).user / 1e6;
    console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000, user, peak: process.resourceUsage().maxRSS, count }));
  }
}
await tamis.dispose();
