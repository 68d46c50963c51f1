// @ts-check
// Where and with what a run was made.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { run, wasmFile } from './programs.js';

export const machine = () => {
  const cpus = os.cpus();
  return `${cpus[0]?.model.trim() ?? 'unknown processor'}, ${cpus.length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${system()}`;
};

function system() {
  const kernel = `${os.type()} ${os.release()} ${os.machine?.() ?? os.arch()}`;
  try {
    const name = /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'));
    return name ? `${name[1]} (${kernel})` : kernel;
  } catch {
    return kernel;
  }
}

/** Programs that wait for the processor; figures taken beside others are not worth much. */
export const load = () => os.loadavg()[0].toFixed(2);

/** What the builds were made with, and of what. */
export async function builds() {
  const said = async (/** @type {string} */ program, /** @type {string[]} */ args) => (
    (await run(program, args).catch(() => ({ stdout: 'unknown' }))).stdout.trim()
  );
  const commit = await said('git', ['rev-parse', '--short', 'HEAD']);
  const changed = await said('git', ['status', '--porcelain', '--untracked-files=no']);
  const emscripten = /^TAMIS_EMCC_VERSION=(.*)$/m.exec(await said('tools/toolchain/env.sh', ['--print']))?.[1] ?? 'unknown';
  return `commit ${commit}${changed ? ' and uncommitted changes' : ''}; native: ${await said('rustc', ['--version'])}; wasm: Emscripten ${emscripten}`;
}

export function wasmBytes() {
  const wasm = readFileSync(wasmFile);
  const bytes = (/** @type {number} */ n) => n.toLocaleString('en');
  return `tamis.wasm: ${bytes(wasm.length)} bytes, gzip ${bytes(gzipSync(wasm, { level: 9 }).length)}, brotli ${bytes(brotliCompressSync(wasm).length)}`;
}
