// Where the token lies: where the CRM's pages have always put it.

export interface Tokens {
  token: string | null;
  /** For when the token has ended. */
  refreshToken: string | null;
  /** Why there is none any more, if the server ended the session; null if somebody left by themselves. */
  endedBecause: string | null;
}

const TOKEN = 'authToken';
const REFRESH = 'authRefreshToken';
const ENDED = 'authEndedBecause';

/** Keeps the tokens in the browser's storage; in memory only where there is none. */
export class TokenStore {
  readonly #storage: Storage | undefined;
  #kept: Tokens;
  /** What lies in the storage is not ours: ours could not be written. */
  #isStale = false;

  constructor(storage: Storage | undefined) {
    this.#storage = storage;
    this.#kept = this.#read() ?? { token: null, refreshToken: null, endedBecause: null };
  }

  get(): Tokens {
    return this.#kept;
  }

  set(tokens: Tokens): void {
    this.#kept = tokens;
    const reason = [ENDED, tokens.endedBecause] as const;
    const pair = [
      [TOKEN, tokens.token],
      [REFRESH, tokens.refreshToken],
    ] as const;
    try {
      // Whoever sees that there is no token any more can see why.
      for (const [key, value] of tokens.token === null ? [reason, ...pair] : [...pair, reason]) {
        if (value === null) this.#storage?.removeItem(key);
        else this.#storage?.setItem(key, value);
      }
      this.#isStale = false;
    } catch {
      // Full or forbidden: this page goes on with what it has in memory.
      this.#isStale = true;
    }
  }

  /** Looks what lies there; returns whether another tab changed it. */
  reread(): boolean {
    const now = this.#isStale ? undefined : this.#read();
    if (!now) return false;
    const before = this.#kept;
    this.#kept = now;
    return now.token !== before.token || now.refreshToken !== before.refreshToken;
  }

  /** Calls `onChange` when another tab changed them; returns what ends that. */
  watch(onChange: () => void): () => void {
    const heard = (event: StorageEvent) => {
      // No key: everything was cleared.
      if (event.key !== null && event.key !== TOKEN && event.key !== REFRESH) return;
      if (this.reread()) onChange();
    };
    globalThis.addEventListener?.('storage', heard);
    return () => globalThis.removeEventListener?.('storage', heard);
  }

  #read(): Tokens | undefined {
    try {
      if (!this.#storage) return undefined;
      const [token, refreshToken, endedBecause] = [TOKEN, REFRESH, ENDED].map((key) => this.#storage?.getItem(key) || null);
      return { token: token ?? null, refreshToken: refreshToken ?? null, endedBecause: endedBecause ?? null };
    } catch {
      return undefined;
    }
  }
}
