// @ts-check
/** The process that outlives a test run and ends what it left. See leftovers.js. */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** @type {Set<number>} */
const groups = new Set();
/** @type {Set<string>} */
const folders = new Set();

// The run's own signals are not for us: we end when its pipe does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { watch, forget, folder } = JSON.parse(line);
    if (watch) groups.add(watch);
    if (forget) groups.delete(forget);
    if (folder) folders.add(folder);
  })
  .on('close', () => {
    // First politely: a virtual screen then removes its lock and its socket.
    signalAll('SIGTERM');
    setTimeout(() => {
      signalAll('SIGKILL');
      for (const folder of folders) {
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
      process.exit(0);
    }, groups.size > 0 ? 500 : 0);
  });

/** @param {NodeJS.Signals} signal */
function signalAll(signal) {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      // It has ended by itself.
    }
  }
}
