// The live connection: every event of the organisation's log, in order, exactly once.

import type { IncomingCall, LogEvents } from '@switchboard/client';
import { io, type Socket } from 'socket.io-client';

import { Position } from './position';

/** An event of the log; those that are younger than this page only move the cursor. Texts are escaped: see `decode`. */
export type LogEvent = { [Name in keyof LogEvents]: { name: Name; payload: LogEvents[Name] } }[keyof LogEvents];

export interface Greeting {
  sessionId: string;
  cursor: string;
  head: string;
  recovered: boolean;
  serverTime: string;
  ringing: IncomingCall[];
}

export type LineState = 'connecting' | 'live' | 'reconnecting';

export interface Listener {
  onState(state: LineState): void;
  /** A connection stands. What follows is what was missed, if it was recovered, and then live. */
  onGreeting(greeting: Greeting, isFirst: boolean): void;
  /** `isHistory`: it happened before this connection stood. */
  onEvent(event: LogEvent, isHistory: boolean): void;
  /** The session is over; there will be no further connection. */
  onEnded(): void;
  /** The token ends soon: gets another one. */
  renewToken(): Promise<string>;
}

export class Line {
  readonly #socket: Socket;
  readonly #position = new Position();
  readonly #listener: Listener;
  #token: string;
  #sessionId: string | undefined;
  #isOver = false;

  constructor(token: string, listener: Listener) {
    this.#token = token;
    this.#listener = listener;
    this.#socket = io({
      // A function, so that every reconnection shows the present cursor.
      auth: (send) => send({ token: this.#token, cursor: this.#position.cursor, sessionId: this.#sessionId }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 3_000,
    });
    listener.onState('connecting');
    this.#socket.on('session', (greeting: Greeting) => this.#greeted(greeting));
    this.#socket.on('token-expiring', () => void this.#renew());
    this.#socket.on('session-ended', () => this.#end());
    this.#socket.on('connect_error', () => (this.#socket.active ? this.#lost() : this.#end()));
    this.#socket.on('disconnect', (reason) => {
      this.#lost();
      // Without `session-ended` before it, this was not meant for good.
      if (reason === 'io server disconnect' && !this.#isOver) setTimeout(() => this.#socket.connect(), 1_000);
    });
    this.#socket.onAny((name: string, payload: unknown, cursor: unknown) => {
      if (typeof cursor === 'string') this.#heard({ name, payload } as LogEvent, cursor);
    });
  }

  close(): void {
    this.#isOver = true;
    this.#socket.disconnect();
  }

  #greeted(greeting: Greeting): void {
    const isFirst = this.#sessionId === undefined;
    this.#sessionId = greeting.sessionId;
    this.#position.start(greeting.cursor, greeting.head);
    this.#listener.onState('live');
    this.#listener.onGreeting(greeting, isFirst);
  }

  #heard(event: LogEvent, cursor: string): void {
    switch (this.#position.take(cursor)) {
      case 'next':
        this.#listener.onEvent(event, this.#position.isHistory(cursor));
        break;
      case 'again':
        break;
      case 'gap':
        // The client comes back by itself, from the last event that it had.
        this.#socket.io.engine.close();
        break;
    }
  }

  #lost(): void {
    if (!this.#isOver) this.#listener.onState(this.#sessionId === undefined ? 'connecting' : 'reconnecting');
  }

  #end(): void {
    if (this.#isOver) return;
    this.close();
    this.#listener.onEnded();
  }

  async #renew(): Promise<void> {
    try {
      this.#token = await this.#listener.renewToken();
      this.#socket.emit('refresh-token', { token: this.#token });
    } catch {
      // The next connection, or the end of the session, will tell.
    }
  }
}
