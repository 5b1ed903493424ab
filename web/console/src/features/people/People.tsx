import { UserPlus, UsersRound } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useAuth } from '@switchboard/client/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';

import { Button, IconButton } from '../../components/Button';
import { Split, Tabs, Top } from '../../components/Layout';
import { SearchField } from '../../components/SearchField';
import { Nothing, Rows, Trouble } from '../../components/States';
import { Avatar, called, Words } from '../../components/Who';
import { classes } from '../../lib/classes';
import client from '../../lib/client';
import { useListKeys } from '../../lib/listkeys';
import { count, readableNumber, readableWord } from '../../lib/text';
import type { Customer, Kind } from '../../lib/types';
import { CustomerForm } from './CustomerForm';
import { CustomerView } from './CustomerView';

const PAGE = 50;

/** Contacts and leads, and the one who is open. */
export default function People() {
  const { kind: named, id } = useParams();
  const kind: Kind = named === 'leads' ? 'leads' : 'contacts';
  const [query, setQuery] = useSearchParams();
  const { user } = useAuth();
  const navigate = useNavigate();
  const search = query.get('q') ?? '';
  const added = query.get('new');
  const [isAdding, setAdding] = useState(false);
  const setSearch = useCallback((q: string) => setQuery(q ? { q } : {}, { replace: true }), [setQuery]);
  const suffix = search ? `?q=${encodeURIComponent(search)}` : '';
  const one = kind === 'leads' ? 'lead' : 'contact';
  const list = (
    <>
      <Top title="People">
        {user?.role !== 'viewer' && (
          <IconButton icon={UserPlus} label={`Add a ${one}`} onClick={() => setAdding(true)} />
        )}
      </Top>
      <div className="grid gap-2 border-b border-line p-3">
        <SearchField label="Search by name, number or e-mail" value={search} onChange={setSearch} />
        <Tabs
          label="Which people"
          tabs={[
            { to: '/people/contacts', name: 'Contacts', isCurrent: kind === 'contacts' },
            { to: '/people/leads', name: 'Leads', isCurrent: kind === 'leads' },
          ]}
        />
      </div>
      <List key={kind} kind={kind} search={search} current={id} suffix={suffix} />
    </>
  );
  return (
    <>
      <Split
        list={list}
        detail={id ? <CustomerView key={id} kind={kind} id={id} back={`/people/${kind}${suffix}`} /> : null}
        placeholder={
          <Nothing icon={UsersRound} title="Nobody is open">
            Choose somebody from the list.
          </Nothing>
        }
      />
      {(isAdding || added !== null) && (
        <CustomerForm
          kind={kind}
          phone={added ?? ''}
          onClose={() => {
            setAdding(false);
            if (added !== null) setQuery({}, { replace: true });
          }}
          onSaved={(saved) => void navigate(`/people/${kind}/${saved.id}`)}
        />
      )}
    </>
  );
}

function useCustomers(kind: Kind, search: string) {
  return useInfiniteQuery({
    queryKey: ['customers', kind, search],
    queryFn: async ({ pageParam }) => {
      const query = { limit: PAGE, before: pageParam ?? undefined, search: search || undefined };
      if (kind === 'leads') {
        const { leads, pagination } = await client.api.get('/api/leads', { query });
        return { people: leads, pagination };
      }
      const { contacts, pagination } = await client.api.get('/api/contacts', { query });
      return { people: contacts, pagination };
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.before ?? undefined,
    placeholderData: (before) => before,
  });
}

function List({
  kind,
  search,
  current,
  suffix,
}: {
  kind: Kind;
  search: string;
  current: string | undefined;
  suffix: string;
}) {
  const navigate = useNavigate();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useCustomers(kind, search);
  const people = data?.pages.flatMap((page) => page.people) ?? [];
  useListKeys(
    people.map(({ id }) => id),
    current,
    (id) => void navigate(`/people/${kind}/${id}${suffix}`),
  );
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows />;
  if (people.length === 0) {
    return (
      <Nothing icon={UsersRound} title={search ? 'Nobody is called that' : `No ${kind} yet`}>
        {search
          ? 'Search for the start of a name, an e-mail address or a number.'
          : 'Add one with the button above.'}
      </Nothing>
    );
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
      <p className="px-4 pt-2 text-sm text-muted">
        {count(data.pages[0]?.pagination.total ?? 0, kind === 'leads' ? 'lead' : 'contact')}
      </p>
      <ul aria-label={kind === 'leads' ? 'Leads' : 'Contacts'}>
        {people.map((person) => (
          <li key={person.id} className="[content-visibility:auto] [contain-intrinsic-size:auto_4rem]">
            <Row
              person={person}
              to={`/people/${kind}/${person.id}${suffix}`}
              isCurrent={person.id === current}
            />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <div className="grid p-3">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

function Row({ person, to, isCurrent }: { person: Customer; to: string; isCurrent: boolean }) {
  const number = person.phone_e164 ?? person.phone ?? '';
  return (
    <Link
      to={to}
      aria-current={isCurrent ? 'true' : undefined}
      className={classes(
        'flex h-16 items-center gap-3 border-b border-line px-3',
        isCurrent ? 'bg-accent-soft' : 'hover:bg-sunken',
      )}
    >
      <Avatar name={person.name} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          <Words>{called(person.name, number)}</Words>
        </span>
        <span className={classes('block truncate text-sm', isCurrent ? 'text-ink' : 'text-muted')}>
          <Words>{[person.company, readableNumber(number)].filter(Boolean).join(' · ')}</Words>
        </span>
      </span>
      <span className={classes('text-sm', isCurrent ? 'text-ink' : 'text-muted')}>
        {readableWord(person.status)}
      </span>
    </Link>
  );
}
