// @ts-check
// From libtamis.a to tamis-core.js + tamis.wasm: the link flags, each with its reason.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { INITIAL_BYTES, LARGEST_BYTES } from '../../web/lib/memory.js';
import { clearUpperHalves } from '../../web/lib/platform/registers.js';
import { header, web, webRequire } from './paths.js';

const FACTORY = 'createTamisCore';

/** Where a thread's own work begins, in Emscripten's script. */
const ENTRY = 'var invokeEntryPoint=(ptr,arg)=>{';
/** What reads the clock there: threads do before each chunk, and what wasm called meanwhile has left registers as it likes. */
const CLOCK = 'var _emscripten_get_now=()=>performance.timeOrigin+performance.now();';

/** The modules that call the C library. */
const callers = ['lib/core.js', 'lib/core-job.js'].map((name) => path.join(web, name));

/**
 * The functions of the C library that the web calls: an export nobody calls would only be carried along.
 * @returns {string[]}
 */
export function exportedFunctions() {
  const declarations = readFileSync(header, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  const declared = new Set([...declarations.matchAll(/\b(tam_[a-z0-9_]+)\s*\(/g)].map(([, name]) => name));
  const called = new Set([...callers.map((file) => readFileSync(file, 'utf8')).join('\n').matchAll(/['.]_?(tam_[a-z0-9_]+)/g)].map(([, name]) => name));
  for (const name of called) {
    if (!declared.has(name)) throw new Error(`web/lib calls ${name}, which include/tamis.h does not declare`);
  }
  return [...called].sort();
}

/** @param {{ debug: boolean }} options */
export const linkFlags = ({ debug }) => [
  '-O3',
  '-msimd128',
  '-pthread',
  // Rust unwinds with wasm exceptions; this also links what catches them.
  '-fwasm-exceptions',
  // The lld of LLVM 22 crashes with the stack after the globals.
  '-Wl,--stack-first',
  '--no-entry',
  `-sEXPORT_NAME=${FACTORY}`,
  '-sMODULARIZE',
  '-sEXPORT_ES6',
  '-sENVIRONMENT=web,worker,node',
  '-sSTRICT',
  '-sEXIT_RUNTIME=0',
  '-sFILESYSTEM=0',
  '-sSTACK_SIZE=1MB',
  // The smallest: kernels allocate whole pages once per job, so nothing waits for it. 3 kB gzip less than
  // dlmalloc, 29 less than mimalloc, and no slower here.
  '-sMALLOC=emmalloc',
  // Every platform in reach has TextDecoder.
  '-sTEXTDECODER=2',
  // The page makes the memory (web/lib/memory.js): as large as asked for, smaller when that is refused.
  '-sIMPORTED_MEMORY',
  '-sALLOW_MEMORY_GROWTH',
  `-sINITIAL_MEMORY=${INITIAL_BYTES}`,
  `-sMAXIMUM_MEMORY=${LARGEST_BYTES}`,
  // Growth makes emscripten warn that its JS reads memory more slowly; ours reads a few words.
  '-Wno-pthreads-mem-growth',
  // Growable SharedArrayBuffers can't be cloned by Firefox before 154; core.js makes its views anew anyway.
  '-sGROWABLE_ARRAYBUFFERS=0',
  '-sPTHREAD_POOL_SIZE=Module["pthreadPoolSize"]',
  // A thread too many is an error then; unset, Chromium and WebKit wait for ever for its worker.
  '-sPTHREAD_POOL_SIZE_STRICT=2',
  // noExitRuntime has to be named although nobody sets it: where it is not, emscripten leaves its default
  // (stay alive) out, and the first call that a thread proxies to the host, such as a panic's message to
  // stderr, ends with the termination of all threads.
  '-sINCOMING_MODULE_JS_API=wasmMemory,instantiateWasm,noExitRuntime',
  // V8 has no on-stack replacement for wasm: a hot loop inlined into a caller that runs once stays in the
  // slow tier for ever, and binaryen inlines whatever has one caller unless it is told not to.
  //
  // Packing cuts the memory's contents at every run of zeros; shared memory needs code for each piece,
  // which costs more than the zeros do.
  //
  // The rest is for size. Binaryen may take addresses below 1024 for unused: they are the far end of the main
  // thread's stack (--stack-first), and no address computation wraps around to them.
  `-sBINARYEN_EXTRA_PASSES=${[
    '--one-caller-inline-max-function-size=1', '--skip-pass=memory-packing', '--low-memory-unused', '--converge', '--reorder-functions',
  ].join(',')}`,
  // Function names for profilers and stack traces.
  ...(debug ? ['--profiling-funcs'] : []),
  `-sEXPORTED_FUNCTIONS=${['malloc', 'free', ...exportedFunctions()].map((name) => `_${name}`).join(',')}`,
];

/**
 * Makes `folder`/tamis.wasm, `folder`/tamis-core.js (for modules) and `folder`/tamis-core.single.js (for the
 * classic bundle).
 * @param {{ bin: string, library: string, folder: string, debug: boolean }} options  bin: the toolchain's programs
 */
export function link({ bin, library, folder, debug }) {
  const work = mkdtempSync(path.join(tmpdir(), 'tamis-link-'));
  try {
    const made = path.join(work, 'tamis-core.js');
    // em++ because -sSTRICT leaves libc++abi, which holds the unwinder, out of emcc's links.
    execFileSync(path.join(bin, 'em++'), [library, '-o', made, ...linkFlags({ debug })], { stdio: 'inherit' });
    const script = readFileSync(made, 'utf8');
    writeFileSync(path.join(folder, 'tamis.wasm'), readFileSync(path.join(work, 'tamis-core.wasm')));
    writeFileSync(path.join(folder, 'tamis-core.js'), finish(script, debug));
    writeFileSync(path.join(folder, 'tamis-core.single.js'), finish(withoutThreads(script), debug));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * The script without its last lines, which make it start by itself in a worker for a thread: they `await`
 * at the top level, which no classic script may, and there are no threads on file://.
 * @param {string} script
 */
function withoutThreads(script) {
  const end = `export default ${FACTORY};`;
  expectIn(script, end);
  return script.slice(0, script.indexOf(end) + end.length);
}

/**
 * Emscripten's script, made fit for browsers, Node and bundlers.
 * @param {string} script
 * @param {boolean} debug
 */
function finish(script, debug) {
  for (const needed of ['new URL("tamis-core.js",import.meta.url)', 'new URL("tamis-core.wasm",import.meta.url)', 'import("node:module")']) {
    expectIn(script, needed);
  }
  const clear = `${clearUpperHalves.name}();`;
  const clean = replaceIn(replaceIn(script, ENTRY, `${clearUpperHalves}${ENTRY}${clear}`),
    CLOCK, `var _emscripten_get_now=()=>{const now=performance.timeOrigin+performance.now();${clear}return now};`);
  const { code } = webRequire('esbuild').transformSync(clean, {
    minify: !debug, format: 'esm', target: 'es2022', legalComments: 'none',
  });
  return `// @ts-nocheck\n// Made by tools/web/build.js.\n${code
    // One name for the one wasm file, so that bundlers which follow `new URL` copy it once.
    .replaceAll('tamis-core.wasm', 'tamis.wasm')
    // Only Node gets here; webpack stops at the scheme and Vite warns unless they are told.
    .replace(/import\(\s*"node:/g, 'import(/* webpackIgnore: true *//* @vite-ignore */"node:')}`;
}

/**
 * @param {string} script
 * @param {string} part  as it stands there
 * @param {string} by
 */
function replaceIn(script, part, by) {
  if (!script.includes(part)) throw new Error(`emscripten's script does not contain ${part}: adapt tools/web/link.js to this version`);
  return script.replace(part, by);
}

/**
 * Emscripten's output is no interface: when it changes, the build says so and not the browser.
 * @param {string} script
 * @param {string} needed
 */
function expectIn(script, needed) {
  const dense = (/** @type {string} */ text) => text.replace(/\s+/g, '');
  if (!dense(script).includes(dense(needed))) {
    throw new Error(`emscripten's script does not contain ${needed}: adapt tools/web/link.js to this version`);
  }
}
