import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { paced } from './paced';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first of many is done at once, the others once at the end of the pause', () => {
  const act = vi.fn();
  const call = paced(act, 1_000);
  for (let n = 0; n < 200; n += 1) call();
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1_000);
  expect(act).toHaveBeenCalledTimes(2);
  call();
  expect(act).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  expect(act).toHaveBeenCalledTimes(3);
});

test('after a quiet pause the next is done at once again', () => {
  const act = vi.fn();
  const call = paced(act, 1_000);
  call();
  vi.advanceTimersByTime(1_000);
  expect(act).toHaveBeenCalledTimes(1);
  call();
  expect(act).toHaveBeenCalledTimes(2);
});

test('what is cancelled is not done, and what comes later is', () => {
  const act = vi.fn();
  const call = paced(act, 1_000);
  call();
  call();
  call.cancel();
  vi.advanceTimersByTime(5_000);
  expect(act).toHaveBeenCalledTimes(1);
  call();
  expect(act).toHaveBeenCalledTimes(2);
});
