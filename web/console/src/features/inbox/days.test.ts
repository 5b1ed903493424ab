import { expect, test } from 'vitest';

import type { Message, Note } from '../../lib/types';
import { byDay } from './days';

const at = (day: number, hour: number) => new Date(2026, 3, day, hour).toISOString();
const message = (id: string, created_at: string) => ({ id, created_at }) as Message;
const note = (id: string, created_at: string) => ({ id, created_at }) as Note;

test('messages and notes stand in the order of time, by day', () => {
  const messages = [message('m1', at(14, 9)), message('m2', at(15, 8)), message('m3', at(15, 23))];
  const days = byDay(messages, [note('n2', at(15, 12)), note('n1', at(14, 10))]);
  const ids = days.map(({ items }) =>
    items.map((item) => (item.kind === 'note' ? item.note.id : item.message.id)),
  );
  expect(ids).toEqual([
    ['m1', 'n1'],
    ['m2', 'n2', 'm3'],
  ]);
  expect(days.map(({ day }) => day)).toEqual([at(14, 0), at(15, 0)]);
});

test('without anything there is no day', () => {
  expect(byDay([], [])).toEqual([]);
});
