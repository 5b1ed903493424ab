// Whoever is out hears nothing more, on every node, even with a client that does not go when it is told to.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { ok } from './lib/api.mjs';
import { acme, demo, globex } from './lib/demo.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { openRaw, readEvent } from './lib/raw.mjs';
import { startServer } from './lib/server.mjs';
import { streamOfTexts } from './lib/twilio.mjs';

const ANOTHER_PASSWORD = 'another password for a while';
/** For how long somebody may still hear what is sent. */
const GRACE_MS = 1_000;

const file = { after };
const other = await startServer(file);
/** Everything below happens on the first; the second hears of it. */
const NODES = { 'the same node': demo.baseUrl, 'another node': other.url };

const changePassword = (token, current_password, new_password) =>
  ok('POST /api/auth/password', { token, json: { current_password, new_password } });
const setActive = async ({ id }, is_active) =>
  ok(`PATCH /api/users/${id}`, { token: await tokenOf(acme.admin), json: { is_active } });

/** How somebody is put out, and how that is undone. */
const REVOCATIONS = {
  'who logs out': [({ token }) => ok('POST /api/auth/logout', { token })],
  'who logs out everywhere': [({ token }) => ok('POST /api/auth/logout-all', { token })],
  'who changes their password': [
    ({ token }, { password }) => changePassword(token, password, ANOTHER_PASSWORD),
    async (_, { email, password }) => {
      const { token } = await login({ email, password: ANOTHER_PASSWORD });
      await changePassword(token, ANOTHER_PASSWORD, password);
    },
  ],
  'who is deactivated': [({ user }) => setActive(user, false), ({ user }) => setActive(user, true)],
};

/** A client that hears what it is sent for as long as it can, whatever it is told. */
async function stubbornClient(t, at, token) {
  const client = await openRaw(t, { at });
  await client.connect({ token });
  assert.equal(readEvent(await client.packets.take()).name, 'session');
  return client;
}

const isNoPresence = ({ name }) => name !== 'presence';

/** The next event that is not of a colleague. */
async function nextEvent(client) {
  for (;;) {
    const event = readEvent(await client.packets.take());
    if (isNoPresence(event)) return event;
  }
}

/** The events among the packets that nobody has taken yet. */
async function eventsOf(client) {
  const packets = await client.packets.takeMany(client.packets.unread);
  return packets.filter((packet) => packet.startsWith('42')).map(readEvent).filter(isNoPresence);
}

/** Puts `person` out while `texts` are sent, looks at what they heard, and lets them in again. */
async function watch(t, person, texts, [revoke, undo]) {
  const session = await login(person);
  const clients = await Promise.all(Object.values(NODES).map((at) => stubbornClient(t, at, session.token)));
  for (const client of clients) assert.equal((await nextEvent(client)).name, 'incoming-sms');
  await revoke(session, person);
  const out = performance.now();
  if (undo) t.after(() => undo(session, person));
  for (const [n, where] of Object.keys(NODES).entries()) {
    await clients[n].ends();
    const events = await eventsOf(clients[n]);
    const ended = events.findIndex(({ name }) => name === 'session-ended');
    assert.equal(ended, events.length - 1, `${where}: told why, and nothing after that`);
    const sent = events.slice(0, ended).map(({ payload }) => texts.sent.get(payload.messageSid) ?? 0);
    const late = Math.max(0, ...sent.map((at) => at - out));
    t.diagnostic(`${where}: heard texts that were sent up to ${Math.round(late)} ms later`);
    assert.ok(late < GRACE_MS, where);
  }
  const last = [...texts.sent.values()].at(-1);
  assert.ok(last > out + 2 * GRACE_MS, 'there was more to hear');
}

// Guards `judge` and `access_version` in crates/realtime/src/dispatcher.rs: without `member.end("session revoked")`, or
// with `look_at_access` blind to the version, nobody is put out.
describe('at the same time', { concurrency: true }, () => {
  const ofAcme = streamOfTexts(acme);
  const ofGlobex = streamOfTexts(globex);
  after(() => Promise.all([ofAcme.stop(), ofGlobex.stop()]));

  for (const [n, [who, acts]] of Object.entries(REVOCATIONS).entries()) {
    test(`${who} hears nothing that is sent more than a second later`, (t) =>
      watch(t, acme.agents[10 + n], ofAcme, acts));
  }

  test('whose organisation is deactivated hears nothing that is sent more than a second later', (t) => {
    const operate = (act) => () => other.operate(`POST /operator/organizations/${globex.id}/${act}`);
    return watch(t, globex.agents[0], ofGlobex, [operate('deactivate'), operate('activate')]);
  });
});
