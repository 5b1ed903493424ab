import { useClient } from '@switchboard/client/react';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Choice, Field } from '../../components/Field';
import { Card } from '../../components/Layout';
import { Once } from '../../components/Once';
import { isAtFields, problem, problemOf } from '../../lib/problem';
import { readableWord } from '../../lib/text';
import type { Invitation } from '../../lib/types';
import { ROLES } from './roles';

interface Props {
  /** What was made last, here or in the list. */
  made: Invitation | null;
  onMade(invitation: Invitation): void;
}

/** Whom to ask in. Nothing is mailed: whoever makes the link hands it on. */
export function Invite({ made, onMade }: Props) {
  const { api } = useClient();
  const invite = useMutation({
    mutationFn: (body: Record<'email' | 'role' | 'first_name' | 'last_name', string>) =>
      api.post('/api/users', { body }),
    onSuccess: onMade,
  });
  const { error } = invite;

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name));
    const body = {
      email: text('email'),
      role: text('role'),
      first_name: text('first_name'),
      last_name: text('last_name'),
    };
    invite.mutate(body, { onSuccess: () => form.reset() });
  }

  return (
    <Card title="Invite somebody">
      <form onSubmit={submit} className="grid items-start gap-3 sm:grid-cols-2">
        <Field
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="off"
          maxLength={255}
          required
          error={problemOf(error, 'email') ?? (error && !isAtFields(error) ? problem(error) : undefined)}
        />
        <Choice label="Role" name="role" defaultValue="user" error={problemOf(error, 'role')}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {readableWord(role)}
            </option>
          ))}
        </Choice>
        <Field
          label="First name"
          name="first_name"
          autoComplete="off"
          maxLength={100}
          hint="They give it themselves if you leave it out."
          error={problemOf(error, 'first_name')}
        />
        <Field
          label="Last name"
          name="last_name"
          autoComplete="off"
          maxLength={100}
          error={problemOf(error, 'last_name')}
        />
        <div className="sm:col-span-2">
          <Button type="submit" look="primary" disabled={invite.isPending}>
            {invite.isPending ? 'Inviting…' : 'Invite'}
          </Button>
        </div>
      </form>
      {made && (
        <Once
          key={made.inviteUrl}
          title={`Send this link to ${made.user.email}. It is shown this once, and opens once, within 7 days.`}
          secret={made.inviteUrl}
        />
      )}
    </Card>
  );
}
