import { ApiError } from '@switchboard/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { keys } from '../../lib/queries';
import type { Call } from '../../lib/types';
import type { OwnCall } from '../../voice/phone';
import { CallBar } from './CallBar';

const { get, post, leave, sayAloud } = vi.hoisted(() => ({
  get: vi.fn(),
  post: vi.fn(),
  leave: vi.fn(),
  sayAloud: vi.fn(),
}));

vi.mock('@switchboard/client/react', () => ({
  useAuth: () => ({ user: { id: 'me' } }),
  useClient: () => ({ api: { post }, serverNow: () => Date.now() }),
}));
vi.mock('../../lib/aloud', () => ({ sayAloud }));
vi.mock('../../lib/client', () => ({ default: { api: { get } } }));
vi.mock('../../voice/open', () => ({ default: { leave }, usePhone: () => ({ broken: null }) }));

const call = (more: object) =>
  ({
    id: 'c1',
    direction: 'inbound',
    from_number: '+16475550100',
    user_id: 'me',
    answered_at: '2026-01-01T10:00:00Z',
    ...more,
  }) as Call;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.clearAllMocks();
});

const knows = (told: object) => get.mockImplementation(async () => ({ call: call(told) }));

/** The bar of a call that the server says is so, or knows nothing of; `kept` is what was known of it before. */
async function show(told: object | null, line: OwnCall['line'], { kept }: { kept?: object } = {}) {
  if (told) knows(told);
  else get.mockRejectedValue(new ApiError(404, 'not found', 'not_found'));
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: false } } });
  if (kept) cache.setQueryData(keys.call('c1'), call(kept));
  const bar = (at: OwnCall['line']) => (
    <QueryClientProvider client={cache}>
      <CallBar own={{ id: 'c1', role: 'agent', line: at, isMuted: false }} />
    </QueryClientProvider>
  );
  const { rerender } = render(bar(line));
  const settle = (ms = 0) => act(() => vi.advanceTimersByTimeAsync(ms));
  await settle();
  const becomes = async (at: OwnCall['line']) => {
    rerender(bar(at));
    await settle();
  };
  return { settle, becomes };
}

test('a call that is handed over is let go when its line is gone: hung up here, the customer would be too', async () => {
  const { settle, becomes } = await show({ state: 'ringing', user_id: null }, 'open');
  await settle(5_000);
  expect(leave).not.toHaveBeenCalled();
  await becomes('lost');
  expect(leave).toHaveBeenCalledExactlyOnceWith('c1', true);
});

test('a line that nobody takes down, though the call is elsewhere, is let go after a while', async () => {
  const { settle } = await show({ state: 'forwarded' }, 'open');
  await settle(9_000);
  expect(leave).not.toHaveBeenCalled();
  await settle(2_000);
  expect(leave).toHaveBeenCalledExactlyOnceWith('c1', true);
});

test('a call that rang before it was taken again stays, whatever was known of it', async () => {
  const kept = { state: 'ringing', user_id: null };
  const { settle, becomes } = await show({ state: 'connected' }, 'opening', { kept });
  await becomes('open');
  expect(screen.getByText('Talking')).toBeTruthy();
  await settle(30_000);
  await becomes('lost');
  expect(leave).not.toHaveBeenCalled();
  expect(screen.getByRole('alert').textContent).toContain('Your phone lost the line');
  expect(screen.queryByText('Talking')).toBeNull();
});

test('a line that never opened says so, whatever was known of the call', async () => {
  await show({ state: 'claimed' }, 'lost', { kept: { state: 'ringing', user_id: null } });
  expect(leave).not.toHaveBeenCalled();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
});

test('a call that is over is let go at once', async () => {
  await show({ state: 'ended' }, 'open');
  expect(leave).toHaveBeenCalledExactlyOnceWith('c1', true);
});

test('a call of which nobody knows whether it was made may still ring, and is asked for until it does', async () => {
  const { settle } = await show(null, 'open');
  expect(screen.getByText('It may still ring…')).toBeTruthy();
  knows({ state: 'dialing', answered_at: null });
  await settle(1_500);
  expect(screen.getByText('Ringing…')).toBeTruthy();
  expect(leave).not.toHaveBeenCalled();
});

test('a call that was not made after all is let go with its line, or by hand', async () => {
  const { becomes } = await show(null, 'open');
  fireEvent.click(screen.getByRole('button', { name: 'Hang up' }));
  expect(leave).toHaveBeenCalledExactlyOnceWith('c1', false);
  await becomes('lost');
  expect(leave).toHaveBeenCalledTimes(2);
});

test('while the line is not open nothing is muted and no key is pressed: nobody would be there to be', async () => {
  const { becomes } = await show({ state: 'connected' }, 'opening');
  const ends = () => ['Mute', 'Keypad'].map((name) => screen.getByRole('button', { name }));
  expect(ends().every((key) => (key as HTMLButtonElement).disabled)).toBe(true);
  await becomes('open');
  expect(ends().some((key) => (key as HTMLButtonElement).disabled)).toBe(false);
});

test('how far whoever was asked in is, and what hanging up does, is shown and read out', async () => {
  const asked = (place: string, on_hold = true) => ({
    state: 'connected',
    on_hold,
    colleague: { user_id: 'g', name: 'Grace', place },
  });
  const { settle } = await show(asked('coming'), 'open');
  const isSaid = (words: string) => {
    expect(screen.getByText(words)).toBeTruthy();
    expect(sayAloud).toHaveBeenLastCalledWith(words);
  };
  isSaid('Ringing Grace… If you hang up now, the call ends.');
  knows(asked('in'));
  await settle(1_500);
  isSaid('Grace is here. Hang up to hand the call over.');
  knows(asked('left'));
  await settle(1_500);
  isSaid('Grace has left. Resume to talk with the customer.');
  expect(sayAloud).toHaveBeenCalledTimes(3);
});

test('whoever was asked in and did not come is named until one talks with the customer again', async () => {
  const missed = { state: 'connected', colleague: { user_id: null, name: '+16475550199', place: 'missed' } };
  const words = '+1 (647) 555-0199 did not come. Resume to talk with the customer.';
  post.mockImplementation(async () => ({ call: call({ ...missed, on_hold: false }) }));
  const { settle } = await show({ ...missed, on_hold: true }, 'open');
  expect(screen.getByText(words)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Resume' }));
  await settle();
  expect(screen.queryByText(words)).toBeNull();
});

test('when nobody could be asked in, the bar tells how the customer is left', async () => {
  const talks = { state: 'connected', on_hold: false, colleague: null };
  const { settle } = await show(talks, 'open');
  fireEvent.click(screen.getByRole('button', { name: 'Transfer' }));
  fireEvent.change(screen.getByLabelText('Colleague or number'), { target: { value: '+16475550199' } });
  const missed = { user_id: null, name: '+16475550199', place: 'missed' };
  knows({ ...talks, on_hold: true, colleague: missed });
  post.mockRejectedValueOnce(new ApiError(502, 'No such number.', 'twilio_refused'));
  fireEvent.click(screen.getByRole('button', { name: 'Transfer to +16475550199' }));
  await settle(1);
  expect(screen.getByText('+1 (647) 555-0199 did not come. Resume to talk with the customer.')).toBeTruthy();
  expect(screen.getByText('No such number.')).toBeTruthy();
});

test('Escape closes what is open, and goes back to where it was opened', async () => {
  await show({ state: 'connected' }, 'open');
  const key = screen.getByRole('button', { name: 'Notes' });
  fireEvent.click(key);
  fireEvent.keyDown(screen.getByLabelText('Notes', { selector: 'textarea' }), { key: 'Escape' });
  expect(screen.queryByLabelText('Notes', { selector: 'textarea' })).toBeNull();
  expect(document.activeElement).toBe(key);
});
