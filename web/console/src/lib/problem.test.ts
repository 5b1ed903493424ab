import { ApiError } from '@switchboard/client';
import { expect, test } from 'vitest';

import { isAtFields, problem, problemOf } from './problem';

test('a refusal is told in words, not in codes', () => {
  expect(problem(new ApiError(409, 'opted out', 'opted_out'))).toBe('They asked not to be texted.');
  expect(problem(new ApiError(409, 'call has ended', 'conflict'))).toBe('Call has ended.');
  expect(problem(new TypeError('undefined is not a function'))).toBe('That did not work. Try again.');
});

test('what is wrong with a field stands at the field', () => {
  const details = [{ field: 'first_name', message: 'must not be empty' }];
  const error = new ApiError(422, 'invalid', 'invalid', { details });
  expect(problemOf(error, 'first_name')).toBe('Must not be empty.');
  expect(problemOf(error, 'email')).toBeUndefined();
  expect(problem(error)).toBe('first name must not be empty.');
  expect([isAtFields(error), isAtFields(new ApiError(409, 'taken', 'conflict')), isAtFields(null)]).toEqual([
    true,
    false,
    false,
  ]);
});
