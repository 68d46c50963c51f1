// @ts-check
// A SharedWorker that puts tabs through to each other: each asks for a line to another and both get one end of it.
// What they say then passes by without it.

/** Tabs by their ids. @type {Map<string, MessagePort>} */
const tabs = new Map();

addEventListener('connect', (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  port.onmessage = ({ data: message }) => {
    const { type, from, to } = message;
    if (type === 'join') tabs.set(from, port);
    else if (type === 'leave') tabs.delete(from);
    else if (type === 'dial') {
      const { port1, port2 } = new MessageChannel();
      tabs.get(to)?.postMessage({ type: 'line', peer: from }, [port1]);
      if (tabs.has(to)) port.postMessage({ type: 'line', peer: to }, [port2]);
    }
  };
});
