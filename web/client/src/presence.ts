// How colleagues are, as far as a socket told.

import type { Emitter } from './emitter.js';
import { Cell } from './readable.js';
import type { PresenceStatus } from './types.js';

/** Follows what is told from now on. */
export function followPresence(emitter: Emitter): Cell<ReadonlyMap<string, PresenceStatus>> {
  const people = new Cell<ReadonlyMap<string, PresenceStatus>>(new Map());
  // Whoever is not in a greeting is not here.
  emitter.on('session', ({ presence }) => people.set(new Map(presence.map(({ userId, status }) => [userId, status]))));
  emitter.on('presence', ({ userId, status }) => people.set(new Map(people.get()).set(userId, status)));
  return people;
}
