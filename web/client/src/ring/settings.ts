// What a person chose in this browser, for all its tabs.

import { Cell } from '../readable.js';
import type { AgentStatus } from '../types.js';

export interface Settings {
  volume: number;
  isQuiet: boolean;
  /** Null until they chose one here. */
  status: AgentStatus | null;
}

const KEY = 'switchboard.settings';
const DEFAULT: Settings = { volume: 0.5, isQuiet: false, status: null };

export class SettingsStore extends Cell<Settings> {
  readonly #storage: Storage | undefined;

  constructor(storage: Storage | undefined) {
    super(read(storage) ?? DEFAULT);
    this.#storage = storage;
  }

  change(change: Partial<Settings>): void {
    this.set({ ...this.get(), ...change });
    try {
      this.#storage?.setItem(KEY, JSON.stringify(this.get()));
    } catch {
      // Full or forbidden: it holds for this page.
    }
  }

  /** Follows the other tabs; returns what ends that. */
  watch(): () => void {
    const heard = ({ key }: StorageEvent) => {
      const now = key === KEY ? read(this.#storage) : undefined;
      if (now) this.set(now);
    };
    globalThis.addEventListener?.('storage', heard);
    return () => globalThis.removeEventListener?.('storage', heard);
  }
}

function read(storage: Storage | undefined): Settings | undefined {
  try {
    const kept = storage?.getItem(KEY);
    return kept ? { ...DEFAULT, ...(JSON.parse(kept) as Partial<Settings>) } : undefined;
  } catch {
    return undefined;
  }
}
