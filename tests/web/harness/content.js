// @ts-check
/** Which process runs a tab's page, for browsers that do not say. Linux only. */
import { readFile, readdir } from 'node:fs/promises';

/** How many workers tell a tab's process from the others, which may start a few of their own at the same time. */
const MARKS = 20;

const START = `(async () => {
  const address = URL.createObjectURL(new Blob(['postMessage(0)']));
  const workers = Array.from({ length: ${MARKS} }, () => new Worker(address));
  await Promise.all(workers.map((worker) => new Promise((resolve) => (worker.onmessage = resolve))));
  window.tamisMarks = workers;
})()`;

const END = 'void window.tamisMarks.forEach((worker) => worker.terminate())';

/**
 * The page starts some workers, and we look where threads of that name came to be.
 * @param {(expression: string) => Promise<unknown>} run  in the tab's page
 * @param {number} group  the browser's process group
 * @param {string} thread  how the browser names the threads of workers; the kernel keeps 15 bytes
 * @returns {Promise<number>}
 */
export async function processOf(run, group, thread) {
  const before = await threadsNamed(thread, group);
  await run(START);
  const after = await threadsNamed(thread, group);
  await run(END);
  const [found] = [...after].filter(([pid, threads]) => threads - (before.get(pid) ?? 0) > MARKS / 2);
  if (!found) throw new Error("the tab's process was not found; stopping or killing one tab needs Linux's /proc");
  return found[0];
}

/** @param {string} thread @param {number} group */
async function threadsNamed(thread, group) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      // After the name in parentheses: state, parent, group.
      const status = await readFile(`/proc/${pid}/stat`, 'utf8');
      if (Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[2]) !== group) continue;
      const threads = await readdir(`/proc/${pid}/task`);
      const names = await Promise.all(threads.map((one) => readFile(`/proc/${pid}/task/${one}/comm`, 'utf8').catch(() => '')));
      counts.set(Number(pid), names.filter((name) => name.startsWith(thread)).length);
    } catch {
      // It has ended meanwhile.
    }
  }
  return counts;
}
