import { QueryClient, QueryClientProvider, type InfiniteData } from '@tanstack/react-query';
import { cleanup, render, waitFor } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { useThread } from '../features/inbox/queries';
import { keys } from '../lib/queries';
import type { Thread } from '../lib/types';
import { useLivePatches } from './live';

type Listener = (payload: object, how: object) => void;
const { get, listeners } = vi.hoisted(() => ({ get: vi.fn(), listeners: new Map<string, Listener>() }));

vi.mock('@switchboard/client/react', () => ({
  useAuth: () => ({ user: { id: 'me' } }),
  useCalls: () => ({ calls: [] }),
  useClientEvent: (name: string, listener: Listener) => void listeners.set(name, listener),
  useWebSocket: () => ({ recovery: 'recovering' }),
}));
vi.mock('../lib/client', () => ({ default: { api: { get } } }));

const NUMBER = '+16475550100';
const thread = (status: string) =>
  ({
    messages: [{ id: 'm', twilio_sid: 'SM1', twilio_status: status, media: [] }],
    pagination: {},
  }) as unknown as Thread;

function Page() {
  useLivePatches();
  useThread(NUMBER);
  return null;
}

/** An inbox; `answers` is what the server says of the thread, one after the other, each when it is let. */
function open() {
  const questions: ((told: Thread) => void)[] = [];
  get.mockImplementation((path: string) =>
    path.endsWith('{phoneNumber}')
      ? new Promise<Thread>((resolve) => questions.push(resolve))
      : Promise.resolve({ members: [] }),
  );
  const cache = new QueryClient();
  render(
    <QueryClientProvider client={cache}>
      <MemoryRouter>
        <Page />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  const isDelivered = () =>
    listeners.get('message-status')?.({ messageSid: 'SM1', status: 'delivered', errorCode: null }, {});
  const answer = async (status: string) => {
    await waitFor(() => expect(questions).not.toHaveLength(0));
    questions.shift()?.(thread(status));
    await waitFor(() => expect(shown()).toBeDefined());
  };
  const shown = () =>
    cache.getQueryData<InfiniteData<Thread>>(keys.thread(NUMBER))?.pages[0]?.messages[0]?.twilio_status;
  return { cache, questions, isDelivered, answer, shown };
}

beforeEach(() => void listeners.clear());
afterEach(cleanup);

test('how far a message is goes into what is shown, and nothing is asked', async () => {
  const { questions, isDelivered, answer, shown } = open();
  await answer('sent');
  isDelivered();
  expect([shown(), questions]).toEqual(['delivered', []]);
});

test('an answer that was on its way meanwhile may be older: it is asked for once more', async () => {
  const { cache, isDelivered, answer, shown } = open();
  await answer('sent');
  void cache.invalidateQueries({ queryKey: keys.thread(NUMBER) });
  await waitFor(() => expect(cache.isFetching()).toBe(1));
  isDelivered();
  await answer('sent');
  await answer('delivered');
  await waitFor(() => expect([shown(), cache.isFetching()]).toEqual(['delivered', 0]));
});
