import { expect, test } from 'vitest';

import { clock, decode, readableNumber } from './text';

test('what the server escaped is read as it was typed', () => {
  expect(decode('donation=5 &lt;3 &amp; &quot;you&quot;')).toBe('donation=5 <3 & "you"');
  expect(decode('I&#x27;m')).toBe("I'm");
});

test('a text is decoded once', () => {
  expect(decode('&amp;lt;b&amp;gt; &amp;amp;amp;')).toBe('&lt;b&gt; &amp;amp;');
});

test('what no server writes stays as it is', () => {
  for (const text of ['&nbsp;', '&#39;', '&LT;', '&lt', 'a & b', '&&amp', '😀\n\t', '']) {
    expect(decode(text)).toBe(text);
  }
});

test('a number of North America is grouped, any other stays', () => {
  expect(readableNumber('+16475550100')).toBe('+1 (647) 555-0100');
  for (const other of ['+442079460958', 'anonymous', '+1647555010', '12345', '']) {
    expect(readableNumber(other)).toBe(other);
  }
});

test('a clock counts seconds, minutes and hours', () => {
  expect([0, 999, 7_000, 750_000, 3_600_000].map(clock)).toEqual(['0:00', '0:00', '0:07', '12:30', '1:00:00']);
  expect(clock(-5_000)).toBe('0:00');
});
