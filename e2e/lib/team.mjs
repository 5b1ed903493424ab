// The team, as colleagues see it.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { ok, PATIENCE_MS } from './api.mjs';
import { demo } from './demo.mjs';
import { tokenOf } from './people.mjs';

/** The team's entry of `user`, as `colleague` sees it on the stack's server, or `at` another. */
export async function memberOf(user, colleague, { at = demo.baseUrl } = {}) {
  const { members } = await ok('GET /api/team', { at, token: await tokenOf(colleague) });
  return members.find(({ id }) => id === user.id);
}

/** Waits until `user` is reachable, or is no more, and asks at a polite pace. */
export async function becomesReachable(user, colleague, reachable, { patience = PATIENCE_MS, ...options } = {}) {
  const began = performance.now();
  while ((await memberOf(user, colleague, options)).reachable !== reachable) {
    assert.ok(performance.now() - began < patience, `${user.email} is never ${reachable ? '' : 'un'}reachable`);
    await pause(50);
  }
}
