// @ts-check
// The command, run for real, as the tests of it do.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const command = fileURLToPath(new URL('../../../web/bin/tamis.js', import.meta.url));

/**
 * Runs the command to its end.
 * @param {string[]} args
 * @param {(child: ChildProcess) => unknown} [meanwhile]  called when it was begun
 * @param {Uint8Array | string | null} [input]  for its standard input, which is empty otherwise; null: it stays open
 * @returns {Promise<{ code: number | null, signal: string | null, out: string, err: string, bytes: Buffer }>} out, bytes: standard output
 */
export function tamis(args, meanwhile = () => {}, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    // It may end without having read all of it.
    child.stdin.on('error', () => {});
    if (input !== null) child.stdin.end(input);
    /** @type {Buffer[]} */
    const out = [];
    let err = '';
    child.stdout.on('data', (part) => out.push(part));
    child.stderr.on('data', (part) => { err += part; });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const bytes = Buffer.concat(out);
      resolve({ code, signal, out: bytes.toString(), err, bytes });
    });
    void Promise.resolve(meanwhile(child)).catch(reject);
  });
}
