// A leader without locks: it says once a second that it lives; when it falls silent, another one takes over.

import { Cell, type Readable } from '../readable.js';
import type { Leadership } from './leadership.js';
import type { Tabs } from './tabs.js';

const BEAT_MS = 1_000;
/** A leader that was silent for so long is gone. Browsers let hidden tabs run once a second. */
const SILENCE_MS = 3_500;
/** How long a claim waits for somebody who leads, or has the better one. */
const CLAIM_MS = 300;
/** And how long after that, for what came while this tab slept. */
const WAKE_MS = 50;

export class Heartbeat implements Leadership {
  readonly #isLeader = new Cell(false);
  /** The lowest one of several wins. */
  readonly #id: string;
  readonly #tabs: Tabs;
  readonly #elapsed: () => number;
  readonly #endings: (() => void)[];
  readonly #beating: ReturnType<typeof setInterval>;
  #heardAt: number;
  #claim: ReturnType<typeof setTimeout> | undefined;

  constructor(tabs: Tabs, elapsed: () => number, random: () => number) {
    this.#id = random().toString(36).slice(2).padEnd(12, '0');
    this.#tabs = tabs;
    this.#elapsed = elapsed;
    this.#heardAt = elapsed();
    this.#endings = [
      tabs.on('beat', ({ id }) => this.#heard(id)),
      tabs.on('claim', ({ id }) => this.#claimed(id)),
      tabs.on('farewell', () => this.#stand()),
    ];
    this.#beating = setInterval(() => this.#beat(), BEAT_MS);
    this.#stand();
  }

  get isLeader(): Readable<boolean> {
    return this.#isLeader;
  }

  yield(): void {
    if (!this.#isLeader.get()) return;
    this.#resign();
    this.#heardAt = this.#elapsed();
  }

  close(): void {
    clearInterval(this.#beating);
    clearTimeout(this.#claim);
    for (const end of this.#endings) end();
    if (this.#isLeader.get()) this.#resign();
  }

  #beat(): void {
    if (this.#isLeader.get()) this.#tabs.tell('beat', { id: this.#id });
    else if (this.#elapsed() - this.#heardAt > SILENCE_MS) this.#stand();
  }

  /** Leads, unless somebody objects. */
  #stand(): void {
    if (this.#claim !== undefined || this.#isLeader.get()) return;
    this.#tabs.tell('claim', { id: this.#id });
    // A tab that wakes is told that time is up before it is told what others said.
    this.#claim = setTimeout(() => {
      this.#claim = setTimeout(() => this.#lead(), WAKE_MS);
    }, CLAIM_MS);
  }

  #lead(): void {
    this.#claim = undefined;
    this.#isLeader.set(true);
    this.#beat();
  }

  /** Somebody leads. */
  #heard(id: string): void {
    this.#heardAt = this.#elapsed();
    if (this.#isLeader.get() && this.#id < id) return this.#beat();
    this.#isLeader.set(false);
    this.#withdraw();
  }

  #claimed(id: string): void {
    if (this.#isLeader.get()) return this.#beat();
    if (this.#claim === undefined) return;
    if (id < this.#id) {
      this.#withdraw();
      this.#heardAt = this.#elapsed();
    } else {
      this.#tabs.tell('claim', { id: this.#id });
    }
  }

  #withdraw(): void {
    clearTimeout(this.#claim);
    this.#claim = undefined;
  }

  #resign(): void {
    this.#isLeader.set(false);
    this.#tabs.tell('farewell', { id: this.#id });
  }
}
