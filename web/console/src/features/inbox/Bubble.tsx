import { useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  ArrowDownLeft,
  ArrowUpRight,
  Check,
  CheckCheck,
  CircleAlert,
  Clock,
  StickyNote,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';

import { Button } from '../../components/Button';
import { classes } from '../../lib/classes';
import { useMinutes } from '../../lib/now';
import { keys } from '../../lib/queries';
import { plain } from '../../lib/text';
import { dayAndTime, exact, timeOf } from '../../lib/time';
import type { Message, Note } from '../../lib/types';
import { SentAlong } from './Attachments';
import { delivery, type Delivery } from './delivery';
import { Media } from './Media';
import type { Outbox, Sending } from './outbox';

const ICONS: Record<Delivery['tone'], LucideIcon> = {
  waiting: Clock,
  gone: Check,
  arrived: CheckCheck,
  failed: CircleAlert,
};

/** A message: who wrote it is told by side, colour and icon. */
export function Bubble({
  message,
  canWrite,
  outbox,
  number,
}: {
  message: Message;
  canWrite: boolean;
  outbox: Outbox;
  number: string;
}) {
  const cache = useQueryClient();
  const now = useMinutes();
  const isOurs = message.direction === 'outbound';
  const isLater = message.twilio_status === 'scheduled';
  const { words, tone } = delivery(message);
  const State = ICONS[tone];
  const by = [message.user_first_name, message.user_last_name].filter(Boolean).join(' ');
  const again = () =>
    void outbox.send(cache, {
      to: number,
      channel: message.channel,
      body: message.body,
      mediaUrls: sentWith(message),
    });
  return (
    <Row isOurs={isOurs} label={isOurs ? `${by || 'Sent by itself'} wrote` : 'They wrote'}>
      <div
        data-message={message.id}
        className={classes(
          'w-fit max-w-full rounded-lg px-3 py-2',
          isOurs ? 'bg-accent-soft' : 'border border-line bg-raised',
          tone === 'failed' && isOurs && 'ring-1 ring-bad',
        )}
      >
        {message.body && <Body text={message.body} />}
        {message.media.map((attachment, at) => (
          <Media key={at} attachment={attachment} place={at + 1} />
        ))}
      </div>
      <p className="flex flex-wrap items-center gap-1 text-xs text-muted">
        {isOurs ? <ArrowUpRight size={12} aria-hidden /> : <ArrowDownLeft size={12} aria-hidden />}
        {message.channel === 'whatsapp' && <span>WhatsApp ·</span>}
        {isOurs && <bdi>{plain(by) || 'By itself'}</bdi>}
        <time dateTime={message.created_at} title={exact(message.created_at)} className="tabular-nums">
          {isLater
            ? dayAndTime(message.scheduled_at ?? '', now)
            : timeOf(message.scheduled_at ?? message.created_at)}
        </time>
        {isOurs && (
          <span
            title={words}
            className={classes('flex items-center gap-1', tone === 'failed' && 'font-medium text-bad')}
          >
            <State size={14} aria-hidden />
            {tone === 'arrived' || tone === 'gone' ? <span className="sr-only">{words}</span> : words}
          </span>
        )}
        {isOurs && tone === 'failed' && canWrite && canBeSentAgain(message) && (
          <Button look="quiet" className="min-h-6! px-1.5! py-0! text-xs" onClick={again}>
            Send again
          </Button>
        )}
        {isLater && canWrite && <CallBack message={message} number={number} />}
      </p>
    </Row>
  );
}

/** What a message was sent with, as it can be sent again: addresses of ours end, names stay. */
function sentWith({ media, media_urls: urls }: Message): string[] {
  return urls.map((url) => media.find((one) => one.url === url)?.mediaUrl ?? url);
}

function canBeSentAgain({ body, media_urls: urls, twilio_status: status }: Message): boolean {
  return status !== 'canceled' && (body !== '' || urls.length > 0);
}

/** Takes back what was to be sent later. */
function CallBack({ message, number }: { message: Message; number: string }) {
  const { api } = useClient();
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.post('/api/twilio/sms/{id}/cancel', { path: { id: message.id } }),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.thread(number) }),
  });
  return (
    <Button
      look="quiet"
      className="min-h-6! px-1.5! py-0! text-xs"
      disabled={cancel.isPending}
      onClick={() => cancel.mutate()}
    >
      Do not send
    </Button>
  );
}

/** A text on its way, or one that did not get anywhere. */
export function SendingBubble({ sending, outbox }: { sending: Sending; outbox: Outbox }) {
  const cache = useQueryClient();
  const { key, draft, files, failed, at } = sending;
  const now = useMinutes();
  return (
    <Row isOurs label="You wrote">
      <div
        data-sending={key}
        className={classes(
          'w-fit max-w-full rounded-lg bg-accent-soft px-3 py-2',
          failed && 'ring-1 ring-bad',
        )}
      >
        {draft.templateId ? <Body text="A template" /> : draft.body && <Body text={draft.body} />}
        <SentAlong files={files} />
      </div>
      <p className={classes('flex flex-wrap items-center gap-1 text-xs', failed ? 'text-bad' : 'text-muted')}>
        {failed ? <CircleAlert size={14} aria-hidden /> : <Clock size={12} aria-hidden />}
        {failed ? `Not sent. ${failed}` : draft.sendAt ? dayAndTime(draft.sendAt, now) : timeOf(at)}
        {failed && (
          <>
            <Button
              look="quiet"
              className="min-h-6! px-1.5! py-0! text-xs"
              onClick={() => void outbox.again(cache, key)}
            >
              Try again
            </Button>
            <Button
              look="quiet"
              className="min-h-6! px-1.5! py-0! text-xs"
              onClick={() => outbox.discard(key)}
            >
              Discard
            </Button>
          </>
        )}
      </p>
    </Row>
  );
}

/** A word among colleagues. */
export function NoteBubble({ note }: { note: Note }) {
  return (
    <Row isOurs label={`Note of ${plain(note.by.name)}`}>
      <div className="w-fit max-w-full rounded-lg border border-dashed border-warn bg-warn-soft px-3 py-2">
        <Body text={note.body} />
      </div>
      <p className="flex items-center gap-1 text-xs text-muted">
        <StickyNote size={12} aria-hidden />
        Note · <bdi>{plain(note.by.name)}</bdi>
        <time dateTime={note.created_at} title={exact(note.created_at)} className="tabular-nums">
          {timeOf(note.created_at)}
        </time>
      </p>
    </Row>
  );
}

function Row({ isOurs, label, children }: { isOurs: boolean; label: string; children: ReactNode }) {
  return (
    <article
      aria-label={label}
      className={classes(
        'my-2 grid max-w-[min(85%,36rem)] gap-1',
        isOurs ? 'ml-auto justify-items-end' : 'justify-items-start',
      )}
    >
      {children}
    </article>
  );
}

function Body({ text }: { text: string }) {
  return (
    <p dir="auto" className="[overflow-wrap:anywhere] whitespace-pre-wrap">
      {plain(text)}
    </p>
  );
}
