// Shared memory on a host that cannot send headers, by one line in the page's head, before its other scripts:
//   <script src="tamis-isolate.js"></script>
// Registers tamis-sw.js, which lies beside it, for their folder, and reloads the page at most once.
// A classic script without defer: what comes after it can ask `tamisIsolation` and wait for its `ready`.
//   data-offline="dist/offline.js"   keep the files of that list for use without a network
//   data-always                      also where the server sends the headers itself
//   data-coep="credentialless"       see tamis-sw.js
// In the page's address: ?isolate=off does nothing for once, ?isolate=remove takes the service worker away.
(function () {
  'use strict';
  /** A hard reload is never handed to the service worker, and some browsers never say so: nobody waits longer. */
  const LONGEST_WAIT_MS = 1500;
  const script = document.currentScript;
  if (!script) throw new Error('tamis-isolate.js is a classic script: include it by <script src="tamis-isolate.js"></script>, not by import.');
  const { offline, coep, always } = script.dataset;
  const wish = new URLSearchParams(location.search).get('isolate');
  const worker = new URL('tamis-sw.js', script.src);
  const scope = new URL('./', worker).href;
  if (offline) worker.searchParams.set('offline', offline);
  if (coep) worker.searchParams.set('coep', coep);
  const RELOADED = `tamis-isolate ${scope}`;
  const LATE = 'The service worker was not ready in time; from the next visit on it isolates the page.';

  /** @type {ServiceWorkerRegistration | undefined} */
  let registration;
  const isolation = {
    /** 'unneeded', 'controls', 'reloading', 'available' (from the next visit on), 'refused', 'none' or 'off' */
    state: 'none',
    /** a sentence */
    why: '',
    /** whether a newer version is here and waits for this one to end */
    update: false,
    /** Uses the newer version now. @returns {Promise<number>}  other pages that are still open and hinder it */
    takeOver,
    /** when the page may start; while it is about to be reloaded, it never may */
    ready: /** @type {Promise<void> | null} */ (null),
  };
  window.tamisIsolation = isolation;
  isolation.ready = isolate().catch((error) => say('refused', `The service worker failed: ${error.message}`));

  async function isolate() {
    if (wish === 'remove') return remove();
    if (wish === 'off') return say('off', 'The address asks for no service worker (?isolate=off).');
    // Shared without isolation where the browser was told so, as WebKitGTK can be.
    const shares = crossOriginIsolated || typeof SharedArrayBuffer === 'function';
    const hindrance = whyNot();
    if (hindrance) return say(shares ? 'unneeded' : 'none', hindrance);
    const { controller } = navigator.serviceWorker;
    if (shares && !controller && always === undefined) {
      return say('unneeded', 'Memory can be shared without a service worker.');
    }
    // Imported scripts and all are asked for anew, so that an update is seen.
    const registering = navigator.serviceWorker.register(worker, { scope, updateViaCache: 'none' });
    if (shares || controller?.scriptURL === worker.href) {
      // Nothing to wait for.
      registering.then(follow, (error) => controller || refused(error));
      if (shares) forget();
      if (!shares) return say('controls', 'A service worker adds the headers, but this browser does not isolate the page by them.');
      return controller ? say('controls', 'A service worker adds the headers that isolate this page.')
        : say('available', 'The server isolates this page; the service worker keeps it for use without a network.');
    }
    const deadline = after(LONGEST_WAIT_MS);
    try {
      registration = await Promise.race([registering, deadline]);
    } catch (error) {
      return refused(error);
    }
    if (!registration) {
      registering.then(follow, () => {});
      return say('available', LATE);
    }
    follow(registration);
    if (!(await Promise.race([activated(registration), deadline]))) return say('available', LATE);
    const hindered = remember();
    if (hindered) return say('available', hindered);
    say('reloading', 'The page is loaded again, by the service worker.');
    location.reload();
    return new Promise(() => {});
  }

  /** @returns {string}  why no service worker can isolate this page; '' if one can */
  function whyNot() {
    if (location.protocol === 'file:') return 'Pages opened from disk have no service worker.';
    if (!isSecureContext) return 'Service workers need HTTPS, or localhost.';
    if (window !== window.top) return 'This page is in a frame: only the page around it can isolate it.';
    if (!location.href.startsWith(scope)) return `This page is not in ${scope}, the folder of tamis-sw.js.`;
    try {
      if (navigator.serviceWorker) return '';
    } catch {
      // As in a sandbox.
    }
    return 'This browser offers no service workers here; in private windows some do not.';
  }

  /** @param {ServiceWorkerRegistration} found */
  function follow(found) {
    registration = found;
    const look = () => {
      isolation.update = Boolean(found.waiting && found.active);
      if (isolation.update) window.dispatchEvent(new Event('tamis-update'));
    };
    found.addEventListener('updatefound', () => found.installing?.addEventListener('statechange', look));
    look();
    // The page comes first; then it is kept, and a newer version looked for.
    const later = () => setTimeout(async () => {
      if (isolation.state === 'reloading' || !(await activated(found))) return;
      found.active?.postMessage('keep');
      found.update().catch(() => {}); // no network
    }, 0);
    if (document.readyState === 'complete') later();
    else window.addEventListener('load', later);
  }

  /** @param {ServiceWorkerRegistration} found @returns {Promise<boolean>} */
  function activated(found) {
    const coming = found.active ?? found.waiting ?? found.installing;
    if (coming?.state === 'activated') return Promise.resolve(true);
    return new Promise((resolve) => {
      coming?.addEventListener('statechange', () => {
        if (coming.state === 'activated') resolve(true);
        if (coming.state === 'redundant') resolve(false);
      });
    });
  }

  async function takeOver() {
    const waiting = registration?.waiting;
    if (!waiting) return 0;
    const { port1, port2 } = new MessageChannel();
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    return new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
      waiting.postMessage('take-over', [port2]);
    });
  }

  async function remove() {
    const there = await navigator.serviceWorker?.getRegistration(scope);
    if (there?.scope === scope) await there.unregister();
    for (const name of await caches.keys()) if (name.startsWith(`tamis ${scope} `)) await caches.delete(name);
    forget();
    say('none', 'The service worker and what it kept were removed, as the address asks (?isolate=remove).');
  }

  /** Notes that the page is reloaded now. @returns {string}  why it must not be, or '' */
  function remember() {
    try {
      if (sessionStorage.getItem(RELOADED)) return 'The page was reloaded once for the service worker, and is not isolated still.';
      sessionStorage.setItem(RELOADED, 'yes');
      return '';
    } catch {
      // Without a memory there is no telling the first time from the tenth.
      return 'The browser lets this page remember nothing, so it is not reloaded; from the next visit on the service worker isolates it.';
    }
  }

  /** It worked, so it may be done once more when it is needed again, as after a hard reload. */
  function forget() {
    try {
      sessionStorage.removeItem(RELOADED);
    } catch {
      // Nothing was remembered.
    }
  }

  /** @param {Error} error */
  function refused(error) {
    say('refused', `The browser refused the service worker: ${error.message}`);
  }

  /** @param {string} state @param {string} why */
  function say(state, why) {
    isolation.state = state;
    isolation.why = why;
  }

  /** @param {number} ms @returns {Promise<undefined>} */
  function after(ms) {
    return new Promise((resolve) => { setTimeout(resolve, ms); });
  }
})();
