import { useClient } from '@switchboard/client/react';
import { useQuery } from '@tanstack/react-query';
import { Download, MessageSquareOff } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';

import { Button } from '../../components/Button';
import { Tag } from '../../components/Layout';
import { SearchField } from '../../components/SearchField';
import { Nothing, Rows, Trouble } from '../../components/States';
import { When } from '../../components/When';
import { Words } from '../../components/Who';
import { count, readableNumber } from '../../lib/text';
import { found, record, type Said } from './consent';

/** How many are shown; a search narrows them. */
const MOST = 200;

const MEANINGS = {
  stop: { name: 'Wants no texts', tone: 'bad' },
  refused: { name: 'Wants no texts, says Twilio', tone: 'bad' },
  start: { name: 'Wants texts again', tone: 'good' },
  help: { name: 'Asked for help', tone: 'info' },
} as const;

/** Who wants to be texted, as they said so themselves. */
export default function Consent() {
  const { api } = useClient();
  const [search, setSearch] = useState('');
  const { data, error, refetch } = useQuery({
    queryKey: ['consent'],
    queryFn: () => api.get('/api/twilio/consent/export', { timeoutMs: 60_000 }),
  });
  if (error && data === undefined) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Rows count={4} />;
  const all = record(data);
  if (all.length === 0) {
    return (
      <Nothing icon={MessageSquareOff} title="Nobody has said anything yet">
        Who writes STOP, START or HELP is listed here.
      </Nothing>
    );
  }
  const shown = found(all, search);
  return (
    <div className="grid gap-4">
      <p className="text-muted">
        What people wrote about being texted, and what Twilio knew of it. It is kept as it was said: nobody
        can change it.
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <div className="min-w-48 flex-1">
          <SearchField label="Search by number or word" value={search} onChange={setSearch} />
        </div>
        <Button icon={Download} onClick={() => save(data)}>
          Download as CSV
        </Button>
      </div>
      <p role="status" className="text-sm text-muted">
        {shown.length > MOST
          ? `The latest ${MOST} of ${shown.length}: search for others.`
          : count(shown.length, 'entry', 'entries')}
      </p>
      <ul aria-label="Consent" className="grid gap-2">
        {shown.slice(0, MOST).map((said, at) => (
          <Entry key={at} said={said} />
        ))}
      </ul>
    </div>
  );
}

function Entry({ said: { at, number, sender, what, words } }: { said: Said }) {
  const { name, tone } = MEANINGS[what as keyof typeof MEANINGS] ?? MEANINGS.help;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-surface p-3">
      <span className="min-w-40 flex-1">
        <Link
          to={`/inbox/${encodeURIComponent(number)}`}
          className="font-medium text-accent tabular-nums hover:underline"
        >
          {readableNumber(number)}
        </Link>
        <span className="block text-sm text-muted">
          “<Words>{words}</Words>” to{' '}
          {sender.startsWith('MG') ? 'the messaging service' : readableNumber(sender)}
        </span>
      </span>
      <Tag tone={tone}>{name}</Tag>
      <span className="text-sm text-muted">
        <When at={at} />
      </span>
    </li>
  );
}

function save(table: string) {
  const url = URL.createObjectURL(new Blob([table], { type: 'text/csv' }));
  Object.assign(document.createElement('a'), { href: url, download: 'consent.csv' }).click();
  URL.revokeObjectURL(url);
}
