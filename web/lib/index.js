// @ts-check
// The library for pages and workers, as plain ES modules. In Node `import 'tamis'` finds node.js instead.
import { api } from './api.js';
import { browser } from './platform/browser.js';

export * from './exports.js';

const library = api(browser);

/** Starts the library: `const tamis = await load({ threads: 4 })`. Rejects with TamisError. */
export const load = library.load;

/** What this engine can do, in which mode tamis would run here, and why; starts nothing. */
export const capabilities = library.capabilities;
