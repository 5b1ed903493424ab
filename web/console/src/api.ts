// REST.

export interface Session {
  token: string;
  user: { id: string; full_name: string; role: string };
  organization: { name: string };
}

/** An answer that is none of the good ones; status 0 is no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Who was first, when somebody was. */
    readonly acceptedBy?: { id: string; name: string },
  ) {
    super(message);
  }
}

export function signIn(email: string, password: string): Promise<Session> {
  return request('POST', '/api/auth/login', undefined, { email, password });
}

/** What somebody who is signed in can ask for. */
export class Api {
  readonly #onSignedOut: () => void;
  token: string;

  constructor(token: string, onSignedOut: () => void) {
    this.token = token;
    this.#onSignedOut = onSignedOut;
  }

  async renewToken(): Promise<string> {
    ({ token: this.token } = await this.#ask<{ token: string }>('POST', '/api/auth/refresh'));
    return this.token;
  }

  async signOut(): Promise<void> {
    await this.#ask('POST', '/api/auth/logout');
  }

  /** Everybody's name, by id. */
  async team(): Promise<Map<string, string>> {
    const { members } = await this.#ask<{ members: { id: string; name: string }[] }>('GET', '/api/team');
    return new Map(members.map(({ id, name }) => [id, name]));
  }

  async accept(callSid: string): Promise<void> {
    await this.#ask('POST', '/api/twilio/incoming-calls/accept', { callSid });
  }

  async decline(callSid: string): Promise<void> {
    await this.#ask('POST', '/api/twilio/incoming-calls/decline', { callSid });
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    try {
      return await request<T>(method, path, this.token, body);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.#onSignedOut();
      throw error;
    }
  }
}

async function request<T>(method: string, path: string, token?: string, json?: unknown): Promise<T> {
  const headers = new Headers();
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(10_000) };
  if (json !== undefined) {
    headers.set('Content-Type', 'application/json');
    init.body = JSON.stringify(json);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiError(0, 'Switchboard cannot be reached. Check your connection and try again.');
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, explain(response, body), body.acceptedBy);
  return body;
}

function explain(response: Response, body: { message?: string }): string {
  switch (response.status) {
    case 429:
      return `Too many attempts. Try again in ${response.headers.get('Retry-After') ?? 'a few'} seconds.`;
    case 500:
    case 502:
    case 503:
    case 504:
      return 'Switchboard has a problem at the moment. Try again.';
    default: {
      const message = body.message ?? `Something went wrong (${response.status})`;
      return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
    }
  }
}
