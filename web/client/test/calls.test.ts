import { expect, test } from 'vitest';

import { aCall, aLiveTab, aServer, aText, eventually, sids } from './desk';

test('a call is known to all, rings for whom it is offered, and is acknowledged once', async () => {
  const server = await aServer();
  const { client, sound } = await aLiveTab(server);
  server.append('incoming-call', aCall('c1'));
  await eventually(() => expect(client.calls.get()).toMatchObject([{ callSid: 'c1', ringsForMe: false }]));
  expect(sound.rings).toBe(0);
  server.offer('c1');
  await eventually(() => expect(client.calls.get()).toMatchObject([{ callSid: 'c1', ringsForMe: true }]));
  await eventually(() => expect(sound.rings).toBeGreaterThan(2));
  server.offer();
  await eventually(() => expect(client.notifications.get().isRinging).toBe(false));
  server.offer('c1');
  await eventually(() => expect(client.notifications.get().isRinging).toBe(true));
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(sound.texts).toBe(1));
  await eventually(() => expect(server.heard.filter(([name]) => name === 'call-ack').length).toBeGreaterThan(0));
  expect(server.heard.filter(([name]) => name === 'call-ack')).toEqual([['call-ack', { callSid: 'c1' }]]);
});

test('it rings from the first moment when the offer comes before the call', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  server.offer('c1');
  server.append('incoming-call', aCall('c1'));
  await eventually(() => expect(client.calls.get()).toMatchObject([{ callSid: 'c1', ringsForMe: true }]));
});

test.each([
  ['taken by somebody', 'call-accepted', { acceptedBy: 'u2' }, { kind: 'taken', by: 'u2', byMe: false }],
  ['taken by me elsewhere', 'call-accepted', { acceptedBy: 'u1' }, { kind: 'taken', by: 'u1', byMe: true }],
  ['over', 'call-ended', { reason: 'caller-hangup' }, { kind: 'ended', reason: 'caller-hangup' }],
])('a call that is %s says so, is silent, and folds away', async (_, name, payload, outcome) => {
  const server = await aServer();
  const { client, sound } = await aLiveTab(server, { options: { outcomeMs: 60 } });
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(sound.rings).toBeGreaterThan(0));
  const outcomes: unknown[] = [];
  client.calls.subscribe(() => outcomes.push(client.calls.get()[0]?.outcome));
  server.append(name, { callSid: 'c1', ...payload });
  await eventually(() => expect(client.calls.get()).toEqual([]));
  expect(outcomes).toContainEqual(expect.objectContaining(outcome));
  expect(client.notifications.get().isRinging).toBe(false);
});

test('a call of which the audio never connected rings again', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server, { options: { outcomeMs: 3_600_000 } });
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  server.append('call-accepted', { callSid: 'c1', acceptedBy: 'u2' });
  await eventually(() => expect(client.calls.get()[0]?.outcome).toMatchObject({ by: 'u2' }));
  server.append('call-released', { callSid: 'c1', releasedBy: 'u2' });
  server.append('incoming-call', aCall('c1'));
  await eventually(() => expect(client.calls.get()).toMatchObject([{ outcome: null, ringsForMe: true }]));
  expect(client.calls.get().length).toBe(1);
});

test('a call that is handed over rings again', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server, { options: { outcomeMs: 3_600_000 } });
  server.append('incoming-call', aCall('c1'));
  server.append('call-accepted', { callSid: 'c1', acceptedBy: 'u2' });
  await eventually(() => expect(client.calls.get()[0]?.outcome).toMatchObject({ by: 'u2' }));
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(client.calls.get()).toMatchObject([{ outcome: null, ringsForMe: true }]));
});

test.each([
  ['over a socket', { patienceMs: 3_600_000 }, { isShutToSockets: false }],
  ['by asking', {}, { isShutToSockets: true }],
])('history that comes %s makes no sound and shows no call, but what waits rings', async (_, timings, later) => {
  const server = await aServer();
  const { client, sound, told } = await aLiveTab(server, { timings });
  await eventually(() => expect(client.notifications.get().isLeader).toBe(true));
  server.append('incoming-sms', { messageSid: 'm0', body: '', from: '', to: '' });
  await eventually(() => expect(sound.texts).toBe(1));
  server.isShutToSockets = true;
  server.isShutToQuestions = true;
  server.cut();
  await eventually(() => expect(client.line.get().isConnected).toBe(false));
  await eventually(() => expect(server.sockets.length).toBe(0));
  server.append('incoming-call', aCall('c1'));
  server.append('call-ended', { callSid: 'c1', reason: 'caller-hangup' });
  server.append('incoming-call', aCall('c2'));
  server.append('call-accepted', { callSid: 'c2', acceptedBy: 'u2' });
  server.append('call-released', { callSid: 'c2', releasedBy: 'u2' });
  server.append('incoming-call', aCall('c2'));
  server.append('incoming-sms', { messageSid: 'm1', body: '', from: '', to: '' });
  server.ringing = [aCall('c2')];
  server.offers = ['c2'];
  const shown = new Set<string>();
  const outcomes: unknown[] = [];
  client.calls.subscribe(() => {
    for (const { callSid, outcome } of client.calls.get()) {
      shown.add(callSid);
      outcomes.push(outcome);
    }
  });
  server.isShutToQuestions = false;
  Object.assign(server, later);
  await eventually(() => expect(sids(told).join()).toBe('m0,c1,c1,c2,c2,c2,c2,m1'));
  await eventually(() => expect(sound.rings).toBeGreaterThan(0));
  expect([...shown]).toEqual(['c2']);
  expect(outcomes.every((outcome) => outcome === null)).toBe(true);
  expect(sound.texts).toBe(1);
});

test('a call that was over while nobody could tell is gone after the greeting', async () => {
  const server = await aServer();
  const { client, sound } = await aLiveTab(server);
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(sound.rings).toBeGreaterThan(0));
  server.offers = [];
  server.appendUnheard('call-ended', { callSid: 'c1', reason: 'caller-hangup' });
  server.cut();
  await eventually(() => expect(client.calls.get()).toEqual([]));
  expect(client.notifications.get().isRinging).toBe(false);
});

test('accepting tells what came of it', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server, { options: { outcomeMs: 3_600_000 } });
  server.append('incoming-call', aCall('c1'));
  await eventually(() => expect(client.calls.get().length).toBe(1));

  server.accept = () => [500, { message: 'oops', code: 'internal' }];
  expect(await client.calls.accept('c1')).toMatchObject({ ok: false, because: 'failed' });
  expect(client.calls.get()[0]).toMatchObject({ asking: null, outcome: null, problem: expect.any(String) as string });

  const acceptedBy = { id: 'u2', name: 'Grace' };
  server.accept = () => [409, { message: 'taken', code: 'already_accepted', acceptedBy }];
  expect(await client.calls.accept('c1')).toEqual({ ok: false, because: 'taken', by: acceptedBy });
  expect(client.calls.get()[0]?.outcome).toEqual({ kind: 'taken', by: 'u2', byMe: false, name: 'Grace' });

  server.append('incoming-call', aCall('c2'));
  await eventually(() => expect(client.calls.get().length).toBe(2));
  server.accept = () => [410, { message: 'over', code: 'call_ended' }];
  expect(await client.calls.accept('c2')).toEqual({ ok: false, because: 'over' });

  server.append('incoming-call', aCall('c3'));
  await eventually(() => expect(client.calls.get().length).toBe(3));
  server.accept = () => [200, { success: true, conferenceId: 'f1', message: 'yours' }];
  expect(await client.calls.accept('c3')).toEqual({ ok: true, conferenceId: 'f1' });
  expect(client.calls.get()[2]?.outcome).toMatchObject({ kind: 'taken', byMe: true });
});

test('a call that was declined is gone here and silent', async () => {
  const server = await aServer();
  const { client, sound } = await aLiveTab(server);
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(sound.rings).toBeGreaterThan(0));
  expect(await client.calls.decline('c1')).toBe(true);
  expect(client.calls.get()).toEqual([]);
  await eventually(() => expect(client.notifications.get().isRinging).toBe(false));
});

test('a call that is being answered is silent already, and rings again if that fails', async () => {
  const server = await aServer();
  const { client, sound } = await aLiveTab(server);
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(client.notifications.get().isRinging).toBe(true));
  expect(sound.isSounding).toBe(true);
  let fail = () => {};
  server.accept = () =>
    new Promise((resolve) => {
      fail = () => resolve([500, { message: 'oops', code: 'internal' }]);
    });
  const acceptance = client.calls.accept('c1');
  await eventually(() => expect(client.notifications.get().isRinging).toBe(false));
  expect(sound.isSounding).toBe(false);
  await eventually(() => expect(server.asked('accept').length).toBe(1));
  fail();
  expect(await acceptance).toMatchObject({ ok: false, because: 'failed' });
  await eventually(() => expect(client.notifications.get().isRinging).toBe(true));
});

test('a call of which nobody can tell any more whether it rings is silent', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(client.notifications.get().isRinging).toBe(true));
  server.isShutToSockets = true;
  server.isShutToQuestions = true;
  server.cut();
  await eventually(() => expect(client.line.get().recovery).toBe('offline'));
  await eventually(() => expect(client.notifications.get().isRinging).toBe(false));
});

test('whoever wants quiet has it, and the server knows', async () => {
  const server = await aServer();
  const { client, sound } = await aLiveTab(server);
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(client.notifications.get().isRinging).toBe(true));
  client.notifications.setQuiet(true);
  await eventually(() => expect(client.notifications.get().isRinging).toBe(false));
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(client.notifications.get().unreadCount).toBe(1));
  expect(sound.texts).toBe(0);
  await eventually(() =>
    expect(server.heard.at(-1)).toEqual(['presence', expect.objectContaining({ audioUnlocked: false })]),
  );
});

test('several calls stand in the order in which they came', async () => {
  const server = await aServer();
  const { client } = await aLiveTab(server);
  server.append('incoming-call', aCall('late', { timestamp: '2029-12-31T00:00:09.000Z' }));
  server.append('incoming-call', aCall('early', { timestamp: '2029-12-31T00:00:01.000Z' }));
  await eventually(() => expect(client.calls.get().map(({ callSid }) => callSid)).toEqual(['early', 'late']));
});
