import { useQuery } from '@tanstack/react-query';

import client from '../../lib/client';
import { keys } from '../../lib/queries';

/** How many texts this person has not seen, of the conversations that moved last. */
export function useUnread(): number {
  const { data } = useQuery({
    queryKey: [...keys.conversations, 'unread'],
    queryFn: async () => {
      const { conversations } = await client.api.get('/api/twilio/sms/conversations', {
        query: { limit: 100 },
      });
      return conversations.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
    },
  });
  return data ?? 0;
}
