// @ts-check
// The npm package as others meet it: imported by name, typed, complete.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { remove, temporaryFolder } from '../harness/index.js';

const web = fileURLToPath(new URL('../../../web/', import.meta.url));

/** @param {import('node:test').TestContext} t */
async function project(t) {
  const folder = await temporaryFolder('consumer');
  t.after(() => remove(folder));
  await mkdir(`${folder}/node_modules`);
  await symlink(web, `${folder}/node_modules/tamis`);
  await writeFile(`${folder}/package.json`, '{ "type": "module" }');
  return folder;
}

test('import "tamis" finds the entry for Node, with its command and its bench', async (t) => {
  const folder = await project(t);
  await writeFile(`${folder}/main.js`, `
    import { load, capabilities, parseInteger, TamisError, KINDS } from 'tamis';
    import { median } from 'tamis/bench';
    import { pageAddress } from 'tamis/doctor';
    import { openJobs } from 'tamis/jobs';
    const tamis = await load({ threads: 1 });
    console.log(String(await tamis.countPrimes(0, parseInteger('1e6'))), (await capabilities()).platform, median([1, 2, 3]), typeof TamisError, 'count-primes' in KINDS, pageAddress('a.org'), typeof openJobs);
    await tamis.dispose();`);
  const out = execFileSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8', timeout: 30_000 });
  assert.equal(out, '78498 node 2 function true https://a.org/ function\n');
});

test('the types fit a strict TypeScript project, and refuse what is wrong', async (t) => {
  execFileSync('npm', ['run', '--silent', 'types'], { cwd: web, timeout: 120_000 });
  const folder = await project(t);
  await writeFile(`${folder}/main.ts`, `
    import { load, parseInteger, decodeDelta, TamisError, type Tamis, type Progress, type LoadOptions, type Capabilities,
      type PrimeStream, type PrimeIterator, type StreamOptions, type JobHandle, type CheckpointFacts, type StartOptions } from 'tamis';
    import { runBenchmark } from 'tamis/bench';
    import { openJobs, type Jobs, type JobRecord } from 'tamis/jobs';
    import { advise, diagnose, type Report } from 'tamis/doctor';
    const host: Report = await diagnose('https://example.org/');
    const lines: string[] = advise(host, { all: true })[0].lines;
    const options: LoadOptions = { threads: 2, mode: 'auto', memory: 2 ** 28 };
    const tamis: Tamis = await load(options);
    const count: bigint = await tamis.countPrimes(0, 10n ** 9n, { onProgress: (p: Progress) => p.etaMs?.toFixed() });
    const { hint, isolation: { serviceWorker, why } }: Capabilities = tamis.capabilities();
    const told: 'controls' | 'available' | 'refused' | 'none' = serviceWorker;
    void [lines, told, why.serviceWorker];
    const { summary } = await runBenchmark(tamis, { start: 0, stop: parseInteger('1e9'), threadCounts: [1, 2] });
    summary.rows[0].efficiency?.toFixed();
    const asked: StreamOptions<'delta'> = { type: 'delta', batch: 4096, onProgress: (p: Progress) => p.fraction };
    const stream: PrimeStream<'delta'> = tamis.primes(0, 10n ** 9n, asked);
    for await (const part of stream) { const bytes: Uint8Array = part; void bytes; break; }
    for await (const part of decodeDelta(stream)) { const values: BigUint64Array = part; void values; }
    const byDefault: PrimeStream = tamis.primes(0, 9);
    const pairs: ReadableStream<Uint32Array> = tamis.primes(0, 9, { type: 'u32', tuplets: 2 }).readable();
    const list: Float64Array = await tamis.listPrimes(0, 9, { type: 'f64' });
    const iterator: PrimeIterator = tamis.iterator(5n);
    const next: bigint | null = await iterator.next();
    for await (const prime of iterator) { const p: bigint = prime; void p; break; }
    const seen: bigint = byDefault.count + await tamis.nthPrime(-3, 100n) + await tamis.countTuplets(2, 0, 99);
    const terms: StartOptions = { paused: true, checkpointMs: 500, onCheckpoint: (bytes: Uint8Array) => bytes.length };
    const job: JobHandle = tamis.start('count-primes', { start: 0, stop: 9 }, terms);
    const facts: CheckpointFacts = await tamis.readCheckpoint(await job.checkpoint());
    const again: bigint = (await tamis.restore(await job.token()).result).value + facts.params.stop + facts.total;
    const rest: PrimeStream<'text'> = tamis.restoreStream(await stream.checkpoint(), { type: 'text' });
    void [pairs, list, next, seen, again, rest, job.state === 'paused'];
    try { await tamis.dispose(); } catch (error) { if (error instanceof TamisError && error.code === 'disposed') throw hint; }
    await tamis[Symbol.asyncDispose]();
    // @ts-expect-error a range is numbers
    void tamis.countPrimes('0', '9');
    // @ts-expect-error there is no such mode
    void load({ mode: 'fast' });
    // @ts-expect-error there is no such option
    void load({ thread: 2 });
    // @ts-expect-error there is no such type of list
    void tamis.listPrimes(0, 9, { type: 'text' });
    // @ts-expect-error batches of u32 are no Float64Array
    for await (const part of tamis.primes(0, 9, { type: 'u32' })) { const values: Float64Array = part; void values; }
    // @ts-expect-error a stream has no such option
    void tamis.primes(0, 9, { tuples: 2 });
    export { count };`);
  const tsc = `${web}/node_modules/typescript/bin/tsc`;
  for (const [module, moduleResolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    const args = [tsc, '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', '', '--module', module, '--moduleResolution', moduleResolution, 'main.ts'];
    try {
      execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    } catch (error) {
      assert.fail(`${moduleResolution}: ${/** @type {any} */ (error).stdout}`);
    }
  }
});

test('the package holds what it needs and nothing else', () => {
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: web, encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'ignore'] }));
  /** @type {string[]} */
  const paths = files.map((/** @type {{ path: string }} */ { path }) => path);
  for (const needed of ['package.json', 'bin/tamis.js', 'lib/index.js', 'lib/node.js', 'lib/worker.js', 'lib/worker-node.js', 'lib/platform/browser.js',
    'dist/tamis.wasm', 'dist/tamis-core.js', 'dist/tamis-classic.js', 'types/index.d.ts', 'types/bench.d.ts', 'types/doctor/index.d.ts', 'tamis-isolate.js', 'tamis-sw.js',
    'lib/jobs/jobs.js', 'lib/jobs/broker.js', 'dist/vendor/idb.js', 'types/jobs/jobs.d.ts']) {
    assert.ok(paths.includes(needed), `${needed} is missing`);
  }
  assert.deepEqual(paths.filter((path) => !/^(package\.json|README|LICENSE|tamis-(isolate|sw)\.js$|(lib|bin|types)\/|dist\/tamis(\.wasm|-core\.js|-classic\.js)$|dist\/vendor\/idb\.js$)/.test(path)), []);
});
