// @ts-check
// The few things this page asks of the document.

/**
 * The element with this id; the page is broken without it, so say which one is missing.
 * @template {Element} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element with the id "${id}".`);
  return /** @type {E} */ (/** @type {unknown} */ (element));
}

/** @param {string} id */
export const inputById = (id) => /** @type {HTMLInputElement} */ (byId(id));

/**
 * An HTML element with text or children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 */
export function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Text with its `backquoted` parts as code.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export const withCode = (text) =>
  text.split('`').map((part, i) => (i % 2 ? make('code', {}, part) : part));

/**
 * A button that can't act now stays where the keyboard's focus is, so it is not `disabled`.
 * @param {HTMLElement} button
 * @param {boolean} off
 */
export function setOff(button, off) {
  if (off) button.setAttribute('aria-disabled', 'true');
  else button.removeAttribute('aria-disabled');
}

/** @param {HTMLElement} button */
export const isOff = (button) => button.getAttribute('aria-disabled') === 'true';

/**
 * Says something to screen readers, without showing it.
 * @param {string} text
 */
export function announce(text) {
  byId('announce').textContent = text;
}

/**
 * What the tab is called: work that goes on in a background tab shows there.
 * @param {string} [doing]
 */
export function setTitle(doing) {
  const title = doing ? `${doing} · tamis` : 'tamis: primes on every thread';
  // Progress says the same many times; each setting goes to the browser's own process.
  if (document.title !== title) document.title = title;
}

/**
 * Offers text or bytes as a file to save.
 * @param {string} name
 * @param {string} type
 * @param {string | Uint8Array<ArrayBuffer>} content
 */
export function download(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make('a', { href: address, download: name, hidden: '' });
  document.body.append(link);
  link.click();
  link.remove();
  // The download reads the address after this turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
