// @ts-check
// pi(x) in wasm: node benches/pi/pi.js THREADS CALLS X...   A line of JSON per call; the first of each x is the warm-up.
import process from 'node:process';
import { load } from '../../web/lib/node.js';

const [threads, calls, ...all] = process.argv.slice(2);
const tamis = await load({ threads: Number(threads), mode: 'threads' });
for (const x of all) {
  for (let call = 0; call < Number(calls); call++) {
    const begun = performance.now();
    const used = process.cpuUsage();
    const count = (await tamis.run('prime-pi', { x: BigInt(Number(x)) })).value;
    const { user } = process.cpuUsage(used);
    console.log(JSON.stringify({ x, seconds: (performance.now() - begun) / 1000, user: user / 1e6, count: String(count) }));
  }
}
await tamis.dispose();
