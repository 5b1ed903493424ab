import type { InfiniteData } from '@tanstack/react-query';
import { expect, test } from 'vitest';

import type { Member, Message, Thread } from '../lib/types';
import { hasMessage, withProgress, withStatus } from './patches';

const message = (twilio_sid: string, twilio_status: string) => ({ twilio_sid, twilio_status }) as Message;
const thread = (...pages: Message[][]): InfiniteData<Thread> => ({
  pages: pages.map((messages) => ({ messages }) as Thread),
  pageParams: pages.map(() => null),
});
const progress = { sid: 'SM2', status: 'undelivered', errorCode: 30006 };

test('the message that it is about, on whichever page, is so far', () => {
  const data = withProgress(
    thread([message('SM3', 'sent')], [message('SM1', 'sent'), message('SM2', 'sent')]),
    progress,
  );
  const messages = data.pages.flatMap((page) => page.messages);
  expect(messages.map(({ twilio_status }) => twilio_status)).toEqual(['sent', 'sent', 'undelivered']);
  expect(messages[2]?.error_code).toBe(30006);
});

test('a thread without that message stays the very same', () => {
  const data = thread([message('SM1', 'sent')]);
  expect(withProgress(data, progress)).toBe(data);
  expect(withProgress(undefined, progress)).toBeUndefined();
  expect([hasMessage(data, 'SM1'), hasMessage(data, 'SM2'), hasMessage(undefined, 'SM1')]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([
  ['away', true, true],
  ['available', false, false],
  ['offline', true, false],
])('a colleague who is %s is not thought to notice a call for that', (status, before, after) => {
  const grace = { id: 'g', name: 'Grace Hopper', role: 'user', status: 'busy', reachable: before } as Member;
  expect(withStatus(grace, status)).toEqual({ ...grace, status, reachable: after });
});
