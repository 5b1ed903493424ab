import { useQuery } from '@tanstack/react-query';

import client from '../../lib/client';
import { startOfDay } from '../../lib/time';
import type { Call, Message } from '../../lib/types';

const { api } = client;
const PAGE = 200;
/** So much of a day is read; more is said to be left out. */
const MOST = 2_000;
/** Nobody tells of everything: when a line opens, when somebody is unreachable. */
const EVERY_MS = 10_000;

const key = (...what: string[]) => ['figures', ...what];

/** What the server counts of today. */
export function useToday() {
  const from = startOfDay(Date.now()).toISOString();
  return useQuery({
    queryKey: key('stats', from),
    queryFn: () => api.get('/api/twilio/stats', { query: { from } }),
    refetchInterval: EVERY_MS,
  });
}

/** The calls that wait, the oldest first. */
export function useQueue() {
  return useQuery({
    queryKey: key('queue'),
    queryFn: async () => {
      const { calls, pagination } = await api.get('/api/twilio/call', {
        query: { state: 'ringing', direction: 'inbound', limit: PAGE },
      });
      return { waiting: pagination.total, oldest: calls.at(-1)?.started_at ?? null };
    },
    refetchInterval: EVERY_MS,
  });
}

/** How many conversations had their last word from the customer. */
export function useUnanswered() {
  return useQuery({
    queryKey: key('unanswered'),
    queryFn: async () => {
      const { conversations } = await api.get('/api/twilio/sms/conversations', { query: { limit: PAGE } });
      return conversations.filter(({ lastDirection }) => lastDirection === 'inbound').length;
    },
    refetchInterval: EVERY_MS,
  });
}

/** Today's calls, newest first, and how many more there were than are here. */
export function useCallsToday() {
  const from = startOfDay(Date.now()).toISOString();
  return useQuery({
    queryKey: key('calls', from),
    queryFn: () =>
      allSince<Call>(
        from,
        ({ started_at }) => started_at,
        async (before) => {
          const { calls, pagination } = await api.get('/api/twilio/call', { query: { limit: PAGE, before } });
          return { page: calls, before: pagination.before };
        },
      ),
    refetchInterval: EVERY_MS,
  });
}

export function useMessagesToday() {
  const from = startOfDay(Date.now()).toISOString();
  return useQuery({
    queryKey: key('messages', from),
    queryFn: () =>
      allSince<Message>(
        from,
        ({ created_at }) => created_at,
        async (before) => {
          const { messages, pagination } = await api.get('/api/twilio/sms', { query: { limit: PAGE, before } });
          return { page: messages, before: pagination.before };
        },
      ),
    refetchInterval: EVERY_MS,
  });
}

/** Pages, until one is older than `from`. */
async function allSince<T>(
  from: string,
  at: (one: T) => string,
  next: (before: string | undefined) => Promise<{ page: T[]; before: string | null | undefined }>,
): Promise<{ found: T[]; isCut: boolean }> {
  const found: T[] = [];
  let start: string | undefined;
  while (found.length < MOST) {
    const { page, before } = await next(start);
    const fresh = page.filter((one) => at(one) >= from);
    found.push(...fresh);
    if (fresh.length < PAGE || !before) return { found, isCut: false };
    start = before;
  }
  return { found, isCut: true };
}
