// @ts-check
// Builds and finds what takes part. A peer that can't be had is left out, with the reason.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const wasmFile = path.join(root, 'web/dist/tamis.wasm');
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const cargo = process.env.CARGO ?? 'cargo';
const tool = (/** @type {string} */ name) => path.join(root, 'tools/toolchain', name);

/**
 * Runs a program and gives what it said. A failure rejects with the end of its stderr.
 * @param {string} program
 * @param {string[]} args
 * @param {{ minutes?: number }} [options]
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export async function run(program, args, { minutes = 30 } = {}) {
  try {
    return await execute(program, args, { cwd: root, timeout: minutes * 60_000, maxBuffer: 1 << 26 });
  } catch (cause) {
    const { stderr, killed, message } = /** @type {{ stderr?: string, killed?: boolean, message: string }} */ (cause);
    const why = killed ? `did not end within ${minutes} minutes` : `failed: ${(stderr || message).trim().split('\n').slice(-8).join('\n  ')}`;
    throw new Error(`${path.basename(program)} ${why}`, { cause });
  }
}

/** The first line of what a program answers to --version. @param {string} program */
export const versionOf = async (program) => (await run(program, ['--version'])).stdout.split('\n')[0].trim();

/** benches/NAME.rs; cargo alone knows where it puts a bench. @param {string} name */
export async function buildBench(name) {
  const { stdout } = await run(cargo, ['bench', '--bench', name, '--no-run', '--quiet', '--message-format=json-render-diagnostics']);
  const artifacts = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const made = artifacts.find(({ target, executable }) => target?.name === name && executable);
  if (!made) throw new Error(`cargo did not say where it put the bench \`${name}\``);
  return /** @type {string} */ (made.executable);
}

const primalArguments = ['build', '--release', '--locked', '--quiet', '--manifest-path', 'benches/primal/Cargo.toml', '--target-dir', target];

export async function buildPrimal() {
  await run(cargo, primalArguments);
  return path.join(target, 'release/tamis-bench-primal');
}

/** Compiled for WebAssembly with the flags and the std of tamis itself. The script that Node runs. */
export async function buildPrimalWasm() {
  await run(tool('wasm-cargo'), primalArguments);
  return path.join(target, 'wasm32-unknown-emscripten/release/tamis-bench-primal.js');
}

export function primalVersion() {
  const lock = readFileSync(path.join(root, 'benches/primal/Cargo.lock'), 'utf8');
  return /name = "primal"\nversion = "(.*)"/.exec(lock)?.[1] ?? 'unknown';
}

/** Debian's newest, or else the one on PATH. @param {string} name */
async function findPeer(name) {
  try {
    return (await run(tool('peers.sh'), [name])).stdout.trim();
  } catch (error) {
    const found = await run('bash', ['-c', 'command -v "$0"', name]).catch(() => null);
    if (!found) throw error;
    return found.stdout.trim();
  }
}

export const findPrimesieve = () => findPeer('primesieve');
export const findPrimecount = () => findPeer('primecount');
export const findPari = () => findPeer('gp');

/** A current Node, beside the one that runs this. */
export const findNewestNode = async () => (await run(tool('peers.sh'), ['--node'])).stdout.trim();

/** What benches/lib/browser.js needs: the server, the drivers' packages, and where the browsers are. */
export async function prepareBrowsers() {
  if (!process.env.TAMIS_SERVER) {
    await run(cargo, ['build', '--profile', 'server', '--quiet', '-p', 'tamis-server']);
    // The harness looks in target/, wherever cargo was told to build.
    process.env.TAMIS_SERVER = path.join(target, 'server/tamis-server');
  }
  if (!existsSync(path.join(root, 'tests/web/node_modules'))) {
    await run('npm', ['ci', '--prefix', 'tests/web', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  const { stdout } = await run('bash', ['-c', `eval "$("$0")"; printf '%s\\n' "$CHROMIUM" "$FIREFOX" "$GECKODRIVER"`, tool('browsers.sh')]);
  const [chromium, firefox, geckodriver] = stdout.split('\n');
  Object.assign(process.env, { CHROMIUM: chromium, FIREFOX: firefox, GECKODRIVER: geckodriver });
  return { chromium, firefox };
}
