// The server's time, which does not jump when this computer's does.

export class ServerClock {
  readonly #elapsed: () => number;
  #ahead: number | undefined;
  #isExact = false;

  /** `elapsed` only ever grows. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** What the server said, just now. What is known to the second only counts until something better comes. */
  set(serverTime: string | null, isExact: boolean): void {
    const time = Date.parse(serverTime ?? '');
    if (Number.isNaN(time) || (this.#isExact && !isExact)) return;
    this.#isExact = isExact;
    this.#ahead = time - this.#elapsed();
  }

  now(): number {
    return this.#ahead === undefined ? Date.now() : this.#ahead + this.#elapsed();
  }
}
