// A stock Socket.IO client that keeps its cursor, as the contract asks of clients, and notes every breach of the
// stream's promises: `session` first, every event of the log with its cursor, no gap, no repetition.

import assert from 'node:assert/strict';

import { io } from 'socket.io-client';

import { demo } from './demo.mjs';
import { Inbox } from './inbox.mjs';

/** The ways in which a stock client can be told to connect. */
export const TRANSPORTS = {
  'over websocket': { transports: ['websocket'] },
  'over polling': { transports: ['polling'] },
  'over polling, then websocket': {},
};

const NOT_OF_THE_LOG = ['session', 'session-ended', 'presence', 'offers', 'token-expiring', 'server-draining'];

/** `seq` of a cursor, and the log it counts in. */
export function readCursor(cursor) {
  const [epoch, seq] = cursor.split('.');
  return { epoch, seq: Number(seq) };
}

export class Client {
  /** Where it stands: what it shows when it connects again. */
  cursor;
  /** The last `session` payload. */
  session;
  sessions = new Inbox('session event');
  /** Events of the log: `{ name, payload, cursor, at }`. */
  events = new Inbox('event of the log');
  /** Everything else but `session`: `{ name, payload, at }`. */
  notices = new Inbox('notice');
  /** Reasons of disconnection: `{ reason, at }`. */
  endings = new Inbox('disconnect');
  breaches = [];
  /** What went wrong when it tried to connect, each time. */
  failures = [];

  /** Connects to the stack's server, or `at` another. */
  constructor(token, { at = demo.baseUrl, cursor, ...options } = {}) {
    this.token = token;
    this.cursor = cursor;
    this.socket = io(at, {
      forceNew: true,
      auth: (send) => send({ token: this.token, cursor: this.cursor }),
      ...options,
    });
    let greeted = false;
    this.socket.on('connect', () => (greeted = false));
    this.socket.on('connect_error', ({ message }) => this.failures.push(message));
    this.socket.on('disconnect', (reason) => this.endings.put({ reason, at: performance.now() }));
    this.socket.onAny((name, ...args) => {
      if (greeted === (name === 'session')) {
        this.breaches.push(`${name} came ${greeted ? 'twice' : 'before session'}`);
      }
      greeted = true;
      this.#receive(name, args);
    });
  }

  #receive(name, args) {
    const [payload, cursor] = args;
    const at = performance.now();
    const isOfTheLog = !NOT_OF_THE_LOG.includes(name);
    if (args.length !== (isOfTheLog ? 2 : 1)) this.breaches.push(`${name} had ${args.length} arguments`);
    if (name === 'session') {
      this.session = payload;
      this.cursor = payload.cursor;
      this.sessions.put(payload);
    } else if (isOfTheLog) {
      const [before, now] = [readCursor(this.cursor), readCursor(cursor)];
      if (now.epoch !== before.epoch || now.seq !== before.seq + 1) {
        this.breaches.push(`${name} had cursor ${cursor} after ${this.cursor}`);
      }
      this.cursor = cursor;
      this.events.put({ name, payload, cursor, at });
    } else {
      this.notices.put({ name, payload, at });
    }
  }

  /** Takes the next notice of this name, passing over others. */
  async notice(name) {
    for (;;) {
      const notice = await this.notices.take();
      if (notice.name === name) return notice;
    }
  }

  /** Takes the next event of the log, which must have this name. */
  async next(name) {
    const event = await this.events.take();
    assert.equal(event.name, name, `instead of ${name} came ${JSON.stringify(event)}`);
    return event;
  }

  /** Takes the next event of this name that fits, and gives what it says. Only steps of other texts may come before it. */
  async hears(name, fits) {
    for (;;) {
      const event = await this.events.take();
      if (event.name === name && fits(event.payload)) return event.payload;
      assert.equal(event.name, 'message-status', `instead of ${name} came ${JSON.stringify(event)}`);
    }
  }
}

const clientsOf = new WeakMap();

/** The clients of test `t`, closed at its end; then every breach of the stream's promises fails it. */
function gather(t, client) {
  const clients = clientsOf.get(t) ?? [];
  clients.push(client);
  if (clients.length > 1) return;
  clientsOf.set(t, clients);
  t.after(() => {
    for (const { socket } of clients) socket.disconnect();
    assert.deepEqual(clients.flatMap(({ breaches }) => breaches), []);
  });
}

/**
 * Connects and waits for `session`. At the end of test `t` the client is closed and every breach of the stream's
 * promises fails the test.
 */
export async function connect(t, token, { patience, ...options } = {}) {
  const client = new Client(token, options);
  gather(t, client);
  await client.sessions.take(patience);
  return client;
}

/** Tries to connect with `auth` and returns the refusal: `{ message, active }`. */
export async function refusal(t, auth, options) {
  const socket = io(demo.baseUrl, { forceNew: true, auth, ...options });
  t.after(() => socket.disconnect());
  const answers = new Inbox('answer to the handshake');
  socket.on('connect', () => answers.put({ message: 'connected' }));
  socket.on('connect_error', (error) => answers.put({ message: error.message, active: socket.active }));
  return answers.take();
}
