// @ts-check
// The JavaScript side of list.c, in a Node of its own: node benches/list/list.js REQUEST, where REQUEST is the JSON of measure.js.
// Prints a line of JSON a call, as list.c does.
import process from 'node:process';
import { load } from '../../web/lib/node.js';
import { measureList } from './measure.js';

/** @type {import('./measure.js').ListRequest | null} */
const request = JSON.parse(process.argv[2] ?? 'null');
if (!request) throw new Error('usage: node benches/list/list.js REQUEST   (JSON; see benches/list/measure.js)');
for (const line of await measureList(() => load({ threads: 1, memory: 2 ** 31 }), request)) console.log(JSON.stringify(line));
