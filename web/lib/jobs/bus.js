// @ts-check
// How tabs speak: to all over a BroadcastChannel; to one over a MessagePort that the SharedWorker broker.js has put
// through, and as long as there is none over the BroadcastChannel too, addressed.

/** @typedef {{ type: string, from: string, to?: string, [key: string]: any }} Message */
/** @typedef {Omit<Message, 'from'>} Said  a message before its sender's id is put on it */

/** Whether tabs can speak to each other here at all. */
export const hasBus = () => typeof BroadcastChannel === 'function';

export class Bus {
  #channel;
  #tab;
  #name;
  /** @type {SharedWorker | null} */
  #broker = null;
  /** Lines to other tabs. @type {Map<string, MessagePort>} */
  #lines = new Map();
  #open = true;

  /** @type {(message: Message) => void} */
  onMessage = () => {};

  /**
   * @param {string} name
   * @param {string} tab  this one's id
   */
  constructor(name, tab) {
    this.#name = name;
    this.#tab = tab;
    this.#channel = new BroadcastChannel(`tamis:${name}`);
    this.#channel.onmessage = ({ data: message }) => this.#receive(message);
    this.#join();
  }

  /** @param {Said} message */
  post(message) {
    if (this.#open) this.#channel.postMessage({ ...message, from: this.#tab });
  }

  /**
   * @param {string} peer
   * @param {Said} message
   * @param {{ again?: boolean }} [options]  again: it was said once in vain
   */
  send(peer, message, { again = false } = {}) {
    if (!this.#open) return;
    if (again) {
      // The line, or the broker, may have died with some tab: nobody would tell us.
      this.#hangUp(peer);
      this.#join();
    }
    const line = this.#lines.get(peer);
    const whole = { ...message, from: this.#tab, to: peer };
    if (line) line.postMessage(whole);
    else {
      this.#channel.postMessage(whole);
      this.#broker?.port.postMessage({ type: 'dial', from: this.#tab, to: peer });
    }
  }

  close() {
    if (!this.#open) return;
    this.#broker?.port.postMessage({ type: 'leave', from: this.#tab });
    this.#open = false;
    for (const peer of [...this.#lines.keys()]) this.#hangUp(peer);
    this.#broker?.port.close();
    this.#channel.close();
  }

  #join() {
    this.#broker?.port.close();
    this.#broker = null;
    try {
      // Not where there is no such thing, and not from a file, where a script has no address.
      const worker = new SharedWorker(new URL('./broker.js', import.meta.url), { type: 'module', name: `tamis:${this.#name}` });
      // Its script can't be had: then there are no lines.
      worker.onerror = () => (this.#broker = null);
      worker.port.onmessage = ({ data: { type, peer }, ports }) => {
        if (type === 'line') this.#connect(peer, ports[0]);
      };
      worker.port.postMessage({ type: 'join', from: this.#tab });
      this.#broker = worker;
    } catch {
      // Everything goes over the BroadcastChannel.
    }
  }

  /** @param {string} peer @param {MessagePort} line */
  #connect(peer, line) {
    // Both may have dialled: the later line is the one both ends heard of last, and the earlier still listens.
    this.#lines.set(peer, line);
    line.onmessage = ({ data: message }) => this.#receive(message);
  }

  /** @param {string} peer */
  #hangUp(peer) {
    this.#lines.get(peer)?.close();
    this.#lines.delete(peer);
  }

  /** @param {Message} message */
  #receive(message) {
    if (message.to !== undefined && message.to !== this.#tab) return;
    if (message.type === 'bye') this.#hangUp(message.from);
    this.onMessage(message);
  }
}
