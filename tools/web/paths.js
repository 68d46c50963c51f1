// @ts-check
// Where things are, relative to this file; and the one command runner of the build.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const web = path.join(root, 'web');
export const dist = path.join(web, 'dist');
export const header = path.join(root, 'include/tamis.h');

/** The library that is linked: `--lib FILE`, or where cargo puts it. */
export function staticLibrary() {
  const at = process.argv.indexOf('--lib');
  if (at >= 0 && process.argv[at + 1]) return path.resolve(process.argv[at + 1]);
  const target = process.env.CARGO_TARGET_DIR ? path.resolve(root, process.env.CARGO_TARGET_DIR) : path.join(root, 'target');
  return path.join(target, 'wasm32-unknown-emscripten/release/libtamis.a');
}

/**
 * The folder of the toolchain's programs (em++, wasm-opt); a Makefile that knows it may say so.
 * @returns {string}
 */
export function toolchain() {
  if (process.env.TAMIS_TOOLCHAIN_BIN) return process.env.TAMIS_TOOLCHAIN_BIN;
  return execFileSync('bash', [path.join(root, 'tools/toolchain/env.sh'), '--bin'], { encoding: 'utf8' }).trim();
}

/** What is in web/node_modules, for scripts outside of web/. */
export const webRequire = createRequire(path.join(web, 'package.json'));
