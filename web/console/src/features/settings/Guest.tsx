import { useClient } from '@switchboard/client/react';
import { useMutation } from '@tanstack/react-query';

import { Button } from '../../components/Button';
import { Tag } from '../../components/Layout';
import { toast } from '../../components/Toasts';
import { useMinutes } from '../../lib/now';
import { problem } from '../../lib/problem';
import { dayOn, exact } from '../../lib/time';
import type { Invitation, KnownUser } from '../../lib/types';

/** Until when somebody who was invited may accept. */
export function Pending({ until }: { until: string }) {
  const isOver = Date.parse(until) <= useMinutes();
  return (
    <Tag tone={isOver ? 'bad' : 'info'}>
      <time dateTime={until} title={exact(until)}>
        {isOver ? 'Invitation ended' : `Invited until ${dayOn(until)}`}
      </time>
    </Tag>
  );
}

interface Props {
  user: KnownUser;
  onMade(invitation: Invitation): void;
  onWithdrawn(): void;
}

/** What can be done for somebody who has not accepted yet. */
export function GuestActions({ user, onMade, onWithdrawn }: Props) {
  const { api } = useClient();
  const path = { id: user.id };
  const onError = (error: Error) => toast('problem', 'That was not done', { body: problem(error) });
  const renew = useMutation({
    mutationFn: () => api.post('/api/users/{id}/invite', { path }),
    onSuccess: onMade,
    onError,
  });
  const withdraw = useMutation({
    mutationFn: () => api.delete('/api/users/{id}/invite', { path }),
    onSuccess: () => {
      onWithdrawn();
      toast('done', `The invitation of ${user.email} is withdrawn`);
    },
    onError,
  });
  const isBusy = renew.isPending || withdraw.isPending;
  return (
    <>
      <Button
        aria-label={`Make a new link for ${user.email}`}
        disabled={isBusy}
        onClick={() => renew.mutate()}
      >
        New link
      </Button>
      <Button
        look="quiet"
        aria-label={`Withdraw the invitation of ${user.email}`}
        disabled={isBusy}
        onClick={() => withdraw.mutate()}
      >
        Withdraw
      </Button>
    </>
  );
}
