import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiError } from '@switchboard/client';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { keys } from '../../lib/queries';
import type { Template, Thread } from '../../lib/types';
import { Composer } from './Composer';
import { drafts } from './drafts';
import type { Outbox } from './outbox';

/** The server, which takes every file at once unless a test says otherwise. */
const post = vi.hoisted(() => vi.fn());

vi.mock('@switchboard/client/react', () => ({
  useAuth: () => ({ user: { full_name: 'Ada Lovelace', first_name: 'Ada' }, organization: { name: 'Acme' } }),
  useClient: () => ({ api: { post } }),
}));
vi.mock('../../lib/client', () => ({ default: { api: { post } } }));

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

beforeEach(() => {
  drafts.clear();
  let count = 0;
  post.mockReset().mockImplementation(async () => ({ upload: { mediaUrl: `upload:${(count += 1)}` } }));
  URL.createObjectURL = vi.fn(() => 'blob:picture');
  URL.revokeObjectURL = vi.fn();
});
afterEach(cleanup);

function write(thread: Partial<Thread> = {}, lastChannel = 'sms') {
  const cache = new QueryClient();
  cache.setQueryData(keys.templates, TEMPLATES);
  const send = vi.fn(async (_cache: QueryClient, _draft: object, _files: { name: string }[]) => undefined);
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
  const along = () => send.mock.calls.map(([, , files]) => files.map(({ name }) => name));
  return { sent, along, field: screen.queryByLabelText('Message') as HTMLTextAreaElement };
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

test('what one began to write is there when the conversation is opened again, until it is sent', async () => {
  await userEvent.type(write().field, 'half a');
  cleanup();
  const { sent, field } = write();
  expect(field.value).toBe('half a');
  await userEvent.type(field, ' word{Enter}');
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', body: 'half a word' }]);
  cleanup();
  expect(write().field.value).toBe('');
});

test('a note that one began is gone on with, and gone when it is kept, also by whoever looks elsewhere', async () => {
  const note = () => screen.getByLabelText('Note for colleagues') as HTMLTextAreaElement;
  write();
  await userEvent.click(screen.getByRole('button', { name: 'Note' }));
  await userEvent.type(note(), 'call back');
  cleanup();
  write();
  expect(note().value).toBe('call back');
  let keep: (told: object) => void = () => undefined;
  post.mockReturnValueOnce(new Promise((resolve) => (keep = resolve)));
  await userEvent.type(note(), '{Enter}');
  cleanup();
  expect(drafts.get(NUMBER, 'note')).toBe('call back');
  keep({});
  await waitFor(() => expect(drafts.get(NUMBER, 'note')).toBe(''));
  expect(write().field.value).toBe('');
});

test('who comes next does not see what somebody else began to write', async () => {
  const { field } = write();
  await userEvent.type(field, 'secret');
  act(() => drafts.clear());
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

const picture = (name = 'tap.png', size = 4) => new File([new Uint8Array(size)], name, { type: 'image/png' });
const names = () => screen.queryAllByRole('listitem').map((one) => one.querySelector('p')?.textContent);

test('a picture that is chosen is shown, uploaded and sent, also without words', async () => {
  const { sent, along } = write();
  await userEvent.upload(screen.getByLabelText('Files'), [picture(), picture('sink.png')]);
  expect(names()).toEqual(['tap.png', 'sink.png']);
  expect(await screen.findAllByText('1 kB')).toHaveLength(2);
  expect(post.mock.calls.map(([path, { body }]) => [path, body.name])).toEqual([
    ['/api/twilio/media', 'tap.png'],
    ['/api/twilio/media', 'sink.png'],
  ]);
  await userEvent.click(screen.getByRole('button', { name: 'Send' }));
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', mediaUrls: ['upload:1', 'upload:2'] }]);
  expect(along()).toEqual([['tap.png', 'sink.png']]);
  expect(names()).toEqual([]);
});

test('pictures are pasted and dropped, and taken away again', async () => {
  const { sent, field } = write();
  fireEvent.paste(field, { clipboardData: { files: [picture('pasted.png')] } });
  fireEvent.drop(field, { dataTransfer: { files: [picture('dropped.png')], types: ['Files'] } });
  expect(names()).toEqual(['pasted.png', 'dropped.png']);
  await userEvent.click(screen.getByRole('button', { name: 'Remove pasted.png' }));
  await userEvent.type(field, 'look{Enter}');
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', body: 'look', mediaUrls: ['upload:2'] }]);
});

test('whoever looks elsewhere before it is sent leaves nothing behind', async () => {
  post.mockReturnValueOnce(new Promise(() => undefined));
  write();
  await userEvent.upload(screen.getByLabelText('Files'), [picture()]);
  cleanup();
  expect(post.mock.calls[0]?.[1].signal.aborted).toBe(true);
  expect(URL.revokeObjectURL).toHaveBeenCalledWith('blob:picture');
});

test('words that are pasted are words', async () => {
  const { field } = write();
  await userEvent.click(field);
  await userEvent.paste('hello');
  expect(field.value).toBe('hello');
  expect(post).not.toHaveBeenCalled();
});

test('what is refused says why, and nothing goes out until it is taken away', async () => {
  const details = [{ field: 'file', message: 'is of a kind that cannot be sent' }];
  post.mockRejectedValueOnce(new ApiError(422, 'invalid', 'invalid', { details }));
  const { sent, field } = write();
  await userEvent.upload(screen.getByLabelText('Files'), [picture('menu.png')]);
  expect((await screen.findByRole('alert')).textContent).toBe('menu.png is of a kind that cannot be sent');
  await userEvent.type(field, 'look{Enter}');
  expect(sent()).toEqual([]);
  expect(screen.getByText('Remove what cannot be sent first.')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Remove menu.png' }));
  await userEvent.type(field, '{Enter}');
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', body: 'look' }]);
});

test('what did not get through is uploaded again', async () => {
  post.mockRejectedValueOnce(new ApiError(0, 'No connection.', 'unreachable'));
  const { sent } = write();
  await userEvent.upload(screen.getByLabelText('Files'), [picture()]);
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
  await screen.findByText('1 kB');
  await userEvent.click(screen.getByRole('button', { name: 'Send' }));
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', mediaUrls: ['upload:1'] }]);
});

test('a text waits for what is being uploaded', async () => {
  let done: (value: object) => void = () => undefined;
  post.mockReturnValueOnce(new Promise((resolve) => (done = resolve)));
  const { sent, field } = write();
  await userEvent.upload(screen.getByLabelText('Files'), [picture()]);
  expect(screen.getByRole('progressbar', { name: 'Uploading tap.png' })).toBeTruthy();
  await userEvent.type(field, 'look{Enter}');
  expect(sent()).toEqual([]);
  done({ upload: { mediaUrl: 'upload:1' } });
  await screen.findByText('1 kB');
  await userEvent.type(field, '{Enter}');
  expect(sent()).toEqual([{ to: NUMBER, channel: 'sms', body: 'look', mediaUrls: ['upload:1'] }]);
});

test('ten files of 5 MB together go with a text, and what is more is not even uploaded', async () => {
  const { sent } = write();
  const pictures = Array.from({ length: 11 }, (_, at) => picture(`${at}.png`));
  await userEvent.upload(screen.getByLabelText('Files'), pictures);
  expect((await screen.findByRole('alert')).textContent).toMatch(/^10.png is one too many/);
  expect(post).toHaveBeenCalledTimes(10);
  for (const name of names()) await userEvent.click(screen.getByRole('button', { name: `Remove ${name}` }));
  await userEvent.upload(screen.getByLabelText('Files'), [picture('huge.png', 5_000_001)]);
  expect((await screen.findByRole('alert')).textContent).toBe('huge.png must be 5 MB at most');
  await userEvent.click(screen.getByRole('button', { name: 'Remove huge.png' }));
  await userEvent.upload(screen.getByLabelText('Files'), [
    picture('a.png', 3_000_000),
    picture('b.png', 3_000_000),
  ]);
  await screen.findAllByText('3.0 MB');
  expect(post).toHaveBeenCalledTimes(12);
  await userEvent.click(screen.getByRole('button', { name: 'Send' }));
  expect(screen.getByText('Together they may be 5 MB at most.')).toBeTruthy();
  expect(sent()).toEqual([]);
});

test('a text is sent later, at a time that is chosen', async () => {
  const { sent, field } = write();
  expect(screen.getByRole('button', { name: 'Send later' })).toHaveProperty('disabled', true);
  await userEvent.type(field, 'see you');
  await userEvent.click(screen.getByRole('button', { name: 'Send later' }));
  await userEvent.click(screen.getByRole('button', { name: /^Tomorrow morning/ }));
  const [{ sendAt, ...draft }] = sent() as [{ sendAt: string }];
  expect(draft).toEqual({ to: NUMBER, channel: 'sms', body: 'see you' });
  const morning = new Date();
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  expect(sendAt).toBe(morning.toISOString());
  expect(screen.queryByRole('group', { name: 'Send later' })).toBeNull();
});

test('a time of its own has to be yet to come', async () => {
  const { sent, field } = write();
  await userEvent.type(field, 'see you');
  await userEvent.click(screen.getByRole('button', { name: 'Send later' }));
  const time = screen.getByLabelText('At a time of your own');
  fireEvent.change(time, { target: { value: '2020-01-01T09:00' } });
  await userEvent.click(screen.getByRole('button', { name: 'Set' }));
  expect(screen.getByText('Choose a time that is yet to come.')).toBeTruthy();
  expect(sent()).toEqual([]);
  fireEvent.change(time, { target: { value: '2099-01-01T09:00' } });
  await userEvent.click(screen.getByRole('button', { name: 'Set' }));
  expect(sent()).toMatchObject([{ sendAt: new Date('2099-01-01T09:00').toISOString() }]);
});
