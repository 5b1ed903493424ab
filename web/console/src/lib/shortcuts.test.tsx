import { cleanup, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { listenForShortcuts, useShortcut, useShortcuts } from './shortcuts';

let stop: () => void;
beforeEach(() => void (stop = listenForShortcuts()));
afterEach(() => {
  cleanup();
  stop();
});

function Key({
  name,
  run,
  isOn = true,
  isUrgent = false,
}: {
  name: string;
  run(): void;
  isOn?: boolean;
  isUrgent?: boolean;
}) {
  useShortcut(name, `does ${name}`, run, isOn, isUrgent);
  return null;
}

function List() {
  return (
    <p>
      {useShortcuts()
        .map(({ key }) => key)
        .join(' ')}
    </p>
  );
}

test('a key does what the last one who is shown says', async () => {
  const [below, above] = [vi.fn(), vi.fn()];
  const { rerender } = render(
    <>
      <Key name="a" run={below} />
      <Key name="a" run={above} />
    </>,
  );
  await userEvent.keyboard('a');
  expect([below.mock.calls.length, above.mock.calls.length]).toEqual([0, 1]);
  rerender(
    <>
      <Key name="a" run={below} />
    </>,
  );
  await userEvent.keyboard('A');
  expect([below.mock.calls.length, above.mock.calls.length]).toEqual([1, 1]);
});

test('what is typed into a field is no shortcut, unless Ctrl is held', async () => {
  const [plain, held] = [vi.fn(), vi.fn()];
  render(
    <>
      <input aria-label="field" />
      <Key name="a" run={plain} />
      <Key name="mod+k" run={held} />
    </>,
  );
  document.querySelector('input')?.focus();
  await userEvent.keyboard('a{Control>}k{/Control}');
  expect([plain.mock.calls.length, held.mock.calls.length]).toEqual([0, 1]);
  expect(document.querySelector('input')?.value).toBe('a');
});

test('a key that is off does nothing and is not listed', async () => {
  const run = vi.fn();
  const { container } = render(
    <>
      <Key name="a" run={run} isOn={false} />
      <Key name="b" run={run} />
      <List />
    </>,
  );
  await userEvent.keyboard('a');
  expect(run).not.toHaveBeenCalled();
  expect(container.textContent).toBe('b');
});

test('while something is asked in between only calls have keys', async () => {
  const [list, call] = [vi.fn(), vi.fn()];
  render(
    <>
      <div role="dialog" />
      <Key name="j" run={list} />
      <Key name="a" run={call} isUrgent />
    </>,
  );
  await userEvent.keyboard('ja');
  expect([list.mock.calls.length, call.mock.calls.length]).toEqual([0, 1]);
});
