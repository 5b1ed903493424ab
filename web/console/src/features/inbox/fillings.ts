import { useAuth } from '@switchboard/client/react';

import type { Thread } from '../../lib/types';

/** What stands in templates' gaps by itself. */
export function useFillings({ contactInfo }: Thread): Record<string, string | undefined> {
  const { user, organization } = useAuth();
  const [first, ...rest] = (contactInfo?.name ?? '').split(' ');
  return {
    name: contactInfo?.name,
    first_name: first,
    last_name: rest.join(' '),
    organization: organization?.name,
    agent_name: user?.full_name,
    agent_first_name: user?.first_name,
  };
}
