// Who hears of what.

import type { About, ClientEvents, EventName, Handler } from './types.js';

const NOT_OF_THE_LOG: About = { cursor: null, isHistory: false };

interface Hearing {
  /** What somebody gave, and gives again to end it. */
  handler: Handler<EventName>;
  isOnce: boolean;
}

/** Handlers by name, called in the order in which they came. */
export class Emitter {
  readonly #hearings = new Map<string, readonly Hearing[]>();

  on<Name extends EventName>(name: Name, handler: Handler<Name>, isOnce = false): () => void {
    const hearing: Hearing = { handler: handler as unknown as Handler<EventName>, isOnce };
    this.#hearings.set(name, [...this.#of(name), hearing]);
    return () => this.#end(name, hearing);
  }

  once<Name extends EventName>(name: Name, handler: Handler<Name>): () => void {
    return this.on(name, handler, true);
  }

  /** Ends what was begun with this handler; once, if it was begun several times. */
  off<Name extends EventName>(name: Name, handler: Handler<Name>): void {
    this.#end(
      name,
      this.#of(name).find((hearing) => hearing.handler === (handler as unknown)),
    );
  }

  tell<Name extends EventName>(name: Name, payload: ClientEvents[Name], about = NOT_OF_THE_LOG): void {
    for (const hearing of this.#of(name)) {
      if (hearing.isOnce) this.#end(name, hearing);
      try {
        hearing.handler(payload, about);
      } catch (error) {
        // One that fails keeps no other from hearing.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#hearings.clear();
  }

  #of(name: string): readonly Hearing[] {
    return this.#hearings.get(name) ?? [];
  }

  #end(name: string, ended: Hearing | undefined): void {
    this.#hearings.set(
      name,
      this.#of(name).filter((hearing) => hearing !== ended),
    );
  }
}
