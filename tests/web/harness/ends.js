// @ts-check
/** Closes pages and servers when the test that opened them ends, passed or failed. */
import { after } from 'node:test';

/** @typedef {{ after: (fn: () => Promise<void>) => void }} TestContext  the `t` of node:test */
/** @typedef {{ close: () => Promise<void> }} Closable */

/** @type {Set<Closable>} */
const open = new Set();

/** Closes everything that is still open. */
export async function closeAll() {
  const closed = await Promise.allSettled([...open].map((closable) => closable.close()));
  const failed = closed.find((outcome) => outcome.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

// Within `node --test` an open browser would keep the file's process alive after
// a failure. Elsewhere (a script that takes screenshots) the caller closes.
if (process.env.NODE_TEST_CONTEXT) after(closeAll);

/**
 * @param {Closable} closable  its `close` is made idempotent
 * @param {TestContext} [t]
 */
export function closeAtEnd(closable, t) {
  const close = closable.close.bind(closable);
  /** @type {Promise<void> | undefined} */
  let closing;
  closable.close = () => {
    closing ??= close().finally(() => open.delete(closable));
    return closing;
  };
  open.add(closable);
  t?.after(() => closable.close());
}
