// Asks the server.

import { ApiError, type Api } from './api.js';
import type { ServerClock } from './clock.js';

const TIMEOUT_MS = 10_000;
/** What is done to a call is done at Twilio first, in several steps. */
const ACT_TIMEOUT_MS = 45_000;
const ACTS = '/api/twilio/call/';

/** What `Rest` needs to know of who is asking. */
export interface Bearer {
  token(): string | null;
  /** The token that was used is refused: another one to try, or null if there is none. */
  recover(used: string): Promise<string | null>;
}

export type Send = (method: string, path: string, ask?: Sent) => Promise<unknown>;

interface Sent {
  token?: string | null;
  path?: object;
  query?: object;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
  cache?: 'no-store';
  timeoutMs?: number;
}

/** One question and its answer, as whoever the token says. */
export function sender(origin: string, fetch: typeof globalThis.fetch, clock: ServerClock): Send {
  return async (method, path, { token, body, idempotencyKey, signal, cache, timeoutMs, ...rest } = {}) => {
    const headers = new Headers();
    if (token) headers.set('Authorization', `Bearer ${token}`);
    if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey);
    const patience = method === 'post' && path.startsWith(ACTS) ? ACT_TIMEOUT_MS : TIMEOUT_MS;
    const signals = [AbortSignal.timeout(timeoutMs ?? patience), ...(signal ? [signal] : [])];
    const init: RequestInit = { method: method.toUpperCase(), headers, signal: AbortSignal.any(signals) };
    if (cache) init.cache = cache;
    if (body instanceof Blob) {
      init.body = body; // it says itself what it is
    } else if (body !== undefined) {
      headers.set('Content-Type', 'application/json');
      init.body = JSON.stringify(body);
    }
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${origin}${address(path, rest)}`, init);
      answer = await read(response);
    } catch (error) {
      if (signal?.aborted) throw signal.reason ?? error;
      throw new ApiError(0, 'Switchboard cannot be reached. Check your connection and try again.', 'unreachable');
    }
    clock.set(response.headers.get('Date'), false);
    if (response.ok) return answer;
    throw failure(response, (answer ?? {}) as Record<string, unknown>);
  };
}

/** What was answered: JSON, but for tables. */
async function read(response: Response): Promise<unknown> {
  if (response.headers.get('Content-Type')?.startsWith('text/csv')) return response.text();
  return response.json().catch(() => ({}));
}

/** The REST API, with the token of whoever is signed in. */
export class Rest implements Api {
  readonly #send: Send;
  readonly #bearer: Bearer;

  constructor(send: Send, bearer: Bearer) {
    this.#send = send;
    this.#bearer = bearer;
  }

  readonly get: Api['get'] = (path, ...[ask]) => this.#ask('get', path, ask);
  readonly post: Api['post'] = (path, ...[ask]) => this.#ask('post', path, ask);
  readonly put: Api['put'] = (path, ...[ask]) => this.#ask('put', path, ask);
  readonly patch: Api['patch'] = (path, ...[ask]) => this.#ask('patch', path, ask);
  readonly delete: Api['delete'] = (path, ...[ask]) => this.#ask('delete', path, ask);

  async #ask<Body>(method: string, path: string, sent: Sent | undefined): Promise<Body> {
    const token = this.#bearer.token();
    try {
      return (await this.#send(method, path, { ...sent, token })) as Body;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401) || token === null) throw error;
      const other = await this.#bearer.recover(token);
      if (other === null) throw error;
      return (await this.#send(method, path, { ...sent, token: other })) as Body;
    }
  }
}

function address(template: string, { path = {}, query = {} }: Pick<Sent, 'path' | 'query'>): string {
  const values = path as Record<string, unknown>;
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

function failure(response: Response, body: Record<string, unknown>): ApiError {
  const seconds = Number(response.headers.get('Retry-After') ?? NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : null;
  const code = typeof body['code'] === 'string' ? body['code'] : 'unknown';
  return new ApiError(response.status, explain(response.status, body, retryAfterMs), code, body, retryAfterMs);
}

function explain(status: number, { message }: Record<string, unknown>, retryAfterMs: number | null): string {
  switch (status) {
    case 429:
      return `Too many attempts. Try again in ${retryAfterMs === null ? 'a few' : retryAfterMs / 1000} seconds.`;
    case 500:
    case 503:
    case 504:
      return 'Switchboard has a problem at the moment. Try again.';
    default: {
      const words = typeof message === 'string' && message !== '' ? message : `something went wrong (${status})`;
      return `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`;
    }
  }
}
