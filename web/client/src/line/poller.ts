// Events by asking, while no socket stands. One tab of a browser asks, the others are told.

import { ApiError, type Answer, type Api } from '../api.js';
import type { IncomingCall } from '../events.gen.js';
import type { Readable } from '../readable.js';
import type { Tabs } from '../tabs/tabs.js';
import { legible } from '../text.js';
import { Backoff } from './backoff.js';
import type { Rollouts } from './rollout.js';
import type { Stream } from './stream.js';
import type { Timings } from './timings.js';

export type Page = Answer<'get', '/api/events'>;

export interface PollerListener {
  /** Events come. */
  onPage(callSids: string[]): void;
  /** What waits now. */
  onWaiting(calls: IncomingCall[]): void;
  /** The server cannot be reached. */
  onFailure(message: string): void;
}

export interface PollerParts {
  api: Api;
  stream: Stream;
  rollouts: Rollouts;
  tabs: Tabs;
  isLeader: Readable<boolean>;
  /** Renews the token when it is due. */
  renewIfDue(): Promise<unknown>;
  listener: PollerListener;
  timings: Timings;
  elapsed: () => number;
  random: () => number;
}

export class Poller {
  readonly #parts: PollerParts;
  readonly #backoff: Backoff;
  #spell: AbortController | undefined;
  /** Nothing is missing: what comes now is no history. */
  #isCaughtUp = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.random);
  }

  open(): void {
    if (this.#spell) return;
    const spell = new AbortController();
    this.#spell = spell;
    this.#isCaughtUp = false;
    this.#toldAt = Number.NEGATIVE_INFINITY;
    const endings = [
      this.#parts.tabs.on('page', (page) => this.#told(page)),
      this.#parts.isLeader.subscribe(() => this.#wake()),
    ];
    spell.signal.addEventListener('abort', () => {
      for (const end of endings) end();
      this.#wake();
    });
    void this.#run(spell.signal);
  }

  close(): void {
    this.#spell?.abort();
    this.#spell = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { rollouts, listener } = this.#parts;
    while (!signal.aborted) {
      if (this.#isTold()) {
        await this.#pause(1_000);
        continue;
      }
      try {
        await this.#ask(signal);
        this.#backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        this.#isCaughtUp = false;
        listener.onFailure(error instanceof Error ? error.message : 'The server cannot be reached');
        const atLeast = error instanceof ApiError ? error.retryAfterMs : null;
        await this.#pause(this.#backoff.next(rollouts.current.reconnect, atLeast ?? 0));
      }
    }
  }

  /** Asks once, and waits as long as the server wants between two questions. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { api, stream, rollouts, tabs, isLeader } = this.#parts;
    await this.#parts.renewIfDue().catch(() => undefined);
    const wasCaughtUp = this.#isCaughtUp;
    const intervalMs = rollouts.current.pollIntervalMs;
    const holdMs = wasCaughtUp ? this.#holdMs(intervalMs) : 0;
    const query = { after: stream.cursor, wait: Math.floor(holdMs / 1000) };
    const page = await api.get('/api/events', { query, signal, timeoutMs: holdMs + 10_000 });
    if (signal.aborted) return;
    this.#take(page, !wasCaughtUp);
    if (isLeader.get()) tabs.tell('page', page);
    if (page.reset) this.#isCaughtUp = false;
    else if (!wasCaughtUp && !page.more) await this.#catchUp(signal);
    if (!page.more && this.#isCaughtUp) await this.#pause(intervalMs);
  }

  /** Who asks less often than every 30 s counts as gone. */
  #holdMs(intervalMs: number): number {
    return Math.max(0, Math.min(this.#parts.timings.holdMs, 25_000 - intervalMs));
  }

  /** What waited before we came. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const { incomingCalls } = await this.#parts.api.get('/api/twilio/incoming-calls/pending', { signal });
    if (signal.aborted) return;
    const calls = incomingCalls as unknown as IncomingCall[];
    this.#parts.listener.onWaiting(calls.map((call) => legible('incoming-call', call)));
    this.#isCaughtUp = true;
  }

  /** Returns whether nothing was missing. */
  #take(page: Page, isHistory: boolean): boolean {
    const { stream, listener } = this.#parts;
    if (page.reset || stream.cursor === undefined) stream.begin(page.cursor, page.cursor);
    for (const { event, data, cursor } of page.reset ? [] : page.events) {
      if (stream.take(event, data, cursor, isHistory) === 'gap') return false;
    }
    listener.onPage(page.offers.callSids);
    return true;
  }

  /** The leader asked. A tab that is not where the leader is asks for itself, once. */
  #told(page: Page): void {
    if (!this.#isCaughtUp || this.#parts.isLeader.get()) return;
    this.#toldAt = this.#parts.elapsed();
    if (page.reset || !this.#take(page, false)) {
      this.#isCaughtUp = false;
      this.#wake();
    }
  }

  /** Whether somebody else asks for us. */
  #isTold(): boolean {
    const { isLeader, elapsed, rollouts, timings } = this.#parts;
    if (isLeader.get() || !this.#isCaughtUp) return false;
    return elapsed() - this.#toldAt < timings.holdMs + 2 * rollouts.current.pollIntervalMs;
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
