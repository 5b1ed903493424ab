import type { WaitingCall } from '@switchboard/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, test, vi } from 'vitest';

import { keys } from '../../lib/queries';
import { Waiting } from './Waiting';
import { WaitingElsewhere } from './WaitingElsewhere';

vi.mock('@switchboard/client/react', () => ({
  useAuth: () => ({ user: { id: 'me' } }),
  useClient: () => ({ serverNow: () => Date.now() + 60_000 }),
}));

afterEach(cleanup);

const waits = (call: Partial<WaitingCall>) =>
  ({
    callSid: 'CA1',
    from: '+16475550100',
    callerName: null,
    leadId: null,
    contactId: null,
    timestamp: new Date().toISOString(),
    ringsForMe: true,
    asking: null,
    problem: null,
    outcome: null,
    ...call,
  }) as WaitingCall;

function show(call: Partial<WaitingCall>, { canAnswer = true, off = null as string | null } = {}) {
  const cache = new QueryClient();
  cache.setQueryData(keys.team, [{ id: 'g', name: 'Grace Hopper' }]);
  render(
    <QueryClientProvider client={cache}>
      <MemoryRouter>
        <Waiting call={waits(call)} canAnswer={canAnswer} off={off} onAccept={vi.fn()} onDecline={vi.fn()} />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  return screen.getByRole('article');
}

test('a caller whom nobody knows is their number, and the clock is the server’s', () => {
  const card = show({});
  expect(card.getAttribute('aria-label')).toBe('Call from +1 (647) 555-0100');
  expect(card.textContent).toContain('Nobody we know yet');
  expect(screen.getByRole('timer').textContent).toMatch(/^1:0\d$/);
});

test('a name is text, whatever is in it', () => {
  const card = show({ callerName: '<b>Eve</b>\u202e' });
  expect(card.querySelector('[data-who]')?.textContent).toBe('<b>Eve</b>');
});

test('who took it is told by name, and nothing is left to press', () => {
  const card = show({ outcome: { kind: 'taken', by: 'g', byMe: false, name: null } });
  expect(card.textContent).toContain('Grace Hopper took it');
  expect(screen.queryByRole('timer')).toBeNull();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a call that I took, and one that ended, say so', () => {
  expect(show({ outcome: { kind: 'taken', by: 'me', byMe: false, name: null } }).textContent).toContain(
    'You took it',
  );
  cleanup();
  expect(show({ outcome: { kind: 'ended', reason: 'timeout' } }).textContent).toContain('The call has ended');
});

test('while an answer is on its way nothing can be pressed twice, and what went wrong is said', () => {
  show({ asking: 'accept', problem: 'Switchboard has a problem at the moment. Try again.' });
  expect(screen.getAllByRole('button').every((button) => (button as HTMLButtonElement).disabled)).toBe(true);
  expect(screen.getByText(/has a problem/)).toBeTruthy();
});

test('who only reads sees the call and cannot take it', () => {
  show({}, { canAnswer: false });
  expect(screen.queryByRole('button')).toBeNull();
});

test('who talks can decline a call and not take it, and reads why', () => {
  show({}, { off: 'Finish your call first' });
  const accept = screen.getByRole('button', { name: /Accept/, description: 'Finish your call first' });
  expect(accept).toHaveProperty('disabled', true);
  expect(screen.getByRole('button', { name: /Decline/ })).toHaveProperty('disabled', false);
});

test('a call that rings for colleagues can be taken, but not by who talks, who reads why', async () => {
  const onTake = vi.fn();
  const calls = [waits({ ringsForMe: false })];
  const { rerender } = render(<WaitingElsewhere calls={calls} off={null} onTake={onTake} />);
  await userEvent.click(screen.getByRole('button', { name: 'Take it' }));
  expect(onTake).toHaveBeenCalledExactlyOnceWith('CA1');
  rerender(<WaitingElsewhere calls={calls} off="Finish your call first" onTake={onTake} />);
  const take = screen.getByRole('button', { name: 'Take it', description: 'Finish your call first' });
  expect(take).toHaveProperty('disabled', true);
  expect(screen.getByText('Finish your call first')).toBeTruthy();
});
