// @ts-check
// A program that answers each line of its input with one of its output, and lives on in between.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { root } from './programs.js';

/**
 * @param {string} program
 * @param {string[]} args
 */
export function converse(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = Promise.race([once(child, 'exit').then(([status, signal]) => `ended (${signal ?? status})`), once(child, 'error').then(([error]) => error.message)]);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // What is written to one that has ended is told by `ended`.
  child.stdin.on('error', () => {});
  return {
    /** @param {string} line  @returns {Promise<unknown>}  what its answer says, which is JSON */
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${path.basename(program)} ${await ended} instead of answering "${line}"`);
      return JSON.parse(value);
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
