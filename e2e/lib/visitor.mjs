// An agent whose client comes and goes, and takes its cursor along.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { patiently, PATIENCE_MS } from './api.mjs';
import { Client, readCursor } from './client.mjs';
import { Inbox } from './inbox.mjs';
import { tokenOf } from './people.mjs';

/** How a visit ends. */
export const FAREWELLS = ['goodbye', 'without a word', 'logout'];

export class Visitor {
  #agent;
  #at;
  #transports;
  #reader;
  #faults;
  #cursor;
  #client;
  #arrivals;

  /** `transports`: one of `TRANSPORTS`; `reader` hears what it hears; `cursor`: where it stands already. */
  constructor(agent, at, { transports, reader, faults, cursor }) {
    this.#agent = agent;
    this.#at = at;
    this.#transports = transports;
    this.#reader = reader;
    this.#faults = faults;
    this.#cursor = cursor;
  }

  get isThere() {
    return this.#client?.socket.connected ?? false;
  }

  /** Connects where it was when it left; with a session of its own if it is going to log out. */
  async arrive(farewell) {
    const token = farewell === 'logout' ? await this.#login() : await tokenOf(this.#agent);
    const options = { at: this.#at, cursor: this.#client?.cursor ?? this.#cursor, reconnectionDelay: 200 };
    const client = new Client(token, { ...options, ...this.#transports });
    this.#arrivals = new Inbox('session event');
    client.sessions = { put: (session) => this.#greet(session) };
    client.events = { put: ({ name, payload, cursor }) => this.#reader.hear(name, payload, cursor) };
    client.notices = { put: () => {} };
    this.#client = client;
    await this.#arrivals.take();
  }

  async #login() {
    const { email, password } = this.#agent;
    return (await patiently('POST /api/auth/login', { at: this.#at, json: { email, password } })).token;
  }

  #greet(session) {
    if (this.#reader.seq === undefined) this.#reader.start(session.cursor);
    else if (!session.recovered) this.#faults.note(`${this.#reader.name} was not recovered`);
    this.#arrivals.put(session);
  }

  /** Loses its network for a moment, and comes back by itself. */
  async stumble() {
    this.#client.socket.io.engine.close();
    await this.#client.endings.take();
    await this.#arrivals.take();
  }

  async leave(farewell) {
    const { socket, token, endings, breaches } = this.#client;
    if (farewell === 'logout') {
      await patiently('POST /api/auth/logout', { at: this.#at, token });
      await endings.take();
    } else if (farewell === 'without a word') {
      socket.io.reconnection(false);
      socket.io.engine.close();
    }
    socket.disconnect();
    breaches.forEach((breach) => this.#faults.note(`${this.#reader.name}: ${breach}`));
  }

  /** Waits until it has heard what its last session event said was history. */
  async catchUp() {
    const { seq } = readCursor(this.#client.session.head);
    const deadline = performance.now() + PATIENCE_MS;
    while (this.#reader.seq < seq) {
      assert.ok(performance.now() < deadline, `${this.#reader.name} stands at ${this.#reader.seq} of ${seq}`);
      await pause(20);
    }
  }
}
