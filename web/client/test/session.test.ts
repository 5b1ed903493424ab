import { expect, test } from 'vitest';

import { ApiError } from '../src/api';
import type { ScriptedServer } from './server';
import { aLiveTab, aServer, aTab, aText, aToken, eventually, Locks, MemoryStorage, sids } from './desk';

async function aSocketOf(server: ScriptedServer) {
  await eventually(() => expect(server.sockets.length).toBe(1));
  return server.sockets;
}

test('whoever signs in gets a line, and whoever signs out has none', async () => {
  const server = await aServer();
  const token = aToken('u1');
  server.tokens.set(token, 'u1');
  const storage = new MemoryStorage();
  const { client } = aTab(server, { storage });
  expect(client.auth.get()).toMatchObject({ status: 'signed-out', user: null });
  await client.auth.signIn('u1', 'secret');
  expect(client.auth.get()).toMatchObject({ status: 'signed-in', user: { id: 'u1' }, organization: { name: 'Acme' } });
  expect(storage.getItem('authToken')).toBe(token);
  await eventually(() => expect(client.line.get().recovery).toBe('live'));
  await client.auth.signOut();
  expect(client.auth.get()).toMatchObject({ status: 'signed-out', endedBecause: null });
  expect(storage.getItem('authToken')).toBe(null);
  expect(server.tokens.size).toBe(0);
  await eventually(() => expect(server.sockets.length).toBe(0));
  expect(client.line.get().recovery).toBe('offline');
});

test('a wrong password is told in words', async () => {
  const server = await aServer();
  const { client } = aTab(server);
  const failure = await client.auth.signIn('nobody', 'x').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ status: 401, message: 'Wrong e-mail or password.', code: 'unauthenticated' });
  expect(client.auth.get()).toMatchObject({ status: 'signed-out', endedBecause: null });
});

test('whoever accepts an invitation is signed in, in place of whoever was', async () => {
  const server = await aServer();
  const storage = new MemoryStorage();
  const { client } = await aLiveTab(server, { storage });
  const before = client.auth.get().user;
  const form = { password: 'secret12', first_name: 'Joan', last_name: 'Clarke' };
  const refusal = await client.auth.acceptInvite({ token: 'rubbish', ...form }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 410, code: 'invitation_ended' });
  expect(client.auth.get()).toMatchObject({ status: 'signed-in', user: before });
  const token = aToken('u8');
  server.tokens.set(token, 'u8');
  await client.auth.acceptInvite({ token: 'invitation of u8', ...form });
  expect(client.auth.get()).toMatchObject({ status: 'signed-in', user: { id: 'u8' }, organization: { name: 'Acme' } });
  expect([storage.getItem('authToken'), storage.getItem('authRefreshToken')]).toEqual([token, 'r1']);
  await eventually(() => expect(server.visits.at(-1)?.token).toBe(token));
});

test('a token that was kept is asked whose it is', async () => {
  const server = await aServer();
  const { client } = aTab(server, { token: aToken('u7'), isStarted: false });
  server.tokens.set(client.auth.token() ?? '', 'u7');
  expect(client.auth.get().status).toBe('checking');
  client.start();
  await eventually(() => expect(client.auth.get()).toMatchObject({ status: 'signed-in', user: { id: 'u7' } }));
});

test('a kept token that is no good any more signs out', async () => {
  const server = await aServer();
  const token = aToken('u1');
  const { client } = aTab(server, { token, isStarted: false });
  server.tokens.delete(token);
  client.start();
  await eventually(() =>
    expect(client.auth.get()).toMatchObject({ status: 'signed-out', endedBecause: 'token expired' }),
  );
});

test('a token that ends soon is renewed on the live socket', async () => {
  const server = await aServer();
  const storage = new MemoryStorage();
  const tab = await aLiveTab(server, { storage });
  const renewed = aToken('u1');
  server.tokens.set(renewed, 'u1');
  server.renewsTo = renewed;
  for (const socket of server.sockets) socket.emit('token-expiring', { expiresAt: '2029-12-31T00:01:00.000Z' });
  await eventually(() => expect(server.heard).toContainEqual(['refresh-token', { token: renewed }]));
  expect(storage.getItem('authToken')).toBe(renewed);
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1']));
  expect(server.visits.length).toBe(1);
  server.cut();
  await eventually(() => expect(server.visits.at(-1)?.token).toBe(renewed));
});

test('a token that could not be renewed at once is renewed later', async () => {
  const server = await aServer();
  await aLiveTab(server);
  server.isShutToQuestions = true;
  for (const socket of server.sockets) socket.emit('token-expiring', { expiresAt: '2029-12-31T00:01:00.000Z' });
  await eventually(() => expect(server.asked('/api/auth/refresh').length).toBeGreaterThan(0));
  const renewed = aToken('u1');
  server.tokens.set(renewed, 'u1');
  server.renewsTo = renewed;
  server.isShutToQuestions = false;
  await eventually(() => expect(server.heard).toContainEqual(['refresh-token', { token: renewed }]));
});

test('with a refresh token a session goes on that expired while nobody looked', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server, { timings: { patienceMs: 3_600_000 } });
  const [old, renewed] = [tab.client.auth.token() ?? '', aToken('u1')];
  tab.client.auth.setToken(old, 'r1');
  server.refreshTokens.set('r1', renewed);
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(tab.told.length).toBe(1));
  server.tokens.delete(old);
  server.tokens.set(renewed, 'u1');
  for (const socket of server.sockets) {
    socket.emit('session-ended', { reason: 'token expired' });
    socket.disconnect();
  }
  server.appendUnheard('incoming-sms', aText('m2'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2']));
  expect(server.visits.at(-1)).toMatchObject({ token: renewed, cursor: 'e1.1' });
  expect(tab.client.auth.get().status).toBe('signed-in');
});

test('a question with a token that has just ended is asked again with the renewed one', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  const [old, renewed] = [client.auth.token() ?? '', aToken('u1')];
  client.auth.setToken(old, 'r1');
  server.refreshTokens.set('r1', renewed);
  server.tokens.delete(old);
  server.tokens.set(renewed, 'u1');
  expect(await client.api.get('/api/auth/me')).toMatchObject({ user: { id: 'u1' } });
  expect(client.auth.token()).toBe(renewed);
});

test('a session that was revoked signs out and says why', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  client.auth.setToken(client.auth.token(), 'r1');
  const reasons: string[] = [];
  client.on('session-ended', ({ reason }) => reasons.push(reason));
  for (const socket of server.sockets) {
    socket.emit('session-ended', { reason: 'session revoked' });
    socket.disconnect();
  }
  await eventually(() =>
    expect(client.auth.get()).toMatchObject({ status: 'signed-out', endedBecause: 'session revoked' }),
  );
  expect(reasons).toEqual(['session revoked']);
  expect(client.auth.token()).toBe(null);
  expect(server.visits.length).toBe(1);
});

test('who was put out is remembered until they are back, or leave by themselves', async () => {
  const server = await aServer();
  const token = aToken('u1');
  server.tokens.set(token, 'u1');
  const storage = new MemoryStorage();
  const { client } = aTab(server, { storage });
  await client.auth.signIn('u1', 'secret');
  for (const socket of await aSocketOf(server)) {
    socket.emit('session-ended', { reason: 'session revoked' });
    socket.disconnect();
  }
  const ended = { status: 'signed-out', user: { id: 'u1' }, organization: { name: 'Acme' }, endedBecause: 'session revoked' };
  await eventually(() => expect(client.auth.get()).toMatchObject(ended));
  const later = aTab(server, { storage }).client;
  expect(later.auth.get()).toMatchObject({ status: 'signed-out', user: null, endedBecause: 'session revoked' });
  await client.auth.signIn('u1', 'secret');
  expect(client.auth.get()).toMatchObject({ status: 'signed-in', endedBecause: null });
  expect(aTab(server, { storage, isStarted: false }).client.auth.get().endedBecause).toBe(null);
  await client.auth.signOut();
  expect(client.auth.get()).toMatchObject({ status: 'signed-out', user: null, endedBecause: null });
});

test('a disconnection without a reason is not meant for good', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  for (const socket of server.sockets) socket.disconnect();
  await eventually(() => expect(server.visits.length).toBe(2));
  await eventually(() => expect(client.line.get().recovery).toBe('live'));
});

test('a refused token signs out instead of knocking for ever', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  server.tokens.clear();
  server.cut();
  await eventually(() => expect(client.auth.get()).toMatchObject({ status: 'signed-out' }));
});

test('another person in the same page gets a line of their own', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server, { timings: { patienceMs: 3_600_000 } });
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(tab.told.length).toBe(1));
  const other = aToken('u2');
  server.tokens.set(other, 'u2');
  tab.client.auth.setToken(other);
  await eventually(() => expect(server.visits.at(-1)).toMatchObject({ token: other }));
  expect(server.visits.at(-1)?.cursor).toBeUndefined();
  await eventually(() => expect(tab.client.auth.get().user?.id).toBe('u2'));
  await eventually(() => expect(server.sockets.length).toBe(1));
});

test('an answer about whoever was here before is not taken for whoever is here now', async () => {
  const server = await aServer();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const slow: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    const isAboutTheFirst = new Headers(init?.headers).get('Authorization') === `Bearer ${first}`;
    if (String(url).endsWith('/api/auth/me') && isAboutTheFirst) await answered;
    return response;
  };
  const [first, second] = [aToken('u1'), aToken('u2')];
  server.tokens.set(second, 'u2');
  const { client } = aTab(server, { token: first, options: { platform: { fetch: slow } } });
  const users: (string | undefined)[] = [];
  client.auth.subscribe(() => users.push(client.auth.get().user?.id));
  await eventually(() => expect(server.asked('/api/auth/me').length).toBe(1));
  client.auth.setToken(second);
  answer();
  await eventually(() => expect(client.auth.get()).toMatchObject({ status: 'signed-in', user: { id: 'u2' } }));
  expect(users).not.toContain('u1');
});

test('another token of the same person is shown on the live socket', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  const other = aToken('u1');
  server.tokens.set(other, 'u1');
  client.auth.setToken(other);
  await eventually(() => expect(server.heard).toContainEqual(['refresh-token', { token: other }]));
  expect(server.visits.length).toBe(1);
});

test('while it asks, a token is renewed before it ends', async () => {
  const server = await aServer();
  server.config = { ...server.config, transport: 'polling' };
  const seconds = Math.floor(Date.now() / 1000);
  const token = aToken('u1', { iat: seconds - 100, exp: seconds + 5 });
  const renewed = aToken('u1', { iat: seconds, exp: seconds + 86_400 });
  server.tokens.set(renewed, 'u1');
  server.renewsTo = renewed;
  const { client } = aTab(server, { token });
  await eventually(() => expect(client.auth.token()).toBe(renewed));
  await eventually(() => expect(client.line.get().recovery).toBe('polling'));
});

test('of several tabs one renews, and the others take what it got', async () => {
  const server = await aServer();
  const [storage, locks, token, renewed] = [new MemoryStorage(), new Locks(), aToken('u1'), aToken('u1')];
  const all = await Promise.all([1, 2, 3].map(() => aLiveTab(server, { token, storage, locks })));
  server.tokens.set(renewed, 'u1');
  server.renewsTo = renewed;
  for (const socket of server.sockets) socket.emit('token-expiring', { expiresAt: '2029-12-31T00:01:00.000Z' });
  await eventually(() => expect(all.every(({ client }) => client.auth.token() === renewed)).toBe(true));
  expect(server.asked('/api/auth/refresh').length).toBe(1);
});

test('a token is renewed where locks are refused', async () => {
  const server = await aServer();
  const locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) };
  const { client } = await aLiveTab(server, { options: { platform: { locks: locks as never } } });
  const renewed = aToken('u1');
  server.tokens.set(renewed, 'u1');
  server.renewsTo = renewed;
  for (const socket of server.sockets) socket.emit('token-expiring', { expiresAt: '2029-12-31T00:01:00.000Z' });
  await eventually(() => expect(client.auth.token()).toBe(renewed));
});

test('a token that could not be written is not replaced by the old one that lies there', async () => {
  const server = await aServer();
  const [old, fresh, renewed] = [aToken('u1'), aToken('u1'), aToken('u1')];
  const storage = new MemoryStorage();
  const tab = await aLiveTab(server, { token: old, storage });
  storage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  for (const token of [fresh, renewed]) server.tokens.set(token, 'u1');
  tab.client.auth.setToken(fresh);
  await eventually(() => expect(server.heard).toContainEqual(['refresh-token', { token: fresh }]));
  server.renewsTo = renewed;
  for (const socket of server.sockets) socket.emit('token-expiring', { expiresAt: '2029-12-31T00:01:00.000Z' });
  await eventually(() => expect(server.heard).toContainEqual(['refresh-token', { token: renewed }]));
  expect(storage.getItem('authToken')).toBe(old);
  expect(tab.client.auth.token()).toBe(renewed);
});
