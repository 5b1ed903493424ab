// How long to wait before the next try.

/** What `/api/realtime/config` says of it. */
export interface Reconnect {
  initialDelayMs: number;
  maxDelayMs: number;
  /** By what part to draw a wait longer or shorter. */
  jitter: number;
}

/** Waits that double, drawn by lot so that a crowd does not come back at once. */
export class Backoff {
  #tries = 0;

  constructor(readonly random: () => number) {}

  /** The next wait; never shorter than what the server asked for. */
  next({ initialDelayMs, maxDelayMs, jitter }: Reconnect, atLeastMs = 0): number {
    const middle = Math.min(maxDelayMs, initialDelayMs * 2 ** this.#tries);
    this.#tries += 1;
    // All of a crowd were asked to stay away for the same time.
    if (atLeastMs > 0) return atLeastMs + this.random() * Math.max(initialDelayMs, atLeastMs / 4);
    const part = Math.min(1, Math.max(0, jitter));
    return Math.min(middle * (1 - part + 2 * part * this.random()), maxDelayMs);
  }

  /** It went well: the next wait is a short one. */
  reset(): void {
    this.#tries = 0;
  }
}
