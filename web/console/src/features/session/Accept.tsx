import { ApiError } from '@switchboard/client';
import { useAuth, useClient } from '@switchboard/client/react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';

import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { Trouble } from '../../components/States';
import { isAtFields, problem, problemOf } from '../../lib/problem';
import type { Invited } from '../../lib/types';
import { Door, Refusal } from './Door';

/** Where the link of an invitation leads. Its token stands behind the `#`, where no browser sends it by itself. */
export function Accept() {
  const { api } = useClient();
  const token = new URLSearchParams(useLocation().hash.slice(1)).get('token');
  const { data, error, refetch } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => api.post('/api/auth/invite', { body: { token } }),
    enabled: token !== null,
    staleTime: Infinity,
  });
  if (token === null || (error && hasEnded(error))) return <Ended isWhole={token !== null} />;
  if (error) {
    return (
      <main className="grid min-h-full">
        <Trouble error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  if (!data) return <div role="status" aria-label="Loading" className="h-full" />;
  return <Form token={token} invited={data} />;
}

function Form({ token, invited }: { token: string; invited: Invited }) {
  const { user, acceptInvite } = useAuth();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: acceptInvite,
    onSuccess: () => navigate('/inbox', { replace: true }),
  });
  const { error } = accept;
  if (error && hasEnded(error)) return <Ended isWhole />;

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name));
    accept.mutate({
      token,
      password: text('password'),
      first_name: text('first_name'),
      last_name: text('last_name'),
    });
  }

  const { email, organization } = invited;
  return (
    <Door title={`Join ${organization.name}`} hint={`as ${email}`}>
      <form onSubmit={submit} className="grid gap-4">
        {user && user.email !== email && (
          <p className="rounded-md bg-info-soft px-3 py-2 text-info">
            You are signed in as {user.full_name}. When you join, this browser is {email}’s.
          </p>
        )}
        {error && !isAtFields(error) && <Refusal>{problem(error)}</Refusal>}
        {/* For those who keep passwords: whose it is. */}
        <input className="sr-only" aria-hidden tabIndex={-1} autoComplete="username" value={email} readOnly />
        <Field
          label="First name"
          name="first_name"
          autoComplete="given-name"
          maxLength={100}
          defaultValue={invited.first_name}
          autoFocus={invited.first_name === ''}
          error={problemOf(error, 'first_name')}
          required
        />
        <Field
          label="Last name"
          name="last_name"
          autoComplete="family-name"
          maxLength={100}
          defaultValue={invited.last_name}
          error={problemOf(error, 'last_name')}
          required
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          hint="8 characters or more"
          autoFocus={invited.first_name !== ''}
          error={problemOf(error, 'password')}
          required
        />
        <Button type="submit" look="primary" disabled={accept.isPending}>
          {accept.isPending ? 'Joining…' : 'Join'}
        </Button>
      </form>
    </Door>
  );
}

function Ended({ isWhole }: { isWhole: boolean }) {
  return (
    <Door
      title="This link does not open"
      hint={isWhole ? 'It was used, withdrawn, or is too old.' : 'Some of it is missing.'}
    >
      <p>
        {isWhole
          ? 'Ask whoever invited you for a new one. If you have joined already, sign in.'
          : 'Copy the whole of it from where it was sent to you, and open it again.'}
      </p>
      <Link to="/inbox" className="font-medium text-accent underline">
        Go to sign in
      </Link>
    </Door>
  );
}

function hasEnded(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'invitation_ended';
}
