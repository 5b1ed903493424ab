import { useAuth, useClient } from '@switchboard/client/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import { Button } from '../../components/Button';
import { Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { When } from '../../components/When';
import { Avatar, Words } from '../../components/Who';
import { problem } from '../../lib/problem';
import { readableWord } from '../../lib/text';
import type { Invitation, KnownUser } from '../../lib/types';
import { GuestActions, Pending } from './Guest';
import { Invite } from './Invite';
import { ROLES } from './roles';

const KEY = ['users'];

/** Who works here, and as what. */
export default function Users() {
  const { api } = useClient();
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await api.get('/api/users')).users,
  });
  const [made, setMade] = useState<Invitation | null>(null);
  /** There is another link to show, or none any more, and another list. */
  function changed(invitation: Invitation | null) {
    setMade(invitation);
    void cache.invalidateQueries({ queryKey: KEY });
  }
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows />;
  return (
    <>
      <Invite made={made} onMade={changed} />
      <p className="my-3 text-muted">
        A change counts at once: who is made inactive is signed out everywhere.
      </p>
      <ul aria-label="Users" className="grid gap-2">
        {data.map((user) => (
          <Row key={user.id} user={user}>
            {user.invited_until && (
              <GuestActions
                user={user}
                onMade={changed}
                onWithdrawn={() => changed(made?.user.id === user.id ? null : made)}
              />
            )}
          </Row>
        ))}
      </ul>
    </>
  );
}

/** One of them. `children`: what can be done for a guest. */
function Row({ user, children }: { user: KnownUser; children: ReactNode }) {
  const { api } = useClient();
  const { user: me } = useAuth();
  const cache = useQueryClient();
  const name = user.full_name || user.email;
  const change = useMutation({
    mutationFn: async (body: { role?: string; is_active?: boolean }) =>
      (await api.patch('/api/users/{id}', { path: { id: user.id }, body })).user,
    onSuccess: (told) => {
      cache.setQueryData<KnownUser[]>(KEY, (users) => users?.map((one) => (one.id === told.id ? told : one)));
      const role = `${told.role === 'admin' ? 'an' : 'a'} ${told.role}`;
      const how = told.invited_until ? `invited as ${role}` : told.is_active ? role : 'inactive';
      toast('done', `${name} is ${how} now`);
    },
    onError: (error) => toast('problem', 'That was not changed', { body: problem(error) }),
  });
  const isMe = user.id === me?.id;
  return (
    <li className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface p-3">
      <Avatar name={name} />
      <span className="min-w-40 flex-1">
        <span className="block font-medium">
          <Words>{name}</Words>
          {isMe && <span className="text-muted"> (you)</span>}
        </span>
        <span className="block truncate text-sm text-muted">
          {user.full_name && user.email}
          {user.last_login && (
            <>
              {' '}
              · here <When at={user.last_login} />
            </>
          )}
        </span>
        {user.invited_until && <Pending until={user.invited_until} />}
      </span>
      <select
        aria-label={`Role of ${name}`}
        className="control w-auto!"
        disabled={isMe || change.isPending}
        value={user.role}
        onChange={(event) => change.mutate({ role: event.target.value })}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {readableWord(role)}
          </option>
        ))}
      </select>
      {user.invited_until ? (
        children
      ) : (
        <Button
          look={user.is_active ? 'quiet' : 'plain'}
          aria-label={user.is_active ? `Make ${name} inactive` : `Make ${name} active`}
          disabled={isMe || change.isPending}
          onClick={() => change.mutate({ is_active: !user.is_active })}
        >
          {user.is_active ? 'Make inactive' : 'Make active'}
        </Button>
      )}
    </li>
  );
}
