// Clients that leave before they were let in stay nowhere.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { io } from 'socket.io-client';

import { ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, TRANSPORTS } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

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

async function isReachable(user) {
  const { members } = await ok('GET /api/team', { at, token: await tokenOf(acme.agents[0]) });
  return members.find(({ id }) => id === user.id).reachable;
}

// Guards `socket.on_disconnect` in `Door::open`, crates/realtime/src/handshake.rs: registered at the end of the connect
// handler instead, behind anything that it waits for, it does not hear of those who have left by then.
for (const [n, [how, options]] of Object.entries(TRANSPORTS).entries()) {
  test(`a hundred clients that leave during the handshake leave no ghost, ${how}`, async (t) => {
    const { token, user } = await login(acme.agents[10 + n], { at });
    await Promise.all(Array.from({ length: 100 }, (_, n) => comeAndGo(token, options, 5 * n)));
    // Whoever comes after them is let in after them.
    const last = await connect(t, token, { at, ...options });
    assert.equal(await isReachable(user), true);
    last.socket.disconnect();
    for (let asked = 0; await isReachable(user); asked += 1) {
      assert.ok(asked < PATIENCE_MS / 100, 'somebody is still there');
      await pause(100);
    }
  });
}
