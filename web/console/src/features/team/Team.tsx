import { useAuth, useClient } from '@switchboard/client/react';
import { useQuery } from '@tanstack/react-query';
import { Ear } from 'lucide-react';
import { Link } from 'react-router';

import { Card, Tag, Top } from '../../components/Layout';
import { Rows, Trouble } from '../../components/States';
import { Clock } from '../../components/When';
import { Avatar, called, Words } from '../../components/Who';
import { classes } from '../../lib/classes';
import { customerOf, keys, nameIn, numberOf, useTeam } from '../../lib/queries';
import { count, readableWord } from '../../lib/text';
import type { Member } from '../../lib/types';

const ORDER = ['available', 'busy', 'away', 'offline'];
const TONES: Record<string, 'good' | 'bad' | 'warn' | 'plain'> = {
  available: 'good',
  busy: 'bad',
  away: 'warn',
  offline: 'plain',
};

/** Who is here, and who is on a call. */
export default function Team() {
  const { data: team, error, refetch } = useTeam({ everyMs: 10_000 });
  return (
    <div className="flex h-full flex-col">
      <Top title="Team">
        {team && (
          <span className="text-muted">
            {count(team.filter(({ reachable }) => reachable).length, 'person is', 'people are')} here
          </span>
        )}
      </Top>
      <div
        className="grid min-h-0 flex-1 content-start gap-4 overflow-y-auto p-4"
        tabIndex={0}
        role="region"
        aria-label="Colleagues"
      >
        {error && !team ? (
          <Trouble error={error} onRetry={() => void refetch()} />
        ) : !team ? (
          <Rows />
        ) : (
          <>
            <OnCalls team={team} />
            <Members team={team} />
          </>
        )}
      </div>
    </div>
  );
}

function Members({ team }: { team: readonly Member[] }) {
  const { user } = useAuth();
  const rank = ({ status, reachable }: Member) => (reachable ? 0 : 10) + ORDER.indexOf(status);
  const sorted = [...team].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return (
    <ul aria-label="Colleagues" className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
      {sorted.map((member) => {
        const status = member.status;
        return (
          <li
            key={member.id}
            data-member={member.id}
            className={classes(
              'flex items-center gap-3 rounded-lg border border-line bg-surface p-3',
              !member.reachable && status === 'offline' && 'bg-transparent',
            )}
          >
            <Avatar name={member.name} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">
                <Words>{member.name}</Words>
                {member.id === user?.id && <span className="text-muted"> (you)</span>}
              </span>
              <span className="block text-sm text-muted">{readableWord(member.role)}</span>
            </span>
            <span className="grid justify-items-end gap-0.5">
              <Tag tone={TONES[status] ?? 'plain'}>
                {status === 'offline' ? 'Not here' : readableWord(status)}
              </Tag>
              {status !== 'offline' && !member.reachable && (
                <span className="text-xs text-muted">would not hear a call</span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function OnCalls({ team }: { team: readonly Member[] }) {
  const { api, serverNow } = useClient();
  const { user } = useAuth();
  const { data: calls = [] } = useQuery({
    queryKey: [...keys.calls, 'talking'],
    queryFn: async () =>
      (await api.get('/api/twilio/call', { query: { state: 'connected', limit: 100 } })).calls,
    refetchInterval: 10_000, // nobody tells when a line opens
  });
  if (calls.length === 0) return null;
  const maySupervise = user?.role === 'manager' || user?.role === 'admin';
  return (
    <Card title={`On calls now (${calls.length})`}>
      <ul>
        {calls.map((call) => (
          <li key={call.id}>
            <Link
              to={`/calls/${call.id}`}
              className="flex min-h-10 items-center gap-3 rounded-md px-2 hover:bg-sunken"
            >
              <span className="min-w-0 flex-1 truncate">
                <Words>{nameIn(team, call.user_id)}</Words>
                <span className="text-muted"> with </span>
                <Words>{called(customerOf(call).name, numberOf(call))}</Words>
              </span>
              {call.on_hold && <Tag tone="warn">On hold</Tag>}
              {maySupervise && call.user_id !== user.id && (
                <Ear size={16} aria-label="You may listen" className="text-muted" />
              )}
              {call.answered_at && (
                <Clock
                  since={Date.parse(call.answered_at)}
                  ahead={serverNow() - Date.now()}
                  label="On the call"
                  className="tabular-nums"
                />
              )}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
