// @ts-check
/** What the page hands to the browser's downloads. */

/** @typedef {import('../harness/page.js').Page} Page */
/** @typedef {{ name: string, size: number, sha256: string, text: string }} Download  text: '' of what is larger than 1 MB */

/** Catches what the page offers for download. @param {Page} page */
export const catchDownloads = (page) => page.evaluate(() => {
  /** @type {Promise<Download>[]} */
  const caught = [];
  Object.assign(globalThis, { caught });
  const blobs = new Map();
  document.addEventListener('click', (event) => {
    const link = event.target;
    if (!(link instanceof HTMLAnchorElement) || !link.download) return;
    event.preventDefault();
    /** @type {Blob | undefined} */
    const blob = blobs.get(link.href);
    if (!blob) return;
    caught.push((async () => {
      const bytes = await blob.arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return {
        name: link.download, size: bytes.byteLength, sha256: [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        text: bytes.byteLength < 1e6 ? new TextDecoder().decode(bytes) : '',
      };
    })());
  }, true);
  // The policy lets the page fetch nothing but its own origin, so the blobs are kept as they are made.
  const make = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob) => {
    const address = make(blob);
    blobs.set(address, blob);
    return address;
  };
});

/** @param {Page} page @returns {Promise<Download>} */
export const lastDownload = (page) => page.evaluate(() => /** @type {any} */ (globalThis).caught.at(-1));
