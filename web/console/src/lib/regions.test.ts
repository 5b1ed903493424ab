import { expect, test } from 'vitest';

import { regions } from './regions';

test('countries are listed by name, and nothing else is', () => {
  const all = regions();
  expect(all).toContainEqual({ code: 'DE', name: 'Germany' });
  expect(all.map(({ code }) => code)).not.toContain('EU');
  expect(all.map(({ name }) => name)).toEqual(
    [...all.map(({ name }) => name)].sort((a, b) => a.localeCompare(b)),
  );
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(200);
});
