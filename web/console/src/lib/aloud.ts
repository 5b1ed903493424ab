// What a screen reader says by itself.

import { useSyncExternalStore } from 'react';

export interface Said {
  words: string;
  /** Counts up, so that the same words are said again. */
  turn: number;
}

const SILENCE: Said = { words: '', turn: 0 };
const said = { now: SILENCE, soon: SILENCE };
const listeners = new Set<() => void>();

/** `now` interrupts: it is for ringing calls alone. */
export function sayAloud(words: string, when: 'now' | 'soon' = 'soon'): void {
  said[when] = { words, turn: said[when].turn + 1 };
  for (const listener of listeners) listener();
}

export function useAloud(when: 'now' | 'soon'): Said {
  return useSyncExternalStore(subscribe, () => said[when]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
