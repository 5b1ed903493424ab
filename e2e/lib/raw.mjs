// A client that owns its connection: it can stop reading, ignore what it is told, and leave in the middle of a word,
// which no stock client does. A websocket by hand (RFC 6455), and on it packets of Engine.IO.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

import { PATIENCE_MS } from './api.mjs';
import { demo } from './demo.mjs';
import { Inbox } from './inbox.mjs';

const PONG = '3';
const PING = '2';

/** The length of a frame's payload: in its second byte, or in the two or eight after it. */
function frameLength(length) {
  if (length < 126) return Buffer.from([length]);
  const extended = Buffer.alloc(length < 65_536 ? 3 : 9);
  if (length < 65_536) extended.writeUInt16BE(length, 1);
  else extended.writeBigUInt64BE(BigInt(length), 1);
  extended[0] = length < 65_536 ? 126 : 127;
  return extended;
}

/** A client's text frame; `length` is what it says of itself. */
export function frame(text, length = Buffer.byteLength(text)) {
  const mask = randomBytes(4);
  const masked = Buffer.from(text).map((byte, n) => byte ^ mask[n % 4]);
  const announced = frameLength(length);
  announced[0] |= 0x80;
  return Buffer.concat([Buffer.from([0x81]), announced, mask, masked]);
}

/** The first frame of `bytes`, `{ opcode, payload, rest }`, or nothing if it is not whole. */
function readFrame(bytes) {
  if (bytes.length < 2) return undefined;
  let [length, start] = [bytes[1] & 0x7f, 2];
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    [length, start] = [bytes.readUInt16BE(2), 4];
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    [length, start] = [Number(bytes.readBigUInt64BE(2)), 10];
  }
  const end = start + length;
  if (bytes.length < end) return undefined;
  return { opcode: bytes[0] & 0x0f, payload: bytes.subarray(start, end), rest: bytes.subarray(end) };
}

export class RawClient {
  /** Packets of Engine.IO as they came, pings answered and left out. */
  packets = new Inbox('packet');
  /** When the connection was closed, and with which error if any. */
  closed;
  #unread = Buffer.alloc(0);

  constructor(at) {
    const { hostname: host, port } = new URL(at);
    this.socket = net.connect({ host, port, noDelay: true });
    this.closed = new Promise((resolve) => {
      let error;
      this.socket.on('error', (cause) => (error = cause));
      this.socket.on('close', () => resolve({ at: performance.now(), error }));
    });
  }

  /** Upgrades to a websocket and opens a session of Engine.IO. */
  async open() {
    const upgrade = [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      `Host: ${new URL(demo.baseUrl).host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ];
    this.socket.write(`${upgrade.join('\r\n')}\r\n\r\n`);
    let head = Buffer.alloc(0);
    while (!head.includes('\r\n\r\n')) {
      const [chunk] = await once(this.socket, 'data');
      head = Buffer.concat([head, chunk]);
    }
    assert.match(head.toString('latin1'), /^HTTP\/1\.1 101 /);
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.#read(head.subarray(head.indexOf('\r\n\r\n') + 4));
    const opened = await this.packets.take();
    assert.equal(opened[0], '0', opened);
  }

  #read(chunk) {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (let found = readFrame(this.#unread); found; found = readFrame(this.#unread)) {
      this.#unread = found.rest;
      const packet = found.payload.toString();
      if (found.opcode !== 1) continue;
      if (packet === PING) this.send(PONG);
      else this.packets.put(packet);
    }
  }

  send(packet) {
    this.socket.write(frame(packet));
  }

  /** Enters the namespace with this `auth`, and takes the answer. */
  async connect(auth) {
    this.send(`40${JSON.stringify(auth)}`);
    const answer = await this.packets.take();
    assert.match(answer, /^40/, answer);
  }

  /** Reads nothing from now on, but answers the pings that it does not see. */
  goDeaf() {
    this.socket.removeAllListeners('data');
    this.socket.pause();
    const pongs = setInterval(() => this.send(PONG), 250);
    this.closed.then(() => clearInterval(pongs));
  }

  /** Waits for the end of the connection. */
  ends() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`still connected after ${PATIENCE_MS} ms`)), PATIENCE_MS);
      this.closed.then((end) => {
        clearTimeout(timer);
        resolve(end);
      });
    });
  }
}

/** Opens a websocket and a session of Engine.IO, and enters nowhere yet; closed at the end of test `t`. */
export async function openRaw(t, { at = demo.baseUrl } = {}) {
  const client = new RawClient(at);
  t.after(() => client.socket.destroy());
  await client.open();
  return client;
}

/** The event that a packet carries: `{ name, payload, cursor }`. */
export function readEvent(packet) {
  const [name, payload, cursor] = JSON.parse(packet.slice(2));
  return { name, payload, cursor };
}
