// Which tab would be heard when it rings. One that would not lets one that would lead.

import { Cell, type Readable } from '../readable.js';
import type { Leadership } from '../tabs/leadership.js';
import type { Tabs } from '../tabs/tabs.js';

export class Audience {
  /** Whether the leader would be heard, as far as this tab knows. */
  readonly isLeaderAudible = new Cell(true);
  readonly #leadership: Leadership;
  readonly #tabs: Tabs;
  readonly #isAudible: Readable<boolean>;
  readonly #endings: (() => void)[];

  constructor(leadership: Leadership, tabs: Tabs, isAudible: Readable<boolean>) {
    this.#leadership = leadership;
    this.#tabs = tabs;
    this.#isAudible = isAudible;
    this.#endings = [
      leadership.isLeader.subscribe(() => this.#say()),
      isAudible.subscribe(() => this.#say()),
      tabs.on('leads', ({ isAudible }) => {
        if (leadership.isLeader.get()) return;
        this.isLeaderAudible.set(isAudible);
        if (!isAudible && this.#isAudible.get()) tabs.tell('audible', null);
      }),
      tabs.on('audible', () => {
        if (leadership.isLeader.get() && !this.#isAudible.get()) leadership.yield();
      }),
      tabs.on('joined', () => this.#say()),
    ];
    tabs.tell('joined', null);
    this.#say();
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  #say(): void {
    const isAudible = this.#isAudible.get();
    if (this.#leadership.isLeader.get()) {
      this.isLeaderAudible.set(isAudible);
      this.#tabs.tell('leads', { isAudible });
    } else if (isAudible && !this.isLeaderAudible.get()) {
      this.#tabs.tell('audible', null);
    }
  }
}
