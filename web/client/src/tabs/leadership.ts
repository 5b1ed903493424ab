// Which of a person's tabs makes the sounds, shows system notifications and polls: one.

import { Cell, type Readable } from '../readable.js';
import type { Platform } from '../types.js';
import { Heartbeat } from './heartbeat.js';
import type { Tabs } from './tabs.js';

export interface Leadership {
  readonly isLeader: Readable<boolean>;
  /** Lets another tab lead, and waits for its turn. */
  yield(): void;
  close(): void;
}

/** By lock, which a browser takes from a tab that dies; else by heartbeat. */
export function seekLeadership(name: string, tabs: Tabs, { locks, elapsed, random }: Platform): Leadership {
  if (locks) return new Lock(name, locks);
  return new Heartbeat(tabs, elapsed, random);
}

class Lock implements Leadership {
  readonly #isLeader = new Cell(false);
  readonly #name: string;
  readonly #locks: NonNullable<Platform['locks']>;
  #release: () => void = () => undefined;
  #waiting = new AbortController();

  constructor(name: string, locks: NonNullable<Platform['locks']>) {
    this.#name = name;
    this.#locks = locks;
    this.#seek();
  }

  get isLeader(): Readable<boolean> {
    return this.#isLeader;
  }

  yield(): void {
    if (!this.#isLeader.get()) return;
    this.#isLeader.set(false);
    this.#release();
    this.#seek(); // behind those that wait already
  }

  close(): void {
    this.#waiting.abort();
    this.#isLeader.set(false);
    this.#release();
  }

  #seek(): void {
    const { signal } = this.#waiting;
    const lead = () =>
      new Promise<void>((release) => {
        this.#release = release;
        if (signal.aborted) release();
        else this.#isLeader.set(true);
      });
    this.#locks.request(this.#name, { signal }, lead).catch(() => {
      // Not given to pages like this one: it leads itself.
      if (!signal.aborted) this.#isLeader.set(true);
    });
  }
}
