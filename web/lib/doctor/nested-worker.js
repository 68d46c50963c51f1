// @ts-check
// Started by probes.js: starts itself once more, as deep as it is told, and the last one counts.

/** @param {MessageEvent<{ depth: number, memory: WebAssembly.Memory | null }>} event */
onmessage = ({ data: { depth, memory } }) => {
  if (depth === 0) {
    if (memory) Atomics.add(new Int32Array(memory.buffer), 0, 1);
    postMessage('');
    return;
  }
  const inner = new Worker(new URL('./nested-worker.js', import.meta.url), { type: 'module' });
  inner.onmessage = ({ data }) => postMessage(data);
  inner.onerror = (event) => {
    event.preventDefault();
    postMessage('no: a worker in the worker could not be loaded');
  };
  inner.postMessage({ depth: depth - 1, memory });
};
