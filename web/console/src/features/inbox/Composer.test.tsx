import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, expect, test, vi } from 'vitest';

import { keys } from '../../lib/queries';
import type { Template, Thread } from '../../lib/types';
import { Composer } from './Composer';
import type { Outbox } from './outbox';

vi.mock('@switchboard/client/react', () => ({
  useAuth: () => ({ user: { full_name: 'Ada Lovelace', first_name: 'Ada' }, organization: { name: 'Acme' } }),
  useClient: () => ({}),
}));

const NUMBER = '+16475550100';
const TEMPLATES = [
  {
    id: 't1',
    name: 'hello',
    body: 'Hi {{first_name}}, {{agent_first_name}} of {{organization}} here.',
    is_active: true,
    variables: [],
  },
  { id: 't2', name: 'visit', body: 'We come at {{time}}.', is_active: true, variables: ['time'] },
  { id: 't3', name: 'old', body: 'No more', is_active: false, variables: [] },
  { id: 't4', name: 'agreed', body: 'Hello again', is_active: true, variables: [], content_sid: 'HX1' },
] as unknown as Template[];

afterEach(cleanup);

function write(thread: Partial<Thread> = {}, lastChannel = 'sms') {
  const cache = new QueryClient();
  cache.setQueryData(keys.templates, TEMPLATES);
  const send = vi.fn(async (_cache: QueryClient, _draft: object) => undefined);
  const whole = {
    consent: { state: 'unsaid' },
    contactInfo: { id: 'c', type: 'contact', name: 'Priya Raman' },
    ...thread,
  } as Thread;
  render(
    <QueryClientProvider client={cache}>
      <MemoryRouter>
        <Composer
          number={NUMBER}
          thread={whole}
          outbox={{ send } as unknown as Outbox}
          lastChannel={lastChannel}
        />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  const sent = () => send.mock.calls.map(([, draft]) => draft);
  return { sent, field: screen.queryByLabelText('Message') as HTMLTextAreaElement };
}

test('Enter sends, Shift and Enter breaks the line, and nothing is not sent', async () => {
  const { sent, field } = write();
  await userEvent.type(field, '  {Enter}');
  expect(sent()).toEqual([]);
  await userEvent.clear(field);
  await userEvent.type(field, 'one{Shift>}{Enter}{/Shift}two{Enter}');
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', body: 'one\ntwo' }]);
  expect(field.value).toBe('');
});

test('a slash offers templates, and the one that is chosen is filled for whom it is', async () => {
  const { sent, field } = write();
  await userEvent.type(field, '/');
  expect(screen.getAllByRole('option').map((option) => option.querySelector('p')?.textContent)).toEqual([
    'hello',
    'visit',
    'agreed',
  ]);
  await userEvent.type(field, 'he{Enter}');
  expect(field.value).toBe('Hi Priya, Ada of Acme here.');
  expect(sent()).toEqual([]);
  await userEvent.type(field, '{Enter}');
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', body: 'Hi Priya, Ada of Acme here.' }]);
});

test('a gap that nothing is known for is named, and nothing is sent', async () => {
  const { sent, field } = write();
  await userEvent.type(field, '/vis{Enter}{Enter}');
  expect(screen.getByRole('alert').textContent).toBe('Still to be filled in: time.');
  expect(sent()).toEqual([]);
});

test('who asked not to be texted cannot be written to, but noted about', async () => {
  const { field } = write({ consent: { state: 'opted_out', since: '2026-04-15T10:00:00.000Z' } });
  expect(field).toBeNull();
  expect(screen.getByText(/asked not to be texted/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Note' }));
  expect(screen.getByLabelText('Note for colleagues')).toBeTruthy();
});

test('on WhatsApp, after a day of silence only an agreed template goes out', async () => {
  const { sent, field } = write({ whatsappUntil: '2020-01-01T00:00:00.000Z' }, 'whatsapp');
  expect(field).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Send “agreed”' }));
  expect(sent()).toEqual([{ to: NUMBER, channel: 'whatsapp', templateId: 't4' }]);
  await userEvent.click(screen.getByRole('button', { name: 'SMS' }));
  expect(screen.getByLabelText('Message')).toBeTruthy();
});

test('on WhatsApp, in the day after they wrote, one writes freely', async () => {
  const { sent, field } = write(
    { whatsappUntil: new Date(Date.now() + 3_600_000).toISOString() },
    'whatsapp',
  );
  await userEvent.type(field, 'hello{Enter}');
  expect(sent()).toEqual([{ to: NUMBER, channel: 'whatsapp', body: 'hello' }]);
});
