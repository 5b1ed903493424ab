// Where the token lies: where the CRM's pages have always put it.

export interface Tokens {
  token: string | null;
  /** For when the token has ended. */
  refreshToken: string | null;
}

const TOKEN = 'authToken';
const REFRESH = 'authRefreshToken';

/** Keeps the tokens in the browser's storage; in memory only where there is none. */
export class TokenStore {
  readonly #storage: Storage | undefined;
  #kept: Tokens;
  /** What lies in the storage is not ours: ours could not be written. */
  #isStale = false;

  constructor(storage: Storage | undefined) {
    this.#storage = storage;
    this.#kept = this.#read() ?? { token: null, refreshToken: null };
  }

  get(): Tokens {
    return this.#kept;
  }

  set(tokens: Tokens): void {
    this.#kept = tokens;
    try {
      for (const [key, value] of [
        [TOKEN, tokens.token],
        [REFRESH, tokens.refreshToken],
      ] as const) {
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
    if (!now || (now.token === this.#kept.token && now.refreshToken === this.#kept.refreshToken)) return false;
    this.#kept = now;
    return true;
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
      return { token: this.#storage.getItem(TOKEN) || null, refreshToken: this.#storage.getItem(REFRESH) || null };
    } catch {
      return undefined;
    }
  }
}
