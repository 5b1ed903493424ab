// What the inbox asks the server.

import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
} from '@tanstack/react-query';

import client from '../../lib/client';
import { keys } from '../../lib/queries';
import type { Conversation, Thread } from '../../lib/types';
import { drafts } from './drafts';

const { api } = client;
const PAGE = 50;

export interface Filter {
  search: string;
  /** `me`, or everybody's. */
  assigned: string;
}

export function useConversations({ search, assigned }: Filter) {
  return useInfiniteQuery({
    queryKey: [...keys.conversations, 'list', search, assigned],
    queryFn: ({ pageParam }) =>
      api.get('/api/twilio/sms/conversations', {
        query: {
          limit: PAGE,
          search: search || undefined,
          assignedTo: assigned || undefined,
          before: pageParam ?? undefined,
        },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.before ?? undefined,
    placeholderData: (before) => before,
  });
}

/** The newest page comes first; each one has its oldest message first. */
export function useThread(number: string) {
  return useInfiniteQuery({
    queryKey: keys.thread(number),
    queryFn: ({ pageParam }) =>
      api.get('/api/twilio/sms/conversation/{phoneNumber}', {
        path: { phoneNumber: number },
        query: { limit: PAGE, before: pageParam ?? undefined },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.before ?? undefined,
    // Nobody tells when what came with a message is there.
    refetchInterval: ({ state }) => (isAwaiting(state.data?.pages[0]) ? 2_000 : false),
  });
}

function isAwaiting(newest: Thread | undefined): boolean {
  return newest?.messages.some(({ media }) => media.some(({ state }) => state === 'awaited')) ?? false;
}

export function useNotes(number: string) {
  return useQuery({
    queryKey: ['notes', number],
    queryFn: async () =>
      (
        await api.get('/api/twilio/sms/conversation/{phoneNumber}/notes', {
          path: { phoneNumber: number },
          query: { limit: 200 },
        })
      ).notes,
  });
}

export function useAddNote(number: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: string) =>
      api.post('/api/twilio/sms/conversation/{phoneNumber}/notes', {
        path: { phoneNumber: number },
        body: { body },
      }),
    // Also when another conversation is open by then.
    onSuccess: (_kept, body) => {
      drafts.done(number, 'note', body);
      return cache.invalidateQueries({ queryKey: ['notes', number] });
    },
  });
}

export function useAssign(number: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (userId: string | null) =>
      api.put('/api/twilio/sms/conversation/{phoneNumber}/assignment', {
        path: { phoneNumber: number },
        body: { userId },
      }),
    onSuccess: (_, userId) => {
      cache.setQueryData<InfiniteData<Thread>>(
        keys.thread(number),
        (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, assignedTo: userId })) },
      );
      void cache.invalidateQueries({ queryKey: keys.conversations });
    },
  });
}

/** This person has seen everything. */
export function useMarkRead(number: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () =>
      api.post('/api/twilio/sms/conversation/{phoneNumber}/read', { path: { phoneNumber: number } }),
    onSuccess: () => {
      cache.setQueryData<InfiniteData<Thread>>(
        keys.thread(number),
        (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, unreadCount: 0 })) },
      );
      cache.setQueriesData<InfiniteData<{ conversations: Conversation[] }>>(
        { queryKey: [...keys.conversations, 'list'] },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              conversations: page.conversations.map((one) =>
                one.phoneNumber === number ? { ...one, unreadCount: 0 } : one,
              ),
            })),
          },
      );
      void cache.invalidateQueries({ queryKey: [...keys.conversations, 'unread'] });
    },
  });
}
