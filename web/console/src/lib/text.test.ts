import { expect, test } from 'vitest';

import { count, initials, plain, readableNumber, readableWord } from './text';

test('a text keeps its letters, breaks and emoji, and loses what would turn its neighbours around', () => {
  expect(plain('a\u202egpj.exe\u2069\u0000\u0007\u0085b')).toBe('agpj.exeb');
  for (const text of ['<b>&amp;</b>', 'שלום עולם', '👩‍👧 1\n\t2', 'e\u0301']) expect(plain(text)).toBe(text);
});

test('a number of North America is grouped, any other stays', () => {
  expect(readableNumber('+16475550100')).toBe('+1 (647) 555-0100');
  for (const other of ['+442079460958', 'anonymous', '+1647555010', '12345', '']) {
    expect(readableNumber(other)).toBe(other);
  }
});

test('a name has initials, a number has none', () => {
  expect(
    ['Priya Raman', 'Cher', 'Ana de la Cruz', 'émile Zola', '+1647', '😀 Joy', ''].map(initials),
  ).toEqual(['PR', 'C', 'AC', 'ÉZ', '', 'J', '']);
});

test('one is counted otherwise than many', () => {
  expect([count(0, 'call'), count(1, 'call'), count(2, 'reply', 'replies')]).toEqual([
    '0 calls',
    '1 call',
    '2 replies',
  ]);
});

test('a word of the API is read without its hyphens', () => {
  expect(readableWord('caller-hangup')).toBe('Caller hangup');
});
