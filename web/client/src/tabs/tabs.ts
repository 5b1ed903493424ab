// What the tabs of one person in one browser tell each other.

import type { Answer } from '../api.js';
import type { AgentStatus, Outcome } from '../types.js';

/** What can be told, by name. */
export interface Told {
  /** The leader asked the server, and this was the answer. */
  page: Answer<'get', '/api/events'>;
  /** A call was answered here: silence, everywhere, at once. */
  answered: { callSid: string; outcome: Outcome | null };
  /** The person chose how they are here. */
  chose: { status: AgentStatus };
  /** The leader rang just now. */
  rang: null;
  /** The leader says that it leads, and whether it would be heard. */
  leads: { isAudible: boolean };
  /** There is another tab, which wants to know who leads. */
  joined: null;
  /** A tab that does not lead would be heard. */
  audible: null;
  /** For browsers without locks: see `Heartbeat`. */
  beat: { id: string };
  claim: { id: string };
  farewell: { id: string };
}

/** A way to talk to the other tabs. Where there is none, nobody is told and nobody hears. */
export class Tabs {
  readonly #channel: BroadcastChannel | undefined;
  readonly #listeners = new Map<string, Set<(told: never) => void>>();

  constructor(channel: BroadcastChannel | undefined) {
    this.#channel = channel;
    if (channel) channel.onmessage = ({ data }) => this.#hear(data as { name: string; told: unknown });
  }

  tell<Name extends keyof Told>(name: Name, told: Told[Name]): void {
    try {
      this.#channel?.postMessage({ name, told });
    } catch {
      // Closed under our hands, as pages are that go into the back-forward cache.
    }
  }

  on<Name extends keyof Told>(name: Name, listener: (told: Told[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener as (told: never) => void));
    return () => void listeners.delete(listener as (told: never) => void);
  }

  close(): void {
    this.#listeners.clear();
    this.#channel?.close();
  }

  #hear({ name, told }: { name: string; told: unknown }): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) (listener as (told: unknown) => void)(told);
  }
}
