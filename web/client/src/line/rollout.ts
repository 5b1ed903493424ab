// How the server wants to be talked to: the switch with which operators roll websockets out and back.

import type { Api } from '../api.js';
import type { Reconnect } from './backoff.js';

export interface Rollout {
  transport: 'websocket' | 'polling';
  pollIntervalMs: number;
  reconnect: Reconnect;
}

/** Until the server says. */
const DEFAULT: Rollout = {
  transport: 'websocket',
  pollIntervalMs: 5_000,
  reconnect: { initialDelayMs: 500, maxDelayMs: 3_000, jitter: 1 },
};

/** An answer is stale after 20 s; the browser keeps it for all tabs. */
const AGAIN_MS = 25_000;
/** What is not known after this is done without. */
const PATIENCE_MS = 3_000;

export class Rollouts {
  #current = DEFAULT;
  #again: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  readonly #api: Pick<Api, 'get'>;
  readonly #random: () => number;
  readonly #onChange: () => void;

  constructor(api: Pick<Api, 'get'>, random: () => number, onChange: () => void) {
    this.#api = api;
    this.#random = random;
    this.#onChange = onChange;
  }

  get current(): Rollout {
    return this.#current;
  }

  /** Asks, and then again and again. Resolves with the first answer, or without one when it takes too long. */
  async open(): Promise<void> {
    this.#isOpen = true;
    await this.#read();
    this.#later();
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#again);
  }

  /** Asks the server itself, now. Returns whether it was there to answer. */
  isThere(): Promise<boolean> {
    return this.#read({ cache: 'no-store' });
  }

  async #read(how: { cache?: 'no-store' } = {}): Promise<boolean> {
    let said: Rollout;
    try {
      said = (await this.#api.get('/api/realtime/config', { timeoutMs: PATIENCE_MS, ...how })) as Rollout;
    } catch {
      return false;
    }
    if (!this.#isOpen) return true;
    const hasChanged = JSON.stringify(said) !== JSON.stringify(this.#current);
    this.#current = said;
    if (hasChanged) this.#onChange();
    return true;
  }

  #later(): void {
    if (!this.#isOpen) return;
    const ask = () => void this.#read().then(() => this.#later());
    this.#again = setTimeout(ask, AGAIN_MS * (0.9 + 0.2 * this.#random()));
  }
}
