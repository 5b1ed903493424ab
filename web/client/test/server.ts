// A server that does as a test says: Switchboard's log, sockets and questions, on this computer.

import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';

import { Server, type Socket } from 'socket.io';

interface Entry {
  name: string;
  payload: object;
}

/** What a socket said when it came. */
export interface Visit {
  token?: string;
  cursor?: string;
  sessionId?: string;
  transport: string;
}

type Answer = [status: number, body: unknown, headers?: Record<string, string>];

export class ScriptedServer {
  readonly #http: HttpServer;
  readonly #io: Server;
  readonly #tcp = new Set<TcpSocket>();
  readonly #held = new Set<() => void>();
  readonly log: Entry[] = [];
  /** Every socket that came, in order. */
  readonly visits: Visit[] = [];
  /** Every question by REST: `get /api/events?after=…`. */
  readonly questions: string[] = [];
  /** What sockets said: `[name, payload]`. */
  readonly heard: [string, unknown][] = [];
  /** What was said over REST of people and screens: `[userId, body]`. */
  readonly said: [string, object][] = [];
  /** How people are, of whom somebody said it. */
  readonly statuses = new Map<string, string>();
  /** How many more times somebody says too much. */
  remarksRefused = 0;
  epoch = 'e1';
  /** The oldest place from which a replay is whole. */
  keptFrom = 0;
  /** Tokens that are let in, and whose they are. */
  readonly tokens = new Map<string, string>();
  /** Refresh tokens, and the access token that each gives. */
  readonly refreshTokens = new Map<string, string>();
  /** What a bearer's renewal gives. */
  renewsTo: string | undefined;
  config: Record<string, unknown> = {
    transport: 'websocket',
    pollIntervalMs: 30,
    reconnect: { initialDelayMs: 20, maxDelayMs: 60, jitter: 0.5 },
  };
  ringing: object[] = [];
  offers: string[] = [];
  accept: (callSid: string) => Answer | Promise<Answer> = () => [
    200,
    { success: true, conferenceId: 'c1', message: 'yours' },
  ];
  isWebsocketSwallowed = false;
  /** No socket is let in. */
  isShutToSockets = false;
  /** How many handshakes were refused. */
  refusals = 0;
  /** What a refused handshake says of when to come back. */
  retryAfter = '0';
  /** Sockets are let in, and told nothing. */
  isSilent = false;
  /** Every question is refused with 503. */
  isShutToQuestions = false;
  /** Replays nothing of this: a hole. */
  readonly lost = new Set<number>();

  constructor() {
    this.#http = createServer();
    this.#io = new Server(this.#http, { cors: { origin: true }, pingInterval: 10_000, pingTimeout: 8_000 });
    const [upgrade] = this.#http.listeners('upgrade') as ((...told: unknown[]) => void)[];
    this.#http.removeAllListeners('upgrade');
    this.#http.on('upgrade', (...told) => {
      if (!this.isWebsocketSwallowed) upgrade?.call(this.#http, ...told);
    });
    const [request] = this.#http.listeners('request') as ((...told: unknown[]) => void)[];
    this.#http.removeAllListeners('request');
    this.#http.on('request', (asked: IncomingMessage, response: ServerResponse) => {
      if (!asked.url?.startsWith('/socket.io/')) void this.#answer(asked, response);
      else if (this.isShutToSockets) {
        this.refusals += 1;
        response.writeHead(503, { 'Retry-After': this.retryAfter }).end();
      } else request?.call(this.#http, asked, response);
    });
    this.#http.on('connection', (tcp) => {
      this.#tcp.add(tcp);
      tcp.on('close', () => this.#tcp.delete(tcp));
    });
    this.#io.use((socket, next) => {
      const { token } = socket.handshake.auth as Visit;
      if (this.isShutToSockets) {
        this.refusals += 1;
        return void socket.conn.close();
      }
      next(this.tokens.has(token ?? '') ? undefined : new Error('Authentication error: Invalid or expired token'));
    });
    this.#io.on('connection', (socket) => this.#welcome(socket));
  }

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    await server.listen();
    return server;
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(port, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get sockets(): Socket[] {
    return [...this.#io.sockets.sockets.values()];
  }

  /** How many questions are held until there is news. */
  get held(): number {
    return this.#held.size;
  }

  cursor(seq: number): string {
    return `${this.epoch}.${seq}`;
  }

  /** Writes an event into the log and tells everybody. */
  append(name: string, payload: object): void {
    this.log.push({ name, payload });
    for (const socket of this.sockets) this.emit(socket, this.log.length);
    for (const release of [...this.#held]) release();
  }

  /** Writes an event into the log, and loses it on its way to those who are here. */
  appendUnheard(name: string, payload: object): void {
    this.log.push({ name, payload });
  }

  /** Tells one socket of the event at `seq`. */
  emit(socket: Socket, seq: number): void {
    const { name, payload } = this.log[seq - 1] as Entry;
    socket.emit(name, payload, this.cursor(seq));
  }

  /** Says what rings now, as state. */
  offer(...callSids: string[]): void {
    this.offers = callSids;
    for (const socket of this.sockets) socket.emit('offers', { callSids });
    for (const release of [...this.#held]) release();
  }

  /** Somebody says how they are, somewhere; everybody with a socket is told. */
  say(userId: string, status: string): void {
    this.statuses.set(userId, status);
    for (const socket of this.sockets) socket.emit('presence', this.#presence(userId));
  }

  /** Cuts every connection, as a network does. */
  cut(): void {
    for (const tcp of this.#tcp) tcp.destroy();
  }

  asked(path: string): string[] {
    return this.questions.filter((question) => question.includes(path));
  }

  async close(): Promise<void> {
    for (const release of [...this.#held]) release();
    this.cut();
    await this.#io.close();
  }

  #welcome(socket: Socket): void {
    const auth = socket.handshake.auth as Visit;
    this.visits.push({ ...auth, transport: socket.conn.transport.name });
    socket.onAny((name: string, payload: unknown, answer?: (said: unknown) => void) => {
      this.heard.push([name, payload]);
      if (name === 'refresh-token') answer?.({ ok: this.tokens.has((payload as { token: string }).token) });
    });
    if (this.isSilent) return;
    const seq = this.#seqOf(auth.cursor);
    const start = seq ?? this.log.length;
    socket.emit('session', {
      sessionId: socket.id,
      cursor: this.cursor(start),
      head: this.cursor(this.log.length),
      recovered: seq !== undefined,
      replayed: this.log.length - start,
      expiresAt: '2030-01-01T00:00:00.000Z',
      serverTime: '2029-12-31T00:00:00.000Z',
      ringing: this.ringing,
      offers: { callSids: this.offers },
      presence: ['u2', this.tokens.get(auth.token ?? '') ?? ''].map((userId) => this.#presence(userId)),
    });
    for (let next = start + 1; next <= this.log.length; next += 1) {
      if (!this.lost.delete(next)) this.emit(socket, next);
    }
  }

  #presence(userId: string): object {
    const status = this.statuses.get(userId) ?? (userId === 'u2' ? 'away' : 'available');
    return { userId, status, timestamp: '2029-12-31T00:00:00.000Z' };
  }

  /** The place of a good cursor. */
  #seqOf(cursor: string | undefined | null): number | undefined {
    const [epoch, seq] = (cursor ?? '').split('.');
    const place = Number(seq);
    const isGood = epoch === this.epoch && place <= this.log.length && place >= this.keptFrom;
    return isGood ? place : undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const method = (request.method ?? 'GET').toLowerCase();
    const cors = {
      'Access-Control-Allow-Origin': request.headers.origin ?? '*',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key',
    };
    if (method === 'options') return void response.writeHead(204, cors).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>;
    this.questions.push(`${method} ${url.pathname}${url.search}`);
    const [status, said, headers] = await this.#say(method, url, body, request);
    response.writeHead(status, { 'Content-Type': 'application/json', ...cors, ...headers });
    response.end(JSON.stringify(said));
  }

  async #say(method: string, url: URL, body: Record<string, string>, request: IncomingMessage): Promise<Answer> {
    if (this.isShutToQuestions) return [503, { message: 'away', code: 'unavailable' }, { 'Retry-After': '0' }];
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const refused: Answer = [401, { error: 'no', message: 'who are you', code: 'unauthenticated' }];
    const person = this.tokens.get(token ?? '');
    const user = (id: string) => ({ id, full_name: `Agent ${id}`, role: 'user' });
    const organization = { id: 'o1', name: 'Acme' };
    switch (`${method} ${url.pathname}`) {
      case 'post /api/auth/login': {
        const found = [...this.tokens].find(([, id]) => id === body['email']);
        if (!found) return [401, { message: 'wrong e-mail or password', code: 'unauthenticated' }];
        return [200, { token: found[0], refresh_token: null, user: user(found[1]), organization }];
      }
      case 'post /api/auth/accept-invite': {
        const found = [...this.tokens].find(([, id]) => `invitation of ${id}` === body['token']);
        if (!found) return [410, { message: 'this invitation does not count any more', code: 'invitation_ended' }];
        return [200, { token: found[0], refresh_token: 'r1', user: user(found[1]), organization }];
      }
      case 'post /api/auth/refresh': {
        const renewed = body['refresh_token'] ? this.refreshTokens.get(body['refresh_token']) : person && this.renewsTo;
        return renewed ? [200, { token: renewed, user: user(this.tokens.get(renewed) ?? '') }] : refused;
      }
    }
    if (person === undefined) return refused;
    switch (`${method} ${url.pathname}`) {
      case 'get /api/auth/me':
        return [200, { user: user(person), organization }];
      case 'post /api/auth/logout':
        this.tokens.delete(token ?? '');
        return [200, { message: 'bye' }];
      case 'get /api/realtime/config':
        return [200, this.config];
      case 'get /api/twilio/incoming-calls/pending':
        return [200, { incomingCall: this.ringing[0] ?? null, incomingCalls: this.ringing }];
      case 'post /api/twilio/incoming-calls/accept':
        return this.accept(body['callSid'] ?? '');
      case 'post /api/twilio/incoming-calls/decline':
        return [200, { success: true }];
      case 'post /api/twilio/incoming-calls/seen':
        return [200, { success: true }];
      case 'post /api/presence': {
        this.said.push([person, body]);
        if (this.remarksRefused > 0) {
          this.remarksRefused -= 1;
          return [429, { message: 'slow down', code: 'throttled' }, { 'Retry-After': '0' }];
        }
        if (body['status']) this.say(person, body['status']);
        return [200, { status: this.statuses.get(person) ?? 'available' }];
      }
      case 'get /api/events':
        return this.#page(url.searchParams, request);
      default:
        return [404, { message: 'no such thing', code: 'not_found' }];
    }
  }

  async #page(query: URLSearchParams, request: IncomingMessage): Promise<Answer> {
    const after = query.get('after');
    const seq = this.#seqOf(after);
    const offers = this.offers;
    if (seq === this.log.length && Number(query.get('wait')) > 0) {
      await new Promise<void>((resolve) => {
        const release = () => {
          this.#held.delete(release);
          resolve();
        };
        this.#held.add(release);
        request.socket.once('close', release);
        setTimeout(release, Number(query.get('wait')) * 1000).unref();
      });
      if (this.offers === offers && this.log.length === seq) return this.#page(query, request);
    }
    const from = seq ?? this.log.length;
    const events = this.log
      .map(({ name, payload }, index) => ({ cursor: this.cursor(index + 1), event: name, data: payload }))
      .slice(from);
    const reset = after !== null && seq === undefined;
    return [
      200,
      { events, cursor: this.cursor(this.log.length), more: false, reset, offers: { callSids: this.offers } },
    ];
  }
}
