// Who is signed in, for how long, and until when.

import { ApiError } from '../api.js';
import type { components } from '../api.gen.js';
import type { ServerClock } from '../clock.js';
import { Backoff, type Reconnect } from '../line/backoff.js';
import { Cell } from '../readable.js';
import type { Bearer, Send } from '../rest.js';
import type { Auth, AuthState, InviteAcceptance, Platform } from '../types.js';
import { claimsOf } from './claims.js';
import type { TokenStore } from './tokens.js';

const SIGNED_OUT: AuthState = { status: 'signed-out', user: null, organization: null, endedBecause: null };
const CHECKING: AuthState = { ...SIGNED_OUT, status: 'checking' };
const EXPIRED = 'token expired';
/** One of a person's tabs renews at a time. */
const LOCK = 'switchboard.renew';
const RETRY: Reconnect = { initialDelayMs: 500, maxDelayMs: 10_000, jitter: 1 };

type SignedIn = components['schemas']['SignedInBody'];

export interface AuthParts {
  tokens: TokenStore;
  send: Send;
  clock: ServerClock;
  platform: Pick<Platform, 'locks' | 'random'>;
}

export class Session implements Auth, Bearer {
  readonly #parts: AuthParts;
  readonly #state: Cell<AuthState>;
  readonly #token: Cell<string | null>;
  readonly #backoff: Backoff;
  #renewing: Promise<string> | undefined;
  #watch: (() => void) | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: AuthParts) {
    this.#parts = parts;
    const { token, endedBecause } = parts.tokens.get();
    this.#state = new Cell(token === null ? { ...SIGNED_OUT, endedBecause } : CHECKING);
    this.#token = new Cell(token);
    this.#backoff = new Backoff(parts.platform.random);
  }

  readonly get = (): AuthState => this.#state.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener);
  readonly token = (): string | null => this.#token.get();

  /** Calls `listener` whenever there is another token, or none any more; returns what ends it. */
  onToken(listener: () => void): () => void {
    return this.#token.subscribe(listener);
  }

  /** Finds out who it is, and listens to the other tabs. */
  open(): void {
    this.#watch ??= this.#parts.tokens.watch(() => this.#changed());
    if (this.#state.get().status === 'checking') void this.#check();
  }

  close(): void {
    this.#watch?.();
    this.#watch = undefined;
    clearTimeout(this.#retry);
  }

  readonly signIn = async (email: string, password: string): Promise<void> => {
    this.#welcome((await this.#parts.send('post', '/api/auth/login', { body: { email, password } })) as SignedIn);
  };

  readonly acceptInvite = async (acceptance: InviteAcceptance): Promise<void> => {
    this.#welcome((await this.#parts.send('post', '/api/auth/accept-invite', { body: acceptance })) as SignedIn);
  };

  readonly signOut = async (): Promise<void> => {
    const token = this.token();
    this.#end(null);
    if (token !== null) await this.#parts.send('post', '/api/auth/logout', { token }).catch(() => undefined);
  };

  readonly setToken = (token: string | null, refreshToken: string | null = null): void => {
    if (token === null) return this.#end(null);
    this.#parts.tokens.set({ token, refreshToken, endedBecause: null });
    this.#changed();
  };

  /** Gets another token of the same session. Throws `ApiError`; at a final no, the session is over. */
  renew(): Promise<string> {
    this.#renewing ??= this.#alone(this.token()).finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /** Whether the token ends so soon that it should be renewed. A socket is told by the server. */
  isDue(): boolean {
    const { endsAt, livesMs } = claimsOf(this.token() ?? '');
    if (endsAt === undefined) return false;
    return this.#parts.clock.now() > endsAt - Math.min(60_000, (livesMs ?? 240_000) / 4);
  }

  /** The server ended the session that this token is of, for good unless it is only the token that expired. */
  async ended(used: string, reason: string): Promise<string | null> {
    if (reason !== EXPIRED && this.token() === used) this.#end(reason);
    return this.recover(used);
  }

  readonly recover = async (used: string): Promise<string | null> => {
    if (this.token() !== used) return this.token();
    if (this.#parts.tokens.get().refreshToken === null) {
      this.#end(EXPIRED);
      return null;
    }
    return this.renew().catch((error: unknown) => {
      if (this.token() === null) return null; // a final no
      throw error;
    });
  };

  async #alone(used: string | null): Promise<string> {
    let renewed: Promise<string> | undefined;
    const renew = () => (renewed ??= this.#renewUnlessDone(used));
    // Where locks are not given to pages like this one, tabs may renew at the same time: it does no harm.
    await this.#parts.platform.locks?.request(LOCK, renew).catch(() => undefined);
    return renew();
  }

  async #renewUnlessDone(used: string | null): Promise<string> {
    // Another tab may have been first.
    if (this.#parts.tokens.reread()) this.#changed();
    const { token } = this.#parts.tokens.get();
    return token !== null && token !== used ? token : this.#renew();
  }

  async #renew(): Promise<string> {
    const { token, refreshToken } = this.#parts.tokens.get();
    const send = (ask: object) => this.#parts.send('post', '/api/auth/refresh', ask) as Promise<SignedIn>;
    let answer: SignedIn;
    try {
      answer = await (token === null ? this.#refused() : send({ token })).catch((error: unknown) => {
        if (!isRefusal(error) || refreshToken === null) throw error;
        return send({ body: { refresh_token: refreshToken } });
      });
    } catch (error) {
      if (isRefusal(error)) this.#end(EXPIRED);
      throw error;
    }
    const kept = answer.refresh_token ?? refreshToken;
    this.#parts.tokens.set({ token: answer.token, refreshToken: kept, endedBecause: null });
    this.#token.set(answer.token);
    return answer.token;
  }

  #refused(): Promise<SignedIn> {
    return Promise.reject(new ApiError(401, 'You are signed out.', 'unauthenticated'));
  }

  #welcome({ token, refresh_token, user, organization }: SignedIn): void {
    this.#parts.tokens.set({ token, refreshToken: refresh_token ?? null, endedBecause: null });
    this.#state.set({ status: 'signed-in', user, organization: organization ?? null, endedBecause: null });
    this.#token.set(token);
  }

  /** Another token lies in the store. */
  #changed(): void {
    const { token, endedBecause } = this.#parts.tokens.get();
    const before = this.token();
    if (token === null) return this.#forget(endedBecause);
    const isSamePerson = before !== null && isOfSamePerson(before, token);
    if (!isSamePerson) this.#state.set(this.#isOfWhoWasHere(token) ? { ...this.get(), status: 'checking' } : CHECKING);
    this.#token.set(token);
    if (!isSamePerson && this.#watch) void this.#check();
  }

  /** Asks whose the token is, until that is known. */
  async #check(): Promise<void> {
    clearTimeout(this.#retry);
    const token = this.token();
    if (token === null) return;
    try {
      const me = (await this.#parts.send('get', '/api/auth/me', { token })) as components['schemas']['Me'];
      const now = this.token();
      // Somebody else may have come meanwhile.
      if (now === null || !isOfSamePerson(now, token) || this.#state.get().status !== 'checking') return;
      this.#state.set({ status: 'signed-in', user: me.user, organization: me.organization, endedBecause: null });
      this.#backoff.reset();
    } catch (error) {
      const isRefused = isRefusal(error) && (await this.recover(token).catch(() => token)) === null;
      if (isRefused || !this.#watch) return;
      this.#retry = setTimeout(() => void this.#check(), this.#backoff.next(RETRY));
    }
  }

  /** Whether whoever's session was ended is back. */
  #isOfWhoWasHere(token: string): boolean {
    const { user } = this.get();
    return user !== null && user.id === claimsOf(token).userId;
  }

  #end(reason: string | null): void {
    this.#parts.tokens.set({ token: null, refreshToken: null, endedBecause: reason });
    this.#forget(reason);
  }

  /** Who left by themselves is forgotten; whoever's session was ended is not. */
  #forget(reason: string | null): void {
    clearTimeout(this.#retry);
    const who = reason === null ? SIGNED_OUT : this.get();
    this.#state.set({ ...who, status: 'signed-out', endedBecause: reason });
    this.#token.set(null);
  }
}

function isOfSamePerson(one: string, other: string): boolean {
  return claimsOf(one).userId === claimsOf(other).userId;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
