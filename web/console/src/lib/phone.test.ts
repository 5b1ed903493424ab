import { expect, test } from 'vitest';

import { international } from './phone';

test('a number is understood in the formats that people write', () => {
  for (const typed of ['+1 (647) 555-0100', '647.555.0100', '1 647 555 0100', '+16475550100']) {
    expect(international(typed, 'CA'), typed).toBe('+16475550100');
  }
  expect(international('+44 20 7946 0958', 'CA')).toBe('+442079460958');
});

test('a number that could be anybody’s is not guessed', () => {
  for (const typed of ['', '555-0100', 'Ada', '+0123456789', '+1'])
    expect(international(typed, 'CA'), typed).toBeUndefined();
  expect(international('6475550100', 'DE')).toBeUndefined();
});
