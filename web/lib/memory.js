// @ts-check
// The memory of an instance: how it is sized, and how it is had from a browser that is short of it.
import { TamisError } from './errors.js';

export const PAGE_BYTES = 65536;

/** What the core starts with; the build links with the same number. Static tables, stack and first allocations fit. */
export const INITIAL_BYTES = 16 * 2 ** 20;

/** The most a wasm32 memory can grow to; linked as the limit, so that any smaller one may be passed in. */
export const LARGEST_BYTES = 65536 * PAGE_BYTES;

/** A larger default is refused by phones: iOS reserves the maximum at once. */
export const DEFAULT_BYTES = 512 * 2 ** 20;

/**
 * A shared memory that may grow to `maximumBytes`, or to less when that is refused.
 *
 * @param {number} maximumBytes
 * @param {typeof WebAssembly.Memory} [Memory]
 * @returns {{ memory: WebAssembly.Memory, maximumBytes: number }}
 * @throws {TamisError} 'memory'
 */
export function createMemory(maximumBytes, Memory = WebAssembly.Memory) {
  if (maximumBytes < INITIAL_BYTES) {
    throw new TamisError('memory', `${mebibytes(maximumBytes)} of memory is too little to start with.`, {
      hint: `Give load() a \`memory\` of at least ${INITIAL_BYTES} bytes (${mebibytes(INITIAL_BYTES)}).`,
    });
  }
  const initial = INITIAL_BYTES / PAGE_BYTES;
  let maximum = Math.ceil(maximumBytes / PAGE_BYTES);
  for (;;) {
    try {
      const memory = new Memory({ initial, maximum, shared: true });
      return { memory, maximumBytes: maximum * PAGE_BYTES };
    } catch (cause) {
      if (maximum <= initial) {
        throw new TamisError('memory', `Not even ${mebibytes(INITIAL_BYTES)} of memory could be had.`, {
          hint: 'Close other tabs or programs, dispose() of instances that are not used any more, and try again.',
          cause,
        });
      }
      maximum = Math.max(initial, Math.floor(maximum / 2));
    }
  }
}

/** @param {number} bytes */
export const mebibytes = (bytes) => `${Math.floor((bytes / 2 ** 20) * 10) / 10} MiB`;
