import { useClient } from '@switchboard/client/react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Webhook as WebhookIcon } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';

import { Button } from '../../components/Button';
import { Tag } from '../../components/Layout';
import { Pages } from '../../components/Pages';
import { Nothing, Rows, Trouble } from '../../components/States';
import { Words } from '../../components/Who';
import { useMinutes } from '../../lib/now';
import { plain, readableNumber } from '../../lib/text';
import { dayOf, exact } from '../../lib/time';
import type { Webhook } from '../../lib/types';
import { WebhookView } from './WebhookView';
import { KINDS, OUTCOMES, verdictOf } from './webhooks';

const PAGE = 50;
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** What Twilio sent lately, and the one that is open; the filters stand in the address. */
export default function Webhooks() {
  const [query, setQuery] = useSearchParams();
  const filter = {
    kind: query.get('kind') ?? '',
    status: query.get('status') ?? '',
    call: query.get('call') ?? '',
    page: Math.max(0, Number(query.get('page') ?? 1) - 1) || 0,
  };
  const open = query.get('open');
  const set = (name: string, value: string) =>
    setQuery(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        if (name !== 'page') before.delete('page');
        return before;
      },
      { replace: true },
    );
  if (open) return <WebhookView id={open} back={`?${without(query, 'open')}`} />;
  return (
    <div className="grid gap-3">
      <p className="text-muted">
        What Twilio sent in the last seven days, the newest first: look here when it does not ring.
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <select
          aria-label="What became of it"
          className="control w-auto!"
          value={filter.status}
          onChange={(event) => set('status', event.target.value)}
        >
          <option value="">Whatever became of it</option>
          {Object.entries(OUTCOMES).map(([value, name]) => (
            <option key={value} value={value}>
              {name} only
            </option>
          ))}
        </select>
        <select
          aria-label="What"
          className="control w-auto!"
          value={filter.kind}
          onChange={(event) => set('kind', event.target.value)}
        >
          <option value="">All kinds</option>
          {Object.entries(KINDS).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        {filter.call && <Button onClick={() => set('call', '')}>Of one call: show all</Button>}
      </div>
      <List
        filter={filter}
        to={(id) => `?${new URLSearchParams([...query, ['open', id]])}`}
        onPage={(page) => set('page', page > 0 ? String(page + 1) : '')}
      />
    </div>
  );
}

function without(query: URLSearchParams, name: string): URLSearchParams {
  const rest = new URLSearchParams(query);
  rest.delete(name);
  return rest;
}

interface Filter {
  kind: string;
  status: string;
  call: string;
  /** From 0. */
  page: number;
}

function List({
  filter: { kind, status, call, page },
  to,
  onPage,
}: {
  filter: Filter;
  to(id: string): string;
  onPage(page: number): void;
}) {
  const { api } = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['webhooks', kind, status, call, page],
    queryFn: () =>
      api.get('/api/twilio/webhooks', {
        query: {
          kind: kind || undefined,
          status: status || undefined,
          call: call || undefined,
          limit: PAGE,
          offset: page * PAGE,
        },
      }),
    refetchInterval: 5_000, // nobody tells when one comes
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows height={44} count={8} />;
  const { webhooks, pagination } = data;
  if (webhooks.length === 0) {
    const isFiltered = kind || status || call || page > 0;
    return (
      <Nothing icon={WebhookIcon} title={isFiltered ? 'None is like that' : 'Nothing came yet'}>
        {isFiltered ? (
          <Link to="/settings/webhooks" className="text-accent underline">
            Show all webhooks
          </Link>
        ) : (
          <>
            Call or text one of your numbers: it appears here within seconds. If it does not, Twilio does not
            know where to call;{' '}
            <Link to="/settings/twilio" className="text-accent underline">
              save the account
            </Link>{' '}
            once more.
          </>
        )}
      </Nothing>
    );
  }
  return (
    <>
      <table className="w-full table-fixed text-left">
        <caption className="sr-only">Webhooks</caption>
        <thead className="text-sm text-muted">
          <tr className="border-b border-line">
            <th scope="col" className="w-20 py-2 font-medium sm:w-28">
              When
            </th>
            <th scope="col" className="py-2 font-medium">
              What
            </th>
            <th scope="col" className="w-32 py-2 font-medium sm:w-40">
              Became
            </th>
            <th scope="col" className="hidden w-16 py-2 text-right font-medium sm:table-cell">
              Answer
            </th>
            <th scope="col" className="hidden w-20 py-2 text-right font-medium sm:table-cell">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <Row key={webhook.id} webhook={webhook} to={to(webhook.id)} />
          ))}
        </tbody>
      </table>
      <Pages of={pagination} name="webhook" onPage={onPage} />
    </>
  );
}

function Row({ webhook, to }: { webhook: Webhook; to: string }) {
  const now = useMinutes();
  const { words, tone } = verdictOf(webhook);
  const day = dayOf(webhook.at, now);
  return (
    <tr data-webhook={webhook.id} className="border-b border-line hover:bg-sunken">
      <td className="py-2 align-top text-sm tabular-nums">
        <time dateTime={webhook.at} title={exact(webhook.at)}>
          {CLOCK.format(Date.parse(webhook.at))}
          {day !== 'Today' && <span className="block text-muted">{day}</span>}
        </time>
      </td>
      <td className="py-2 pr-2 align-top">
        <Link to={to} className="block font-medium text-accent underline underline-offset-2">
          {KINDS[webhook.kind] ?? plain(webhook.kind)}
        </Link>
        {(webhook.from_number || webhook.to_number) && (
          <span className="block text-sm [overflow-wrap:anywhere] text-muted">
            <Words>{readableNumber(webhook.from_number)}</Words> →{' '}
            <Words>{readableNumber(webhook.to_number)}</Words>
          </span>
        )}
      </td>
      <td className="py-2 align-top">
        <Tag tone={tone}>{words}</Tag>
        {webhook.is_repeat && <span className="block text-sm text-muted">Sent again</span>}
        {webhook.is_late && <span className="block text-sm text-muted">Handled later</span>}
      </td>
      <td className="hidden py-2 text-right align-top tabular-nums sm:table-cell">{webhook.status}</td>
      <td className="hidden py-2 text-right align-top tabular-nums sm:table-cell">
        {webhook.took_ms.toLocaleString()} ms
      </td>
    </tr>
  );
}
