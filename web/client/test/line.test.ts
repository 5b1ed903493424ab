import { expect, test, vi } from 'vitest';

import { Connection, type End } from '../src/line/socket';
import { aCall, aLiveTab, aServer, aTab, aText, aToken, eventually, sids } from './desk';

test('a websocket that somebody swallows gives way to long polling', async () => {
  const server = await aServer();
  server.isWebsocketSwallowed = true;
  const timings = { connectTimeoutMs: 1_000, patienceMs: 60_000, probeMs: 3_600_000 };
  const tab = await aLiveTab(server, { timings });
  expect(tab.client.line.get()).toMatchObject({ transport: 'long-polling', isConnected: true });
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1']));
});

test('from long polling it goes back up to a websocket, and tells nothing twice', async () => {
  const server = await aServer();
  server.isWebsocketSwallowed = true;
  const tab = await aLiveTab(server, { timings: { connectTimeoutMs: 1_000 } });
  expect(tab.client.line.get().transport).toBe('long-polling');
  server.append('incoming-sms', aText('m1'));
  server.isWebsocketSwallowed = false;
  await eventually(() => expect(tab.client.line.get().transport).toBe('websocket'));
  server.append('incoming-sms', aText('m2'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2']));
  await eventually(() => expect(server.sockets.length).toBe(1));
  expect(tab.resets).toEqual([]);
});

test('where no socket works events are asked for, and the socket takes over when it works', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server, { timings: { holdMs: 25_000 } });
  const states: string[] = ['live'];
  tab.client.line.subscribe(() => {
    const { recovery } = tab.client.line.get();
    if (recovery !== states.at(-1)) states.push(recovery);
  });
  server.append('incoming-sms', aText('m1'));
  server.isShutToSockets = true;
  server.cut();
  await eventually(() => expect(tab.client.line.get()).toMatchObject({ recovery: 'polling', transport: 'rest' }));
  expect(tab.client.line.get().isConnected).toBe(false);
  server.append('incoming-sms', aText('m2'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2']));
  // Sockets are tried all the while, and fail.
  const refusals = server.refusals;
  await eventually(() => expect(server.refusals).toBeGreaterThan(refusals + 2));
  await eventually(() => expect(server.held).toBe(1));
  server.isShutToSockets = false;
  await eventually(() => expect(tab.client.line.get()).toMatchObject({ recovery: 'live', connectionError: null }));
  server.append('incoming-sms', aText('m3'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3']));
  expect(tab.resets).toEqual([]);
  expect(states).toEqual(['live', 'recovering', 'polling', 'live']);
  await eventually(() => expect(server.held).toBe(0));
});

test('what comes while it asks is no history, but what came before is', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.isShutToSockets = true;
  server.isShutToQuestions = true;
  server.cut();
  await eventually(() => expect(tab.client.line.get().recovery).toBe('offline'));
  server.append('incoming-sms', aText('m1'));
  server.isShutToQuestions = false;
  await eventually(() => expect(sids(tab.told)).toEqual(['m1']));
  await eventually(() => expect(server.asked('pending').length).toBeGreaterThan(0));
  await eventually(() => expect(server.asked('wait=2').length).toBeGreaterThan(0));
  server.append('incoming-sms', aText('m2'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2']));
  server.isShutToQuestions = true;
  await eventually(() => expect(tab.client.line.get().recovery).toBe('offline'));
  server.append('incoming-sms', aText('m3'));
  server.isShutToQuestions = false;
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3']));
  expect(tab.told.map(({ about }) => about.isHistory)).toEqual([true, false, true]);
});

test('a socket that is let in and told nothing is given up', async () => {
  const server = await aServer();
  server.isSilent = true;
  const tab = aTab(server, { token: aToken('u1'), timings: { connectTimeoutMs: 1_000, patienceMs: 3_600_000 } });
  await eventually(() => expect(server.visits.length).toBeGreaterThan(1));
  server.isSilent = false;
  await eventually(() => expect(tab.client.line.get().recovery).toBe('live'));
});

test('a refused handshake says when to come back, and who is refused', async () => {
  const server = await aServer();
  const end = (token: string) =>
    new Promise<End>((onEnd) => {
      const nothing = () => undefined;
      const listener = { onGreeting: nothing, onEvent: nothing, onNotice: nothing, onEnd };
      const patience = { elapsed: () => performance.now(), connectTimeoutMs: 20_000 };
      new Connection(server.url, 'long-polling', () => ({ token }), listener, patience);
    });
  expect(await end('unknown')).toMatchObject({ because: 'refused', token: 'unknown', stoodMs: null });
  server.isShutToSockets = true;
  server.retryAfter = '7';
  expect(await end('known')).toMatchObject({ because: 'lost', retryAfterMs: 7_000 });
});

test('a cursor that is no good means a reset while it asks, too', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(tab.told.length).toBe(1));
  server.isShutToSockets = true;
  server.epoch = 'e2';
  server.cut();
  await eventually(() => expect(tab.resets).toEqual(['e2.1']));
  server.append('incoming-sms', aText('m2'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2']));
});

test('it says offline when nothing answers, and is back when something does', async () => {
  const server = await aServer();
  // What a browser remembers says nothing about who is there.
  const caches: (string | undefined)[] = [];
  const watched: typeof fetch = (url, init) => {
    if (String(url).includes('/api/realtime/config')) caches.push(init?.cache);
    return fetch(url, init);
  };
  const tab = await aLiveTab(server, { options: { platform: { fetch: watched } } });
  server.isShutToSockets = true;
  server.isShutToQuestions = true;
  server.cut();
  await eventually(() => expect(caches.length).toBeGreaterThan(2));
  expect(caches.slice(1).every((cache) => cache === 'no-store')).toBe(true);
  await eventually(() => expect(tab.client.line.get().recovery).toBe('offline'));
  expect(tab.client.line.get()).toMatchObject({ transport: null, isConnected: false });
  expect(tab.client.line.get().connectionError).toBeTruthy();
  server.isShutToSockets = false;
  server.isShutToQuestions = false;
  await eventually(() => expect(tab.client.line.get().recovery).toBe('live'));
  // A server that was not there says nothing about websockets.
  expect(tab.client.line.get().transport).toBe('websocket');
});

test("the operators' switch is obeyed from the start", async () => {
  const server = await aServer();
  server.config = { ...server.config, transport: 'polling', pollIntervalMs: 20 };
  server.ringing = [aCall('c1')];
  server.offers = ['c1'];
  const tab = aTab(server, { token: aToken('u1') });
  await eventually(() =>
    expect(tab.client.line.get()).toMatchObject({ recovery: 'polling', transport: 'rest', pollIntervalMs: 20 }),
  );
  await eventually(() => expect(tab.client.calls.get()).toMatchObject([{ callSid: 'c1', ringsForMe: true }]));
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1']));
  expect(server.visits).toEqual([]);
});

test('a server that is about to stop is left alone for as long as it asked', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server, { timings: { patienceMs: 60_000 } });
  for (const socket of server.sockets) socket.emit('server-draining', { reconnectAfterMs: 300 });
  const drained = new Promise((resolve) => tab.client.once('server-draining', resolve));
  await drained;
  const before = performance.now();
  server.cut();
  await eventually(() => expect(server.visits.length).toBe(2));
  expect(performance.now() - before).toBeGreaterThanOrEqual(290);
  await eventually(() => expect(tab.client.line.get()).toMatchObject({ recovery: 'live', transport: 'websocket' }));
});

test('a path in the address becomes no namespace', async () => {
  const server = await aServer();
  const { client } = aTab(server, { token: aToken('u1'), options: { url: `${server.url}/api/` } });
  await eventually(() => expect(client.line.get().isConnected).toBe(true));
});

test('what is closed leaves nothing: no connection, no timer, nothing that listens', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const intervals = vi.spyOn(globalThis, 'setInterval');
  const server = await aServer();
  const never = 3_600_000;
  const tab = await aLiveTab(server, { timings: { shortMs: never, connectTimeoutMs: never, hopelessMs: never } });
  server.isShutToSockets = true;
  server.ringing = [aCall('c1')];
  server.offers = ['c1'];
  server.cut();
  await eventually(() => expect(tab.sound.rings).toBeGreaterThan(0));
  tab.client.close();
  await server.close();
  const all = [...timers.mock.results, ...intervals.mock.results].map(({ value }) => value as { _destroyed: boolean });
  vi.restoreAllMocks();
  expect(all.length).toBeGreaterThan(0);
  await eventually(() => expect(all.filter(({ _destroyed }) => !_destroyed)).toEqual([]));
  expect(tab.sound.listeners).toBe(0);
  expect(tab.client.line.get()).toMatchObject({ recovery: 'offline', isConnected: false });
  expect(tab.client.calls.get()).toEqual([]);
});
