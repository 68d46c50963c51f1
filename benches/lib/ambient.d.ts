// What benches/page/page.js leaves in the page, for functions that run there.
declare const bench: typeof import('../page/page.js').bench;

// The driver has no types of its own; the harness of the browser tests uses it.
declare module 'selenium-webdriver';
declare module 'selenium-webdriver/firefox.js';
declare module 'selenium-webdriver/http/index.js';
