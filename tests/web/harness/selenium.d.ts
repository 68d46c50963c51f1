// selenium-webdriver ships no types, and those of others lag behind it: it is
// used in three files here and stays untyped.
declare module 'selenium-webdriver';
declare module 'selenium-webdriver/firefox.js';
declare module 'selenium-webdriver/http/index.js';
