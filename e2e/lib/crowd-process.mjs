// A part of a crowd: clients, each behind a jittery network of its own, in a process that does what crowd.mjs tells it.

import { setPriority } from 'node:os';

import { io } from 'socket.io-client';

import { Client, TRANSPORTS } from './client.mjs';
import { Inbox } from './inbox.mjs';
import { JitteryNetwork } from './jitter.mjs';

/** Less than crowd.mjs has, so that it hears why. */
const PATIENCE_MS = 50_000;

/** A client of plain socketioxide, which knows of no cursor and no session. */
class PlainClient {
  sessions = new Inbox('session event');
  events = new Inbox('event');
  breaches = [];

  constructor({ at, ...options }) {
    this.socket = io(at, { forceNew: true, ...options });
    this.socket.on('incoming-sms', (payload) => this.events.put({ payload }));
  }
}

class Member {
  #network;
  /** Since when the network has been there again, and the client not yet. */
  #awaited;
  #waiting = new Inbox('connection');
  /** How long it took to be back, each time. */
  delays = [];

  constructor(n, { at, token, transport, jitter, reconnection }) {
    this.transport = transport;
    this.#network = new JitteryNetwork(at, { ...jitter, destroys: n % 2 === 0 }, () => {
      this.#awaited ??= performance.now();
    });
    this.options = { ...TRANSPORTS[transport], ...reconnection };
    this.token = token;
  }

  async connect() {
    const options = { at: await this.#network.start(), ...this.options };
    this.client = this.token ? new Client(this.token, options) : new PlainClient(options);
    this.client.socket.on(this.token ? 'session' : 'connect', () => this.#isBack());
    await this.#waiting.take(PATIENCE_MS);
  }

  #isBack() {
    if (this.#awaited !== undefined) this.delays.push(performance.now() - this.#awaited);
    this.#awaited = undefined;
    this.#waiting.put();
  }

  begin() {
    this.#network.begin();
  }

  /** Ends the jitter and waits until the client is back. */
  async end() {
    this.#network.end();
    while (this.#waiting.unread > 0) await this.#waiting.take(PATIENCE_MS);
    while (!this.#network.isBack || this.#awaited !== undefined) await this.#waiting.take(PATIENCE_MS);
  }

  /** What came before the marker: all of it, if the marker came. */
  async report(marker) {
    const heard = [];
    let isWhole = false;
    try {
      while (!isWhole) {
        const { payload, cursor } = await this.client.events.take();
        isWhole = payload.messageSid === marker;
        if (!isWhole) heard.push(cursor ? `${payload.messageSid} ${cursor}` : payload.messageSid);
      }
    } catch (error) {
      this.client.breaches.push(error.message);
    }
    const { breaches, sessions } = this.client;
    const [, ...returns] = await sessions.takeMany(sessions.unread);
    for (const { recovered } of returns) if (!recovered) breaches.push('it was not recovered');
    return { transport: this.transport, heard, breaches, cuts: this.#network.cuts, delays: this.delays };
  }
}

// Clients have machines of their own: these take no time from the server that it needs.
setPriority(10);

let members;

const acts = {
  async connect(orders) {
    members = orders.map((order, n) => new Member(n, order));
    await Promise.all(members.map((member) => member.connect()));
    return members[0].client.cursor;
  },
  begin: () => members.forEach((member) => member.begin()),
  end: () => Promise.all(members.map((member) => member.end())).then(() => undefined),
  report: (marker) => Promise.all(members.map((member) => member.report(marker))),
};

process.on('message', async ({ act, about }) => process.send({ answer: await acts[act](about) }));
process.on('disconnect', () => process.exit());
