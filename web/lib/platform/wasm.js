// @ts-check
// From wherever tamis.wasm is to a compiled module, with errors that name the address and what came back.
import { TamisError, describe, refusal } from '../errors.js';
import { nameOf } from '../integers.js';

/** @typedef {import('./platform.js').WasmSource} WasmSource */

/**
 * @param {WasmSource} source
 * @param {(url: string) => Promise<WebAssembly.Module>} fromUrl
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileFrom(source, fromUrl) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return compileBytes(source, 'The given `wasm`');
  if (source instanceof URL || typeof source === 'string') return fromUrl(String(source));
  throw new TamisError('type', `\`wasm\` must be a URL, an ArrayBuffer or a WebAssembly.Module, not ${nameOf(source)}.`);
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchModule(url, signal) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new TamisError('wasm-missing', `${url} could not be fetched: ${describe(cause)}.`, {
      hint: 'Check that the address is right, that its server can be reached, and that the page\'s Content-Security-Policy allows it in connect-src.',
      cause,
    });
  }
  if (!response.ok) {
    throw new TamisError('wasm-missing', `${url} is not there: the server answered ${response.status} ${response.statusText}`.trimEnd() + '.', {
      hint: 'Put tamis.wasm there, or give load() the right address as `wasm`.',
    });
  }
  const type = response.headers.get('content-type') ?? '';
  if (type.split(';')[0].trim().toLowerCase() !== 'application/wasm') {
    // Reading a page as wasm fails with a message about bytes; the type tells what happened.
    void response.body?.cancel();
    throw new TamisError('wasm-type', `${url} came with the type ${type ? `"${type}"` : '(none)'}, not "application/wasm".`, {
      hint: type.startsWith('text/html')
        ? 'A page was sent in its place: the address is probably wrong. Give load() the right one as `wasm`.'
        : 'Make the server send the type application/wasm for .wasm files.',
    });
  }
  // Parameters after the type are refused by compileStreaming, so such an answer is read whole.
  return type.includes(';') ? compileBytes(await response.arrayBuffer(), url)
    : WebAssembly.compileStreaming(response).catch((cause) => { throw compileError(url, cause, signal); });
}

/**
 * @param {ArrayBuffer | ArrayBufferView} bytes
 * @param {string} name  what the bytes are, for the message
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compileBytes(bytes, name) {
  try {
    return await WebAssembly.compile(/** @type {BufferSource} */ (bytes));
  } catch (cause) {
    throw compileError(name, cause);
  }
}

/**
 * @param {string} name
 * @param {unknown} cause
 * @param {AbortSignal} [signal]
 */
function compileError(name, cause, signal) {
  if (signal?.aborted) return cause;
  const why = describe(cause);
  const refused = refusal(cause);
  if (refused) return refused;
  return new TamisError('wasm-type', `${name} is not a WebAssembly file this engine can read: ${why}`, {
    hint: 'Build it again, or copy it again: it may have been cut short or changed on the way. Browsers from 2022 on can read it.',
    cause,
  });
}
