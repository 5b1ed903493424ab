import { ApiError, type Api } from '@switchboard/client';
import { QueryClient, type InfiniteData } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';

import { keys } from '../../lib/queries';
import type { Message, Thread } from '../../lib/types';
import { Outbox, type Draft } from './outbox';

const NUMBER = '+16475550100';
const draft: Draft = { to: NUMBER, channel: 'sms', body: 'hello' };

function desk(...answers: (Message | Error)[]) {
  const post = vi.fn(async (_path: string, _ask: { idempotencyKey: string }) => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return { data: answer };
  });
  const cache = new QueryClient();
  cache.setQueryData(keys.thread(NUMBER), {
    pages: [{ messages: [{ id: 'm0' }], scheduled: [] }],
    pageParams: [null],
  });
  const thread = () =>
    cache.getQueryData<InfiniteData<Thread>>(keys.thread(NUMBER))?.pages[0]?.messages.map(({ id }) => id);
  return { outbox: new Outbox({ post } as unknown as Api), cache, post, thread };
}

test('a text is shown at once, and is one of the thread when the server has it', async () => {
  const { outbox, cache, thread } = desk({ id: 'm1' } as Message);
  const sent = outbox.send(cache, draft);
  expect(outbox.get()).toMatchObject([{ draft, failed: null }]);
  await sent;
  expect(outbox.get()).toEqual([]);
  expect(thread()).toEqual(['m0', 'm1']);
});

test('a text that did not go out stays, says why, and goes again as the same message', async () => {
  const { outbox, cache, post, thread } = desk(new ApiError(0, 'no connection', 'unreachable'), {
    id: 'm1',
  } as Message);
  await outbox.send(cache, draft);
  expect(outbox.get()).toMatchObject([{ failed: 'No connection.' }]);
  await outbox.again(cache, outbox.get()[0]?.key ?? '');
  expect(outbox.get()).toEqual([]);
  expect(thread()).toEqual(['m0', 'm1']);
  const keysSent = post.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey);
  expect(keysSent[0]).toBe(keysSent[1]);
});

test('what Twilio refused is in the thread already, and not here too', async () => {
  const { outbox, cache } = desk(new ApiError(502, 'refused', 'twilio_refused'));
  await outbox.send(cache, draft);
  expect(outbox.get()).toEqual([]);
});

test('a message that an event brought first is not there twice', async () => {
  const { outbox, cache, thread } = desk({ id: 'm0' } as Message);
  await outbox.send(cache, draft);
  expect(thread()).toEqual(['m0']);
});

test('a text that is to be sent later is not among what was said', async () => {
  const { outbox, cache, thread } = desk({ id: 'm1', twilio_status: 'scheduled' } as Message);
  await outbox.send(cache, { ...draft, sendAt: '2099-01-01T09:00:00.000Z' });
  expect(thread()).toEqual(['m0']);
  const page = cache.getQueryData<InfiniteData<Thread>>(keys.thread(NUMBER))?.pages[0];
  expect(page?.scheduled.map(({ id }) => id)).toEqual(['m1']);
});

test('pictures are shown until the server shows them, and then forgotten', async () => {
  const forgotten: string[] = [];
  URL.revokeObjectURL = (url) => void forgotten.push(url);
  const { outbox, cache } = desk(new ApiError(0, 'no connection', 'unreachable'), { id: 'm1' } as Message);
  const files = [
    { key: 'f1', name: 'tap.png', picture: 'blob:tap' },
    { key: 'f2', name: 'menu.pdf', picture: null },
  ];
  await outbox.send(cache, { ...draft, mediaUrls: ['upload:1', 'upload:2'] }, files);
  expect([outbox.get()[0]?.files, forgotten]).toEqual([files, []]);
  await outbox.again(cache, outbox.get()[0]?.key ?? '');
  expect([outbox.get(), forgotten]).toEqual([[], ['blob:tap']]);
});

test('who comes next does not see what somebody else wanted to send', async () => {
  const { outbox, cache } = desk(new ApiError(0, 'no connection', 'unreachable'));
  await outbox.send(cache, draft);
  outbox.clear();
  expect(outbox.get()).toEqual([]);
});
