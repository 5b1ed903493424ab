// The network goes away and comes back: what was missed follows, in order, exactly once.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, readCursor, TRANSPORTS } from './lib/client.mjs';
import { acme, globex } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { text } from './lib/twilio.mjs';

/** Cuts the transport, as a tunnel does, and keeps the client from coming back by itself. */
async function pullTheCable(client) {
  client.socket.io.reconnection(false);
  client.socket.io.engine.close();
  await client.endings.take();
}

async function plugItIn(client) {
  client.socket.connect();
  return client.sessions.take();
}

async function sendTexts(count, org = acme) {
  const sids = [];
  for (let n = 0; n < count; n += 1) sids.push((await text(org, { body: `text ${n}` })).sid);
  return sids;
}

const sidsOf = (events) => events.map(({ payload }) => payload.messageSid);

for (const [how, options] of Object.entries(TRANSPORTS)) {
  test(`five texts missed while away follow in order, exactly once, then live ones, ${how}`, async (t) => {
    const client = await connect(t, await tokenOf(acme.agents[0]), options);
    const seen = await sendTexts(2);
    assert.deepEqual(sidsOf(await client.events.takeMany(2)), seen);

    const cursor = client.cursor;
    await pullTheCable(client);
    const missed = await sendTexts(5);
    const session = await plugItIn(client);
    assert.equal(session.recovered, true);
    assert.equal(session.replayed, 5);
    assert.equal(session.cursor, cursor);
    assert.equal(readCursor(session.head).seq, readCursor(cursor).seq + 5);

    const live = await sendTexts(2);
    assert.deepEqual(sidsOf(await client.events.takeMany(7)), [...missed, ...live]);
    assert.equal(client.events.unread, 0);
  });

  test(`a client that comes back by itself under a stream of texts misses none, ${how}`, async (t) => {
    const client = await connect(t, await tokenOf(acme.agents[0]), { ...options, reconnectionDelay: 50 });
    const sids = [];
    for (let cut = 0; cut < 5; cut += 1) {
      const [sent, reconnected] = [sendTexts(20), client.sessions.take()];
      client.socket.io.engine.close();
      assert.equal((await reconnected).recovered, true);
      sids.push(...(await sent));
    }
    assert.deepEqual(sidsOf(await client.events.takeMany(100)), sids);
  });
}

test('a thousand missed events follow without a hole, whatever the transport', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const clients = await Promise.all(Object.values(TRANSPORTS).map((options) => connect(t, token, options)));
  await Promise.all(clients.map(pullTheCable));
  const sids = [];
  for (let batch = 0; batch < 50; batch += 1) {
    const sent = await Promise.all(Array.from({ length: 20 }, () => text(acme, { body: 'x'.repeat(1500) })));
    sids.push(...sent.map(({ sid }) => sid));
  }
  sids.sort();
  for (const client of clients) {
    const session = await plugItIn(client);
    assert.deepEqual([session.recovered, session.replayed], [true, 1000]);
    assert.deepEqual(sidsOf(await client.events.takeMany(1000)).sort(), sids);
  }
});

test('a client that missed nothing is recovered too', async (t) => {
  const client = await connect(t, await tokenOf(acme.agents[0]));
  const { cursor } = client;
  await pullTheCable(client);
  const session = await plugItIn(client);
  assert.deepEqual(
    [session.recovered, session.replayed, session.cursor, session.head],
    [true, 0, cursor, cursor],
  );
});

test('a client that reconnects twenty times keeps its place', async (t) => {
  const client = await connect(t, await tokenOf(acme.agents[0]));
  for (let round = 0; round < 20; round += 1) {
    await pullTheCable(client);
    const { sid } = await text(acme);
    assert.equal((await plugItIn(client)).replayed, 1);
    assert.equal((await client.next('incoming-sms')).payload.messageSid, sid);
  }
});

test('a cursor of another organisation starts at the head', async (t) => {
  const stranger = await connect(t, await tokenOf(globex.agents[0]));
  await sendTexts(1, globex);
  const { cursor } = await stranger.events.take();
  const { session } = await connect(t, await tokenOf(acme.agents[0]), { cursor });
  assert.deepEqual([session.recovered, session.replayed], [false, 0]);
  assert.equal(session.cursor, session.head);
  assert.notEqual(readCursor(session.head).epoch, readCursor(cursor).epoch);
});

test('a cursor that is none starts at the head', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const { head } = (await connect(t, token)).session;
  const { epoch, seq } = readCursor(head);
  for (const cursor of [
    '',
    'garbage',
    12,
    true,
    null,
    {},
    [head],
    epoch,
    `${epoch}.`,
    `${epoch}.-1`,
    `${epoch}.1e3`,
    `${epoch}.${seq}.0`,
    `${epoch}.${seq + 1}`,
    `${epoch}.99999999999999999999`,
    ` ${head}`,
    'x'.repeat(10_000),
  ]) {
    const { session } = await connect(t, token, { cursor });
    const said = JSON.stringify(cursor)?.slice(0, 60);
    assert.deepEqual([session.recovered, session.replayed, session.cursor], [false, 0, session.head], said);
  }
});
