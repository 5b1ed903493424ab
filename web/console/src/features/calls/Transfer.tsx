import { useAuth, useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { Button } from '../../components/Button';
import { Segmented } from '../../components/Menu';
import { toast } from '../../components/Toasts';
import { classes } from '../../lib/classes';
import { problem } from '../../lib/problem';
import { keys, showCall, useTeam } from '../../lib/queries';

const KINDS = [
  ['warm', 'Ask first'],
  ['cold', 'At once'],
] as const;

/** To whom the call goes: a colleague, or a number. */
export function Transfer({ id, onDone }: { id: string; onDone(): void }) {
  const { api } = useClient();
  const { user } = useAuth();
  const cache = useQueryClient();
  const { data: team = [] } = useTeam();
  const [kind, setKind] = useState<'warm' | 'cold'>('warm');
  const [search, setSearch] = useState('');
  const transfer = useMutation({
    mutationFn: async ({ to }: { to: string; name: string }) =>
      (await api.post('/api/twilio/call/{id}/transfer', { path: { id }, body: { to, kind } })).call,
    onSuccess: (call, { name }) => {
      showCall(cache, call);
      // Of whoever is asked in, the bar tells.
      if (kind === 'cold') toast('done', `Handed over to ${name}`);
      onDone();
    },
    // The customer may be on hold already.
    onError: () => cache.invalidateQueries({ queryKey: keys.call(id) }),
  });
  const wanted = search.trim().toLocaleLowerCase();
  const colleagues = team.filter(
    (one) => one.id !== user?.id && one.role !== 'viewer' && one.name.toLocaleLowerCase().includes(wanted),
  );
  const byReach = [...colleagues].sort((a, b) => Number(b.reachable) - Number(a.reachable));
  const isNumber = /^\+?[\d\s().-]{5,}$/.test(wanted);
  return (
    <div className="grid gap-2">
      <Segmented label="How" value={kind} options={KINDS} onChange={setKind} />
      <input
        className="control"
        aria-label="Colleague or number"
        placeholder="A colleague, or a number"
        autoFocus
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      {transfer.isError && (
        <p role="alert" className="text-bad">
          {problem(transfer.error)}
        </p>
      )}
      <ul className="max-h-40 overflow-y-auto" aria-label="Colleagues">
        {isNumber && (
          <li>
            <Button
              className="w-full"
              disabled={transfer.isPending}
              onClick={() => transfer.mutate({ to: search.trim(), name: search.trim() })}
            >
              Transfer to {search.trim()}
            </Button>
          </li>
        )}
        {byReach.map(({ id: to, name, status, reachable }) => (
          <li key={to}>
            <button
              type="button"
              disabled={transfer.isPending}
              onClick={() => transfer.mutate({ to, name })}
              className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken disabled:opacity-50"
            >
              <span
                aria-hidden
                className={classes(
                  'size-2 rounded-full',
                  reachable && status === 'available' ? 'bg-good-solid' : 'bg-line-strong',
                )}
              />
              <span className="flex-1 truncate">{name}</span>
              <span className="text-sm text-muted">{reachable ? status : 'not here'}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
