// What a person chose to hear in this browser, for all its tabs.

import { Cell } from '../readable.js';

export interface Settings {
  volume: number;
  isQuiet: boolean;
}

const DEFAULT: Settings = { volume: 0.5, isQuiet: false };

export class SettingsStore extends Cell<Settings> {
  readonly #storage: Storage | undefined;
  #key: string | undefined;

  constructor(storage: Storage | undefined) {
    super(DEFAULT);
    this.#storage = storage;
  }

  /** From now on these are this person's: whoever signs in next in this browser has their own. */
  belongTo(userId: string | null): void {
    this.#key = userId === null ? undefined : `switchboard.settings.${userId}`;
    this.set(this.#read() ?? DEFAULT);
  }

  change(change: Partial<Settings>): void {
    this.set({ ...this.get(), ...change });
    if (this.#key === undefined) return;
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(this.get()));
    } catch {
      // Full or forbidden: it holds for this page.
    }
  }

  /** Follows the other tabs; returns what ends that. */
  watch(): () => void {
    const heard = ({ key }: StorageEvent) => {
      const now = key === this.#key ? this.#read() : undefined;
      if (now) this.set(now);
    };
    globalThis.addEventListener?.('storage', heard);
    return () => globalThis.removeEventListener?.('storage', heard);
  }

  #read(): Settings | undefined {
    try {
      const kept = this.#key === undefined ? null : this.#storage?.getItem(this.#key);
      return kept ? { ...DEFAULT, ...(JSON.parse(kept) as Partial<Settings>) } : undefined;
    } catch {
      return undefined;
    }
  }
}
