import { useAuth } from '@switchboard/client/react';
import { Headset } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { problem } from '../../lib/problem';

/** Whoever signs in stays at the address that they came to. */
export function SignIn() {
  const { signIn, endedBecause } = useAuth();
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

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

  const message = error ?? (endedBecause ? 'You are signed out: your session has ended.' : null);
  return (
    <main className="grid min-h-full place-items-center p-4">
      <form
        onSubmit={(event) => void submit(event)}
        className="grid w-full max-w-88 gap-4 rounded-lg border border-line bg-surface p-6 shadow-sm"
      >
        <div className="flex items-center gap-3">
          <span className="grid size-10 place-items-center rounded-md bg-accent-solid text-white">
            <Headset size={20} aria-hidden />
          </span>
          <div>
            <h1 className="text-xl font-semibold">Switchboard</h1>
            <p className="text-muted">Sign in to your phone desk</p>
          </div>
        </div>
        {message && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {message}
          </p>
        )}
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required autoFocus />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <Button type="submit" look="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </main>
  );
}
