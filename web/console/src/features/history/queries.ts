import { useQuery, useQueryClient } from '@tanstack/react-query';

import client from '../../lib/client';
import { keys } from '../../lib/queries';

const PAGE = 50;

export interface Filter {
  direction: string;
  state: string;
  search: string;
  /** From 0. */
  page: number;
}

/** The page after one that was looked at begins where that one ended, and comes as quickly; others are counted to. */
export function useCalls({ direction, state, search, page }: Filter) {
  const cache = useQueryClient();
  const key = (page: number) => [...keys.calls, 'list', direction, state, search, page];
  return useQuery({
    queryKey: key(page),
    queryFn: async () => {
      const last = cache.getQueryData<{ pagination: { before?: string | null } }>(key(page - 1));
      const start = last?.pagination.before;
      const { calls, pagination } = await client.api.get('/api/twilio/call', {
        query: {
          direction: direction || undefined,
          state: state || undefined,
          search: search || undefined,
          limit: PAGE,
          ...(start ? { before: start } : { offset: page * PAGE }),
        },
      });
      return { calls, pagination: { ...pagination, offset: page * PAGE } };
    },
    placeholderData: (before) => before,
  });
}

export function useTimeline(id: string) {
  return useQuery({
    queryKey: ['timeline', id],
    queryFn: async () => (await client.api.get('/api/twilio/call/{id}/timeline', { path: { id } })).timeline,
  });
}
