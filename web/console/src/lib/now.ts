// The time, as something to render by.

import { useSyncExternalStore } from 'react';

interface Ticker {
  subscribe(listener: () => void): () => void;
  get(): number;
}

/** One timer for all that look at it, and none when nobody does. */
function ticker(everyMs: number): Ticker {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    get: () => now,
    subscribe(listener) {
      if (listeners.size === 0) {
        now = Date.now();
        timer = setInterval(tick, everyMs);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}

const SECONDS = ticker(1_000);
const MINUTES = ticker(20_000);

/** For clocks. */
export function useSeconds(): number {
  return useSyncExternalStore(SECONDS.subscribe, SECONDS.get);
}

/** For what was minutes ago. */
export function useMinutes(): number {
  return useSyncExternalStore(MINUTES.subscribe, MINUTES.get);
}
