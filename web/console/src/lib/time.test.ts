import { expect, test } from 'vitest';

import { ago, clock, dayAndTime, dayOf, spoken, startOfDay, timeOf } from './time';

/** A Wednesday, late in the morning, wherever the test runs. */
const NOW = new Date(2026, 3, 15, 11, 30).getTime();
const at = (...[month, day, hour, minute]: [number, number, number, number]) =>
  new Date(2026, month, day, hour, minute).toISOString();

test('a clock counts seconds, minutes and hours', () => {
  expect([0, 999, 7_000, 750_000, 3_600_000].map(clock)).toEqual([
    '0:00',
    '0:00',
    '0:07',
    '12:30',
    '1:00:00',
  ]);
  expect(clock(-5_000)).toBe('0:00');
});

test('what was just now, today, yesterday and this week is said as people say it', () => {
  const moments = [at(3, 15, 11, 30), at(3, 15, 11, 8), at(3, 15, 1, 0), at(3, 14, 23, 59), at(3, 11, 9, 0)];
  expect(moments.map((moment) => ago(moment, NOW))).toEqual([
    'now',
    '22 min',
    '10 h',
    'Yesterday',
    'Saturday',
  ]);
});

test('an hour across midnight is still minutes', () => {
  const midnight = new Date(2026, 3, 15, 0, 10).getTime();
  expect(ago(at(3, 14, 23, 50), midnight)).toBe('20 min');
});

test('a moment that a fast clock puts into the future is now', () => {
  expect(ago(at(3, 15, 11, 45), NOW)).toBe('now');
});

test('a separator names its day', () => {
  expect([at(3, 15, 0, 1), at(3, 14, 12, 0)].map((moment) => dayOf(moment, NOW))).toEqual([
    'Today',
    'Yesterday',
  ]);
  expect(dayOf(at(2, 3, 12, 0), NOW)).toContain('Tuesday');
});

test('what is to come is named by its day and time', () => {
  const moments = [at(3, 15, 23, 0), at(3, 16, 0, 5), at(3, 18, 9, 0)];
  const [today, tomorrow, later] = moments.map((moment) => dayAndTime(moment, NOW));
  expect([today, tomorrow]).toEqual([`Today ${timeOf(moments[0]!)}`, `Tomorrow ${timeOf(moments[1]!)}`]);
  expect(later).toContain('Saturday');
  expect(dayOf(new Date(2027, 10, 1).toISOString(), NOW)).toContain('2027');
});

test('a length of time is read out in words', () => {
  expect([0, 1, 125, 3600].map(spoken)).toEqual(['0 seconds', '1 second', '2 minutes 5 seconds', '1 hour']);
});

test('a day begins at midnight, also some days ago', () => {
  const day = startOfDay(NOW, 2);
  expect([day.getDate(), day.getHours(), day.getMinutes()]).toEqual([13, 0, 0]);
});
