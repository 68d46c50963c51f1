// @ts-check
// Probes that ask the engine itself; nothing here reads a user agent string.

/** One function that uses a SIMD instruction. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
/** One function with a legacy try / catch_all. */
const EXCEPTIONS = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11];

/** @param {number[]} bytes */
const validates = (bytes) =>
  typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(bytes));

export const simd = () => validates(SIMD);
export const exceptions = () => validates(EXCEPTIONS);
export const waitAsync = () => typeof Atomics === 'object' && typeof Atomics.waitAsync === 'function';

/**
 * Whether a shared memory can really be sent to a worker. `crossOriginIsolated` alone does not tell:
 * WebKitGTK says true with no SharedArrayBuffer, and other engines make shared memories they refuse to post.
 */
export function sharedMemory() {
  if (typeof SharedArrayBuffer !== 'function' || typeof MessageChannel !== 'function') return false;
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
    return true;
  } catch {
    return false;
  } finally {
    // An open port would hold a Node process.
    port1.close();
    port2.close();
  }
}

/** Whether `new Worker` reads `type: 'module'`: an engine without module workers never looks. */
export function moduleWorkers() {
  if (typeof Worker !== 'function') return false;
  let asked = false;
  const options = {
    /** @returns {'module'} */
    get type() {
      asked = true;
      return 'module';
    },
  };
  try {
    // Options are read before the address is, and this address is no address: nothing is fetched.
    new Worker('http://[', options).terminate();
  } catch {
    // expected
  }
  return asked;
}
