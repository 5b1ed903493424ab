// What one began to write and did not send: it is there when the conversation is opened again, in this tab.

import { useCallback, useSyncExternalStore } from 'react';

type Kind = 'reply' | 'note';

export class Drafts {
  readonly #listeners = new Set<() => void>();
  readonly #texts = new Map<string, string>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  get(number: string, kind: Kind): string {
    return this.#texts.get(`${kind} ${number}`) ?? '';
  }

  put(number: string, kind: Kind, text: string): void {
    if (text === '') this.#texts.delete(`${kind} ${number}`);
    else this.#texts.set(`${kind} ${number}`, text);
    this.#changed();
  }

  /** It is sent; what was typed since then stays. */
  done(number: string, kind: Kind, text: string): void {
    if (this.get(number, kind) === text) this.put(number, kind, '');
  }

  /** Somebody else sits here now. */
  clear(): void {
    this.#texts.clear();
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** It outlives the thread that it is written in. */
export const drafts = new Drafts();

export function useDraft(number: string, kind: Kind): [text: string, write: (text: string) => void] {
  const text = useSyncExternalStore(drafts.subscribe, () => drafts.get(number, kind));
  return [text, useCallback((next: string) => drafts.put(number, kind, next), [number, kind])];
}
