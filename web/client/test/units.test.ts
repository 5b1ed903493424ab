import { describe, expect, test, vi } from 'vitest';

import { originOf } from '../src/address';
import type { Api } from '../src/api';
import { ServerClock } from '../src/clock';
import { Backoff } from '../src/line/backoff';
import { Ladder } from '../src/line/ladder';
import { CLOSED } from '../src/line/line';
import { Position } from '../src/line/position';
import { claimsOf } from '../src/session/claims';
import { Cell } from '../src/readable';
import { Reporter } from '../src/report';
import { sender } from '../src/rest';
import { Emitter } from '../src/emitter';
import { Heartbeat } from '../src/tabs/heartbeat';
import { Tabs } from '../src/tabs/tabs';
import { decode, legible } from '../src/text';
import { aToken, eventually } from './desk';

describe('the address', () => {
  test('is the one that was given, without its path', () => {
    expect(originOf('https://desk.example.com/api/', false, 'https://crm.example.com')).toBe(
      'https://desk.example.com',
    );
    expect(originOf('http://localhost:3004', true, 'http://localhost:5173')).toBe('http://localhost:3004');
    expect(originOf('/api', false, 'https://crm.example.com')).toBe('https://crm.example.com');
  });

  test("is the page's own, or the one of this computer while developing and where there is no page", () => {
    for (const none of [undefined, '']) {
      expect(originOf(none, false, 'https://crm.example.com')).toBe('https://crm.example.com');
      expect(originOf(none, true, 'http://localhost:5173')).toBe('http://localhost:3004');
      expect(originOf(none, false, 'null')).toBe('http://localhost:3004');
      expect(originOf(none, false, undefined)).toBe('http://localhost:3004');
    }
  });
});

describe('a question', () => {
  test('whose path has gaps does not compile without what fills them', () => {
    const ask = ({ get, post }: Api) => [
      // @ts-expect-error -- whose conversation?
      () => get('/api/twilio/sms/conversation/{phoneNumber}', { query: { limit: 50 } }),
      // @ts-expect-error -- which call?
      () => post('/api/twilio/call/{id}/hold'),
      () => post('/api/twilio/call/{id}/hold', { path: { id: 'CA1' } }),
      () => get('/api/team'),
    ];
    expect(ask).toBeTypeOf('function');
  });

  test('has ten seconds, what is done to a call longer, and any as long as it is given', async () => {
    const given = vi.spyOn(AbortSignal, 'timeout');
    const send = sender('http://localhost', async () => Response.json({}), new ServerClock(Date.now));
    await send('get', '/api/twilio/call/{id}', { path: { id: 'c1' } });
    await send('post', '/api/twilio/incoming-calls/accept');
    await send('post', '/api/twilio/call/make');
    await send('post', '/api/twilio/call/{id}/transfer', { path: { id: 'c1' } });
    await send('post', '/api/twilio/call/{id}/hold', { path: { id: 'c1' }, timeoutMs: 1 });
    expect(given.mock.calls.flat()).toEqual([10_000, 10_000, 45_000, 45_000, 1]);
    given.mockRestore();
  });
});

describe('a position', () => {
  function at(cursor: string, head = cursor): Position {
    const position = new Position();
    expect(position.begin(cursor, head)).toBe('first');
    return position;
  }

  test('is nowhere before the first connection', () => {
    expect(new Position().cursor).toBeUndefined();
    expect(new Position().take('a.1')).toBe('gap');
  });

  test('moves with the next event, and with no other', () => {
    const position = at('a.7');
    expect(['a.8', 'a.8', 'a.9', 'a.1'].map((cursor) => position.take(cursor))).toEqual([
      'next',
      'again',
      'next',
      'again',
    ]);
    for (const cursor of ['a.11', 'b.10', 'a.', 'a', '', '.10', 'a.10.1', 'a.-10']) {
      expect(position.take(cursor), cursor).toBe('gap');
    }
    expect(position.cursor).toBe('a.9');
  });

  test('stays when a connection begins behind it, for another transport came further', () => {
    const position = at('a.7');
    expect(position.begin('a.5', 'a.9')).toBe('recovered');
    expect(position.begin('a.7', 'a.9')).toBe('recovered');
    expect(position.cursor).toBe('a.7');
  });

  test('is believed to be another one when it is told so', () => {
    expect(at('a.7').begin('a.9', 'a.9')).toBe('reset');
    const position = at('a.7');
    expect(position.begin('b.2', 'b.2')).toBe('reset');
    expect(position.take('b.3')).toBe('next');
  });

  test('knows that history ends at the head', () => {
    const position = at('a.7', 'a.9');
    expect(['a.8', 'a.9', 'a.10'].map((cursor) => position.isHistory(cursor))).toEqual([true, true, false]);
  });
});

describe('a wait', () => {
  const reconnect = { initialDelayMs: 100, maxDelayMs: 1_000, jitter: 0.5 };

  test('doubles up to the longest, and is short again after it went well', () => {
    const backoff = new Backoff(() => 0.5);
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.next(reconnect))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    backoff.reset();
    expect(backoff.next(reconnect)).toBe(100);
  });

  test('is drawn by lot, by the part that the server says', () => {
    expect(new Backoff(() => 0).next(reconnect)).toBe(50);
    expect(new Backoff(() => 1).next(reconnect)).toBe(150);
    expect(new Backoff(() => 0).next({ ...reconnect, jitter: 1 })).toBe(0);
    expect(new Backoff(() => 1).next({ ...reconnect, jitter: 7 })).toBe(200);
    expect(new Backoff(() => 1).next({ ...reconnect, initialDelayMs: 5_000 })).toBe(1_000);
  });

  test('is never shorter than what the server asked for', () => {
    for (const lot of [0, 0.5, 1]) {
      expect(new Backoff(() => lot).next(reconnect, 5_000)).toBeGreaterThanOrEqual(5_000);
    }
  });
});

describe('the ladder', () => {
  test('changes the transport after two failures, and gives up hope after four', () => {
    const ladder = new Ladder();
    const seen = [1, 2, 3, 4, 5].map(() => {
      const before = `${ladder.rung}${ladder.isHopeless ? ', hopeless' : ''}`;
      ladder.failed();
      return before;
    });
    expect(seen).toEqual(['websocket', 'websocket', 'long-polling', 'long-polling', 'websocket, hopeless']);
  });

  test('stays where it stood', () => {
    const ladder = new Ladder();
    ladder.failed();
    ladder.stood('websocket');
    ladder.failed();
    expect(ladder.rung).toBe('websocket');
    ladder.failed();
    ladder.stood('long-polling');
    expect(ladder).toMatchObject({ rung: 'long-polling', isHopeless: false });
    ladder.reset();
    expect(ladder.rung).toBe('websocket');
  });
});

describe('text', () => {
  test('is read as it was typed, decoded once', () => {
    expect(decode('donation=5 &lt;3 &amp; &quot;you&quot; I&#x27;m')).toBe('donation=5 <3 & "you" I\'m');
    expect(decode('&amp;lt;b&amp;gt; &amp;amp;amp;')).toBe('&lt;b&gt; &amp;amp;');
    for (const text of ['&nbsp;', '&#39;', '&LT;', '&lt', 'a & b', '&&amp', '😀\n\t', '']) {
      expect(decode(text)).toBe(text);
    }
  });

  test('of events that it does not know, or that lack a field, stays as it is', () => {
    expect(legible('fax-received', { body: '&amp;' })).toEqual({ body: '&amp;' });
    expect(legible('incoming-call', { callerName: null, from: '&lt;' })).toEqual({ callerName: null, from: '<' });
  });
});

describe('a token', () => {
  test('says whose it is and when it ends, or nothing', () => {
    const claims = claimsOf(aToken('u1', { iat: 100, exp: 160 }));
    expect(claims).toEqual({ userId: 'u1', livesMs: 60_000, endsAt: 160_000 });
    for (const nonsense of ['', 'a.b.c', 'opaque', 'a.bnVsbA.c']) {
      expect(claimsOf(nonsense), nonsense).toEqual({ userId: undefined, livesMs: undefined, endsAt: undefined });
    }
  });
});

describe("the server's clock", () => {
  test('runs with what only ever grows, from the best that is known', () => {
    let elapsed = 1_000;
    const clock = new ServerClock(() => elapsed);
    clock.set('Mon, 31 Dec 2029 00:00:00 GMT', false);
    elapsed += 500;
    expect(new Date(clock.now()).toISOString()).toBe('2029-12-31T00:00:00.500Z');
    clock.set('2029-12-31T00:00:00.900Z', true);
    clock.set('Mon, 31 Dec 2029 00:00:00 GMT', false);
    clock.set(null, true);
    elapsed += 100;
    expect(new Date(clock.now()).toISOString()).toBe('2029-12-31T00:00:01.000Z');
  });
});

describe('the report', () => {
  const screen = (audioUnlocked: boolean) => ({ audioUnlocked, notifications: false, visible: true });

  test('is made at once, once a second at most, and again and again', () => {
    vi.useFakeTimers();
    try {
      const report = new Cell(screen(false));
      const line = new Cell(CLOSED);
      const said: unknown[] = [];
      const reporter = new Reporter({
        emitter: new Emitter(),
        report,
        line,
        send: ({ audioUnlocked }) => said.push(audioUnlocked),
        random: () => 0.5,
      });
      report.set(screen(true));
      expect(said).toEqual([true]);
      report.set(screen(true));
      report.set(screen(false));
      expect(said.length).toBe(1);
      vi.advanceTimersByTime(1_100);
      expect(said).toEqual([true, false]);
      vi.advanceTimersByTime(60_000);
      expect(said.length).toBe(4);
      report.set(screen(true));
      expect(said.at(-1)).toBe(true);
      line.set({ ...CLOSED, recovery: 'polling' });
      line.set({ ...CLOSED, recovery: 'polling', pollIntervalMs: 7 });
      expect(said.length).toBe(6);
      reporter.close();
      vi.advanceTimersByTime(60_000);
      expect(said.length).toBe(6);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a heartbeat', () => {
  /** Channels that reach each other unless they are parted. */
  class Air {
    isParted = false;
    readonly #channels: BroadcastChannel[] = [];

    channel(): BroadcastChannel {
      const postMessage = (data: unknown) => {
        for (const other of this.isParted ? [] : this.#channels) {
          if (other !== channel) other.onmessage?.({ data } as MessageEvent);
        }
      };
      const channel = { postMessage, onmessage: null, close: () => undefined } as unknown as BroadcastChannel;
      this.#channels.push(channel);
      return channel;
    }
  }

  function tabs(air: Air, count: number): Heartbeat[] {
    const elapsed = () => Date.now();
    return Array.from({ length: count }, (_, n) => new Heartbeat(new Tabs(air.channel()), elapsed, () => (n + 1) / 10));
  }

  const leading = (all: Heartbeat[]) => all.map(({ isLeader }) => isLeader.get());

  test('leaves one leader, and another one when that yields, falls silent or says farewell', () => {
    vi.useFakeTimers();
    try {
      const all = tabs(new Air(), 3);
      vi.advanceTimersByTime(1_000);
      expect(leading(all)).toEqual([true, false, false]);
      vi.advanceTimersByTime(60_000);
      expect(leading(all)).toEqual([true, false, false]);
      all[0]?.yield();
      vi.advanceTimersByTime(10_000);
      expect(leading(all)).toEqual([false, true, false]);
      all[1]?.close();
      vi.advanceTimersByTime(10_000);
      expect(leading(all).filter((leads) => leads).length).toBe(1);
      for (const one of all) one.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('never leaves two leaders of tabs that slept while they claimed', async () => {
    const channels = Array.from({ length: 5 }, () => new BroadcastChannel('switchboard.asleep'));
    const all = channels.map((channel) => new Heartbeat(new Tabs(channel), () => performance.now(), Math.random));
    const together: number[] = [];
    for (const { isLeader } of all) {
      isLeader.subscribe(() => together.push(leading(all).filter((leads) => leads).length));
    }
    const started = performance.now();
    while (performance.now() - started < 1_000); // nobody hears anything now
    await eventually(() => expect(together).not.toEqual([]));
    for (const one of all) one.close();
    for (const channel of channels) channel.close();
    expect(Math.max(...together)).toBe(1);
  });

  test('leaves one leader of two that could not hear each other', () => {
    vi.useFakeTimers();
    try {
      const air = new Air();
      air.isParted = true;
      const all = tabs(air, 2);
      vi.advanceTimersByTime(1_000);
      expect(leading(all)).toEqual([true, true]);
      air.isParted = false;
      vi.advanceTimersByTime(2_000);
      expect(leading(all)).toEqual([true, false]);
      for (const one of all) one.close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a question', () => {
  /** What was asked, and answers this. */
  function asked(answer: Response) {
    const fetch = vi.fn(async (_url: string | URL | Request, _init?: RequestInit) => answer);
    return { fetch, send: sender('https://desk.example', fetch, new ServerClock(Date.now)) };
  }

  test('that gives a file gives it as it is', async () => {
    const { fetch, send } = asked(Response.json({ upload: 1 }, { status: 201 }));
    const file = new Blob(['GIF89a'], { type: 'image/gif' });
    expect(await send('post', '/api/twilio/media', { body: file, token: 't' })).toEqual({ upload: 1 });
    const init = fetch.mock.calls[0]?.[1];
    expect(init?.body).toBe(file);
    expect(new Headers(init?.headers).get('Content-Type')).toBeNull();
  });

  test('that is answered with a table gives its text', async () => {
    const headers = { 'Content-Type': 'text/csv; charset=utf-8' };
    const { send } = asked(new Response('a,b\r\n', { headers }));
    expect(await send('get', '/api/twilio/consent/export')).toBe('a,b\r\n');
  });
});
