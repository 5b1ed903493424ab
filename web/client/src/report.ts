// Tells the server whether this tab would be noticed when it rings.

import type { Emitter } from './emitter.js';
import type { Readable } from './readable.js';
import type { LineState, ScreenReport } from './types.js';

/** The server hears a person once a second, whichever of their tabs it is. */
const BETWEEN_MS = 1_100;
/** It is said again and again, for another tab may have been heard instead. */
const AGAIN_MS = 25_000;

export interface ReporterParts {
  emitter: Emitter;
  report: Readable<ScreenReport>;
  line: Readable<LineState>;
  send(report: ScreenReport): void;
  random: () => number;
}

export class Reporter {
  readonly #parts: ReporterParts;
  readonly #endings: (() => void)[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWaiting = false;
  #isPolling = false;

  constructor(parts: ReporterParts) {
    this.#parts = parts;
    this.#endings = [
      parts.emitter.on('session', () => this.#say()),
      parts.line.subscribe(() => this.#look()),
      parts.report.subscribe(() => this.#soon()),
    ];
  }

  close(): void {
    for (const end of this.#endings) end();
    clearTimeout(this.#timer);
  }

  /** Whoever begins to ask says it as whoever gets a socket does. */
  #look(): void {
    const wasPolling = this.#isPolling;
    this.#isPolling = this.#parts.line.get().recovery === 'polling';
    if (this.#isPolling && !wasPolling) this.#say();
  }

  /** At once, if nothing was said in the last second. */
  #soon(): void {
    if (!this.#isWaiting) this.#say();
  }

  #say(): void {
    const { report, send, random } = this.#parts;
    clearTimeout(this.#timer);
    const said = report.get();
    send(said);
    this.#isWaiting = true;
    this.#timer = setTimeout(() => {
      this.#isWaiting = false;
      if (report.get() !== said) return this.#say();
      this.#timer = setTimeout(() => this.#say(), AGAIN_MS * (0.6 + 0.8 * random()));
    }, BETWEEN_MS);
  }
}
