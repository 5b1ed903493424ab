// One socket, from the first try until it is lost. It never comes back by itself.

import { io, type Socket } from 'socket.io-client';

import type { Greeting } from '../types.js';
import type { Rung } from './ladder.js';

/** What a client shows when it connects. */
export interface Hello {
  token: string;
  cursor?: string | undefined;
  /** Of the socket before, which the server then lets go. */
  sessionId?: string | undefined;
}

export interface End {
  /** `refused`: the token is no good. `ended`: the session is over. `lost`: everything else. */
  because: 'refused' | 'ended' | 'lost';
  /** In words; of `ended`, the server's reason. */
  message: string;
  /** For how long it stood; null if it never did. */
  stoodMs: number | null;
  /** How long the server asked to be left alone. */
  retryAfterMs: number | null;
  /** The token that it stood with. */
  token: string;
}

export interface Listener {
  /** It stands. */
  onGreeting(greeting: Greeting): void;
  onEvent(name: string, payload: unknown, cursor: string): void;
  /** Whatever is not of the log. */
  onNotice(name: string, payload: unknown): void;
  /** Once, and then nothing more; not after `close`. */
  onEnd(end: End): void;
}

const TRANSPORTS = { websocket: 'websocket', 'long-polling': 'polling' } as const;

export class Connection {
  readonly #socket: Socket;
  readonly #listener: Listener;
  readonly #elapsed: () => number;
  readonly #giveUp: ReturnType<typeof setTimeout>;
  #token = '';
  #stoodSince: number | undefined;
  #reason: string | undefined;
  #drainMs: number | undefined;
  #isOver = false;

  constructor(
    origin: string,
    readonly rung: Rung,
    hello: () => Hello,
    listener: Listener,
    { elapsed, connectTimeoutMs }: { elapsed: () => number; connectTimeoutMs: number },
  ) {
    this.#listener = listener;
    this.#elapsed = elapsed;
    this.#socket = io(origin, {
      auth: (send) => {
        const shown = hello();
        this.#token = shown.token;
        send(shown);
      },
      transports: [TRANSPORTS[rung]],
      upgrade: false,
      reconnection: false,
      forceNew: true,
      timeout: connectTimeoutMs,
    });
    // Until the greeting: a socket may be let in late, or never.
    this.#giveUp = setTimeout(() => this.#end('lost', 'No answer from the server'), connectTimeoutMs);
    this.#socket.on('connect_error', (error) => this.#failed(error));
    this.#socket.on('disconnect', (reason) => this.#disconnected(reason));
    this.#socket.onAny((name: string, payload: unknown, cursor: unknown) => this.#hear(name, payload, cursor));
  }

  get stands(): boolean {
    return this.#stoodSince !== undefined && !this.#isOver;
  }

  send(name: string, payload: unknown): void {
    if (this.stands) this.#socket.emit(name, payload);
  }

  /** Shows another token. If it is not taken, the socket is given up: the next one shows it again. */
  async show(token: string): Promise<void> {
    if (!this.stands) return;
    const answer: { ok?: boolean } = await this.#socket
      .timeout(10_000)
      .emitWithAck('refresh-token', { token })
      .catch(() => ({}));
    if (answer.ok) this.#token = token;
    else this.drop('The new token was not taken');
  }

  /** Gives it up: what it brings cannot be trusted any more. */
  drop(message: string): void {
    this.#end('lost', message);
  }

  /** Leaves. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#giveUp);
    this.#socket.off();
    this.#socket.offAny();
    this.#socket.disconnect();
  }

  #hear(name: string, payload: unknown, cursor: unknown): void {
    if (typeof cursor === 'string') return this.#listener.onEvent(name, payload, cursor);
    switch (name) {
      case 'session':
        clearTimeout(this.#giveUp);
        this.#stoodSince = this.#elapsed();
        return this.#listener.onGreeting(payload as Greeting);
      case 'session-ended':
        this.#reason = (payload as { reason: string }).reason;
        break;
      case 'server-draining':
        this.#drainMs = (payload as { reconnectAfterMs: number }).reconnectAfterMs;
        break;
    }
    this.#listener.onNotice(name, payload);
  }

  #failed(error: Error): void {
    // The server's own refusal ends the socket; any other failure leaves it waiting for a manager that never tries.
    if (!this.#socket.active) return this.#end('refused', error.message);
    this.#end('lost', inWords(error), retryAfterMs(error));
  }

  #disconnected(reason: string): void {
    if (this.#reason !== undefined) this.#end('ended', this.#reason);
    else this.#end('lost', `The connection was lost (${reason})`, this.#drainMs ?? null);
  }

  #end(because: End['because'], message: string, retryAfter: number | null = null): void {
    if (this.#isOver) return;
    const stoodMs = this.#stoodSince === undefined ? null : this.#elapsed() - this.#stoodSince;
    this.close();
    this.#listener.onEnd({ because, message, stoodMs, retryAfterMs: retryAfter, token: this.#token });
  }
}

function inWords(error: Error): string {
  const status = context(error)?.status;
  return status ? `The server cannot take connections now (${status})` : 'The server cannot be reached';
}

/** Of a refused handshake over HTTP. Browsers do not tell of a refused websocket. */
function retryAfterMs(error: Error): number | null {
  const request = context(error);
  if (!request?.status) return null;
  const seconds = Number(request.getResponseHeader?.('Retry-After') ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

function context(error: Error): XMLHttpRequest | undefined {
  return (error as { context?: XMLHttpRequest }).context;
}
