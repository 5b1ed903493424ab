import { expect, test } from 'vitest';

import { csv } from './csv';

test('fields may be quoted, and hold whatever they like', () => {
  expect(csv('a,b\r\n1,"x, ""y""\n\r\nz"\r\n,\r\n')).toEqual([
    ['a', 'b'],
    ['1', 'x, "y"\n\r\nz'],
    ['', ''],
  ]);
});

test('a last line needs no end, and no table has no lines', () => {
  expect(csv('a,b')).toEqual([['a', 'b']]);
  expect(csv('a,')).toEqual([['a', '']]);
  expect(csv('')).toEqual([]);
});
