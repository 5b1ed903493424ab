import { useAuth } from '@switchboard/client/react';
import { useEffect, useState, type SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { problem } from '../../lib/problem';
import phone, { usePhone } from '../../voice/open';
import { Door, Refusal } from './Door';

const EXPIRED = 'token expired';

/** Whoever signs in stays at the address that they came to; whoever signs in again, at what they wrote there. */
export function SignIn() {
  const { signIn, endedBecause, user } = useAuth();
  const { call } = usePhone();
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  // Before this page takes the focus.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    },
    [before],
  );

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setError(null);
    setBusy(true);
    try {
      await signIn(String(fields.get('email')), String(fields.get('password')));
    } catch (refusal) {
      setError(problem(refusal));
      setBusy(false);
    }
  }

  const message = error ?? (endedBecause === null ? null : why(endedBecause, user !== null));
  return (
    <Door title="Switchboard" hint="Sign in to your phone desk">
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        {message && <Refusal>{message}</Refusal>}
        {call?.line === 'open' && (
          <p role="status" className="flex items-center gap-2 rounded-md bg-info-soft px-3 py-2 text-info">
            <span className="flex-1">Your call goes on meanwhile.</span>
            <Button onClick={() => phone.leave(call.id, true)}>Hang up</Button>
          </p>
        )}
        <Field
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={user?.email}
          required
          autoFocus={!user}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus={user !== null}
        />
        <Button type="submit" look="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </Door>
  );
}

/** Why the session ended, and what becomes of whoever `wasHere`. */
function why(reason: string, wasHere: boolean): string {
  const ended =
    reason === EXPIRED
      ? 'Your session has come to its end.'
      : 'Your session was ended: you signed out elsewhere, your password was changed, or your account was switched off.';
  return wasHere ? `${ended} Sign in again, and everything is as you left it.` : ended;
}
