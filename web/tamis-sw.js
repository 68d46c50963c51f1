// A service worker for a page on a host that cannot send headers: it adds those that let workers share
// memory and, given a list of files, keeps one whole version of the page for use without a network.
// tamis-isolate.js registers it. Settings come with its address:
//   tamis-sw.js?offline=dist/offline.js   the list: self.tamisOffline = { version, files: { path: integrity } }
//   tamis-sw.js?coep=credentialless       for pages that embed what sends no CORP header (not isolated by WebKit)
// docs/HOSTING.md tells how it is used, updated and removed.
'use strict';

const { scope } = self.registration;
const settings = new URL(self.location.href).searchParams;
const embedderPolicy = settings.get('coep') === 'credentialless' ? 'credentialless' : 'require-corp';

// Part of the worker: when the list changes the browser installs a new worker, so each has one version.
// A list that can't be had fails the installation, and the worker before goes on.
if (settings.has('offline')) importScripts(new URL(settings.get('offline'), self.location.href).href);
const { version = '', files = {} } = self.tamisOffline ?? {};
const integrities = new Map(Object.entries(files).map(([path, integrity]) => [new URL(path, scope).href, integrity]));

/** Caches are the origin's, so they carry the scope's name. */
const FAMILY = `tamis ${scope} `;
const cacheName = FAMILY + version;
/** Stored last: a cache without it is not whole. */
const WHOLE = new URL('?whole', scope).href;
/** Whether the cache is known to be whole. */
let whole = false;
/** @type {Promise<void> | null} */
let keeping = null;

// The first worker starts at once, so that the page is isolated soon; its cache is filled when the page has
// loaded. Each later one has its whole version before it waits for the last page of the old one to close.
self.addEventListener('install', (event) => {
  if (self.registration.active) event.waitUntil(keep());
});

// No page uses the version before any more.
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(FAMILY) && name !== cacheName).map((name) => caches.delete(name)));
})()));

self.addEventListener('message', (event) => {
  // Cut off or changed on the way: nothing is kept, and the next visit tries again.
  if (event.data === 'keep') event.waitUntil(keep().catch(() => {}));
  if (event.data === 'take-over') event.waitUntil(takeOver(event.ports[0]));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  // Not ours: other origins, uploads, parts of files, and what the doctor asks the server itself.
  if (url.origin !== self.location.origin || request.method !== 'GET') return;
  if (request.headers.has('range') || request.headers.has('x-tamis-doctor')) return;
  // What DevTools ask; fetch() refuses to repeat it.
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  const kept = keptAddress(url, request.mode === 'navigate');
  // What scripts fetch for themselves, and sound and pictures, need no header: streams stay streams.
  const needsHeaders = ['document', 'iframe', 'frame', 'worker', 'sharedworker', 'script'].includes(request.destination);
  if (kept || needsHeaders) event.respondWith(answer(request, url, kept));
});

/** @returns {Promise<void>}  rejects, and keeps nothing, unless every file came and is what the list says */
function keep() {
  keeping ??= fill().finally(() => { keeping = null; });
  return keeping;
}

async function fill() {
  if (!version || await isWhole()) return;
  const cache = await caches.open(cacheName);
  await cache.addAll([...integrities].map(([address, integrity]) => new Request(address, { integrity, cache: 'no-cache' })));
  await cache.put(WHOLE, new Response(version));
}

async function isWhole() {
  whole ||= Boolean(version && await caches.match(WHOLE, { cacheName }));
  return whole;
}

/**
 * A person asks for the new version now: only with no other page open, which would get files of two versions.
 * @param {MessagePort} port  told how many other pages there are
 */
async function takeOver(port) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const others = pages.filter(({ url }) => url.startsWith(scope)).length - 1;
  if (others <= 0) await self.skipWaiting();
  port.postMessage(others);
}

/**
 * The address under which what is asked for is kept. Hosts show pages as `/`, `/index.html` or without `.html`.
 * @param {URL} url
 * @param {boolean} navigation
 * @returns {string | undefined}
 */
function keptAddress({ origin, pathname, search }, navigation) {
  const plain = origin + pathname;
  if (navigation) return [plain, `${plain}index.html`, `${plain}.html`].find((address) => integrities.has(address));
  return search === '' && integrities.has(plain) ? plain : undefined;
}

/**
 * @param {Request} request
 * @param {URL} url
 * @param {string | undefined} kept
 */
async function answer(request, url, kept) {
  const navigation = request.mode === 'navigate';
  const off = navigation && url.searchParams.get('isolate') === 'off';
  if (!kept || !(await isWhole())) return withHeaders(await fetch(request), navigation, off);
  const found = await caches.match(kept, { cacheName, ignoreVary: true })
    // Someone emptied the cache: from the network then, but of this version or not at all.
    ?? await fetch(kept, { integrity: integrities.get(kept), cache: 'no-cache' });
  // Hosts that redirect /x.html to /x: a navigation must not be answered by a response that says so.
  return withHeaders(found.redirected ? new Response(found.body, found) : found, navigation, off);
}

/**
 * @param {Response} response
 * @param {boolean} navigation
 * @param {boolean} off  as it came
 */
function withHeaders(response, navigation, off) {
  // A redirect is the browser's to follow; a redirected script would lose the address its imports start from.
  if (off || response.status === 0 || response.redirected) return response;
  const headers = new Headers(response.headers);
  // The body is as long as it is without compression.
  for (const name of ['content-encoding', 'content-length']) headers.delete(name);
  if (navigation) headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', embedderPolicy);
  if (!headers.has('Cross-Origin-Resource-Policy')) headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
