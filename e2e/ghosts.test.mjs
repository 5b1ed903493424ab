// Clients that leave before they were let in stay nowhere.

import { after, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { io } from 'socket.io-client';

import { connect, TRANSPORTS } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { login } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';
import { becomesReachable } from './lib/team.mjs';

const { url: at } = await startServer({ after });

/** Connects, and leaves `after` ms behind the opening: while the server looks at the token, or soon after. */
function comeAndGo(token, options, after) {
  return new Promise((resolve) => {
    const socket = io(at, { forceNew: true, auth: { token }, reconnection: false, ...options });
    socket.io.on('close', resolve);
    socket.io.on('error', resolve);
    socket.io.on('open', () => pause(after).then(() => socket.io.engine.close()));
  });
}

/** As long as a person counts whose last socket is gone, with time to notice. */
const GRACE_MS = 15_000 + 5_000;

// Guards `socket.on_disconnect` in `Door::open`, crates/realtime/src/handshake.rs: registered at the end of the connect
// handler instead, behind anything that it waits for, it does not hear of those who have left by then.
describe('at the same time', { concurrency: true }, () => {
  for (const [n, [how, options]] of Object.entries(TRANSPORTS).entries()) {
    test(`a hundred clients that leave during the handshake leave no ghost, ${how}`, async (t) => {
      const { token, user } = await login(acme.agents[10 + n], { at });
      await Promise.all(Array.from({ length: 100 }, (_, n) => comeAndGo(token, options, 5 * n)));
      // Whoever comes after them is let in after them.
      const last = await connect(t, token, { at, ...options });
      await becomesReachable(user, acme.agents[0], true, { at });
      last.socket.disconnect();
      await becomesReachable(user, acme.agents[0], false, { at, patience: GRACE_MS });
    });
  }
});
