import { expect, test } from 'vitest';

import {
  aCall,
  aLiveTab,
  aServer,
  aTab,
  aText,
  aToken,
  eventually,
  Locks,
  MemoryStorage,
  QUICK,
  sids,
  type Tab,
  type TabOptions,
} from './desk';
import type { ScriptedServer } from './server';

async function tabs(server: ScriptedServer, count: number, options: TabOptions = {}): Promise<Tab[]> {
  const all = { token: aToken('u1'), storage: new MemoryStorage(), ...options };
  return Promise.all(Array.from({ length: count }, () => aLiveTab(server, all)));
}

function leaders(all: Tab[]): Tab[] {
  return all.filter(({ client }) => client.notifications.get().isLeader);
}

function ringing(all: Tab[]): Tab[] {
  return all.filter(({ client }) => client.notifications.get().isRinging);
}

const WITH = [
  ['locks', () => ({ locks: new Locks() })],
  ['a heartbeat', () => ({})],
] as const;

test.each(WITH)('with %s five tabs ring once, and one sound tells of a text', async (_, options) => {
  const server = await aServer();
  const all = await tabs(server, 5, options());
  await eventually(() => expect(leaders(all).length).toBe(1));
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(leaders(all)[0]?.sound.rings).toBeGreaterThan(2));
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(all.every(({ told }) => told.length === 2)).toBe(true));
  expect(all.filter(({ sound }) => sound.rings > 0).length).toBe(1);
  expect(all.map(({ sound }) => sound.texts).sort()).toEqual([0, 0, 0, 0, 1]);
  expect(all.every(({ client }) => client.calls.get()[0]?.ringsForMe)).toBe(true);
});

test.each(WITH)('with %s the death of the leader hands over, and nothing rings twice', async (_, options) => {
  const server = await aServer();
  const all = await tabs(server, 3, { ...options(), timings: { ringMs: 100 } });
  await eventually(() => expect(leaders(all).length).toBe(1));
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(ringing(all)).toEqual(leaders(all)));
  const first = ringing(all)[0] as Tab;
  first.die();
  const others = all.filter((tab) => tab !== first);
  await eventually(() => expect(ringing(others).length).toBe(1));
  const second = ringing(others)[0] as Tab;
  await eventually(() => expect(second.sound.rings).toBeGreaterThan(1));
  expect(leaders(others)).toEqual([second]);
  expect(others.filter(({ sound }) => sound.rings > 0)).toEqual([second]);
});

test("a new leader waits until the old one's ring is over", async () => {
  const server = await aServer();
  const ringMs = 3_600_000;
  const all = await tabs(server, 2, { locks: new Locks(), timings: { ringMs } });
  await eventually(() => expect(leaders(all).length).toBe(1));
  const [first] = leaders(all) as [Tab];
  const second = all.find((tab) => tab !== first) as Tab;
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(first.sound.rings).toBe(1));
  await eventually(() => expect(second.client.calls.get()[0]?.ringsForMe).toBe(true));
  await eventually(() => expect(second.heard).toContain('rang'));
  first.die();
  await eventually(() => expect(second.client.notifications.get().isRinging).toBe(true));
  expect(second.sound.rings).toBe(0);
});

test('a call that is answered in one tab is silent in all before the server tells', async () => {
  const server = await aServer();
  const all = await tabs(server, 3, { locks: new Locks() });
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(all.every(({ client }) => client.calls.get()[0]?.ringsForMe)).toBe(true));
  await eventually(() => expect(ringing(all).length).toBe(1));
  const follower = all.find(({ client }) => !client.notifications.get().isLeader) as Tab;
  await follower.client.calls.accept('c1');
  await eventually(() => expect(ringing(all)).toEqual([]));
  await eventually(() => {
    for (const { client } of all) expect(client.calls.get()[0]?.outcome).toMatchObject({ kind: 'taken', byMe: true });
  });
  expect(server.log.length).toBe(1);
});

test('a call that is declined in one tab is gone from all', async () => {
  const server = await aServer();
  const all = await tabs(server, 3, { locks: new Locks() });
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(all.every(({ client }) => client.calls.get()[0]?.ringsForMe)).toBe(true));
  await all[1]?.client.calls.decline('c1');
  await eventually(() => expect(all.every(({ client }) => client.calls.get().length === 0)).toBe(true));
});

test('while events are asked for, one tab asks and all are told', async () => {
  const server = await aServer();
  server.config = { ...server.config, transport: 'polling', pollIntervalMs: 10 };
  const [token, storage, locks] = [aToken('u1'), new MemoryStorage(), new Locks()];
  const all = Array.from({ length: 4 }, () => aTab(server, { token, storage, locks, timings: { holdMs: 20_000 } }));
  await eventually(() => expect(all.every(({ client }) => client.line.get().recovery === 'polling')).toBe(true));
  await eventually(() => expect(leaders(all).length).toBe(1));
  const expected: string[] = [];
  /** How often the server is asked until everybody was told of one more text. */
  const questions = async () => {
    const before = server.asked('/api/events').length;
    expected.push(`m${expected.length + 1}`);
    server.append('incoming-sms', aText(expected.at(-1) ?? ''));
    await eventually(() => expect(all.every(({ told }) => told.length === expected.length)).toBe(true));
    return server.asked('/api/events').length - before;
  };
  // Until everybody heard that somebody asks for them, everybody may ask.
  await eventually(async () => expect(await questions()).toBeLessThanOrEqual(1));
  let asked = 0;
  for (let n = 1; n <= 10; n += 1) asked += await questions();
  // All four would ask forty times.
  expect(asked).toBeLessThan(20);
  for (const { told, resets } of all) {
    expect(sids(told)).toEqual(expected);
    expect(resets).toEqual([]);
  }
});

test('a tab that was told something before it knew what waits asks for it', async () => {
  const server = await aServer();
  server.config = { ...server.config, transport: 'polling' };
  const [token, storage, locks] = [aToken('u1'), new MemoryStorage(), new Locks()];
  const timings = { holdMs: 3_600_000 };
  aTab(server, { token, storage, locks, timings });
  await eventually(() => expect(server.held).toBe(1));
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const slow: typeof fetch = async (url, init) => {
    if (String(url).endsWith('/incoming-calls/pending')) await answered;
    return fetch(url, init);
  };
  const late = aTab(server, { storage, locks, timings, options: { platform: { fetch: slow } } });
  await eventually(() => expect(late.client.line.get().recovery).toBe('polling'));
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(late.heard).toContain('page'));
  answer();
  await eventually(() => expect(sids(late.told)).toEqual(['m1']));
});

test('when the tab that asks dies, another one asks', async () => {
  const server = await aServer();
  server.config = { ...server.config, transport: 'polling', pollIntervalMs: 10 };
  const [token, storage, locks] = [aToken('u1'), new MemoryStorage(), new Locks()];
  const all = Array.from({ length: 3 }, () => aTab(server, { token, storage, locks }));
  await eventually(() => expect(leaders(all).length).toBe(1));
  server.append('incoming-sms', aText('m1'));
  await eventually(() => expect(all.every(({ client }) => client.line.get().recovery === 'polling')).toBe(true));
  const first = leaders(all)[0] as Tab;
  const others = all.filter((tab) => tab !== first);
  first.die();
  server.append('incoming-sms', aText('m2'));
  await eventually(() => expect(others.every(({ told }) => sids(told).at(-1) === 'm2')).toBe(true));
  expect(leaders(others).length).toBe(1);
});

test('a leader that cannot be heard gives way to a tab that can', async () => {
  const server = await aServer();
  const [token, storage, locks] = [aToken('u1'), new MemoryStorage(), new Locks()];
  const mute = aTab(server, { token, storage, locks, isStarted: false });
  mute.sound.isUnlocked = false;
  mute.client.start();
  await eventually(() => expect(mute.client.notifications.get()).toMatchObject({ isLeader: true, willNotice: false }));
  await eventually(() =>
    expect(server.heard).toContainEqual(['presence', expect.objectContaining({ audioUnlocked: false })]),
  );
  const loud = await aLiveTab(server, { token, storage, locks });
  await eventually(() => expect(loud.client.notifications.get().isLeader).toBe(true));
  // It is heard there, so nothing need be done here.
  await eventually(() => expect(mute.client.notifications.get()).toMatchObject({ isLeader: false, willNotice: true }));
  await eventually(() =>
    expect(server.heard).toContainEqual(['presence', expect.objectContaining({ audioUnlocked: true })]),
  );
});

test('a leader that hears of nothing any more gives way to a tab that does', async () => {
  const server = await aServer();
  const [token, storage, locks] = [aToken('u1'), new MemoryStorage(), new Locks()];
  let isCutOff = false;
  const unsure: typeof fetch = (...ask) => (isCutOff ? Promise.reject(new TypeError('no network')) : fetch(...ask));
  const deaf = await aLiveTab(server, { token, storage, locks, options: { platform: { fetch: unsure } } });
  await eventually(() => expect(deaf.client.notifications.get().isLeader).toBe(true));
  const [itsSocket] = server.sockets;
  const other = await aLiveTab(server, { token, storage, locks });
  isCutOff = true;
  server.isShutToSockets = true;
  itsSocket?.conn.close();
  await eventually(() => expect(deaf.client.line.get().recovery).toBe('offline'));
  await eventually(() => expect(leaders([deaf, other])).toEqual([other]));
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(other.sound.rings).toBeGreaterThan(0));
  expect(deaf.sound.rings).toBe(0);
});

test('two people of one browser ring each for themselves', async () => {
  const server = await aServer();
  const locks = new Locks();
  const one = await aLiveTab(server, { token: aToken('u1'), locks });
  const other = await aLiveTab(server, { token: aToken('u2'), locks });
  await eventually(() => expect(leaders([one, other]).length).toBe(2));
});

test('a tab where storage, locks and channels all fail works by itself', async () => {
  const server = await aServer();
  const throwing = new Proxy({} as Storage, {
    get: () => () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
  });
  const locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) };
  const options = { platform: { locks: locks as never, channel: () => undefined } };
  const tab = aTab(server, { options: { platform: { ...options.platform, storage: throwing } } });
  const token = aToken('u1');
  server.tokens.set(token, 'u1');
  tab.client.auth.setToken(token);
  await eventually(() => expect(tab.client.line.get().recovery).toBe('live'));
  tab.client.notifications.setVolume(0.9);
  expect(tab.client.notifications.get()).toMatchObject({ volume: 0.9, isLeader: true });
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(tab.sound.rings).toBeGreaterThan(QUICK.ringMs > 0 ? 1 : 0));
});
