import { expect, test } from 'vitest';

import { aCall, aLiveTab, aServer, aTab, aToken, eventually, Locks, MemoryStorage, type Tab } from './desk';

const status = ({ client }: Tab) => client.notifications.get().status;
/** The heartbeats of sockets: how their tabs would be noticed. */
const isPresence = ([name]: [string, unknown]) => name === 'presence';
/** What they chose, without what a tab says of itself while no socket says it yet. */
const chosen = (said: [string, unknown][]) => said.filter(([, body]) => 'status' in (body as object));

test('how a person is is theirs, wherever they chose it last', async () => {
  const server = await aServer();
  const apart = { options: { platform: { channel: () => undefined } } };
  const [desk, laptop] = [await aLiveTab(server, apart), await aLiveTab(server, apart)];
  desk.client.notifications.setStatus('away');
  expect(status(desk)).toBe('away');
  await eventually(() => expect(status(laptop)).toBe('away'));
  laptop.client.notifications.setStatus('available');
  await eventually(() => expect(status(desk)).toBe('available'));
  const choices = [
    ['u1', { status: 'away' }],
    ['u1', { status: 'available' }],
  ];
  expect(chosen(server.said)).toEqual(choices);
  server.cut();
  await eventually(() => expect(server.visits.length).toBeGreaterThanOrEqual(4));
  await eventually(() => expect(server.heard.filter(isPresence).length).toBeGreaterThanOrEqual(4));
  expect(server.heard.some(([, said]) => 'status' in (said as object))).toBe(false);
  expect(chosen(server.said)).toEqual(choices);
});

test('whoever comes is shown how they said they are, and the next person of a browser how they are', async () => {
  const server = await aServer();
  server.statuses.set('u1', 'away');
  const storage = new MemoryStorage();
  const tab = await aLiveTab(server, { storage });
  await eventually(() => expect(status(tab)).toBe('away'));
  server.say('u1', 'offline');
  server.say('u2', 'busy');
  server.append('incoming-call', aCall('c1'));
  await eventually(() => expect(tab.told.length).toBe(1));
  expect(status(tab)).toBe('away');
  const next = aToken('u3');
  server.tokens.set(next, 'u3');
  tab.client.auth.setToken(next);
  expect(status(tab)).toBe('available');
  await eventually(() => expect(server.visits.at(-1)?.token).toBe(next));
  await eventually(() => expect(tab.client.line.get().recovery).toBe('live'));
  expect(status(tab)).toBe('available');
  expect(chosen(server.said)).toEqual([]);
});

test('a choice is told until it is heard, and the last one counts', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.isShutToQuestions = true;
  tab.client.notifications.setStatus('away');
  await eventually(() => expect(server.asked('/api/presence').length).toBeGreaterThan(0));
  server.say('u1', 'busy');
  await eventually(() => expect(tab.client.presence.get().get('u1')).toBe('busy'));
  expect(status(tab)).toBe('away');
  server.remarksRefused = 1;
  server.isShutToQuestions = false;
  tab.client.notifications.setStatus('available');
  await eventually(() => expect(server.statuses.get('u1')).toBe('available'));
  expect(chosen(server.said).length).toBeGreaterThan(0);
  expect(chosen(server.said).every(([, said]) => (said as { status: string }).status === 'available')).toBe(true);
  expect(status(tab)).toBe('available');
});

test('what is said elsewhere after a choice counts, though the choice is answered later', async () => {
  const server = await aServer();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const slow: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (String(url).endsWith('/api/presence')) await answered;
    return response;
  };
  const tab = await aLiveTab(server, { options: { platform: { fetch: slow } } });
  tab.client.notifications.setStatus('away');
  await eventually(() => expect(tab.client.presence.get().get('u1')).toBe('away'));
  server.say('u1', 'busy');
  await eventually(() => expect(tab.client.presence.get().get('u1')).toBe('busy'));
  answer();
  await eventually(() => expect(status(tab)).toBe('busy'));
});

test('while it asks, what is said is heard, and the leader says how it would be noticed', async () => {
  const server = await aServer();
  server.config['transport'] = 'polling';
  server.statuses.set('u1', 'away');
  const [storage, locks] = [new MemoryStorage(), new Locks()];
  const one = aTab(server, { token: aToken('u1'), storage, locks });
  await eventually(() => expect(one.client.line.get().recovery).toBe('polling'));
  await eventually(() => expect(status(one)).toBe('away'));
  expect(one.client.notifications.get().isLeader).toBe(true);
  expect(server.said).toEqual([['u1', expect.objectContaining({ audioUnlocked: true })]]);
  const other = aTab(server, { storage, locks });
  await eventually(() => expect(server.said.at(-1)).toEqual(['u1', {}]));
  await eventually(() => expect(status(other)).toBe('away'));
  other.client.notifications.setStatus('busy');
  await eventually(() => expect(server.statuses.get('u1')).toBe('busy'));
  await eventually(() => expect(status(one)).toBe('busy'));
});

test('while it asks, a call that it shows is acknowledged', async () => {
  const server = await aServer();
  server.config['transport'] = 'polling';
  const tab = aTab(server, { token: aToken('u1') });
  await eventually(() => expect(tab.client.line.get().recovery).toBe('polling'));
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(server.asked('/api/twilio/incoming-calls/seen').length).toBe(1));
});
