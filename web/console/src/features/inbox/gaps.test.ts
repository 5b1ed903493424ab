import { expect, test } from 'vitest';

import { filled, gapsOf } from './gaps';

test('gaps are filled as far as something is known', () => {
  expect(filled('Hi {{first_name}}, see you at {{ time }}.', { first_name: 'Ada', time: '' })).toBe(
    'Hi Ada, see you at {{ time }}.',
  );
  expect(filled('{{name}} $& {{name}}', { name: '$1' })).toBe('$1 $& $1');
});

test('what is still open is named once', () => {
  expect(gapsOf('{{time}} or {{ time }} at {{place}}, not {this}')).toEqual(['time', 'place']);
});
