// @vitest-environment jsdom

import { StrictMode, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test, vi } from 'vitest';

import {
  CallProvider,
  SwitchboardProvider,
  useAuth,
  useCalls,
  useClientEvent,
  useNotifications,
  usePresence,
  useWebSocket,
} from '../src/react';
import { aCall, aServer, aTab, aText, atTheEnd, aToken, eventually, MemoryStorage, type Tab } from './desk';

function show(tab: Tab, page: ReactNode): { text(): string; unmount(): void } {
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  root.render(
    <StrictMode>
      <SwitchboardProvider client={tab.client}>{page}</SwitchboardProvider>
    </StrictMode>,
  );
  const unmount = () => root.unmount();
  atTheEnd(unmount);
  return { text: () => place.textContent ?? '', unmount };
}

/** What is said of a page that cannot be shown. */
function failureOf(page: ReactNode): Promise<string> {
  return new Promise((resolve) => {
    const onUncaughtError = (error: unknown) => resolve(String(error));
    createRoot(document.createElement('div'), { onUncaughtError }).render(page);
  });
}

function Desk(): ReactNode {
  const { status, user } = useAuth();
  const { isConnected, recovery, transport, connectionError } = useWebSocket();
  const { calls, ringing } = useCalls();
  const { unreadCount } = useNotifications();
  const presence = usePresence();
  const [last, setLast] = useState('');
  useClientEvent('incoming-sms', ({ body }) => setLast((before) => `${before}${body};`));
  return [
    status,
    user?.id,
    isConnected ? 'connected' : 'not connected',
    recovery,
    transport,
    connectionError ?? 'no error',
    `${calls.length} wait`,
    `${ringing.length} ring`,
    `${unreadCount} unread`,
    last,
    presence.get('u2'),
  ].join(' | ');
}

test('effects that run twice leave one connection, and every handler hears once', async () => {
  const server = await aServer();
  const tab = aTab(server, { token: aToken('u1'), isStarted: false });
  const page = show(tab, <Desk />);
  await eventually(() => expect(page.text()).toContain('signed-in | u1 | connected | live | websocket | no error'));
  expect(page.text()).toContain('away');
  server.append('incoming-sms', aText('m1', 'one'));
  server.append('incoming-sms', aText('m2', 'two'));
  server.append('incoming-call', aCall('c1'));
  server.offer('c1');
  await eventually(() => expect(page.text()).toContain('1 wait | 1 ring | 2 unread | one;two; |'));
  expect(server.visits.length).toBe(1);
  expect(server.asked('/api/auth/me').length).toBe(1);
  page.unmount();
  await eventually(() => expect(server.sockets.length).toBe(0));
  expect(tab.client.line.get().recovery).toBe('offline');
});

test('a page that is shown again connects again', async () => {
  const server = await aServer();
  const tab = aTab(server, { token: aToken('u1'), isStarted: false });
  const first = show(tab, <Desk />);
  await eventually(() => expect(first.text()).toContain('live'));
  first.unmount();
  await eventually(() => expect(server.sockets.length).toBe(0));
  const second = show(tab, <Desk />);
  await eventually(() => expect(second.text()).toContain('live'));
  server.append('incoming-sms', aText('m1', 'back'));
  await eventually(() => expect(second.text()).toContain('back;'));
});

test('a closed page leaves nothing that listens to the window', async () => {
  const listeners = new Map<string, number>();
  const count = (by: number) => (name: string) => listeners.set(name, (listeners.get(name) ?? 0) + by);
  for (const target of [window, document]) {
    const { addEventListener, removeEventListener } = target;
    vi.spyOn(target, 'addEventListener').mockImplementation((name, ...more) => {
      count(1)(name);
      (addEventListener as (...all: unknown[]) => void).call(target, name, ...more);
    });
    vi.spyOn(target, 'removeEventListener').mockImplementation((name, ...more) => {
      count(-1)(name);
      (removeEventListener as (...all: unknown[]) => void).call(target, name, ...more);
    });
  }
  const server = await aServer();
  const tab = aTab(server, { token: aToken('u1'), isStarted: false });
  tab.client.start();
  await eventually(() => expect(tab.client.line.get().recovery).toBe('live'));
  for (const name of ['storage', 'online', 'click', 'keydown', 'visibilitychange', 'freeze', 'pagehide']) {
    expect(listeners.get(name), name).toBeGreaterThan(0);
  }
  tab.client.close();
  vi.restoreAllMocks();
  expect([...listeners].filter(([, open]) => open !== 0)).toEqual([]);
});

test('a hook says which provider is missing', async () => {
  expect(await failureOf(<Desk />)).toContain('There is no <AuthProvider> around this component');
  expect(await failureOf(<CallProvider>x</CallProvider>)).toContain('There is no <NotificationProvider>');
});

test('signing in and out in another tab counts here', async () => {
  const server = await aServer();
  const storage = new MemoryStorage();
  const { client } = aTab(server, { storage });
  const token = aToken('u1');
  server.tokens.set(token, 'u1');
  storage.setItem('authToken', token);
  window.dispatchEvent(new StorageEvent('storage', { key: 'authToken' }));
  await eventually(() => expect(client.line.get().recovery).toBe('live'));
  await eventually(() => expect(client.auth.get().status).toBe('signed-in'));
  storage.removeItem('authToken');
  window.dispatchEvent(new StorageEvent('storage', { key: 'authToken' }));
  expect(client.auth.get().status).toBe('signed-out');
  await eventually(() => expect(server.sockets.length).toBe(0));
});

test('why a session was ended is known in all tabs, and who is back in one is back in all', async () => {
  const server = await aServer();
  const [storage, token] = [new MemoryStorage(), aToken('u1')];
  const [one, other] = [aTab(server, { token, storage }), aTab(server, { token, storage })].map(({ client }) => client);
  for (const client of [one, other]) await eventually(() => expect(client?.auth.get().status).toBe('signed-in'));
  server.tokens.clear();
  await one?.api.get('/api/auth/me').catch(() => undefined);
  expect(one?.auth.get()).toMatchObject({ status: 'signed-out', user: { id: 'u1' }, endedBecause: 'token expired' });
  window.dispatchEvent(new StorageEvent('storage', { key: 'authToken' }));
  expect(other?.auth.get()).toMatchObject({ status: 'signed-out', user: { id: 'u1' }, endedBecause: 'token expired' });
  const fresh = aToken('u1');
  server.tokens.set(fresh, 'u1');
  one?.auth.setToken(fresh);
  window.dispatchEvent(new StorageEvent('storage', { key: 'authToken' }));
  expect(other?.auth.get()).toMatchObject({ status: 'checking', user: { id: 'u1' } });
  for (const client of [one, other]) {
    await eventually(() => expect(client?.auth.get()).toMatchObject({ status: 'signed-in', endedBecause: null }));
  }
});

test('what another tab renewed is shown on the live socket', async () => {
  const server = await aServer();
  const storage = new MemoryStorage();
  const { client } = aTab(server, { token: aToken('u1'), storage });
  await eventually(() => expect(client.line.get().recovery).toBe('live'));
  const renewed = aToken('u1');
  server.tokens.set(renewed, 'u1');
  storage.setItem('authToken', renewed);
  window.dispatchEvent(new StorageEvent('storage', { key: 'authToken' }));
  await eventually(() => expect(server.heard).toContainEqual(['refresh-token', { token: renewed }]));
  expect(server.visits.length).toBe(1);
});

test('how loud it is is the same in all tabs, and the next person of the browser has their own', async () => {
  const server = await aServer();
  const storage = new MemoryStorage();
  const one = aTab(server, { token: aToken('u1'), storage });
  await eventually(() => expect(one.client.line.get().recovery).toBe('live'));
  one.client.notifications.setVolume(7);
  const other = aTab(server, { storage });
  expect(other.client.notifications.get()).toMatchObject({ volume: 1, isQuiet: false });
  one.client.notifications.setQuiet(true);
  window.dispatchEvent(new StorageEvent('storage', { key: 'switchboard.settings.u1' }));
  expect(other.client.notifications.get().isQuiet).toBe(true);
  const next = aToken('u3');
  server.tokens.set(next, 'u3');
  other.client.auth.setToken(next);
  expect(other.client.notifications.get()).toMatchObject({ volume: 0.5, isQuiet: false });
});

test('a network that is back is tried at once', async () => {
  const server = await aServer();
  server.config = { ...server.config, reconnect: { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000, jitter: 0 } };
  const { client } = aTab(server, { token: aToken('u1'), timings: { patienceMs: 3_600_000 } });
  await eventually(() => expect(client.line.get().recovery).toBe('live'));
  server.cut();
  await eventually(() => expect(client.line.get().recovery).toBe('recovering'));
  window.dispatchEvent(new Event('online'));
  await eventually(() => expect(client.line.get().recovery).toBe('live'));
});

test('system notifications come from one tab, without sound rights too, and go with their call', async () => {
  const shown: string[] = [];
  const closed: string[] = [];
  class Shown {
    static permission = 'granted';
    onclick = null;
    constructor(
      readonly title: string,
      readonly options: { tag: string },
    ) {
      shown.push(`${title} (${options.tag})`);
    }
    close(): void {
      closed.push(this.options.tag);
    }
  }
  vi.stubGlobal('Notification', Shown);
  atTheEnd(() => vi.unstubAllGlobals());
  const server = await aServer();
  const [token, storage] = [aToken('u1'), new MemoryStorage()];
  const all = [1, 2].map(() => aTab(server, { token, storage, isStarted: false }));
  for (const { client, sound } of all) {
    sound.isUnlocked = false;
    client.start();
  }
  await eventually(() => expect(all.filter(({ client }) => client.notifications.get().isLeader).length).toBe(1));
  await eventually(() => expect(server.sockets.length).toBe(2));
  expect(all[0]?.client.notifications.get()).toMatchObject({
    audio: 'locked',
    permission: 'granted',
    willNotice: true,
  });
  server.append('incoming-call', aCall('c1', { callerName: 'A &amp; B' }));
  server.offer('c1');
  server.append('incoming-sms', aText('m1', 'x', { contactName: 'Ada' }));
  await eventually(() => expect(shown.sort()).toEqual(['Call from A & B (c1)', 'Text from Ada (m1)']));
  server.append('call-ended', { callSid: 'c1', reason: 'caller-hangup' });
  await eventually(() => expect(closed).toContain('c1'));
  expect(shown.length).toBe(2);
});
