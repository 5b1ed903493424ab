// What clients do that are broken, hostile, or gone: each act leaves something behind for the server to clear away.

import assert from 'node:assert/strict';
import net from 'node:net';

import { RawClient } from './raw.mjs';

/** Whatever the server holds of an abandoned client it must have let go by then: longer than any of its timeouts. */
const LONG_GONE_MS = 40_000;

const engine = (at, query) => `${at}/socket.io/?EIO=4&transport=polling${query}`;

/** One exchange of a polling client: `{ status, text }`. The server may be busy, and says until when, but never at a loss. */
async function exchange(url, options) {
  const response = await fetch(url, { signal: AbortSignal.timeout(LONG_GONE_MS), ...options });
  const { status, headers } = response;
  assert.ok(status < 500 || (status === 503 && /^\d+$/.test(headers.get('retry-after'))), `${url} answered ${status}`);
  return { status, text: await response.text() };
}

/** Closes a connection some time, if the server does not. */
function forget(socket) {
  const timer = setTimeout(() => socket.destroy(), LONG_GONE_MS);
  socket.on('close', () => clearTimeout(timer));
}

/** A TCP connection that says `words` and nothing more; closed by whoever is tired of it first. */
export function mutter(at, words = '') {
  const { hostname: host, port } = new URL(at);
  const socket = net.connect({ host, port }, () => socket.write(words));
  socket.on('error', () => {});
  socket.resume();
  forget(socket);
  return socket;
}

/** Opens the engine by polling, and goes: the answer's `{ status, text }`. */
export const knock = (at) => exchange(engine(at, ''));

/** Comes in by polling and is never heard of again. */
export async function vanish(at, auth) {
  const { text } = await knock(at);
  const { sid } = JSON.parse(text.slice(1));
  const { status } = await exchange(engine(at, `&sid=${sid}`), { method: 'POST', body: `40${JSON.stringify(auth)}` });
  return { sid, status };
}

/** Posts `body` as a polling client that has just opened the engine. */
export async function post(at, body) {
  const { text } = await knock(at);
  const { sid } = JSON.parse(text.slice(1));
  return exchange(engine(at, `&sid=${sid}`), { method: 'POST', body });
}

/** Opens a websocket, says these packets of the engine, and waits for nothing; returns the client. */
export async function blurt(at, packets = []) {
  const client = new RawClient(at);
  forget(client.socket);
  await client.open();
  for (const packet of packets) client.send(packet);
  return client;
}
