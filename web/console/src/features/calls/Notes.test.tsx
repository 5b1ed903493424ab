import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { keys, useCall } from '../../lib/queries';
import type { Call } from '../../lib/types';
import { Notes } from './Notes';
import { WrapUp } from './WrapUp';

const { get, patch, written } = vi.hoisted(() => ({ get: vi.fn(), patch: vi.fn(), written: vi.fn() }));

vi.mock('@switchboard/client/react', () => ({ useClient: () => ({ api: { patch } }) }));
vi.mock('../../lib/client', () => ({ default: { api: { get } } }));
vi.mock('../../voice/open', () => ({ default: { written } }));

const CALL = {
  id: 'c1',
  direction: 'inbound',
  from_number: '+16475550100',
  notes: 'old',
  talk_time_seconds: 5,
} as Call;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.resetAllMocks();
});

function Talking() {
  const { data: call } = useCall('c1');
  return call && <Notes call={call} />;
}

/** The notes while one talks; `ends` is the end of the call. */
function talk() {
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  cache.setQueryData(keys.call('c1'), CALL);
  const page = (isOver: boolean) => (
    <QueryClientProvider client={cache}>
      {isOver ? <WrapUp id="c1" /> : <Talking />}
    </QueryClientProvider>
  );
  const { rerender } = render(page(false));
  const settle = (ms = 0) => act(() => vi.advanceTimersByTimeAsync(ms));
  const ends = () => {
    rerender(page(true));
    return settle();
  };
  const field = () => screen.getByLabelText('Notes') as HTMLTextAreaElement;
  const type = (more: string) => fireEvent.change(field(), { target: { value: field().value + more } });
  const choose = (name: RegExp) => {
    fireEvent.click(screen.getByRole('button', { name }));
    return settle();
  };
  return { cache, settle, ends, field, type, choose };
}

const saves = () => patch.mock.calls.map(([, { body }]) => body);
const saved = async (_: string, { body }: { body: object }) => ({ call: { ...CALL, ...body } });

test('what is typed is kept a moment after the last key, and at the end of the call', async () => {
  patch.mockImplementation(saved);
  const { settle, ends, field, type, choose } = talk();
  type(' one');
  await settle(700);
  type(' or two');
  await settle(700);
  expect(saves()).toEqual([]);
  await settle(200);
  expect(saves()).toEqual([{ notes: 'old one or two' }]);
  expect(screen.getByText('Saved')).toBeTruthy();
  type(', three');
  await ends();
  expect(saves().slice(1)).toEqual([{ notes: 'old one or two, three' }]);
  expect(field().value).toBe('old one or two, three');
  await choose(/Not now/);
  expect(saves()).toHaveLength(2);
});

test('what could not be kept while one talked is tried at the end, and stays to be kept after it', async () => {
  patch.mockRejectedValue(new Error('away'));
  const { settle, ends, field, type, choose } = talk();
  type(' one');
  await settle(1_000);
  expect(screen.getByText(/did not work/)).toBeTruthy();
  await ends();
  expect(saves()).toEqual([{ notes: 'old one' }, { notes: 'old one' }]);
  expect(field().value).toBe('old one');
  patch.mockImplementation(saved);
  await choose(/Follow up/);
  expect(saves().at(-1)).toEqual({ outcome: 'follow up', notes: 'old one' });
  expect(written).toHaveBeenCalled();
});

test('while it is on its way at the end, what was typed is shown and not what was there before', async () => {
  let keep: (told: object) => void = () => undefined;
  patch.mockImplementation(() => new Promise((resolve) => (keep = resolve)));
  const { settle, ends, field, type } = talk();
  type(' one');
  await ends();
  expect(field().value).toBe('old one');
  type(' more');
  keep({ call: { ...CALL, notes: 'old one' } });
  await settle();
  expect(field().value).toBe('old one more');
});

test('an answer that was on its way when the notes were kept does not bring back what was there before', async () => {
  const answers: ((told: object) => void)[] = [];
  get.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  patch.mockImplementation(saved);
  const { cache, settle, field, type } = talk();
  type(' one');
  void cache.invalidateQueries({ queryKey: keys.call('c1') });
  await settle(1_000);
  expect(screen.getByText('Saved')).toBeTruthy();
  answers[0]?.({ call: CALL });
  await settle();
  expect(field().value).toBe('old one');
  expect(answers).toHaveLength(2);
});
