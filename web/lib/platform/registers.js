// @ts-check
// What Firefox leaves in a processor's registers, and how a script ends that.

/**
 * Leaves the upper halves of the AVX registers unused on this thread. To be called where wasm is entered.
 *
 * Firefox mixes AVX with older encodings in its code for v128. While an upper half is in use, an Emerald Rapids Xeon takes 70 ns for
 * each change between the two (vmovups and pand, timed in C), and counts take 25 times as long. In use they are after any `indexOf` in
 * a text or in bytes: mozilla::SIMD::memchr8, as GCC compiles it (Debian's Firefox 140), returns without `vzeroupper` where it passes
 * vectors on. New threads inherit that, and nothing in wasm ends it. The path that finds its byte among the first 32 of at least 128
 * does clean up, so that is what this takes. It costs nothing elsewhere.
 */
export function clearUpperHalves() {
  // Kept, or compiled code leaves out what nobody asks for.
  clearUpperHalves.found = 'x'.repeat(256).indexOf('x');
}
clearUpperHalves.found = 0;
