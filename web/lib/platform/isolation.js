// @ts-check
// Which of the ways to shared memory there are here: found out on the page itself, without fetching anything.

/**
 * @typedef {object} Isolation
 * @property {boolean} sharedMemory  whether shared memory can be posted to a worker: what it is all for
 * @property {boolean} crossOriginIsolated  whether the browser says that the page is isolated
 * @property {boolean} documentIsolationPolicy  whether the browser knows the header of that name
 * @property {boolean} credentialless  whether it knows Cross-Origin-Embedder-Policy: credentialless
 * @property {'controls' | 'available' | 'refused' | 'none'} serviceWorker  whether one answers for this page, could, was
 *   refused, or can't be had
 * @property {boolean} workers
 * @property {Record<'sharedMemory' | 'crossOriginIsolated' | 'documentIsolationPolicy' | 'credentialless' | 'serviceWorker' | 'workers', string>} why
 *   a sentence for each
 */

/**
 * @param {{ sharedMemory: boolean, crossOriginIsolated: boolean, secureContext: boolean, workers: boolean, protocol: string }} facts
 * @returns {Isolation}
 */
export function webIsolation({ sharedMemory, crossOriginIsolated, secureContext, workers, protocol }) {
  const knows = { documentIsolationPolicy: knowsDocumentIsolationPolicy(), credentialless: knowsCredentialless() };
  const { state, why } = serviceWorker(secureContext, protocol);
  return {
    sharedMemory,
    crossOriginIsolated,
    ...knows,
    serviceWorker: state,
    workers,
    why: {
      sharedMemory: sharedMemoryWhy(sharedMemory, crossOriginIsolated, secureContext, protocol),
      crossOriginIsolated: crossOriginIsolated ? 'The page came with headers that isolate it.'
        : 'It takes headers: Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
      documentIsolationPolicy: knows.documentIsolationPolicy
        ? 'This browser also isolates by Document-Isolation-Policy: isolate-and-require-corp, which leaves pop-ups and frames alone.'
        : 'This browser does not isolate by Document-Isolation-Policy; Chrome and Edge do, from version 137 on.',
      credentialless: knows.credentialless
        ? 'This browser isolates by Cross-Origin-Embedder-Policy: credentialless too, which lets other sites\' pictures in.'
        : 'Cross-Origin-Embedder-Policy: credentialless isolates nothing in this browser; require-corp does.',
      serviceWorker: why,
      workers: workers ? 'Workers can be started.' : 'There are no workers: globalThis.Worker is missing.',
    },
  };
}

/** @param {boolean} sharedMemory @returns {Isolation} */
export const nodeIsolation = (sharedMemory) => ({
  sharedMemory,
  crossOriginIsolated: false,
  documentIsolationPolicy: false,
  credentialless: false,
  serviceWorker: 'none',
  workers: true,
  why: {
    sharedMemory: sharedMemory ? 'Node shares memory between its worker threads.' : 'This Node does not let memory be shared between worker threads.',
    crossOriginIsolated: 'Node needs no isolation.',
    documentIsolationPolicy: 'Node needs no isolation.',
    credentialless: 'Node needs no isolation.',
    serviceWorker: 'Node has none, and needs none.',
    workers: 'Node has worker threads.',
  },
});

/**
 * @param {boolean} sharedMemory
 * @param {boolean} isolated
 * @param {boolean} secure
 * @param {string} protocol
 */
function sharedMemoryWhy(sharedMemory, isolated, secure, protocol) {
  if (sharedMemory) return 'A shared memory could be posted, which is what threads need.';
  if (protocol === 'file:') return 'Pages opened from disk start no worker that could share memory.';
  if (!secure) return 'Browsers share memory on secure pages alone: HTTPS, or localhost.';
  return isolated ? 'The page is isolated, but this browser has shared memory switched off.' : 'Browsers share memory on isolated pages alone.';
}

/** What tamis-isolate.js leaves on the page. @returns {{ state: string, why: string } | undefined} */
const line = () => /** @type {any} */ (globalThis).tamisIsolation;

/**
 * @param {boolean} secure
 * @param {string} protocol
 * @returns {{ state: Isolation['serviceWorker'], why: string }}
 */
function serviceWorker(secure, protocol) {
  const told = line();
  if (protocol === 'file:') return { state: 'none', why: 'Pages opened from disk have no service worker.' };
  if (!secure) return { state: 'none', why: 'Service workers need HTTPS, or localhost.' };
  if (typeof document === 'undefined') return { state: 'none', why: 'Only a page can tell, and this is a worker.' };
  /** @type {ServiceWorkerContainer | undefined} */
  let container;
  try {
    container = navigator.serviceWorker;
  } catch {
    // As in a sandbox without an origin of its own.
  }
  if (!container) return { state: 'none', why: 'This browser offers no service workers here; in private windows some do not.' };
  if (container.controller) return { state: 'controls', why: told?.why || `${container.controller.scriptURL} answers for this page.` };
  if (told?.state === 'refused') return { state: 'refused', why: told.why };
  return { state: 'available', why: told?.why || 'The page does not include tamis-isolate.js, whose service worker adds the headers.' };
}

// No script can ask for either. Both probes look for what came into the same engine beside it, and the tests compare
// their answers with what happens to pages that send the header.

/** Chromium, which alone has credentialless frames, since 137: JSPI came in the same version. */
const knowsDocumentIsolationPolicy = () => hasCredentiallessFrames() && 'Suspending' in WebAssembly;

/** Chromium since 96, and Firefox, which alone has mozInnerScreenX, since 119: Object.groupBy came in the same version. */
const knowsCredentialless = () => hasCredentiallessFrames() || ('mozInnerScreenX' in globalThis && 'groupBy' in Object);

const hasCredentiallessFrames = () => typeof HTMLIFrameElement === 'function' && 'credentialless' in HTMLIFrameElement.prototype;
