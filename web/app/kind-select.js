// @ts-check
// A choice of one kind: primes or one of the k-tuplets.
import { byId, make } from './dom.js';
import { KINDS } from './kinds.js';

/**
 * @param {string} id  of the <select>
 * @param {() => void} onInput
 */
export function kindSelect(id, onInput) {
  const select = /** @type {HTMLSelectElement} */ (byId(id));
  select.replaceChildren(...KINDS.map(({ k, label }) => make('option', { value: String(k) }, label)));
  select.addEventListener('change', onInput);
  return {
    select,
    read: () => Number(select.value),
    /** @param {number} k */
    write(k) {
      select.value = String(k);
    },
  };
}
