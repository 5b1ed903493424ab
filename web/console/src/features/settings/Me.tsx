import { useAuth, useClient, useNotifications } from '@switchboard/client/react';
import { useMutation } from '@tanstack/react-query';
import { Bell, Volume2 } from 'lucide-react';
import type { SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Check, Field } from '../../components/Field';
import { Card, Tag } from '../../components/Layout';
import { Segmented } from '../../components/Menu';
import { toast } from '../../components/Toasts';
import { problem, problemOf } from '../../lib/problem';
import { useTheme } from '../../lib/theme';

const THEMES = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

/** What is one's own. */
export default function Me() {
  return (
    <div className="grid gap-4">
      <Person />
      <Sound />
      <Look />
      <Password />
    </div>
  );
}

function Person() {
  const { user, organization } = useAuth();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Card title="You">
      <p className="font-medium">{user?.full_name}</p>
      <p className="text-muted">
        {user?.email} · {user?.role} at {organization?.name}
      </p>
      <p className="mt-2 text-muted">Times are shown as your clock has them: {zone}.</p>
    </Card>
  );
}

function Sound() {
  const { audio, permission, volume, setVolume, isQuiet, setQuiet, enableSound, askPermission } =
    useNotifications();
  return (
    <Card title="Sound and notifications">
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <Button icon={Volume2} onClick={() => void enableSound()}>
            Play the ring once
          </Button>
          <Tag tone={audio === 'unlocked' ? 'good' : 'warn'}>
            {audio === 'unlocked'
              ? 'You hear calls'
              : audio === 'locked'
                ? 'Silent until you click'
                : 'No sound here'}
          </Tag>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button
            icon={Bell}
            disabled={permission === 'granted' || permission === 'unsupported'}
            onClick={() => void askPermission()}
          >
            Allow notifications
          </Button>
          <Tag tone={permission === 'granted' ? 'good' : 'plain'}>
            {permission === 'granted'
              ? 'Allowed'
              : permission === 'denied'
                ? 'Refused in the browser'
                : 'Not allowed yet'}
          </Tag>
        </div>
        <label className="grid max-w-72 gap-1 font-medium">
          Volume of rings
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={volume}
            onChange={(event) => setVolume(Number(event.target.value))}
            className="accent-accent-solid"
          />
        </label>
        <Check
          label="Do not disturb"
          hint="No sound and no notifications in this browser"
          checked={isQuiet}
          onChange={(event) => setQuiet(event.target.checked)}
        />
      </div>
    </Card>
  );
}

function Look() {
  const [theme, setTheme] = useTheme();
  return (
    <Card title="Theme">
      <div className="max-w-80">
        <Segmented label="Theme" value={theme} options={THEMES} onChange={setTheme} />
      </div>
    </Card>
  );
}

function Password() {
  const { api } = useClient();
  const change = useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      api.post('/api/auth/password', { body }),
    onSuccess: () => toast('done', 'Your password is changed'),
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    change.mutate(
      { current_password: String(fields.get('current')), new_password: String(fields.get('new')) },
      { onSuccess: () => form.reset() },
    );
  }
  const atNew = problemOf(change.error, 'new_password');
  const atCurrent = problemOf(change.error, 'current_password');
  return (
    <Card title="Password">
      <form onSubmit={submit} className="grid max-w-80 gap-3">
        {change.isError && !atNew && !atCurrent && (
          <p role="alert" className="text-bad">
            {problem(change.error)}
          </p>
        )}
        <Field
          label="Present password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
          error={atCurrent}
        />
        <Field
          label="New password"
          name="new"
          type="password"
          autoComplete="new-password"
          minLength={8}
          required
          error={atNew}
          hint="8 characters or more"
        />
        <Button type="submit" disabled={change.isPending} className="justify-self-start">
          Change
        </Button>
      </form>
    </Card>
  );
}
