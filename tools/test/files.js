// @ts-check
// node tools/test/files.js FILE...: what `node --test` does, but in the order in which the files are named. It sorts them, and what takes longest
// may then run alone at the end. As many files at a time as TAMIS_FILES_AT_ONCE says, or one.
import { resolve } from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec, tap } from 'node:test/reporters';

/**
 * Some three times what the longest files took on a slow machine, five minutes. One that still runs then waits for something that will not come:
 * it fails by its name, and the others run.
 */
const LIMIT_MS = 15 * 60_000;

const files = process.argv.slice(2).map((file) => resolve(file));
const tests = run({ files, concurrency: Number(process.env.TAMIS_FILES_AT_ONCE ?? 1), timeout: LIMIT_MS });
tests.on('test:fail', () => { process.exitCode = 1; });
tests.compose(process.stdout.isTTY ? new spec() : tap).pipe(process.stdout);
