// @ts-check
// A text field that takes an integer as people write it, says what it understood, and what is wrong.
import { parseInteger } from '../lib/index.js';
import { byId, inputById } from './dom.js';
import { inWords } from './engine.js';
import { grouped, roundWords } from './format.js';

export const LARGEST = 2n ** 64n - 1n;
const HALF = 2n ** 63n - 1n;

/**
 * @typedef {object} IntegerField
 * @property {HTMLInputElement} input
 * @property {() => bigint | null} read  the number; null, with the reason shown, when there is none
 * @property {(text: string) => void} write
 * @property {(sentence: string) => void} complain
 */

/**
 * Binds the input `id`, its echo line `id-echo` (where there is one) and its error line `id-error`.
 * @param {string} id
 * @param {object} options
 * @param {bigint} [options.min]
 * @param {bigint} [options.max]
 * @param {string} options.name  for the messages: "The start"
 * @param {() => void} options.onInput
 * @returns {IntegerField}
 */
export function integerField(id, { min = 0n, max = LARGEST, name, onInput }) {
  const input = inputById(id);
  const echo = document.getElementById(`${id}-echo`);
  const error = byId(`${id}-error`);

  /** @param {string} sentence */
  const complain = (sentence) => {
    error.textContent = sentence;
    if (sentence) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };

  const read = () => {
    if (echo) echo.textContent = '';
    try {
      const value = parseInteger(input.value);
      if (value < min || value > max) {
        complain(`${name} must lie between ${limitWords(min)} and ${limitWords(max)}.`);
        return null;
      }
      complain('');
      if (echo) {
        const words = roundWords(value);
        const digits = grouped(value);
        // What would only repeat the input is not said.
        echo.textContent = words ? `${digits}, ${words}` : digits === input.value.trim() ? '' : digits;
      }
      return value;
    } catch (problem) {
      const { text, hint } = inWords(problem);
      complain(hint ? `${text} ${hint}` : text);
      return null;
    }
  };

  input.addEventListener('input', () => {
    read();
    onInput();
  });

  return {
    input,
    read,
    write(text) {
      input.value = text;
      read();
    },
    complain,
  };
}

/** @param {bigint} limit */
function limitWords(limit) {
  if (limit === LARGEST) return '2^64 − 1';
  if (limit === HALF) return '2^63 − 1';
  return limit === -HALF ? '−2^63 + 1' : grouped(limit);
}

/**
 * Reads two fields that are the ends of a range.
 * @param {IntegerField} startField
 * @param {IntegerField} stopField
 * @returns {{ start: bigint, stop: bigint } | null}  null, with the reason shown, when they are not
 */
export function readRange(startField, stopField) {
  const start = startField.read();
  const stop = stopField.read();
  if (start === null || stop === null) return null;
  if (start > stop) {
    stopField.complain(`The end lies before the start, ${grouped(start)}. Swap the two, or make the end larger.`);
    return null;
  }
  return { start, stop };
}
