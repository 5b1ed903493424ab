// Brings the events: over a socket, by asking while there is none, and back.

import type { Emitter } from '../emitter.js';
import type { ServerClock } from '../clock.js';
import type { IncomingCall } from '../events.gen.js';
import { Cell, type Readable } from '../readable.js';
import type { Rest } from '../rest.js';
import type { Session } from '../session/auth.js';
import type { Tabs } from '../tabs/tabs.js';
import { legible } from '../text.js';
import type { ClientEvents, Greeting, LineState, Platform } from '../types.js';
import { Backoff } from './backoff.js';
import type { Rung } from './ladder.js';
import { Poller } from './poller.js';
import { Rollouts } from './rollout.js';
import type { End } from './socket.js';
import { Sockets } from './sockets.js';
import { Stream } from './stream.js';
import type { Timings } from './timings.js';

/** What is told to whoever listens as it comes. */
const NOTICES = ['presence', 'offers', 'token-expiring', 'session-ended', 'server-draining'];

export interface LineParts {
  origin: string;
  api: Rest;
  session: Session;
  emitter: Emitter;
  clock: ServerClock;
  platform: Platform;
  timings: Timings;
  state: Cell<LineState>;
  tabs: Tabs;
  isLeader: Readable<boolean>;
  /** What waits now, when it is not a greeting that says so. */
  onWaiting(calls: IncomingCall[]): void;
}

export const CLOSED: LineState = {
  recovery: 'offline',
  since: 0,
  transport: null,
  isConnected: false,
  connectionError: null,
  pollIntervalMs: 5_000,
};

/** For one person, from signing in to signing out. */
export class Line {
  readonly #parts: LineParts;
  readonly #stream: Stream;
  readonly #rollouts: Rollouts;
  readonly #sockets: Sockets;
  readonly #poller: Poller;
  readonly #backoff: Backoff;
  readonly #endings: (() => void)[] = [];
  #isOpen = true;
  #polling: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: LineParts) {
    const { origin, api, session, emitter, platform, timings, tabs, isLeader } = parts;
    const { elapsed, random } = platform;
    this.#parts = parts;
    this.#stream = new Stream(emitter);
    this.#backoff = new Backoff(random);
    this.#rollouts = new Rollouts(api, random, () => this.#follow());
    this.#sockets = new Sockets({
      origin,
      hello: () => ({ token: session.token() ?? '', cursor: this.#stream.cursor }),
      rollouts: this.#rollouts,
      listener: {
        onGreeting: (greeting, rung) => this.#greeted(greeting, rung),
        onEvent: (name, payload, cursor) => this.#stream.take(name, payload, cursor) !== 'gap',
        onNotice: (name, payload) => this.#noticed(name, payload),
        onLost: (message) => this.#lost(message),
        onEnded: (end) => void this.#ended(end),
      },
      timings,
      elapsed,
      random,
    });
    this.#poller = new Poller({
      api,
      stream: this.#stream,
      rollouts: this.#rollouts,
      tabs,
      isLeader,
      renewIfDue: async () => (session.isDue() ? session.renew() : undefined),
      listener: {
        onPage: (callSids) => this.#polled(callSids),
        onWaiting: (calls) => parts.onWaiting(calls),
        onFailure: (message) => this.#set({ recovery: 'offline', transport: null, connectionError: message }),
      },
      timings,
      elapsed,
      random,
    });
    this.#open();
  }

  send(name: string, payload: unknown): void {
    this.#sockets.send(name, payload);
  }

  close(): void {
    this.#isOpen = false;
    for (const end of this.#endings) end();
    clearTimeout(this.#again);
    this.#rollouts.close();
    this.#sockets.close();
    this.#stopPolling();
    this.#parts.state.set({ ...CLOSED, since: Date.now() });
  }

  #open(): void {
    this.#parts.state.set({ ...CLOSED, recovery: 'recovering', since: Date.now() });
    this.#endings.push(this.#parts.session.onToken(() => this.#show()));
    const online = () => this.#sockets.nudge();
    globalThis.addEventListener?.('online', online);
    this.#endings.push(() => globalThis.removeEventListener?.('online', online));
    void this.#rollouts.open().then(() => this.#follow());
  }

  /** Does as the operators' switch says. */
  #follow(): void {
    if (!this.#isOpen) return;
    const { transport, pollIntervalMs } = this.#rollouts.current;
    this.#set({ pollIntervalMs });
    if (transport === 'websocket') {
      this.#sockets.open();
      if (!this.#sockets.stands) this.#pollSoon();
    } else {
      this.#sockets.close();
      this.#set({ isConnected: false });
      this.#poller.open();
    }
  }

  #greeted(greeting: Greeting, rung: Rung): void {
    const { clock, emitter } = this.#parts;
    this.#stopPolling();
    this.#backoff.reset();
    clock.set(greeting.serverTime, true);
    const beginning = this.#stream.begin(greeting.cursor, greeting.head);
    this.#set({ recovery: 'live', transport: rung, isConnected: true, connectionError: null });
    emitter.tell('session', {
      ...greeting,
      recovered: beginning === 'recovered',
      ringing: greeting.ringing.map((call) => legible('incoming-call', call)),
    });
  }

  #noticed(name: string, payload: unknown): void {
    if (name === 'token-expiring') void this.#renew();
    if (NOTICES.includes(name)) {
      this.#parts.emitter.tell(name as 'offers', payload as ClientEvents['offers']);
    }
  }

  #lost(message: string): void {
    // Asking may go on well meanwhile.
    const { recovery } = this.#parts.state.get();
    const isPolling = recovery === 'polling' || recovery === 'offline';
    this.#set({ isConnected: false, connectionError: message });
    if (!isPolling) this.#set({ recovery: 'recovering', transport: null });
    this.#pollSoon();
  }

  async #ended({ because, message, token }: End): Promise<void> {
    const { session } = this.#parts;
    this.#lost(message);
    try {
      // Without another token the session is over, and with it this line.
      if ((await (because === 'ended' ? session.ended(token, message) : session.recover(token))) === null) return;
    } catch {
      // The server cannot be asked now: it will say it again.
    }
    if (!this.#isOpen) return;
    this.#again = setTimeout(() => this.#follow(), this.#backoff.next(this.#rollouts.current.reconnect));
  }

  #polled(callSids: string[]): void {
    const connectionError = this.#rollouts.current.transport === 'polling' ? { connectionError: null } : {};
    this.#set({ recovery: 'polling', transport: 'rest', ...connectionError });
    this.#parts.emitter.tell('offers', { callSids });
  }

  #pollSoon(): void {
    this.#polling ??= setTimeout(() => this.#poller.open(), this.#parts.timings.patienceMs);
  }

  #stopPolling(): void {
    clearTimeout(this.#polling);
    this.#polling = undefined;
    this.#poller.close();
  }

  /** The token is another one. */
  #show(): void {
    const token = this.#parts.session.token();
    if (token !== null) this.#sockets.show(token);
  }

  /** Until it worked, or the token has ended and something else is said. */
  async #renew(): Promise<void> {
    const { session } = this.#parts;
    const token = session.token();
    const retry = new Backoff(this.#parts.platform.random);
    for (let tries = 0; tries < 5 && this.#isOpen && session.token() === token; tries += 1) {
      try {
        await session.renew();
      } catch {
        await this.#pause(retry.next(this.#rollouts.current.reconnect));
      }
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endings.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #set(change: Partial<LineState>): void {
    if (!this.#isOpen) return;
    const before = this.#parts.state.get();
    const since = change.recovery === undefined || change.recovery === before.recovery ? before.since : Date.now();
    const after = { ...before, ...change, since };
    if (JSON.stringify(after) !== JSON.stringify(before)) this.#parts.state.set(after);
  }
}
