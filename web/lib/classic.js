// @ts-check
// The library as one classic script, for pages opened from disk. tools/web/bundle.js puts it in place of
// index.js.
import { api } from './api.js';
import { classic } from './platform/classic.js';

export * from './exports.js';

const library = api(classic);

/** Starts the library: `const tamis = await load({ threads: 4 })`. Rejects with TamisError. */
export const load = library.load;

/** What this engine can do, in which mode tamis would run here, and why; starts nothing. */
export const capabilities = library.capabilities;
