import { expect, test } from 'vitest';

import { aCall, aLiveTab, aServer, aTab, aText, aToken, eventually, sids } from './desk';

test('handlers that were there before the connection hear everything, in order and once', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  for (const sid of ['m1', 'm2', 'm3']) server.append('incoming-sms', aText(sid));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3']));
  expect(tab.told.map(({ about }) => about.cursor)).toEqual(['e1.1', 'e1.2', 'e1.3']);
  expect(tab.told.every(({ about }) => !about.isHistory)).toBe(true);
});

test('texts are decoded once', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.append('incoming-sms', aText('m1', 'I&#x27;m &amp;lt;b&gt;', { contactName: 'A &amp; B' }));
  server.append('incoming-call', aCall('c1', { callerName: '&quot;X&quot;' }));
  await eventually(() => expect(tab.told.length).toBe(2));
  expect(tab.told[0]?.payload).toMatchObject({ body: "I'm &lt;b>", contactName: 'A & B' });
  expect(tab.told[1]?.payload).toMatchObject({ callerName: '"X"' });
});

test('what was missed comes as history, from the last cursor', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server, { timings: { patienceMs: 3_600_000 } });
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(tab.told.length).toBe(1));
  server.isShutToSockets = true;
  server.isShutToQuestions = true;
  server.cut();
  await eventually(() => expect(server.sockets.length).toBe(0));
  server.append('incoming-sms', aText('m2'));
  server.append('incoming-sms', aText('m3'));
  server.isShutToSockets = false;
  server.isShutToQuestions = false;
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3']));
  expect(tab.told.map(({ about }) => about.isHistory)).toEqual([false, true, true]);
  expect(server.visits.at(-1)).toMatchObject({ cursor: 'e1.1', sessionId: expect.any(String) as string });
  expect(tab.resets).toEqual([]);
});

test('an event that is told twice, or once more later, is heard once', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.append('incoming-sms', aText('m1'));
  for (const socket of server.sockets) server.emit(socket, 1);
  server.append('incoming-sms', aText('m2'));
  for (const socket of server.sockets) server.emit(socket, 1);
  server.append('incoming-sms', aText('m3'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3']));
  expect(server.visits.length).toBe(1);
});

test('a hole, and events out of order, are filled from the last cursor', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.append('incoming-sms', aText('m1'));
  server.appendUnheard('incoming-sms', aText('m2'));
  server.append('incoming-sms', aText('m3'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3']));
  server.appendUnheard('incoming-sms', aText('m4'));
  server.appendUnheard('incoming-sms', aText('m5'));
  await eventually(() => expect(server.sockets.length).toBe(1));
  for (const seq of [5, 4]) for (const socket of server.sockets) server.emit(socket, seq);
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']));
  expect(tab.resets).toEqual([]);
});

test('a replay with a hole in it is asked for again', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server, { timings: { patienceMs: 3_600_000 } });
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(tab.told.length).toBe(1));
  server.lost.add(3);
  for (const sid of ['m2', 'm3', 'm4']) server.appendUnheard('incoming-sms', aText(sid));
  server.cut();
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2', 'm3', 'm4']));
  expect(server.visits.map(({ cursor }) => cursor)).toEqual([undefined, 'e1.1', 'e1.2']);
});

test('a cursor that is no good means a reset, and then goes on', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(tab.told.length).toBe(1));
  server.epoch = 'e2';
  server.cut();
  await eventually(() => expect(tab.resets).toEqual(['e2.1']));
  server.append('incoming-sms', aText('m2'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1', 'm2']));
});

test('a name that is younger than the client moves the cursor', async () => {
  const server = await aServer();
  const tab = await aLiveTab(server);
  server.append('fax-received', { pages: 2 });
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(sids(tab.told)).toEqual(['m1']));
  expect(server.visits.length).toBe(1);
});

test('a handler that fails keeps no other from hearing', async () => {
  const server = await aServer();
  const failures: unknown[] = [];
  const caught = (error: unknown) => void failures.push(error);
  process.on('uncaughtException', caught);
  const tab = aTab(server, { token: aToken('u1'), isStarted: false });
  let heard = 0;
  tab.client.once('incoming-sms', () => {
    throw new Error('meant to');
  });
  tab.client.on('incoming-sms', () => (heard += 1));
  tab.client.start();
  await eventually(() => expect(tab.client.line.get().isConnected).toBe(true));
  server.append('incoming-sms', aText('m1'));
  server.append('incoming-sms', aText('m2'));
  await eventually(() => expect(heard).toBe(2));
  process.off('uncaughtException', caught);
  expect(failures.length).toBe(1);
});

test("the server's time is right whatever the computer's clock does", async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  const clock = Date.now;
  try {
    const before = client.serverNow();
    Date.now = () => clock() + 86_400_000;
    const after = client.serverNow();
    expect(after - before).toBeLessThan(60_000);
    expect(new Date(before).toISOString()).toMatch(/^2029-12-31T00:00/);
  } finally {
    Date.now = clock;
  }
});
