import { useQuery } from '@tanstack/react-query';

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

export function useCalls({ direction, state, search, page }: Filter) {
  return useQuery({
    queryKey: [...keys.calls, 'list', direction, state, search, page],
    queryFn: () =>
      client.api.get('/api/twilio/call', {
        query: {
          direction: direction || undefined,
          state: state || undefined,
          search: search || undefined,
          limit: PAGE,
          offset: page * PAGE,
        },
      }),
    placeholderData: (before) => before,
  });
}

export function useTimeline(id: string) {
  return useQuery({
    queryKey: ['timeline', id],
    queryFn: async () => (await client.api.get('/api/twilio/call/{id}/timeline', { path: { id } })).timeline,
  });
}
