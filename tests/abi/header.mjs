// Reads include/tamis.h and checks that it is a whole manual, that the library exports exactly what it
// declares, and that the tests and the C++ wrapper use all of it.
//
//     node header.mjs ROOT SYMBOLS...     SYMBOLS: files with the tam_ names of a library, one a line
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const [root, ...symbolFiles] = process.argv.slice(2);
const read = (...path) => readFileSync(join(root, ...path), 'utf8');
const header = read('include', 'tamis.h');

let passed = 0;
let failed = 0;
const test = (name, complaints) => {
  if (complaints.length === 0) passed += 1;
  else failed += 1;
  console.log(`${complaints.length === 0 ? '  ok  ' : '  FAIL'} header: ${name}`);
  for (const complaint of complaints) console.log(`        ${complaint}`);
};

// A comment, and the declaration or #define that follows it.
const items = [...header.matchAll(/\/\*\*(.*?)\*\/\s*((?:#define|typedef)[^\n]*|[^;#{]*?[;{])/gs)].map(
  ([, comment, code]) => ({ comment: comment.replace(/^ \* ?/gm, ''), code: code.replace(/\s+/g, ' ') }),
);
// Declarations without one count too: find them in the header with all comments taken out.
const everything = header.replace(/\/\*.*?\*\//gs, '').replace(/\/\/.*$/gm, '');
// Inline functions are whole in the header: no library exports them. What they call is declared elsewhere.
const inlinePattern = /^static inline [^;{]*?\b(tam_[a-z0-9_]+)\s*\([^)]*\)\s*\{.*?^\}$/gms;
const inlines = [...everything.matchAll(inlinePattern)].map(([code, name]) => ({ name, code }));
const bare = everything.replace(inlinePattern, '');
const functions = [...bare.matchAll(/\b(tam_[a-z0-9_]+)\s*\(/g)].map((m) => m[1]);
const macros = [...bare.matchAll(/^#define (TAM_[A-Z0-9_]+)[ \t]+\S/gm)].map((m) => m[1]);
const commentOf = (name) => items.find((i) => new RegExp(`\\b${name}\\b`).test(i.code))?.comment;

test('declares functions, each once', [
  ...(functions.length < 20 ? [`only ${functions.length} were found: has the form of the header changed?`] : []),
  ...functions.filter((f, i) => functions.indexOf(f) !== i).map((f) => `${f} is declared twice`),
]);

test(
  'every function says what it does, its Threads, Ownership and Errors',
  functions.flatMap((f) => {
    const comment = commentOf(f);
    if (comment === undefined) return [`${f} has no comment`];
    const summary = comment.trim().split(/\n\s*\n/)[0];
    return [
      ...(summary.length < 20 ? [`${f} does not say what it does`] : []),
      ...['Threads:', 'Ownership:', 'Errors:'].filter((w) => !comment.includes(w)).map((w) => `${f} lacks ${w}`),
    ];
  }),
);

// Their Threads and Errors are said once, for the struct they work on.
test('every inline function says what it does', [
  ...(inlines.length < 3 ? [`only ${inlines.length} were found: has the form of the header changed?`] : []),
  ...(/static inline/.test(bare) ? ['one was not understood'] : []),
  ...inlines.filter(({ name }) => (commentOf(name) ?? '').trim().length < 20).map(({ name }) => `${name} has no comment`),
]);

const structs = [...bare.matchAll(/^typedef struct (tam_\w+) \{/gm)].map((m) => m[1]);
test(
  'a struct with fields says what it is, its Threads and Ownership',
  structs.flatMap((name) =>
    ['Threads:', 'Ownership:'].filter((w) => !(commentOf(name) ?? '').includes(w)).map((w) => `${name} lacks ${w}`),
  ),
);

const statusFunctions = functions.filter((f) => new RegExp(`tam_status\\s+${f}\\s*\\(`).test(bare));
test(
  'errors are named as the header defines them',
  statusFunctions.flatMap((f) => {
    const errors = /Errors:([\s\S]*?)(?:\n\s*\n|\n[A-Z][a-z]+:|$)/.exec(commentOf(f) ?? '')?.[1] ?? '';
    const named = errors.match(/\b(?:TAM_)?[A-Z][A-Z_]{3,}\b/g) ?? [];
    return [
      ...(named.length === 0 ? [`${f} names no error`] : []),
      ...named
        .filter((n) => !macros.includes(`TAM_ERR_${n}`) && !macros.includes(`TAM_PARAM_${n}`) && !macros.includes(n) && n !== 'TAM_')
        .filter((n) => !/^(RUNNING|DONE|NULL)$/.test(n))
        .map((n) => `${f}: there is no TAM_ERR_${n}`),
    ];
  }),
);

test(
  'a function that takes pointers names NULL or says that it is fine',
  statusFunctions
    .filter((f) => /\*/.test(new RegExp(`${f}\\s*\\(([^)]*)\\)`).exec(bare)?.[1] ?? ''))
    .filter((f) => !/\bNULL\b/.test(commentOf(f) ?? ''))
    .map((f) => `${f} does not speak of NULL`),
);

test(
  'every status, kind, parameter, state and format has a comment',
  macros
    .filter((m) => /^TAM_(OK|ERR_|KIND_|PARAM_|STATE_|FORMAT_|MAX_)/.test(m))
    .filter((m) => (commentOf(m) ?? '').trim().length < 10)
    .map((m) => `${m} has none`),
);

test(
  'status numbers are distinct, 0 for OK and negative else, in parentheses',
  (() => {
    const numbers = [...bare.matchAll(/^#define (TAM_OK|TAM_ERR_\w+)\s+(\S+)/gm)].map(([, name, text]) => ({ name, text }));
    const values = numbers.map((n) => Number(n.text.replace(/[()]/g, '')));
    return [
      ...numbers.filter((n, i) => !(n.name === 'TAM_OK' ? values[i] === 0 : values[i] < 0)).map((n) => `${n.name} is ${n.text}`),
      ...numbers.filter((n) => /^-/.test(n.text)).map((n) => `${n.name}: x -${n.name} would not compile`),
      ...values.filter((v, i) => values.indexOf(v) !== i).map((v) => `${v} is used twice`),
    ];
  })(),
);

const cTests = readdirSync(join(root, 'tests/abi/c')).filter((f) => f.endsWith('.c'));
const cText = cTests.map((f) => read('tests/abi/c', f)).join('\n');
const uncalled = (names) => names.filter((f) => !new RegExp(`\\b${f}\\(`).test(cText));
test('every function is called by the C tests', uncalled(functions));
test('every inline function is called by the C tests', uncalled(inlines.map(({ name }) => name)));
test('every constant is used by the C tests', macros.filter((m) => !new RegExp(`\\b${m}\\b`).test(cText)));

const wrapper = read('include', 'tamis.hpp');
// What it calls itself, and what the inline functions that it calls call for it.
const calls = (text, f) => new RegExp(`\\b${f}\\(`).test(text);
const wrapped = wrapper + inlines.filter(({ name }) => calls(wrapper, name)).map(({ code }) => code).join('\n');
// Bounds are asked of the library as they are; cursors do what these two steps do, and faster.
const unwrapped = ['tam_param_bounds', 'tam_iter_next', 'tam_iter_prev'];
test('the C++ wrapper has every function', functions.filter((f) => !unwrapped.includes(f) && !calls(wrapped, f)));

for (const file of symbolFiles) {
  const exported = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  test(`the ${basename(file, '.txt')} library exports what the header declares, and no more`, [
    ...functions.filter((f) => !exported.includes(f)).map((f) => `${f} is declared, but not exported`),
    ...exported.filter((s) => !functions.includes(s)).map((s) => `${s} is exported, but not declared`),
  ]);
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
