// The organisation's events, in order and exactly once, whatever brings them.

import type { Emitter } from '../emitter.js';
import type { LogEvents } from '../events.gen.js';
import { legible } from '../text.js';
import { Position, type Beginning, type Verdict } from './position.js';

export class Stream {
  readonly #position = new Position();
  readonly #emitter: Emitter;

  constructor(emitter: Emitter) {
    this.#emitter = emitter;
  }

  /** What to go on from. */
  get cursor(): string | undefined {
    return this.#position.cursor;
  }

  /** A connection begins at `cursor`, and what is known up to `head` is history. */
  begin(cursor: string, head: string): Beginning {
    const beginning = this.#position.begin(cursor, head);
    if (beginning === 'reset') this.#emitter.tell('reset', { cursor });
    return beginning;
  }

  /** Tells of an event if it is the next one. */
  take(name: string, payload: unknown, cursor: string, isHistory = this.#position.isHistory(cursor)): Verdict {
    const verdict = this.#position.take(cursor);
    if (verdict === 'next') {
      // Those that are younger than this client have names that it does not know, and may be heard all the same.
      const known = name as keyof LogEvents;
      this.#emitter.tell(known, legible(known, payload as LogEvents[typeof known]), { cursor, isHistory });
    }
    return verdict;
  }
}
