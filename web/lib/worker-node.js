// @ts-check
// The worker script of Node: one entry for both roles.
import { parentPort } from 'node:worker_threads';
// @ts-ignore made by the build; what it exports is a CoreFactory
import factory from '../dist/tamis-core.js';
import { serve } from './serve.js';

if (!parentPort) throw new Error('worker-node.js is a worker script: import lib/node.js instead');
serve(/** @type {any} */ (parentPort), factory);
