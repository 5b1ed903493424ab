import { expect, test } from 'vitest';

import { choices, local, picked } from './later';

const at = (text: string) => new Date(text).getTime(); // by this computer's clock
const offered = (now: string) => choices(at(now)).map(({ name, at }) => [name, local(at)]);

test('a text goes out in an hour, tomorrow or on Monday', () => {
  expect(offered('2026-03-05T23:30:12')).toEqual([
    ['In an hour', '2026-03-06T00:30'],
    ['Tomorrow morning', '2026-03-06T09:00'],
    ['Monday morning', '2026-03-09T09:00'],
  ]);
});

test('on a Sunday tomorrow is Monday, and on a Monday the next one is meant', () => {
  expect(offered('2026-03-08T08:00:00').map(([name]) => name)).toEqual(['In an hour', 'Tomorrow morning']);
  expect(offered('2026-03-09T08:00:00').at(-1)).toEqual(['Monday morning', '2026-03-16T09:00']);
});

test('a time is picked that is yet to come', () => {
  const now = at('2026-03-05T10:00:00');
  expect(picked('2026-03-05T10:01', now)).toEqual(new Date('2026-03-05T10:01'));
  for (const text of ['2026-03-05T10:00', '2020-01-01T00:00', '', 'soon'])
    expect(picked(text, now)).toBeNull();
});
