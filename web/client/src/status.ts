// How the person is: the server keeps it, for they may be signed in elsewhere too.

import { ApiError, type Api } from './api.js';
import type { Emitter } from './emitter.js';
import { Backoff } from './line/backoff.js';
import { Cell } from './readable.js';
import type { Tabs } from './tabs/tabs.js';
import type { AgentStatus, ScreenReport } from './types.js';

const STATUSES: readonly AgentStatus[] = ['available', 'busy', 'away'];
const RETRY = { initialDelayMs: 1_000, maxDelayMs: 15_000, jitter: 0.5 };

export interface OwnStatusParts {
  api: Pick<Api, 'post'>;
  emitter: Emitter;
  tabs: Tabs;
  /** Whose it is, as far as it is known. */
  me(): string | null;
  random: () => number;
}

/** What they chose, until the server has heard it; then what it tells. */
export class OwnStatus extends Cell<AgentStatus> {
  readonly #parts: OwnStatusParts;
  readonly #endings: (() => void)[];
  #told: AgentStatus = 'available';
  /** What the server is yet to hear. */
  #chosen: AgentStatus | null = null;
  /** What was chosen came back already: whatever is told after that is newer than the answer. */
  #isEchoed = false;
  /** How often it was chosen: what was asked before that is answered too late. */
  #choices = 0;
  #isTelling = false;
  #isOpen = true;
  #wake = () => {};

  constructor(parts: OwnStatusParts) {
    super('available');
    this.#parts = parts;
    const { emitter, tabs } = parts;
    this.#endings = [
      emitter.on('session', ({ presence }) => {
        for (const { userId, status } of presence) if (userId === parts.me()) this.#hear(status);
      }),
      emitter.on('presence', ({ userId, status }) => {
        if (userId === parts.me()) this.#hear(status);
      }),
      tabs.on('chose', ({ status }) => {
        this.#choices += 1;
        this.#chosen = null;
        this.#hear(status);
      }),
    ];
  }

  /** Tells the server, again until it is heard: while it cannot be reached, and while too much is said. */
  choose(status: AgentStatus): void {
    this.#choices += 1;
    this.#chosen = status;
    this.set(status);
    this.#parts.tabs.tell('chose', { status });
    this.#wake();
    if (!this.#isTelling) void this.#tell();
  }

  /** Says over REST what a socket would say of this tab, and hears how the person is. */
  async report(report: Partial<ScreenReport>): Promise<void> {
    const choices = this.#choices;
    const answer = await this.#say(report).catch(() => undefined); // it is said again
    if (answer && choices === this.#choices) this.#hear(answer.status);
  }

  close(): void {
    this.#isOpen = false;
    this.#chosen = null;
    for (const end of this.#endings) end();
    this.#wake();
  }

  async #tell(): Promise<void> {
    const backoff = new Backoff(this.#parts.random);
    this.#isTelling = true;
    while (this.#chosen !== null) {
      const said = this.#chosen;
      this.#isEchoed = false;
      try {
        const { status } = await this.#say({ status: said });
        if (this.#chosen !== said) continue;
        this.#chosen = null;
        this.#hear(this.#isEchoed ? this.#told : status);
      } catch (error) {
        const { status, retryAfterMs } = error instanceof ApiError ? error : { status: 0, retryAfterMs: null };
        if (status === 0 || status === 429 || status >= 500) {
          await this.#pause(backoff.next(RETRY, retryAfterMs ?? 0));
        } else if (this.#chosen === said) {
          this.#chosen = null;
          this.#hear(this.#told);
        }
      }
    }
    this.#isTelling = false;
  }

  #say(body: Partial<ScreenReport> & { status?: AgentStatus }): Promise<{ status: string }> {
    return this.#parts.api.post('/api/presence', { body });
  }

  /** Who is gone, as far as a colleague could see, is as they were. */
  #hear(told: string): void {
    const status = STATUSES.find((known) => known === told);
    if (!status || !this.#isOpen) return;
    this.#told = status;
    if (this.#chosen === null) this.set(status);
    else if (this.#chosen === status) this.#isEchoed = true;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
