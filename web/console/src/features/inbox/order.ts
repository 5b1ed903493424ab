import type { Conversation } from '../../lib/types';

/**
 * What is unread on top, each part newest first. What was unread since the list was opened stays there when it is read:
 * nothing jumps away under the hand. `kept` remembers that.
 */
export function unreadFirst(conversations: readonly Conversation[], kept: Set<string>): Conversation[] {
  for (const { phoneNumber, unreadCount } of conversations) if (unreadCount > 0) kept.add(phoneNumber);
  const isOnTop = ({ phoneNumber }: Conversation) => kept.has(phoneNumber);
  return [...conversations.filter(isOnTop), ...conversations.filter((one) => !isOnTop(one))];
}
