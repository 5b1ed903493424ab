import { expect, test } from 'vitest';

import { Position } from './position';

function at(cursor: string, head = cursor): Position {
  const position = new Position();
  position.start(cursor, head);
  return position;
}

test('there is no cursor before the first connection', () => {
  expect(new Position().cursor).toBeUndefined();
  expect(new Position().take('a.1')).toBe('gap');
});

test('the next event moves the cursor', () => {
  const position = at('a.7');
  expect(position.take('a.8')).toBe('next');
  expect(position.take('a.9')).toBe('next');
  expect(position.cursor).toBe('a.9');
});

test('an event that was here before moves nothing', () => {
  const position = at('a.7');
  expect(position.take('a.7')).toBe('again');
  expect(position.take('a.1')).toBe('again');
  expect(position.cursor).toBe('a.7');
});

test('a hole, another log and nonsense are gaps and move nothing', () => {
  const position = at('a.7');
  for (const cursor of ['a.9', 'b.8', 'a.', 'a', '', '.8', 'a.8.9', 'a.-8']) {
    expect(position.take(cursor), cursor).toBe('gap');
  }
  expect(position.cursor).toBe('a.7');
});

test('a connection starts where the server says, forwards or backwards', () => {
  const position = at('a.7');
  position.start('b.2', 'b.2');
  expect(position.take('b.3')).toBe('next');
});

test('history ends at the head', () => {
  const position = at('a.7', 'a.9');
  expect(['a.8', 'a.9', 'a.10'].map((cursor) => position.isHistory(cursor))).toEqual([true, true, false]);
});
