// @ts-check
// That a file is one program's alone. Node has no locks that end with their owner, so everybody who uses the file puts a
// claim of its own beside it, and then looks for others. Of two that come at the same time at least one sees the other;
// and a claim whose owner is dead can be removed by anybody, since nobody else's has its name.
import { rmSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { TamisError } from '../lib/node.js';

/** Who comes at the same time as another gives way, and tries again so often. */
const TRIES = 4;
const WAIT_MS = 60;

/** @typedef {{ file: string, pid: number, began: string, host: string }} Claim */

/**
 * Has a file for this process alone, until it ends.
 * @param {string} name
 * @returns {Promise<void>}
 * @throws {TamisError} when another process that is alive has it, and what the file system throws
 */
export async function claim(name) {
  const host = os.hostname().replace(/[^\w.-]/g, '_');
  const mine = `${name}.lock-${process.pid}-${await beginOf(process.pid) ?? 0}-${host}`;
  const giveBack = () => rmSync(mine, { force: true });
  process.once('exit', giveBack);
  for (let left = TRIES; ; left--) {
    await writeFile(mine, '');
    const other = await others(name, path.basename(mine), host);
    if (!other) return;
    giveBack();
    if (left === 1) throw taken(name, other, host);
    await new Promise((resolve) => { setTimeout(resolve, WAIT_MS * (1 + Math.random())); });
  }
}

/**
 * Removes the claims of the dead.
 * @param {string} name
 * @param {string} mine
 * @param {string} host  this one
 * @returns {Promise<Claim | null>} one of the living
 */
async function others(name, mine, host) {
  const folder = path.dirname(name);
  const start = `${path.basename(name)}.lock-`;
  for (const entry of await readdir(folder)) {
    const [, pid, began, where] = (entry.startsWith(start) && entry !== mine && /^(\d+)-(\d+)-(.+)$/.exec(entry.slice(start.length))) || [];
    if (!pid) continue;
    const file = path.join(folder, entry);
    if (where !== host || await isAlive(Number(pid), began)) return { file, pid: Number(pid), began, host: where };
    await rm(file, { force: true });
  }
  return null;
}

/** @param {number} pid @param {string} began */
async function isAlive(pid, began) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Others' processes may not be sent signals.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  // Numbers are given again, after a reboot and in containers above all.
  const now = await beginOf(pid);
  return now === null || began === '0' || now === began;
}

/** When a process began, where Linux tells it. @param {number} pid @returns {Promise<string | null>} */
async function beginOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The program's name stands in brackets, and may hold some itself. Ticks since the boot: man 5 proc, field 22.
  return /^\d+$/.exec(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '')?.[0] ?? null;
}

/** @param {string} name @param {Claim} other @param {string} host */
const taken = (name, other, host) => new TamisError('state',
  `${name} is in use: ${other.host === host ? `process ${other.pid}` : `process ${other.pid} on ${other.host}`} keeps its job there.`, {
    hint: `Wait for it to end, or name another file. If there is no such tamis any more, remove ${other.file}.`,
  });
