// Clients that do not read, or do not listen: they are let go for sure, and nobody else notices.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, TRANSPORTS } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { latency } from './lib/latency.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { startProxy } from './lib/proxy.mjs';
import { openRaw, readEvent } from './lib/raw.mjs';
import { startServer } from './lib/server.mjs';
import { becomesReachable } from './lib/team.mjs';
import { textMany } from './lib/twilio.mjs';

/** More than a client's buffer in the server and the kernels' on the way hold together. */
const MORE_THAN_FITS = 1200;
const LONG = '&'.repeat(1600);

const file = { after };
const { url } = await startServer(file, { RECOVERY_SECONDS: 3600 });
const at = url;

/** A cursor with all that behind it. */
let cursor;

before(async () => {
  ({ cursor } = await connect(file, await tokenOf(acme.agents[0]), { at }));
  await textMany(acme, MORE_THAN_FITS, { at, body: LONG });
});

/** How long a network stands still: longer than the server waits for a client that takes nothing. */
const OUTAGE_MS = 8_000;

/** Waits until `user` is here, as colleagues see it. */
const comes = (user) => becomesReachable(user, acme.agents[0], true, { at });

/** Waits until `user` is not here any more. */
const leaves = (user) => becomesReachable(user, acme.agents[0], false, { at });

/** A client that comes back with a long replay and reads nothing of it. */
async function deafClient(t, token) {
  const client = await openRaw(t, { at });
  await client.connect({ token, cursor });
  client.goDeaf();
  return client;
}

/** Comes back as a stock client and takes everything that was missed. */
async function catchUp(t, token) {
  const client = await connect(t, token, { at, cursor });
  assert.equal(client.session.recovered, true);
  await client.events.takeMany(client.session.replayed);
  return client.session.replayed;
}

// Guards `PATIENCE` in crates/realtime/src/outbox.rs and the cut in wire.rs: with a patience of hours, or without
// `wire.cut()` in transports.rs, a writer that is stuck keeps the client as a ghost.
test('a client that never reads is gone within seconds, its neighbours do not notice, and it catches up', async (t) => {
  const neighbour = await connect(t, await tokenOf(acme.agents[1]), { at });
  const alone = await latency(neighbour, at);
  const { token, user } = await login(acme.agents[2], { at });
  const deaf = await deafClient(t, token);
  await comes(user);
  const began = performance.now();
  const beside = [];
  let closed;
  deaf.closed.then((end) => (closed = end));
  while (!closed && performance.now() - began < PATIENCE_MS) beside.push(await latency(neighbour, at));
  assert.ok(closed, 'it is still there');
  const { at: ended, error } = closed;
  assert.match(error?.code ?? '', /^(ECONNRESET|EPIPE)$/, 'the server closed it');
  await leaves(user);
  const worst = Math.max(...beside);
  const took = Math.round(ended - began);
  t.diagnostic(`closed after ${took} ms; latencies ${alone.toFixed(1)} ms, beside it ${worst.toFixed(1)} ms`);
  assert.ok(worst < 5 * alone + 50, `${worst} ms instead of ${alone} ms`);
  assert.ok((await catchUp(t, token)) > MORE_THAN_FITS);
});

describe('at the same time', { concurrency: true }, () => {
  // Guards `is_stuck` in crates/realtime/src/outbox.rs for those who cannot even be told to go.
  test('somebody who logs out while their client does not read is out', async (t) => {
    const { token, user } = await login(acme.agents[3], { at });
    const deaf = await deafClient(t, token);
    await latency(await connect(t, await tokenOf(acme.agents[4]), { at }));
    const began = performance.now();
    await ok('POST /api/auth/logout', { at, token });
    const { at: ended } = await deaf.ends();
    t.diagnostic(`closed after ${Math.round(ended - began)} ms`);
    assert.ok(ended - began < 9_000);
    await leaves(user);
  });

  // Guards `FAREWELL` in crates/realtime/src/node.rs: `disconnect()` alone leaves the connection open.
  test('a client that ignores that it was disconnected is cut', async (t) => {
    const { token, user } = await login(acme.agents[5], { at });
    const client = await openRaw(t, { at });
    await client.connect({ token });
    assert.equal(readEvent(await client.packets.take()).name, 'session');
    const began = performance.now();
    await ok('POST /api/auth/logout', { at, token });
    let packet = await client.packets.take();
    while (readEvent(packet).name !== 'session-ended') packet = await client.packets.take();
    assert.equal(await client.packets.take(), '41');
    client.send(`40${JSON.stringify({ token })}`);
    assert.equal(await client.packets.take(), '44{"message":"Authentication error: Invalid or expired token"}');
    const { at: ended } = await client.ends();
    t.diagnostic(`closed after ${Math.round(ended - began)} ms`);
    assert.ok(ended - began < 9_000);
    await leaves(user);
  });

  // Guards that a client which reads nothing is never told to go: with `socket.disconnect()` instead of the closed
  // transport for `Pumped::Stuck` in crates/realtime/src/dispatcher.rs, it would stay away for good.
  for (const [n, [how, options]] of Object.entries(TRANSPORTS).entries()) {
    test(`a client whose network stood still comes back by itself and misses nothing, ${how}`, async (t) => {
      const network = await startProxy(t, url);
      const { token } = await login(acme.agents[7 + n], { at });
      const client = await connect(t, token, { at: network.url, cursor, ...options });
      network.pause();
      await pause(OUTAGE_MS);
      network.resume();
      assert.match((await client.endings.take()).reason, /^transport (close|error)$/);
      const { recovered, head } = await client.sessions.take();
      assert.equal(recovered, true);
      let taken = 0;
      for (; (await client.events.take()).cursor !== head; taken += 1);
      assert.ok(taken >= MORE_THAN_FITS);
    });
  }
});
