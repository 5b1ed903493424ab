import { useQuery } from '@tanstack/react-query';

import client from './client';

/** The organisation, with its region and time zone. */
export function useOrganization() {
  return useQuery({
    queryKey: ['organization'],
    queryFn: async () => (await client.api.get('/api/organizations/current')).organization,
    staleTime: 300_000,
  });
}
