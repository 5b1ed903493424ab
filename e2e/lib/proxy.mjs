// A network between a client and a server, that can be made a bad one.

import net from 'node:net';
import { once } from 'node:events';
import { PassThrough, Transform } from 'node:stream';

/** One direction of a connection. */
function line({ lag = 0, upgradeLag = 0, rate }) {
  if (!lag && !upgradeLag && !rate) return new PassThrough();
  return new Transform({
    transform(chunk, _, done) {
      const isUpgrade = chunk.includes('Upgrade: websocket');
      setTimeout(() => this.push(chunk), isUpgrade ? lag + upgradeLag : lag);
      setTimeout(done, rate ? (1000 * chunk.length) / rate : 0);
    },
    flush(done) {
      setTimeout(done, lag);
    },
  });
}

export class Proxy {
  #server;
  #target;
  #quality;
  /** What passes through: the client's end and the server's, and what lies between them in both directions. */
  #connections = new Set();
  /** What becomes of a connection: it passes, is refused, or is accepted and hears nothing. */
  #fate = 'pass';
  #paused = false;
  /** Where clients connect. */
  url;

  constructor(target, quality = {}) {
    const { hostname: host, port } = new URL(target);
    this.#target = { host, port, allowHalfOpen: true, noDelay: true };
    this.#quality = quality;
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#accept(near));
  }

  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  #accept(near) {
    if (this.#fate === 'refuse') {
      near.destroy();
      return;
    }
    const far = net.connect(this.#target);
    const connection = { near, far, up: line({ ...this.#quality, rate: undefined }), down: line(this.#quality) };
    this.#connections.add(connection);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one.on('error', () => other.destroy());
      one.on('close', () => this.#connections.delete(connection));
    }
    connection.up.pipe(far);
    connection.down.pipe(near);
    if (this.#fate === 'swallow') return;
    near.pipe(connection.up);
    if (!this.#paused) far.pipe(connection.down);
  }

  /** Destroys every connection. */
  destroy() {
    for (const { near, far } of this.#connections) {
      near.destroy();
      far.destroy();
    }
  }

  /** Destroys every connection and refuses new ones, until it heals. */
  cut() {
    this.#fate = 'refuse';
    this.destroy();
  }

  /** Passes on nothing any more, and accepts connections that hear nothing, until it heals. */
  swallow() {
    this.#fate = 'swallow';
    for (const { near, far, up, down } of this.#connections) {
      near.unpipe(up);
      far.unpipe(down);
    }
  }

  /** Lets new connections pass. Those that it swallowed are gone. */
  heal() {
    if (this.#fate === 'swallow') this.destroy();
    this.#fate = 'pass';
  }

  /** Passes on nothing of what the server says, until it is resumed; what clients say still passes. */
  pause() {
    this.#paused = true;
    for (const { far, down } of this.#connections) far.unpipe(down);
  }

  resume() {
    this.#paused = false;
    for (const { far, down } of this.#connections) far.pipe(down);
  }

  close() {
    this.#server.close();
    this.destroy();
  }
}

/**
 * Starts a network before the server at `target`, gone at the end of test `t`. Everything arrives `lag` ms late, a
 * request for a websocket by `upgradeLag` ms more, and what the server says at no more than `rate` bytes a second.
 */
export async function startProxy(t, target, quality) {
  const proxy = new Proxy(target, quality);
  await proxy.start();
  t.after(() => proxy.close());
  return proxy;
}
