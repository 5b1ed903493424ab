import { useAuth } from '@switchboard/client/react';
import { CirclePlay, Phone as PhoneIcon, PhoneIncoming, PhoneOutgoing, Voicemail } from 'lucide-react';
import { useCallback, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';

import { Button } from '../../components/Button';
import { Split, Tag, Top } from '../../components/Layout';
import { Pages } from '../../components/Pages';
import { SearchField } from '../../components/SearchField';
import { Nothing, Rows, Trouble } from '../../components/States';
import { When } from '../../components/When';
import { called, Words } from '../../components/Who';
import { FATES, fateOf } from '../../lib/calls';
import { classes } from '../../lib/classes';
import { useListKeys } from '../../lib/listkeys';
import { customerOf, numberOf } from '../../lib/queries';
import { plain, readableNumber } from '../../lib/text';
import { clock } from '../../lib/time';
import type { Call } from '../../lib/types';
import { useBusy } from '../../voice/open';
import { CallView } from './CallView';
import { DialForm } from './DialForm';
import { useCalls } from './queries';

/** Calls that were, and the one that is open; the filters stand in the address. */
export default function History() {
  const { id } = useParams();
  const [query, setQuery] = useSearchParams();
  const { user } = useAuth();
  const off = useBusy();
  const [isDialling, setDialling] = useState(false);
  const filter = {
    direction: query.get('direction') ?? '',
    state: query.get('state') ?? '',
    search: query.get('q') ?? '',
    page: Math.max(0, Number(query.get('page') ?? 1) - 1) || 0,
  };
  const set = useCallback(
    (name: string, value: string) =>
      setQuery(
        (before) => {
          if (value) before.set(name, value);
          else before.delete(name);
          if (name !== 'page') before.delete('page');
          return before;
        },
        { replace: true },
      ),
    [setQuery],
  );
  const setSearch = useCallback((value: string) => set('q', value), [set]);
  const suffix = query.size > 0 ? `?${query}` : '';
  const list = (
    <>
      <Top title="Calls">
        {user?.role !== 'viewer' && (
          <Button icon={PhoneOutgoing} off={off} onClick={() => setDialling(true)}>
            Call a number
          </Button>
        )}
      </Top>
      <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
        <div className="min-w-48 flex-1">
          <SearchField label="Search by name or number" value={filter.search} onChange={setSearch} />
        </div>
        <select
          aria-label="Direction"
          className="control w-auto!"
          value={filter.direction}
          onChange={(event) => set('direction', event.target.value)}
        >
          <option value="">In and out</option>
          <option value="inbound">Came in</option>
          <option value="outbound">Went out</option>
        </select>
        <select
          aria-label="State"
          className="control w-auto!"
          value={filter.state}
          onChange={(event) => set('state', event.target.value)}
        >
          <option value="">Any state</option>
          <option value="ringing">Ringing</option>
          <option value="connected">Talking</option>
          <option value="voicemail">Leaving a message</option>
          <option value="ended">Over</option>
        </select>
      </div>
      <List
        filter={filter}
        current={id}
        suffix={suffix}
        onPage={(page) => set('page', page > 0 ? String(page + 1) : '')}
      />
    </>
  );
  return (
    <>
      <Split
        isWide
        list={list}
        detail={id ? <CallView key={id} id={id} back={`/calls${suffix}`} /> : null}
        placeholder={null}
      />
      {isDialling && <DialForm onClose={() => setDialling(false)} />}
    </>
  );
}

interface ListProps {
  filter: { direction: string; state: string; search: string; page: number };
  current: string | undefined;
  suffix: string;
  onPage(page: number): void;
}

function List({ filter, current, suffix, onPage }: ListProps) {
  const navigate = useNavigate();
  const { data, error, refetch } = useCalls(filter);
  const open = (id: string) => void navigate(`/calls/${id}${suffix}`);
  useListKeys(data?.calls.map(({ id }) => id) ?? [], current, open);
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows height={44} count={10} />;
  const { calls, pagination } = data;
  if (calls.length === 0) {
    const isFiltered = filter.direction || filter.state || filter.search;
    return (
      <Nothing icon={PhoneIcon} title={isFiltered ? 'No call is like that' : 'No calls yet'}>
        {isFiltered ? (
          <Link to="/calls" className="text-accent underline">
            Show all calls
          </Link>
        ) : (
          'They appear here as soon as somebody calls.'
        )}
      </Nothing>
    );
  }
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} role="region" aria-label="Calls">
        <table className="w-full table-fixed text-left">
          <thead className="sticky top-0 z-1 bg-surface text-sm text-muted">
            <tr className="border-b border-line">
              <th scope="col" className="py-2 pl-4 font-medium">
                With
              </th>
              <th scope="col" className="hidden w-44 py-2 font-medium lg:table-cell">
                Who had it
              </th>
              <th scope="col" className="w-24 py-2 font-medium sm:w-32">
                Became
              </th>
              <th scope="col" className="hidden w-20 py-2 text-right font-medium sm:table-cell">
                Talked
              </th>
              <th scope="col" className="w-16 py-2 pr-3 text-right font-medium sm:w-24 sm:pr-4">
                When
              </th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <Row
                key={call.id}
                call={call}
                to={`/calls/${call.id}${suffix}`}
                isCurrent={call.id === current}
                onOpen={() => open(call.id)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Pages of={pagination} name="call" onPage={onPage} className="border-t border-line px-4 py-2" />
    </>
  );
}

function Row({
  call,
  to,
  isCurrent,
  onOpen,
}: {
  call: Call;
  to: string;
  isCurrent: boolean;
  onOpen(): void;
}) {
  const { name } = customerOf(call);
  const number = numberOf(call);
  const fate = FATES[fateOf(call)];
  const Direction = call.direction === 'inbound' ? PhoneIncoming : PhoneOutgoing;
  const agent = [call.user_first_name, call.user_last_name].filter(Boolean).join(' ');
  return (
    <tr
      onClick={onOpen}
      aria-current={isCurrent ? 'true' : undefined}
      className={classes(
        'h-12 cursor-pointer border-b border-line',
        isCurrent ? 'bg-accent-soft' : 'hover:bg-sunken',
      )}
    >
      <td className="truncate py-1 pr-1 pl-4">
        <Link
          to={to}
          onClick={(event) => event.stopPropagation()}
          className="flex min-w-0 items-center gap-3"
        >
          <Direction
            size={16}
            aria-label={call.direction === 'inbound' ? 'Came in' : 'Went out'}
            className="shrink-0 text-muted"
          />
          <span className="min-w-0">
            <span className="block truncate font-medium">
              <Words>{called(name, number)}</Words>
            </span>
            {name && (
              <span className={classes('block truncate text-sm', isCurrent ? 'text-ink' : 'text-muted')}>
                {readableNumber(number)}
              </span>
            )}
          </span>
        </Link>
      </td>
      <td className="hidden truncate pr-2 lg:table-cell">
        <bdi>{plain(agent) || call.phone || '–'}</bdi>
      </td>
      <td>
        <span className="flex items-center gap-1">
          <Tag tone={fate.tone}>{fate.words}</Tag>
          {call.has_recording && <CirclePlay size={14} aria-label="Recorded" className="text-muted" />}
          {call.voicemail_url && <Voicemail size={14} aria-label="Left a message" className="text-muted" />}
        </span>
      </td>
      <td className="hidden text-right sm:table-cell">
        {call.talk_time_seconds > 0 ? clock(call.talk_time_seconds * 1000) : '–'}
      </td>
      <td className={classes('pr-3 text-right text-sm sm:pr-4', isCurrent ? 'text-ink' : 'text-muted')}>
        <When at={call.started_at} />
      </td>
    </tr>
  );
}
