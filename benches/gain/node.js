// @ts-check
// Counts in one instance in Node, for each line of the input `START STOP THREADS`: node benches/gain/node.js POOL
import process from 'node:process';
import { createInterface } from 'node:readline';
import { load } from '../../web/lib/node.js';
import { countIn } from './count.js';

const tamis = await load({ threads: Number(process.argv[2]), mode: 'threads' });
for await (const line of createInterface({ input: process.stdin })) {
  const [start, stop, threads] = line.split(' ');
  console.log(JSON.stringify(await countIn(tamis, { start, stop, threads: Number(threads) })));
}
await tamis.dispose();
