#!/usr/bin/env node
// @ts-check
// tamis in a terminal. Exit codes: 0 done, 1 failed, 2 not understood, 130 stopped by Ctrl-C.
import process from 'node:process';
import { TamisError } from '../lib/node.js';
import { HELP, readArguments, UsageError } from './arguments.js';
import { bench } from './bench.js';
import { count } from './count.js';
import { decode } from './decode.js';
import { doctor } from './doctor.js';
import { FileError } from './files.js';
import { info } from './info.js';
import { isPrime } from './is-prime.js';
import { list } from './list.js';
import { nth } from './nth.js';
import { numbers } from './numbers.js';
import { pi } from './pi.js';
import { resume } from './resume.js';

const COMMANDS = {
  count, list, nth, pi, resume, decode, bench, info, doctor,
  'is-prime': isPrime, factor: numbers, phi: numbers, mertens: numbers, sum: numbers, goldbach: numbers, gaps: numbers,
};

/** The first Ctrl-C cancels; a second one, should that take too long, ends the process at once. */
const interrupt = new AbortController();
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort(new Error('Ctrl-C'));
});

try {
  const request = readArguments(process.argv.slice(2));
  if ('print' in request) console.log(request.print);
  else await COMMANDS[request.command](request, interrupt.signal);
  if (interrupt.signal.aborted) process.exitCode = 130;
} catch (error) {
  process.exitCode = report(error);
  // Who reads standard output may never take what still waits there.
  if (interrupt.signal.aborted && process.stdout.writableLength > 0) process.exit();
}

/**
 * Tells what went wrong.
 * @param {unknown} error
 * @returns {number} the exit code
 */
function report(error) {
  if (error instanceof UsageError) {
    console.error(`tamis: ${error.message}\n\n${HELP.short}`);
    return 2;
  }
  if (error instanceof FileError) {
    console.error(`tamis: ${error.message}`);
    return 1;
  }
  if (!(error instanceof TamisError)) throw error;
  if (error.code === 'cancelled' && interrupt.signal.aborted) {
    console.error('tamis: stopped');
    return 130;
  }
  console.error(`tamis: ${error.message}${error.hint ? `\n${error.hint}` : ''}`);
  // What was asked for can't be: that is for the user to mend, like a misspelt option.
  return ['range', 'type', 'invalid-integer', 'threads'].includes(error.code) ? 2 : 1;
}
