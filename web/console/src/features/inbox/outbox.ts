// What was sent here and is not yet known to have been: it stays where it was written, until the server has it.

import { ApiError, type Api } from '@switchboard/client';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

import { problem } from '../../lib/problem';
import { keys } from '../../lib/queries';
import type { Message, Thread } from '../../lib/types';
import type { Shown } from './attaching';

/** What is to be sent, as the server takes it. */
export interface Draft {
  to: string;
  channel: string;
  body?: string;
  templateId?: string;
  variables?: Record<string, string>;
  mediaUrls?: string[];
  sendAt?: string;
}

export interface Sending {
  /** Also the key under which it is sent, so that however often that is tried it is one message. */
  key: string;
  draft: Draft;
  /** What hangs on it, as it is shown until then. */
  files: readonly Shown[];
  at: string;
  /** Why it did not go out, in words; null while it goes. */
  failed: string | null;
}

export class Outbox {
  readonly #api: Api;
  readonly #listeners = new Set<() => void>();
  #sendings: readonly Sending[] = [];

  constructor(api: Api) {
    this.#api = api;
  }

  readonly get = (): readonly Sending[] => this.#sendings;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Shows it at once, and sends it. */
  async send(cache: QueryClient, draft: Draft, files: readonly Shown[] = []): Promise<void> {
    const sending = { key: crypto.randomUUID(), draft, files, at: new Date().toISOString(), failed: null };
    this.#change([...this.#sendings, sending]);
    await this.#try(cache, sending);
  }

  async again(cache: QueryClient, key: string): Promise<void> {
    const sending = this.#sendings.find((one) => one.key === key);
    if (!sending) return;
    this.#patch(key, null);
    await this.#try(cache, sending);
  }

  discard(key: string): void {
    for (const { picture } of this.#sendings.find((one) => one.key === key)?.files ?? []) {
      if (picture) URL.revokeObjectURL(picture);
    }
    this.#change(this.#sendings.filter((one) => one.key !== key));
  }

  /** Somebody else sits here now. */
  clear(): void {
    for (const { key } of this.#sendings) this.discard(key);
  }

  async #try(cache: QueryClient, { key, draft }: Sending): Promise<void> {
    try {
      const { data } = await this.#api.post('/api/twilio/sms/send', { body: draft, idempotencyKey: key });
      put(cache, draft.to, data);
      this.discard(key);
    } catch (error) {
      // Twilio refused it: the server has it, and why.
      if (error instanceof ApiError && error.code === 'twilio_refused') this.discard(key);
      else this.#patch(key, problem(error));
      void cache.invalidateQueries({ queryKey: keys.thread(draft.to) });
    }
    void cache.invalidateQueries({ queryKey: keys.conversations });
  }

  #patch(key: string, failed: string | null): void {
    this.#change(this.#sendings.map((one) => (one.key === key ? { ...one, failed } : one)));
  }

  #change(sendings: readonly Sending[]): void {
    this.#sendings = sendings;
    for (const listener of this.#listeners) listener();
  }
}

export function useOutbox(outbox: Outbox, number: string): readonly Sending[] {
  return useSyncExternalStore(outbox.subscribe, outbox.get).filter(({ draft }) => draft.to === number);
}

/** Puts a message at the end of its thread, or among what is to be sent later. */
function put(cache: QueryClient, number: string, message: Message): void {
  cache.setQueryData<InfiniteData<Thread>>(keys.thread(number), (data) => {
    const [newest, ...older] = data?.pages ?? [];
    if (!data || !newest) return data;
    const list = message.twilio_status === 'scheduled' ? 'scheduled' : 'messages';
    const others = newest[list].filter(({ id }) => id !== message.id);
    return { ...data, pages: [{ ...newest, [list]: [...others, message], unreadCount: 0 }, ...older] };
  });
}
