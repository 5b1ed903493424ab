// Stock clients come in by polling and change to a websocket in the middle of a long replay.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { connect } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { startProxy } from './lib/proxy.mjs';
import { startServer } from './lib/server.mjs';
import { textMany } from './lib/twilio.mjs';

const file = { after };
const { url } = await startServer(file, { RECOVERY_SECONDS: 3600 });
/** The later the upgrade, the further the replay has come by then. */
const networks = await Promise.all(
  [160, 200, 240, 280, 320].map((upgradeLag) => startProxy(file, url, { lag: 90, upgradeLag })),
);

/** Cursors with two thousand events behind them, and with the last thousand of these, which are long. */
let everything, longOnes;

before(async () => {
  const head = async () => (await connect(file, await tokenOf(acme.agents[0]), { at: url })).cursor;
  everything = await head();
  await textMany(acme, 1000, { at: url });
  longOnes = await head();
  await textMany(acme, 1000, { at: url, body: 'x'.repeat(1500) });
});

/** Two agents in each network come back with this cursor. */
function comeBack(t, cursor) {
  const agents = acme.agents.slice(0, 2 * networks.length);
  const options = (n) => ({ at: networks[n % networks.length].url, cursor, reconnectionDelay: 50 });
  return Promise.all(agents.map(async (agent, n) => connect(t, await tokenOf(agent), options(n))));
}

// Guards `LONGEST_ANSWER` in crates/realtime/src/hub.rs: with the library's 100_000, an answer to a poll is cut, and
// the packet at the cut is lost when the client upgrades.
test('no event is lost when a client upgrades in the middle of a long answer', async (t) => {
  for (const client of await comeBack(t, longOnes)) {
    assert.deepEqual([client.session.recovered, client.session.replayed], [true, 1000]);
    await client.events.takeMany(1000);
    assert.equal(client.socket.io.engine.transport.name, 'websocket');
  }
});

// Guards `BUFFER` in crates/realtime/src/hub.rs and `POLLING_PAUSE` in member.rs: with the library's 128, or without a
// pause, the buffer is full when the upgrade begins, which then stands still until the engine throws the client out.
test('a storm of clients that come back with a long replay leaves none of them stuck', async (t) => {
  const clients = await comeBack(t, everything);
  for (let round = 0; round < 3; round += 1) {
    for (const client of clients) {
      assert.deepEqual([client.session.recovered, client.session.replayed], [true, 2000]);
      await client.events.takeMany(2000);
      assert.equal(client.endings.unread, 0, 'a client was thrown out');
    }
    for (const client of clients) {
      client.cursor = everything;
      client.socket.io.engine.close();
      await client.endings.take();
    }
    for (const client of clients) await client.sessions.take();
  }
});
