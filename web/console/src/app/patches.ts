// What an event changes in what is kept.

import type { InfiniteData } from '@tanstack/react-query';

import type { Member, Thread } from '../lib/types';

/** How far a message is, by Twilio's id. */
export interface Progress {
  sid: string;
  status: string;
  errorCode: number | null;
}

/** The thread with that progress; the very same if it has no such message. */
export function withProgress<T extends InfiniteData<Thread> | undefined>(data: T, progress: Progress): T {
  if (!data || !hasMessage(data, progress.sid)) return data;
  const pages = data.pages.map((page) => ({
    ...page,
    messages: page.messages.map((message) =>
      message.twilio_sid === progress.sid
        ? { ...message, twilio_status: progress.status, error_code: progress.errorCode }
        : message,
    ),
  }));
  return { ...data, pages };
}

/** Whether the thread has the message with this id of Twilio's. */
export function hasMessage(data: InfiniteData<Thread> | undefined, sid: string): boolean {
  return data?.pages.some(({ messages }) => messages.some(({ twilio_sid }) => twilio_sid === sid)) ?? false;
}

/** The colleague who is so now. Whether they would notice a call is not told: that is known only of who is gone. */
export function withStatus(member: Member, status: string): Member {
  return { ...member, status, reachable: member.reachable && status !== 'offline' };
}
