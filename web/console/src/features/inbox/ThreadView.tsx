import { useAuth } from '@switchboard/client/react';
import { MessagesSquare, PanelRight, Phone } from 'lucide-react';
import { useEffect, useState } from 'react';

import { Button, IconButton } from '../../components/Button';
import { Top } from '../../components/Layout';
import { Nothing, Rows, Trouble } from '../../components/States';
import { called, Words } from '../../components/Who';
import { useMinutes } from '../../lib/now';
import { readableNumber } from '../../lib/text';
import { dayOf } from '../../lib/time';
import { useVisible } from '../../lib/visible';
import { dial } from '../../voice/dial';
import { useBusy } from '../../voice/open';
import { Bubble, NoteBubble, SendingBubble } from './Bubble';
import { Composer } from './Composer';
import { Details } from './Details';
import { byDay } from './days';
import { useOutbox } from './outbox';
import { outgoing as outbox } from './outgoing';
import { useMarkRead, useNotes, useThread } from './queries';
import { useScroller } from './scroller';

/** A conversation with a number. */
export function ThreadView({ number, back }: { number: string; back: string }) {
  const { user } = useAuth();
  const off = useBusy();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useThread(number);
  const { data: notes = [] } = useNotes(number);
  const sendings = useOutbox(outbox, number);
  const [isAside, setAside] = useState(false);
  const now = useMinutes();
  const newest = data?.pages[0];
  const canWrite = user?.role !== 'viewer';

  const { mutate: markRead } = useMarkRead(number);
  const unread = newest?.unreadCount ?? 0;
  const isSeen = useVisible();
  useEffect(() => {
    if (isSeen && unread > 0) markRead();
  }, [isSeen, unread, markRead]);

  const messages = data ? [...data.pages].reverse().flatMap((page) => page.messages) : [];
  const oldest = hasNextPage ? messages[0]?.created_at : undefined;
  const days = byDay(
    messages,
    notes.filter((note) => oldest === undefined || note.created_at >= oldest),
  );
  const { scroller, content } = useScroller(data?.pages.length ?? 0);

  const who = called(newest?.contactInfo?.name, number);
  return (
    <div className="relative flex h-full min-h-0 w-full">
      <div className="flex min-w-0 flex-1 flex-col">
        <Top level={2} title={<Words>{who}</Words>} back={back}>
          <span className="hidden text-muted tabular-nums sm:inline">
            {newest?.contactInfo && readableNumber(number)}
          </span>
          {canWrite && (
            <IconButton icon={Phone} label={`Call ${who}`} off={off} onClick={() => void dial(number)} />
          )}
          <IconButton
            icon={PanelRight}
            label="Who it is"
            aria-expanded={isAside}
            onClick={() => setAside(!isAside)}
            className="lg:hidden"
          />
        </Top>
        {error && !data ? (
          <Trouble error={error} onRetry={() => void refetch()} />
        ) : !newest ? (
          <div className="flex-1">
            <Rows count={5} height={56} />
          </div>
        ) : (
          <>
            <div
              {...scroller}
              role="log"
              aria-label={`Messages with ${who}`}
              tabIndex={0}
              className="min-h-0 flex-1 overflow-y-auto px-3 py-2"
            >
              <div ref={content}>
                {hasNextPage && (
                  <div className="flex justify-center py-2">
                    <Button look="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                      Earlier messages
                    </Button>
                  </div>
                )}
                {days.map(({ day, items }) => (
                  <section key={day} aria-label={dayOf(day, now)}>
                    <h3 className="sticky top-0 z-1 mx-auto my-3 w-fit rounded-full bg-sunken px-3 py-0.5 text-xs font-medium text-muted">
                      {dayOf(day, now)}
                    </h3>
                    {items.map((item) =>
                      item.kind === 'message' ? (
                        <Bubble
                          key={item.message.id}
                          message={item.message}
                          canWrite={canWrite}
                          outbox={outbox}
                          number={number}
                        />
                      ) : (
                        <NoteBubble key={item.note.id} note={item.note} />
                      ),
                    )}
                  </section>
                ))}
                {newest.scheduled.map((message) => (
                  <Bubble
                    key={message.id}
                    message={message}
                    canWrite={canWrite}
                    outbox={outbox}
                    number={number}
                  />
                ))}
                {sendings.map((sending) => (
                  <SendingBubble key={sending.key} sending={sending} outbox={outbox} />
                ))}
                {messages.length + sendings.length + notes.length === 0 && (
                  <Nothing icon={MessagesSquare} title="Nothing was written yet">
                    {canWrite && 'What you write below goes out as a text.'}
                  </Nothing>
                )}
              </div>
            </div>
            {canWrite && (
              <Composer
                number={number}
                thread={newest}
                outbox={outbox}
                lastChannel={messages.at(-1)?.channel ?? 'sms'}
              />
            )}
          </>
        )}
      </div>
      {newest && <Details number={number} thread={newest} isOpen={isAside} onClose={() => setAside(false)} />}
    </div>
  );
}
