// What there is of the browser here.

import type { Platform } from './types.js';

export function platformOf(given: Partial<Platform>): Platform {
  return {
    // Bound late: tests and tools replace it.
    fetch: (...ask) => globalThis.fetch(...ask),
    storage: storage(),
    locks: globalThis.navigator?.locks,
    channel,
    elapsed: () => performance.now(),
    random: () => Math.random(),
    ...given,
  };
}

function storage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // forbidden
  }
}

function channel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined; // none, or forbidden
  }
}
