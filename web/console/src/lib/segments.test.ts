import { expect, test } from 'vitest';

import { segments } from './segments';

test('plain letters fill parts of 160, then of 153', () => {
  expect(segments('')).toEqual({ count: 0, left: 160, isUnicode: false });
  expect(segments('a'.repeat(160))).toMatchObject({ count: 1, left: 0 });
  expect(segments('a'.repeat(161))).toMatchObject({ count: 2, left: 145 });
  expect(segments('a'.repeat(307))).toMatchObject({ count: 3, left: 152 });
});

test('one emoji makes all of it wider', () => {
  expect(segments('a'.repeat(68) + '😀')).toEqual({ count: 1, left: 0, isUnicode: true });
  expect(segments('a'.repeat(69) + '😀')).toMatchObject({ count: 2, isUnicode: true });
});

test('brackets and the euro take two places, and are not torn apart', () => {
  expect(segments('€'.repeat(80))).toMatchObject({ count: 1, left: 0 });
  expect(segments('€'.repeat(81))).toMatchObject({ count: 2, left: 143 });
  expect(segments('€'.repeat(77))).toMatchObject({ count: 1 });
});
