// Which transport the next socket gets. Socket.IO's own fallback does not see a websocket that somebody swallows.

export type Rung = 'websocket' | 'long-polling';

/** So many failures on a rung, one after the other, and the other one is tried. */
const PATIENCE = 2;
/** So many, and neither works here. */
const HOPE = 2 * PATIENCE;

export class Ladder {
  #rung: Rung = 'websocket';
  #failures = 0;

  get rung(): Rung {
    return this.#rung;
  }

  /** Whether neither works, though the server is there. */
  get isHopeless(): boolean {
    return this.#failures >= HOPE;
  }

  /** A socket did not come to stand, or not for long, although the server was there. */
  failed(): void {
    this.#failures += 1;
    if (this.#failures % PATIENCE === 0) this.#rung = this.#rung === 'websocket' ? 'long-polling' : 'websocket';
  }

  /** One stood on `rung` long enough to be trusted. */
  stood(rung: Rung): void {
    this.#rung = rung;
    this.#failures = 0;
  }

  /** Everything may be different: another network, another day. */
  reset(): void {
    this.stood('websocket');
  }
}
