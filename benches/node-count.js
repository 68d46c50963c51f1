// @ts-check
// One measurement in a Node of its own: node benches/node-count.js REQUEST, where REQUEST is the JSON of
// lib/measure.js. Prints the answer as JSON.
import process from 'node:process';
import { load } from '../web/lib/node.js';
import { measure } from './lib/measure.js';

/** @type {import('./lib/measure.js').Request} */
const request = JSON.parse(process.argv[2] ?? 'null');
if (!request) throw new Error('usage: node benches/node-count.js REQUEST   (JSON; see benches/lib/measure.js)');
console.log(JSON.stringify(await measure(() => load({ threads: request.pool, mode: request.mode }), request)));
