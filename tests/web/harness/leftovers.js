// @ts-check
/**
 * Starts browsers, drivers and servers so that none of them outlives the test.
 *
 * Each gets a process group of its own, killed as one: a browser is a tree of
 * processes. A test run can itself die without a chance to tidy up (SIGKILL, a
 * crash, Ctrl-C), so a small process, the reaper, holds the other end of a pipe
 * to us. When the pipe closes it kills what we had not reported as ended.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { within } from './deadline.js';

/** @type {import('node:stream').Writable | undefined} */
let reaper;

/** @param {{ watch?: number, forget?: number, folder?: string }} line */
function tellReaper(line) {
  if (!reaper) {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./reaper.js', import.meta.url))], {
      // Detached: Ctrl-C goes to the foreground group, and the reaper must survive it.
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    // Neither the reaper nor its pipe may keep a finished test process alive.
    child.unref();
    /** @type {import('node:net').Socket} */ (child.stdin).unref();
    child.stdin.on('error', () => {});
    reaper = child.stdin;
  }
  reaper.write(`${JSON.stringify(line)}\n`);
}

/**
 * A process with its group. `ended` resolves with a sentence on how it ended.
 * @typedef {object} Started
 * @property {import('node:child_process').ChildProcess} child
 * @property {number} pid  also the id of its group
 * @property {Promise<string>} ended
 * @property {(listener: (line: string) => void) => void} onLine  stdout and stderr, line by line
 * @property {() => string} said  the last lines of both, for error messages
 * @property {(signal: NodeJS.Signals) => void} signal  the whole group
 * @property {() => Promise<number>} memory  bytes that the whole group has in memory; what two processes share counts twice
 * @property {() => Promise<void>} peakAnew  forgets the peaks of its processes
 * @property {() => Promise<number>} peak  the most that each of them has had since, added up
 * @property {(signal?: NodeJS.Signals) => Promise<void>} kill  the whole group, by SIGKILL when left out;
 *   resolves when the first process is gone
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string> }} [options]
 * @returns {Promise<Started>}  rejects with a sentence when the command can't be run
 */
export async function start(command, args, { env } = {}) {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${command} can't be started: ${error.message}.`)));
  });
  const pid = /** @type {number} */ (child.pid);
  tellReaper({ watch: pid });

  /** @type {string[]} */
  const tail = [];
  /** @type {((line: string) => void)[]} */
  const listeners = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = /** @type {string} */ (lines.pop());
      for (const line of lines) {
        tail.push(line);
        if (tail.length > 20) tail.shift();
        for (const listener of listeners) listener(line);
      }
    });
  }

  return {
    child,
    pid,
    ended,
    onLine: (listener) => listeners.push(listener),
    said: () => tail.join('\n'),
    signal: (signal) => killGroup(pid, signal),
    async memory() {
      const sizes = (await members(pid)).map(({ kib }) => kib);
      return 1024 * sizes.reduce((sum, kib) => sum + kib, 0);
    },
    async peakAnew() {
      // 5 has Linux forget how much a process has had (proc_pid_clear_refs(5)).
      for (const { id } of await members(pid)) await writeFile(`/proc/${id}/clear_refs`, '5').catch(() => {});
    },
    async peak() {
      const states = await Promise.all((await members(pid)).map(({ id }) => readFile(`/proc/${id}/status`, 'utf8').catch(() => '')));
      return 1024 * states.reduce((sum, state) => sum + Number(/^VmHWM:\s+(\d+) kB$/m.exec(state)?.[1] ?? 0), 0);
    },
    async kill(signal = 'SIGKILL') {
      killGroup(pid, signal);
      await within(10_000, `${command}, sent ${signal}`, ended);
      // Its children are gone as well once nobody holds the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
      tellReaper({ forget: pid });
    },
  };
}

/**
 * Resolves with the first match of `pattern` in what `started` prints.
 * @param {Started} started
 * @param {RegExp} pattern
 * @param {number} ms
 * @param {string} what
 * @returns {Promise<RegExpExecArray>}
 */
export async function lineMatching(started, pattern, ms, what) {
  const match = new Promise((resolve, reject) => {
    started.onLine((line) => {
      const found = pattern.exec(line);
      if (found) resolve(found);
    });
    started.ended.then((how) => reject(new Error(`${what} ${how} before it was ready:\n${started.said()}`)));
  });
  try {
    return await within(ms, `${what}, started`, match);
  } catch (error) {
    await started.kill();
    throw error;
  }
}

/**
 * A folder that is removed at the end, even when the end is a crash.
 * @param {string} name
 */
export async function temporaryFolder(name) {
  const folder = await mkdtemp(join(tmpdir(), `tamis-${name}-`));
  tellReaper({ folder });
  return folder;
}

/** @param {string} folder */
export async function remove(folder) {
  // Retries: a dying browser may still write into its profile.
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** The processes of a group, and their resident memory. @param {number} group */
async function members(group) {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,pid=,rss=']);
  return stdout.trim().split('\n').map((line) => line.trim().split(/ +/).map(Number))
    .flatMap(([of, id, kib]) => (of === group ? [{ id, kib }] : []));
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // All of it has ended already; macOS says EPERM of a group of zombies.
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
    if (!['ESRCH', 'EPERM'].includes(code)) throw error;
  }
}
