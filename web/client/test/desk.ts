// What tests set up: a server, somebody who is signed in, and browsers that are no browsers.

import { afterEach, expect, vi } from 'vitest';

import { assemble } from '../src/client';
import { TIMINGS, type Timings } from '../src/line/timings';
import type { About, Client, ClientOptions, Platform } from '../src/types';
import type { Sound } from '../src/ring/sound';
import { ScriptedServer } from './server';

/** Waits for whatever comes, however slow the computer is. */
export function eventually(assertion: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: 20_000, interval: 10 });
}

const endings: (() => unknown)[] = [];

/** Is called at the end of the test, the last one first. */
export function atTheEnd(end: () => unknown): void {
  endings.push(end);
}

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

export async function aServer(): Promise<ScriptedServer> {
  const server = await ScriptedServer.start();
  atTheEnd(() => server.close());
  return server;
}

/** A token that says of itself whose it is and how long it lives. */
export function aToken(userId: string, more: Record<string, unknown> = {}): string {
  const claims = { sub: userId, jti: Math.random(), ...more };
  return `head.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.signature`;
}

/** Storage that is one browser's: several clients may have it. */
export class MemoryStorage implements Storage {
  readonly #kept = new Map<string, string>();

  get length(): number {
    return this.#kept.size;
  }

  clear(): void {
    this.#kept.clear();
  }

  getItem(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }

  key(index: number): string | null {
    return [...this.#kept.keys()][index] ?? null;
  }

  removeItem(key: string): void {
    this.#kept.delete(key);
  }

  setItem(key: string, value: string): void {
    this.#kept.set(key, value);
  }
}

/** Locks of one browser. Each tab has its own view, and what it holds falls when it dies. */
export class Locks {
  readonly #queues = new Map<string, { tab: object; start: () => void }[]>();
  readonly #holders = new Map<string, object>();

  of(tab: object): NonNullable<Platform['locks']> {
    const request = async (name: string, ...rest: unknown[]): Promise<unknown> => {
      const callback = rest.at(-1) as () => Promise<unknown>;
      const signal = (rest.length > 1 ? (rest[0] as LockOptions).signal : undefined) ?? new AbortController().signal;
      await new Promise<void>((resolve, reject) => {
        const waiting = { tab, start: resolve };
        signal.addEventListener('abort', () => {
          this.#queues.set(
            name,
            (this.#queues.get(name) ?? []).filter((one) => one !== waiting),
          );
          reject(signal.reason as Error);
        });
        this.#queues.set(name, [...(this.#queues.get(name) ?? []), waiting]);
        this.#next(name);
      });
      try {
        return await callback();
      } finally {
        if (this.#holders.get(name) === tab) this.#free(name);
      }
    };
    return { request: request as LockManager['request'] };
  }

  /** The tab dies: what it holds is free, and it waits for nothing. */
  kill(tab: object): void {
    for (const [name, queue] of this.#queues)
      this.#queues.set(
        name,
        queue.filter((one) => one.tab !== tab),
      );
    for (const [name, holder] of [...this.#holders]) if (holder === tab) this.#free(name);
  }

  #free(name: string): void {
    this.#holders.delete(name);
    this.#next(name);
  }

  #next(name: string): void {
    const [next, ...others] = this.#queues.get(name) ?? [];
    if (!next || this.#holders.has(name)) return;
    this.#queues.set(name, others);
    this.#holders.set(name, next.tab);
    next.start();
  }
}

/** A sound that only counts. */
export class CountingSound implements Sound {
  isUnlocked = true;
  rings = 0;
  /** Something may still be heard of the last ring. */
  isSounding = false;
  texts = 0;
  readonly #listeners = new Set<() => void>();

  state(): 'locked' | 'unlocked' {
    return this.isUnlocked ? 'unlocked' : 'locked';
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** As if the person had touched the page. */
  touch(): void {
    this.isUnlocked = true;
    for (const listener of this.#listeners) listener();
  }

  unlock(): Promise<void> {
    return Promise.resolve();
  }

  playRing(): void {
    this.rings += 1;
    this.isSounding = true;
  }

  stopRing(): void {
    this.isSounding = false;
  }

  playText(): void {
    this.texts += 1;
  }

  close(): void {}
}

export interface Told {
  name: string;
  payload: Record<string, unknown>;
  about: About;
}

export interface Tab {
  client: Client;
  sound: CountingSound;
  /** Every event of the log that a handler saw. */
  told: Told[];
  resets: string[];
  /** The names of what the other tabs told it. */
  heard: string[];
  /** Ends as tabs do that crash: nothing is said to anybody. */
  die(): void;
}

const LOG = [
  'incoming-call',
  'incoming-sms',
  'call-accepted',
  'call-ended',
  'call-released',
  'message-status',
] as const;

/** What suits tests: nothing takes long that would take long otherwise. */
export const QUICK: Timings = {
  ...TIMINGS,
  connectTimeoutMs: 2_000,
  shortMs: 150,
  patienceMs: 100,
  hopelessMs: 200,
  probeMs: 100,
  holdMs: 2_000,
  ringMs: 40,
};

export interface TabOptions {
  token?: string | null;
  storage?: Storage | undefined;
  locks?: Locks;
  timings?: Partial<Timings>;
  options?: ClientOptions;
  isStarted?: boolean;
}

/** A tab that is open at the server, and started. */
export function aTab(
  server: ScriptedServer,
  { token, storage, locks, timings, options, isStarted }: TabOptions = {},
): Tab {
  const kept = storage ?? new MemoryStorage();
  if (token) {
    kept.setItem('authToken', token);
    if (!server.tokens.has(token)) server.tokens.set(token, 'u1');
  }
  const sound = new CountingSound();
  const channels: BroadcastChannel[] = [];
  const heard: string[] = [];
  const identity = {};
  const platform: Partial<Platform> = {
    storage: kept,
    locks: locks?.of(identity),
    channel: (name) => {
      const channel = new BroadcastChannel(name);
      channels.push(channel);
      channel.addEventListener('message', (event) => heard.push((event as MessageEvent<{ name: string }>).data.name));
      return channel;
    },
    ...options?.platform,
  };
  const client = assemble({ url: server.url, sound, ...options, platform }, { ...QUICK, ...timings });
  atTheEnd(() => client.close());
  const told: Told[] = [];
  for (const name of LOG) {
    client.on(name, (payload, about) => told.push({ name, payload: payload as unknown as Told['payload'], about }));
  }
  const resets: string[] = [];
  client.on('reset', ({ cursor }) => resets.push(cursor));
  if (isStarted ?? true) client.start();
  const die = () => {
    for (const channel of channels) channel.close();
    client.close();
    locks?.kill(identity);
  };
  return { client, sound, told, resets, heard, die };
}

/** A tab that is live. */
export async function aLiveTab(server: ScriptedServer, options: TabOptions = {}): Promise<Tab> {
  const tab = aTab(server, { token: aToken('u1'), ...options });
  await eventually(() => expect(tab.client.line.get().recovery).toBe('live'));
  return tab;
}

export function aCall(callSid: string, more: object = {}): object {
  return {
    callSid,
    from: '+16475550100',
    to: '+14155550123',
    callerName: 'Ada',
    contactId: null,
    leadId: null,
    timestamp: '2029-12-31T00:00:00.000Z',
    ...more,
  };
}

export function aText(messageSid: string, body = 'hello', more: object = {}): object {
  return {
    messageSid,
    body,
    from: '+16475550100',
    to: '+14155550123',
    contactName: null,
    contactId: null,
    leadId: null,
    timestamp: '2029-12-31T00:00:00.000Z',
    ...more,
  };
}

/** The messages' SIDs, as a handler saw them. */
export function sids(told: Told[]): unknown[] {
  return told.map(({ payload }) => payload['messageSid'] ?? payload['callSid']);
}
