import { useVirtualizer } from '@tanstack/react-virtual';
import { Inbox, MessageSquarePlus, Reply } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { IconButton } from '../../components/Button';
import { Tabs, Top } from '../../components/Layout';
import { SearchField } from '../../components/SearchField';
import { Nothing, Rows, Trouble } from '../../components/States';
import { When } from '../../components/When';
import { Avatar, called, Words } from '../../components/Who';
import { classes } from '../../lib/classes';
import { useListKeys } from '../../lib/listkeys';
import type { Conversation } from '../../lib/types';
import { useDraft } from './drafts';
import { NewMessage } from './NewMessage';
import { unreadFirst } from './order';
import { useConversations } from './queries';

const ROW_HEIGHT = 72;

/** Conversations by person: what nobody here has read on top. */
export function ConversationList({ current, suffix }: { current: string | undefined; suffix: string }) {
  const [query, setQuery] = useSearchParams();
  const [isWriting, setWriting] = useState(false);
  const search = query.get('q') ?? '';
  const assigned = query.get('assigned') ?? '';
  const setSearch = useCallback(
    (q: string) =>
      setQuery(
        (before) => {
          if (q) before.set('q', q);
          else before.delete('q');
          return before;
        },
        { replace: true },
      ),
    [setQuery],
  );
  return (
    <>
      <Top title="Inbox">
        <IconButton icon={MessageSquarePlus} label="New message" onClick={() => setWriting(true)} />
      </Top>
      <div className="grid gap-2 border-b border-line p-3">
        <SearchField label="Search by name or number" value={search} onChange={setSearch} />
        <Tabs
          label="Which conversations"
          tabs={[
            { to: '/inbox', name: 'All', isCurrent: assigned === '' },
            { to: '/inbox?assigned=me', name: 'Assigned to me', isCurrent: assigned === 'me' },
          ]}
        />
      </div>
      <List key={`${assigned} ${search}`} filter={{ search, assigned }} current={current} suffix={suffix} />
      {isWriting && <NewMessage onClose={() => setWriting(false)} />}
    </>
  );
}

function List({
  filter,
  current,
  suffix,
}: {
  filter: { search: string; assigned: string };
  current: string | undefined;
  suffix: string;
}) {
  const navigate = useNavigate();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useConversations(filter);
  const kept = useRef(new Set<string>());
  const scroller = useRef<HTMLDivElement>(null);
  const conversations = unreadFirst(data?.pages.flatMap((page) => page.conversations) ?? [], kept.current);
  const rows = useVirtualizer({
    count: conversations.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    getItemKey: (at) => conversations[at]?.phoneNumber ?? at,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= conversations.length - 10 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, conversations.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const path = (number: string) => `/inbox/${encodeURIComponent(number)}${suffix}`;
  const numbers = conversations.map(({ phoneNumber }) => phoneNumber);
  useListKeys(numbers, current, (number) => {
    rows.scrollToIndex(numbers.indexOf(number));
    void navigate(path(number));
  });

  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows />;
  if (conversations.length === 0) {
    return filter.search || filter.assigned ? (
      <Nothing icon={Inbox} title="Nothing here">
        {filter.search ? 'Nobody of this name or number has written.' : 'No conversation is assigned to you.'}
      </Nothing>
    ) : (
      <Nothing icon={Inbox} title="No texts yet">
        They appear here as they arrive.
      </Nothing>
    );
  }
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
      <ul aria-label="Conversations" className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, start, key }) => {
          const conversation = conversations[index];
          return (
            conversation && (
              <li key={key} className="absolute inset-x-0" style={{ top: start, height: ROW_HEIGHT }}>
                <Row
                  conversation={conversation}
                  to={path(conversation.phoneNumber)}
                  isCurrent={conversation.phoneNumber === current}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function Row({
  conversation,
  to,
  isCurrent,
}: {
  conversation: Conversation;
  to: string;
  isCurrent: boolean;
}) {
  const { contactName, phoneNumber, lastMessage, lastMessageAt, lastDirection, unreadCount } = conversation;
  const who = called(contactName, phoneNumber);
  const [reply] = useDraft(phoneNumber, 'reply');
  const [note] = useDraft(phoneNumber, 'note');
  const draft = isCurrent ? '' : reply.trim() || note.trim();
  const isUnread = unreadCount > 0;
  return (
    <Link
      to={to}
      aria-current={isCurrent ? 'true' : undefined}
      className={classes(
        'flex h-full items-center gap-3 border-b border-line px-3',
        isCurrent ? 'bg-accent-soft' : 'hover:bg-sunken',
      )}
    >
      <Avatar name={contactName ?? ''} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={classes('min-w-0 flex-1 truncate', isUnread ? 'font-semibold' : 'font-medium')}>
            <Words>{who}</Words>
          </span>
          <When
            at={lastMessageAt}
            className={classes('shrink-0 text-xs', isCurrent ? 'text-ink' : 'text-muted')}
          />
        </span>
        <span
          className={classes(
            'flex items-center gap-1.5',
            isUnread ? 'font-medium' : isCurrent ? 'text-ink' : 'text-muted',
          )}
        >
          {draft ? (
            <span className="shrink-0 text-warn">Draft:</span>
          ) : (
            lastDirection === 'outbound' && <Reply size={14} aria-label="You wrote:" className="shrink-0" />
          )}
          <span className="min-w-0 flex-1 truncate">
            <Words>{draft || lastMessage?.trim() || 'An attachment'}</Words>
          </span>
          {isUnread && (
            <span className="min-w-5 shrink-0 rounded-full bg-accent-solid px-1.5 text-center text-xs leading-5 font-semibold text-white tabular-nums">
              {unreadCount}
              <span className="sr-only"> unread</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}
