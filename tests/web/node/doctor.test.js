// @ts-check
// The doctor for hosts, as a command, against servers that each lack one thing; and again with its advice followed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllHeaders } from '@netlify/headers-parser';
import { advise } from '../../../web/lib/doctor/advice.js';
import { gapsOf, mended, parsePolicies, policyText } from '../../../web/lib/doctor/csp.js';
import { diagnose, pageAddress } from '../../../web/lib/doctor/index.js';
import { remove, temporaryFolder } from '../harness/index.js';
import { ISOLATING, startHost } from '../hosts/host.js';

/** @typedef {import('../../../web/lib/doctor/index.js').Report & { advice: import('../../../web/lib/doctor/index.js').Advice[] }} Report */
/** @typedef {import('../hosts/host.js').Answer} Answer */
/**
 * @typedef {object} Case
 * @property {string} name
 * @property {Record<string, string | null>} [headers]  sent with everything, beside the right ones; null: left out
 * @property {(path: string, answer: Answer, request: import('node:http').IncomingMessage) => void} [change]
 * @property {string[]} finds  ids of what is not right
 * @property {'threads' | 'workers' | null} mode
 * @property {0 | 1} code
 * @property {boolean} [bare]  the page does not include tamis-isolate.js
 * @property {boolean} [cured]  whether the advice for a server cures it
 */

const web = new URL('../../../web/', import.meta.url);
const command = fileURLToPath(new URL('bin/tamis.js', web));
const RIGHT = { ...ISOLATING, 'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" };

/** @param {...string} args @returns {Promise<{ code: number, out: string, err: string }>} */
const tamis = (...args) => new Promise((resolve) => {
  execFile(process.execPath, [command, ...args], { timeout: 30_000 }, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }));
});

/** @param {string} url @param {...string} args @returns {Promise<Report & { code: number }>} */
async function doctor(url, ...args) {
  const { code, out, err } = await tamis('doctor', url, '--json', ...args);
  assert.equal(err, '');
  return { ...JSON.parse(out), code };
}

/** @param {Pick<Report, 'findings'>} report */
const flaws = ({ findings }) => findings.filter(({ level }) => level !== 'right').map(({ id }) => id);

/** @param {RegExp} file @param {Partial<Record<string, string | null>>} headers @returns {Case['change']} */
const sends = (file, headers) => (path, answer) => {
  if (!file.test(path || 'index.html')) return;
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) delete answer.headers[name];
    else answer.headers[name] = String(value);
  }
};

/** @param {RegExp} file @returns {Case['change']} */
const lacks = (file) => (path, answer) => {
  if (!file.test(path)) return;
  Object.assign(answer, { status: 404, body: 'not here' });
  delete answer.headers['Content-Encoding'];
};

/** @type {Case[]} */
const cases = [
  { name: 'nothing', finds: [], mode: 'threads', code: 0 },
  { name: 'COOP', headers: { 'Cross-Origin-Opener-Policy': null }, bare: true, finds: ['coop'], mode: 'workers', code: 1, cured: true },
  { name: 'the right COOP', headers: { 'Cross-Origin-Opener-Policy': 'same-origin-allow-popups' }, bare: true, finds: ['coop'], mode: 'workers', code: 1, cured: true },
  { name: 'COEP', headers: { 'Cross-Origin-Embedder-Policy': null }, bare: true, finds: ['coep'], mode: 'workers', code: 1, cured: true },
  { name: 'a COEP that isolates everywhere', headers: { 'Cross-Origin-Embedder-Policy': 'credentialless' }, finds: ['coep'], mode: 'threads', code: 0, cured: true },
  { name: 'COEP of the workers', change: sends(/worker\.js|core\.js/, { 'Cross-Origin-Embedder-Policy': null }), finds: ['coep-worker'], mode: null, code: 1, cured: true },
  { name: 'CORP', headers: { 'Cross-Origin-Resource-Policy': null }, finds: ['corp'], mode: 'threads', code: 0, cured: true },
  { name: 'the type of wasm', change: sends(/\.wasm$/, { 'Content-Type': 'application/octet-stream' }), finds: ['mime-wasm'], mode: null, code: 1, cured: true },
  { name: 'a bare type of wasm', change: sends(/\.wasm$/, { 'Content-Type': 'application/wasm; charset=utf-8' }), finds: ['mime-wasm'], mode: 'threads', code: 0, cured: true },
  { name: 'the type of scripts', change: sends(/(worker|core)\.js$/, { 'Content-Type': 'text/plain' }), finds: ['mime-js'], mode: null, code: 1, cured: true },
  { name: 'the type of the page', change: sends(/index\.html$/, { 'Content-Type': 'text/plain' }), finds: ['mime-html'], mode: null, code: 1, cured: true },
  { name: "wasm-unsafe-eval in the policy", headers: { 'Content-Security-Policy': "default-src 'self'" }, finds: ['csp'], mode: null, code: 1, cured: true },
  { name: 'workers in the policy', headers: { 'Content-Security-Policy': "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" }, finds: ['csp'], mode: null, code: 1, cured: true },
  { name: 'connections in the policy', headers: { 'Content-Security-Policy': "connect-src https://api.example.org" }, finds: ['csp'], mode: null, code: 1, cured: true },
  { name: 'worker addresses in the policy', headers: { 'Content-Security-Policy': "require-trusted-types-for 'script'" }, finds: ['csp'], mode: null, code: 1 },
  {
    name: 'wasm in the policy of the page itself',
    change(path, answer) {
      if (path === '') answer.body = `<meta http-equiv="Content-Security-Policy" content="script-src 'self'">${answer.body}`;
      delete answer.headers['Content-Encoding'];
    },
    finds: ['csp', 'compression'], mode: null, code: 1,
  },
  { name: 'compression', change: (path, answer) => { delete answer.headers['Content-Encoding']; }, finds: ['compression'], mode: 'threads', code: 0, cured: true },
  { name: 'caching', headers: { 'Cache-Control': 'no-store' }, finds: ['caching'], mode: 'threads', code: 0, cured: true },
  { name: 'asking for changes', headers: { 'Cache-Control': 'max-age=86400' }, finds: ['caching'], mode: 'threads', code: 0, cured: true },
  { name: 'ETags', headers: { ETag: null }, finds: ['caching'], mode: 'threads', code: 0 },
  { name: 'worker.js', change: lacks(/lib\/worker\.js$/), finds: ['found worker.js'], mode: null, code: 1 },
  { name: 'tamis-core.js', change: lacks(/tamis-core\.js$/), finds: ['found tamis-core.js'], mode: null, code: 1 },
  { name: 'tamis.wasm', change: lacks(/\.wasm$/), finds: ['found tamis.wasm'], mode: null, code: 1 },
  {
    name: 'wasm in tamis.wasm',
    change: (path, answer) => { if (/\.wasm$/.test(path)) Object.assign(answer, { body: '<!doctype html>', headers: { ...answer.headers, 'Content-Encoding': 'identity' } }); },
    finds: ['found tamis.wasm'], mode: null, code: 1,
  },
  {
    name: 'the name of a range',
    change: (path, answer, { headers }) => { if (headers.range) answer.status = 206; },
    finds: ['ranges'], mode: 'threads', code: 0,
  },
  { name: 'the headers, but for a service worker', headers: { 'Cross-Origin-Opener-Policy': null, 'Cross-Origin-Embedder-Policy': null }, finds: ['coop', 'coep'], mode: 'threads', code: 0, cured: true },
  {
    name: 'the headers and the service worker',
    headers: { 'Cross-Origin-Opener-Policy': null, 'Cross-Origin-Embedder-Policy': null },
    change: lacks(/tamis-sw\.js$/), finds: ['coop', 'coep', 'service-worker'], mode: 'workers', code: 1,
  },
  {
    name: 'COOP and COEP, but for Document-Isolation-Policy',
    headers: { 'Cross-Origin-Opener-Policy': null, 'Cross-Origin-Embedder-Policy': null, 'Document-Isolation-Policy': 'isolate-and-require-corp' },
    bare: true, finds: ['coop', 'coep'], mode: 'workers', code: 1, cured: true,
  },
];

/**
 * @param {import('node:test').TestContext} t
 * @param {Case} flaw
 * @param {string} [config]  what nginx was told besides
 */
function host(t, { headers = {}, change, bare }, config = '') {
  const added = [...config.matchAll(/^add_header (\S+) "(.*)" always;$/gm)];
  const types = Object.fromEntries([...config.matchAll(/^ {4}(\S+\/\S+) (.*);$/gm)].flatMap(([, type, endings]) => endings.split(' ').map((ending) => [`.${ending}`, type])));
  return startHost({
    files: web,
    headers: RIGHT,
    compress: true,
    t,
    change(path, answer, request) {
      const compressed = answer.headers['Content-Encoding'];
      for (const [name, value] of Object.entries(headers)) {
        if (value === null) delete answer.headers[name];
        else answer.headers[name] = value;
      }
      if (bare && path === '') {
        answer.body = '<!doctype html><title>tamis</title>';
        delete answer.headers['Content-Encoding'];
      }
      change?.(path, answer, request);
      if (compressed && !answer.headers['Content-Encoding'] && !bare && /\.wasm$/.test(path)) answer.body = Buffer.from('\0asm');
      for (const [, name, value] of added) answer.headers[name] = value;
      const type = types[/\.\w+$/.exec(path || 'index.html')?.[0] ?? ''];
      if (type) answer.headers['Content-Type'] = type;
      if (config.includes('gzip on;') && /\.wasm$/.test(path)) answer.headers['Content-Encoding'] = 'identity';
    },
  });
}

for (const flaw of cases) {
  test(`a host that lacks ${flaw.name} is told exactly that${flaw.cured ? ', and is healthy once it does as advised' : ''}`, async (t) => {
    const { url, close } = await host(t, flaw);
    const report = await doctor(url);
    await close();
    assert.deepEqual([flaws(report), report.mode, report.code, report.healthy], [flaw.finds, flaw.mode, flaw.code, flaw.code === 0], JSON.stringify(report.findings, null, 1));
    assert.match(report.verdict, /\.$/);
    for (const { says, follows, level } of report.findings) assert.equal(follows === '', level === 'right', says);
    assert.equal(report.advice.length, report.needs.length > 0 ? 7 : 0);
    if (!flaw.cured) return;
    const cured = await host(t, flaw, report.advice.find(({ server }) => server === 'nginx')?.lines.join('\n'));
    const after = await diagnose(cured.url);
    assert.deepEqual([flaws(after), after.mode, after.healthy], [[], 'threads', true]);
  });
}

test('plain HTTP, redirects and what can not be reached are told apart', async (t) => {
  const there = await startHost({ files: web, headers: RIGHT, compress: true, t });
  // 0.0.0.0 is this machine too, but no browser takes it for secure.
  const plain = await doctor(there.url.replace('127.0.0.1', '0.0.0.0'));
  assert.deepEqual([flaws(plain), plain.mode, plain.code], [['secure', 'service-worker'], 'workers', 1]);
  assert.match(plain.advice.find(({ server }) => server === 'caddy')?.notes.join() ?? '', /certificate/);

  const moved = await startHost({ files: () => '', t, change: (path, answer) => { Object.assign(answer, { status: 301, headers: { Location: path === 'round' ? '/round' : there.url } }); } });
  const led = await doctor(moved.url);
  assert.deepEqual([led.code, led.address], [0, there.url]);
  const round = await doctor(`${moved.url}round`);
  assert.match(round.verdict, /does not run: .*no end to its redirects/);
  await moved.close();
  const gone = await doctor(moved.url);
  assert.deepEqual([flaws(gone), gone.code, gone.mode], [['reachable'], 1, null]);
});

test('files elsewhere, on the host or on another, are looked at where they are', async (t) => {
  const page = await startHost({ files: (name) => (name === 'index.html' ? '<!doctype html><title>mine</title>' : undefined), headers: ISOLATING, t });
  const missing = await doctor(page.url);
  assert.deepEqual(flaws(missing), ['found worker.js', 'found tamis-core.js', 'found tamis.wasm']);
  const parts = (/** @type {Record<string, string>} */ headers) => startHost({ files: web, headers, compress: true, t });
  const closed = await parts(ISOLATING);
  const args = (/** @type {{ url: string }} */ { url }) => ['--wasm', `${url}dist/tamis.wasm`, '--worker', `${url}lib/worker.js`];
  assert.deepEqual(flaws(await doctor(page.url, ...args(closed))), ['cors', 'corp']);
  const open = await parts({ ...ISOLATING, 'Cross-Origin-Resource-Policy': 'cross-origin', 'Access-Control-Allow-Origin': '*' });
  assert.deepEqual(flaws(await doctor(page.url, ...args(open))), []);
});

test('the report for people names what is wrong, what follows and what to add, the answering server first', async (t) => {
  const { url } = await startHost({ files: web, headers: { ...RIGHT, Server: 'Caddy' }, compress: true, t, change: sends(/\.wasm$/, { 'Content-Type': 'text/plain' }) });
  const { code, out } = await tamis('doctor', url);
  assert.equal(code, 1);
  assert.match(out, /^WRONG {2}Type of the core: tamis\.wasm came as "text\/plain"; it has to be application\/wasm\.\n {7}The core is not loaded: nothing runs\.$/m);
  assert.match(out, /^It does not run: /m);
  assert.match(out, /server that you have:\n\nCaddy\./);
  assert.match(out, /^ {4}header @wasm Content-Type application\/wasm$/m);
  assert.ok(!/Opener/.test(out.split('server that you have')[1]), 'only what is missing');
  const all = await tamis('doctor', url, '--all');
  assert.match(all.out.split('should send')[1], /Opener/);
  assert.equal((await tamis('doctor', url, '--quiet')).out.includes('ok '), false);
});

test('what is no address of a page is refused with a sentence', async () => {
  for (const [args, told] of /** @type {[string[], RegExp][]} */ ([
    [[], /look at which page\? For example/], [['file:///x/index.html'], /always run in mode workers/], [['ftp://x'], /begins with https/],
    [['http://'], /no address of a page/], [['a', 'b'], /one word too many/], [['a', '--threads', '2'], /means nothing to tamis doctor/],
  ])) {
    const { code, err } = await tamis('doctor', ...args);
    assert.equal(code, 2, err);
    assert.match(err, told);
  }
  assert.equal(pageAddress('example.org/a'), 'https://example.org/a');
  assert.equal(pageAddress(' localhost:80/a '), 'http://localhost/a');
});

test('policies are read as browsers do, and mended without loosening them', () => {
  const at = { page: 'https://a.org/p/', worker: 'https://a.org/p/lib/worker.js', wasm: 'https://cdn.org/x/tamis.wasm' };
  /** @type {[string, string[]][]} */
  const policies = [
    ["default-src *; script-src 'self' 'unsafe-eval'", []],
    ["script-src https: 'wasm-unsafe-eval'; connect-src https://*.org/", []],
    ["script-src 'self' 'wasm-unsafe-eval'; connect-src cdn.org/x/", []],
    ["script-src 'self' 'wasm-unsafe-eval'; connect-src cdn.org/y/", ['connect-src https://cdn.org']],
    ["default-src 'none'", ["script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", 'connect-src https://cdn.org']],
    ["SCRIPT-SRC 'self'; script-src *", ["script-src 'wasm-unsafe-eval'"]],
    ["child-src 'none'; sandbox allow-scripts", ["worker-src 'self'", 'sandbox allow-same-origin']],
    ['img-src *', []],
  ];
  for (const [text, expected] of policies) {
    const [policy] = parsePolicies(text);
    const gaps = gapsOf(policy, at);
    assert.deepEqual(gaps.map(({ directive, missing }) => [directive, ...missing].join(' ')), expected, text);
    const better = policyText(mended(policy, gaps));
    assert.deepEqual(gapsOf(parsePolicies(better)[0], at), [], better);
  }
  const [strict] = parsePolicies("default-src 'none'; img-src 'self'");
  assert.equal(policyText(mended(strict, gapsOf(strict, at))),
    "default-src 'none'; img-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src https://cdn.org");
});

test("the file that Netlify is to be given says to Netlify's own parser what is wanted", async () => {
  const folder = await temporaryFolder('netlify');
  try {
    const advice = advise({ needs: [], csp: null, wasmPath: '/dist/tamis.wasm', server: 'Netlify' }, { all: true })[0];
    await writeFile(`${folder}/_headers`, `${advice.lines.join('\n')}\n`);
    const { headers, errors } = await parseAllHeaders({ headersFiles: [`${folder}/_headers`], configHeaders: [], minimal: true });
    assert.deepEqual([advice.server, errors], ['netlify', []]);
    const [all, wasm] = headers;
    assert.deepEqual(headers.map((rule) => rule.for), ['/*', '/dist/tamis.wasm']);
    assert.deepEqual(wasm.values, { 'Content-Type': 'application/wasm' });
    const { 'Content-Security-Policy': csp, ...others } = all.values;
    assert.deepEqual(others, { ...ISOLATING, 'Cache-Control': 'no-cache' });
    assert.deepEqual(gapsOf(parsePolicies(csp)[0], { page: 'https://a.org/', worker: 'https://a.org/lib/worker.js', wasm: 'https://a.org/dist/tamis.wasm' }), []);
  } finally {
    await remove(folder);
  }
});

test('each server is told everything that it can do', () => {
  const advice = advise({ needs: [], csp: null, wasmPath: '/dist/tamis.wasm', server: '' }, { all: true });
  assert.equal(advice.length, 7);
  for (const { server, lines, notes, where } of advice) {
    assert.match(where, /:$/);
    const text = [...lines, ...notes].join('\n');
    for (const part of server === 'github' ? [/tamis-isolate/, /HTTPS/] : [/Cross-Origin-Opener-Policy/, /Cross-Origin-Embedder-Policy/, /Cross-Origin-Resource-Policy/, /wasm-unsafe-eval/, /application\/wasm/, /no-cache/, /HTTPS/]) {
      assert.match(text, part, server);
    }
  }
  assert.deepEqual(advise({ needs: [], csp: null, wasmPath: '/', server: '' }), []);
});
