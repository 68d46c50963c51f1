// @ts-check
// The library for Node 18 or newer.
import { api } from './api.js';
import { node } from './platform/node.js';

export * from './exports.js';

const library = api(node);

/** Starts the library: `const tamis = await load({ threads: 4 })`. Rejects with TamisError. */
export const load = library.load;

/** What this engine can do, in which mode tamis would run here, and why; starts nothing. */
export const capabilities = library.capabilities;
