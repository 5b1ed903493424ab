// Who gets a socket, and for how long.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { io } from 'socket.io-client';

import { api, ok } from './lib/api.mjs';
import { connect, refusal, TRANSPORTS } from './lib/client.mjs';
import { acme, demo, globex } from './lib/demo.mjs';
import { login, tokenOf } from './lib/people.mjs';
import { text } from './lib/twilio.mjs';

const NO_TOKEN = 'Authentication error: No token provided';
const INVALID = 'Authentication error: Invalid or expired token';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The same token with other claims or another header, and the old signature. */
function altered(token, { header = {}, claims = {} }) {
  const [head, body, signature] = token.split('.');
  const read = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  return [encode({ ...read(head), ...header }), encode({ ...read(body), ...claims }), signature].join('.');
}

async function endedToken() {
  const { token } = await login(acme.agents[3]);
  await ok('POST /api/auth/logout', { token });
  return token;
}

const REFUSED = {
  'no auth at all': [() => undefined, NO_TOKEN],
  'no token': [() => ({}), NO_TOKEN],
  'an empty token': [() => ({ token: '' }), NO_TOKEN],
  'a token that is null': [() => ({ token: null }), NO_TOKEN],
  garbage: [() => ({ token: 'garbage' }), INVALID],
  'garbage in three parts': [() => ({ token: 'a.b.c' }), INVALID],
  'a token that has expired': [
    async () => ({ token: altered(await tokenOf(acme.agents[0]), { claims: { iat: 1_000_000_000, exp: 1_000_086_400 } }) }),
    INVALID,
  ],
  'a token with another organisation written into it': [
    async () => ({ token: altered(await tokenOf(acme.agents[0]), { claims: { organizationId: globex.id } }) }),
    INVALID,
  ],
  'a token that says it needs no signature': [
    async () => {
      const token = altered(await tokenOf(acme.agents[0]), { header: { alg: 'none' } });
      return { token: token.slice(0, token.lastIndexOf('.') + 1) };
    },
    INVALID,
  ],
  'a token of a session that was logged out': [async () => ({ token: await endedToken() }), INVALID],
  'a refresh token': [async () => ({ token: (await login(acme.agents[3])).refresh_token }), INVALID],
};

for (const [what, [auth, message]] of Object.entries(REFUSED)) {
  test(`${what} is refused, and a stock client stays away`, async (t) => {
    const answer = await refusal(t, await auth());
    assert.deepEqual(answer, { message, active: false });
  });
}

for (const [how, options] of Object.entries(TRANSPORTS)) {
  test(`a refusal says why, ${how}`, async (t) => {
    assert.deepEqual(await refusal(t, {}, options), { message: NO_TOKEN, active: false });
    assert.deepEqual(await refusal(t, { token: 'garbage' }, options), { message: INVALID, active: false });
  });

  test(`logging out ends the live socket within two seconds, ${how}`, async (t) => {
    const { token } = await login(acme.agents[3]);
    const client = await connect(t, token, options);
    const before = performance.now();
    await ok('POST /api/auth/logout', { token });
    const { payload } = await client.notice('session-ended');
    assert.deepEqual(Object.keys(payload), ['reason']);
    assert.equal(typeof payload.reason, 'string');
    const { reason, at } = await client.endings.take();
    assert.equal(reason, 'io server disconnect');
    assert.equal(client.socket.active, false);
    t.diagnostic(`ended after ${Math.round(at - before)} ms`);
    assert.ok(at - before < 2_000);
    assert.deepEqual(await refusal(t, { token }, options), { message: INVALID, active: false });
  });
}

test('logging out ends that session only', async (t) => {
  const [leaving, staying] = await Promise.all([login(acme.agents[3]), login(acme.agents[3])]);
  const leaver = await connect(t, leaving.token);
  const stayer = await connect(t, staying.token);
  await ok('POST /api/auth/logout', { token: leaving.token });
  await leaver.endings.take();
  const { sid } = await text(acme);
  assert.equal((await stayer.next('incoming-sms')).payload.messageSid, sid);
  assert.equal(leaver.events.unread, 0);
});

test('logging out everywhere ends every socket of that person and of nobody else', async (t) => {
  const sessions = await Promise.all([login(acme.agents[4]), login(acme.agents[4])]);
  const clients = await Promise.all(sessions.map(({ token }) => connect(t, token)));
  const colleague = await connect(t, await tokenOf(acme.agents[0]));
  await ok('POST /api/auth/logout-all', { token: sessions[0].token });
  for (const client of clients) {
    await client.notice('session-ended');
    assert.equal((await client.endings.take()).reason, 'io server disconnect');
  }
  const { sid } = await text(acme);
  assert.equal((await colleague.next('incoming-sms')).payload.messageSid, sid);
});

test('deactivating somebody ends their live socket, and they cannot come back', async (t) => {
  const person = globex.agents.at(-1);
  const { token, user } = await login(person);
  const admin = await tokenOf(globex.admin);
  const set = (is_active) => ok(`PATCH /api/users/${user.id}`, { token: admin, json: { is_active } });
  const client = await connect(t, token);
  t.after(() => set(true));
  await set(false);
  await client.notice('session-ended');
  assert.equal((await client.endings.take()).reason, 'io server disconnect');
  assert.deepEqual(await refusal(t, { token }), { message: INVALID, active: false });
  assert.equal((await api('GET /api/auth/me', { token })).status, 401);
  const { email, password } = person;
  assert.equal((await api('POST /api/auth/login', { json: { email, password } })).status, 401);
});

test('a change of role acts at once and leaves the live socket alone', async (t) => {
  const { token, user } = await login(globex.agents.at(-1));
  const admin = await tokenOf(globex.admin);
  const set = (role) => ok(`PATCH /api/users/${user.id}`, { token: admin, json: { role } });
  const add = () => api('POST /api/contacts', { token, json: {} });
  const client = await connect(t, token);
  t.after(() => set('user'));
  assert.equal((await add()).status, 422);
  await set('viewer');
  assert.equal((await add()).status, 403);
  const { sid } = await text(globex);
  assert.equal((await client.next('incoming-sms')).payload.messageSid, sid);
});

test("users are an admin's business, and another organisation's are not found", async () => {
  const { user } = await login(globex.agents.at(-1));
  const change = async (who) =>
    (await api(`PATCH /api/users/${user.id}`, { token: await tokenOf(who), json: { first_name: 'X' } })).status;
  assert.equal(await change(globex.agents[0]), 403);
  assert.equal(await change(globex.manager), 403);
  assert.equal(await change(acme.admin), 404);
});

test('a client cannot choose a room', async (t) => {
  const client = await connect(t, await tokenOf(globex.agents[0]));
  for (const event of ['join', 'join-organization', 'subscribe', 'join-room']) {
    client.socket.emit(event, `org:${acme.id}`);
    client.socket.emit(event, { room: `org:${acme.id}`, organizationId: acme.id });
  }
  await text(acme);
  const { sid } = await text(globex);
  assert.equal((await client.next('incoming-sms')).payload.messageSid, sid);
});

test('an organisation named in the handshake is not believed', async (t) => {
  const client = await connect(t, await tokenOf(globex.agents[0]), {
    extraHeaders: { 'X-Organization-ID': acme.id, 'X-Organization-Slug': acme.slug },
    query: { organizationId: acme.id },
  });
  await text(acme);
  const { sid } = await text(globex);
  assert.equal((await client.next('incoming-sms')).payload.messageSid, sid);
});

test('there is no other namespace', async (t) => {
  const socket = io(`${demo.baseUrl}/admin`, { forceNew: true, auth: { token: await tokenOf(acme.agents[0]) } });
  t.after(() => socket.disconnect());
  const [event] = await Promise.race([
    new Promise((resolve) => socket.once('connect', () => resolve(['connect']))),
    new Promise((resolve) => socket.once('connect_error', () => resolve(['connect_error']))),
  ]);
  assert.equal(event, 'connect_error');
});

test('a live socket takes a new token without reconnecting', async (t) => {
  const { token } = await login(acme.agents[3]);
  const client = await connect(t, token);
  const fresh = await ok('POST /api/auth/refresh', { token });
  const answer = await client.socket.timeout(2_000).emitWithAck('refresh-token', { token: fresh.token });
  assert.deepEqual(answer, { ok: true, expiresAt: fresh.expires_at });
  for (const wrong of ['garbage', await tokenOf(acme.agents[0]), await tokenOf(globex.agents[0])]) {
    const refused = await client.socket.timeout(2_000).emitWithAck('refresh-token', { token: wrong });
    assert.equal(refused.ok, false);
    assert.equal(typeof refused.error, 'string');
  }
  const { sid } = await text(acme);
  assert.equal((await client.next('incoming-sms')).payload.messageSid, sid);
});
