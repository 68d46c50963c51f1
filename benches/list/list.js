// @ts-check
// The JavaScript side of list.c: generate (one array) or stream (batch by batch), on one thread. Lines as there.
import process from 'node:process';
import { load } from '../../web/lib/node.js';

const [way, start, stop, calls] = process.argv.slice(2);
const tamis = await load({ threads: 1, memory: 2 ** 31 });
for (let call = 0; call < Number(calls ?? 1); call++) {
  const begun = performance.now();
  let count = 0;
  let total = 0n;
  const add = (/** @type {BigUint64Array} */ primes) => {
    count += primes.length;
    // Adding BigInts would take longer than the listing: the two halves are added as numbers, which are exact for a batch.
    const halves = new Uint32Array(primes.buffer, primes.byteOffset, 2 * primes.length);
    let low = 0;
    let high = 0;
    for (let i = 0; i < halves.length; i += 2) {
      low += halves[i];
      high += halves[i + 1];
    }
    total += BigInt(low) + (BigInt(high) << 32n);
  };
  if (way === 'generate') {
    count = (await tamis.listPrimes(BigInt(start), BigInt(stop))).length;
  } else {
    for await (const batch of tamis.primes(BigInt(start), BigInt(stop))) add(/** @type {BigUint64Array} */ (batch));
  }
  const seconds = (performance.now() - begun) / 1000;
  const sum = way === 'generate' ? '' : String(BigInt.asUintN(64, total));
  console.log(JSON.stringify({ user: 0, seconds, count, sum }));
}
await tamis.dispose();
