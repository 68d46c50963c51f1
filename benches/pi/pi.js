// @ts-check
// pi(x) as wasm in a Node of its own: pi.js THREADS X   Prints a list of what each call spent, as JSON.
import process from 'node:process';
import { load } from '../../web/lib/node.js';
import { measurePi } from './measure.js';

const [threads, x] = process.argv.slice(2);
const meter = () => ({ user: process.cpuUsage().user / 1e6, peak: process.resourceUsage().maxRSS });
const start = () => load({ threads: Number(threads), mode: 'threads' });
console.log(JSON.stringify(await measurePi(start, { x, threads: Number(threads) }, meter)));
