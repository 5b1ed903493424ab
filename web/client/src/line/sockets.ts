// Keeps a socket: tries again, on whatever transport works, and goes back to the better one.

import type { Greeting } from '../types.js';
import { Backoff } from './backoff.js';
import { Ladder, type Rung } from './ladder.js';
import type { Rollouts } from './rollout.js';
import { Connection, type End, type Hello, type Listener } from './socket.js';
import type { Timings } from './timings.js';

export interface SocketsListener {
  onGreeting(greeting: Greeting, rung: Rung): void;
  /** Returns whether it was in order. */
  onEvent(name: string, payload: unknown, cursor: string): boolean;
  onNotice(name: string, payload: unknown): void;
  /** It was lost, or did not come to stand; another one is tried by itself. */
  onLost(message: string): void;
  /** No other one is tried: the token is no good or the session is over. */
  onEnded(end: End): void;
}

export interface SocketsParts {
  origin: string;
  hello: () => Hello;
  rollouts: Rollouts;
  listener: SocketsListener;
  timings: Timings;
  elapsed: () => number;
  random: () => number;
}

export class Sockets {
  readonly #parts: SocketsParts;
  readonly #ladder = new Ladder();
  readonly #backoff: Backoff;
  #isOpen = false;
  #current: Connection | undefined;
  /** A websocket that is tried while long polling goes on. */
  #probe: Connection | undefined;
  #sessionId: string | undefined;
  #probeMs: number;
  #again: ReturnType<typeof setTimeout> | undefined;
  #trust: ReturnType<typeof setTimeout> | undefined;
  #probing: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.random);
    this.#probeMs = parts.timings.probeMs;
  }

  get stands(): boolean {
    return this.#current?.stands ?? false;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#connect();
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#again);
    this.#settle();
    this.#current?.close();
    this.#current = undefined;
    this.#sessionId = undefined;
    this.#probeMs = this.#parts.timings.probeMs;
    this.#ladder.reset();
    this.#backoff.reset();
  }

  /** The network is another one: whatever was learnt of the old one counts no more. */
  nudge(): void {
    if (!this.#isOpen || this.stands) return;
    this.#ladder.reset();
    this.#backoff.reset();
    this.#current?.close();
    this.#connect();
  }

  send(name: string, payload: unknown): void {
    this.#current?.send(name, payload);
  }

  show(token: string): void {
    void this.#current?.show(token);
  }

  #connect(): void {
    clearTimeout(this.#again);
    const { origin, hello, timings, elapsed } = this.#parts;
    const shown = () => ({ ...hello(), sessionId: this.#sessionId });
    const listener = this.#listen({ onGreeting: () => undefined, onEnd: (end) => void this.#lost(end) });
    this.#current = new Connection(origin, this.#ladder.rung, shown, listener, {
      elapsed,
      connectTimeoutMs: timings.connectTimeoutMs,
    });
  }

  /** Tries a websocket beside the long polling that works. Events that both bring are told once. */
  #climb(): void {
    const { origin, hello, timings, elapsed } = this.#parts;
    const listener = this.#listen({
      onGreeting: () => {
        this.#current?.close();
        this.#current = this.#probe;
        this.#probe = undefined;
      },
      onEnd: (end) => {
        const isOurs = this.#probe !== undefined;
        this.#probe = undefined;
        if (isOurs) this.#probeLater();
        else void this.#lost(end);
      },
    });
    this.#probe = new Connection(origin, 'websocket', hello, listener, {
      elapsed,
      connectTimeoutMs: timings.connectTimeoutMs,
    });
  }

  #probeLater(): void {
    this.#probing = setTimeout(() => this.#climb(), this.#probeMs);
    this.#probeMs = Math.min(this.#probeMs * 2, 10 * this.#parts.timings.probeMs);
  }

  #listen({ onGreeting, onEnd }: { onGreeting(): void; onEnd(end: End): void }): Listener {
    const { listener } = this.#parts;
    return {
      onGreeting: (greeting) => {
        onGreeting();
        this.#greeted(greeting);
      },
      onEvent: (name, payload, cursor) => {
        if (!listener.onEvent(name, payload, cursor)) this.#current?.drop('An event was missing');
      },
      onNotice: (name, payload) => listener.onNotice(name, payload),
      onEnd,
    };
  }

  #greeted(greeting: Greeting): void {
    const rung = this.#current?.rung ?? this.#ladder.rung;
    this.#sessionId = greeting.sessionId;
    this.#settle();
    this.#trust = setTimeout(() => {
      this.#ladder.stood(rung);
      this.#backoff.reset();
    }, this.#parts.timings.shortMs);
    if (rung === 'long-polling') this.#probeLater();
    this.#parts.listener.onGreeting(greeting, rung);
  }

  async #lost(end: End): Promise<void> {
    this.#settle();
    this.#current = undefined;
    const { listener, rollouts, timings } = this.#parts;
    if (end.because !== 'lost') {
      this.#isOpen = false;
      return listener.onEnded(end);
    }
    const wait = this.#backoff.next(rollouts.current.reconnect, end.retryAfterMs ?? 0);
    const hopeless = this.#ladder.isHopeless ? timings.hopelessMs * (0.5 + this.#parts.random()) : 0;
    this.#again = setTimeout(() => this.#connect(), Math.max(wait, hopeless));
    listener.onLost(end.message);
    const wasShort = end.stoodMs === null || end.stoodMs < timings.shortMs;
    // A server that sends everybody away, or cannot be reached at all, says nothing about transports. Its answer may
    // close all this, too.
    if (wasShort && end.retryAfterMs === null && (await rollouts.isThere())) this.#ladder.failed();
  }

  /** Nothing that waited for the socket to grow old goes on. */
  #settle(): void {
    clearTimeout(this.#trust);
    clearTimeout(this.#probing);
    this.#probe?.close();
    this.#probe = undefined;
  }
}
