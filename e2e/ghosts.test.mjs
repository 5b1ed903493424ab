// Clients that leave before they were let in stay nowhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { io } from 'socket.io-client';

import { ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, TRANSPORTS } from './lib/client.mjs';
import { acme, demo } from './lib/demo.mjs';
import { login, tokenOf } from './lib/people.mjs';

/** Connects, and leaves while the server still looks at the token: `after` ms behind the opening of the transport. */
function comeAndGo(token, options, after) {
  return new Promise((resolve) => {
    const socket = io(demo.baseUrl, { forceNew: true, auth: { token }, reconnection: false, ...options });
    socket.io.on('close', resolve);
    socket.io.on('error', resolve);
    socket.io.on('open', () => pause(after).then(() => socket.io.engine.close()));
  });
}

async function isReachable(user) {
  const { members } = await ok('GET /api/team', { token: await tokenOf(acme.agents[0]) });
  return members.find(({ id }) => id === user.id).reachable;
}

// Guards `socket.on_disconnect` in `Door::open`, crates/realtime/src/handshake.rs: registered in the connect handler
// instead, and so after the token was looked at, it does not hear of those who have left by then.
for (const [n, [how, options]] of Object.entries(TRANSPORTS).entries()) {
  test(`a hundred clients that leave during the handshake leave no ghost, ${how}`, async (t) => {
    const { token, user } = await login(acme.agents[10 + n]);
    await Promise.all(Array.from({ length: 100 }, (_, n) => comeAndGo(token, options, n)));
    // Whoever comes after them is let in after them.
    const last = await connect(t, token, options);
    assert.equal(await isReachable(user), true);
    last.socket.disconnect();
    for (let asked = 0; await isReachable(user); asked += 1) {
      assert.ok(asked < PATIENCE_MS / 100, 'somebody is still there');
      await pause(100);
    }
  });
}
