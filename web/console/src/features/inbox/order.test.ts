import { expect, test } from 'vitest';

import type { Conversation } from '../../lib/types';
import { unreadFirst } from './order';

const one = (phoneNumber: string, unreadCount = 0) => ({ phoneNumber, unreadCount }) as Conversation;
const order = (list: Conversation[], kept: Set<string>) =>
  unreadFirst(list, kept).map(({ phoneNumber }) => phoneNumber);

test('what is unread is on top, and each part keeps its order', () => {
  expect(order([one('a'), one('b', 2), one('c'), one('d', 1)], new Set())).toEqual(['b', 'd', 'a', 'c']);
});

test('what is read meanwhile stays where it was', () => {
  const kept = new Set<string>();
  order([one('a'), one('b', 2)], kept);
  expect(order([one('a'), one('b', 0)], kept)).toEqual(['b', 'a']);
});
