// Whoever is signed in: how they are, what they hear, how it looks.

import { useAuth, useNotifications } from '@switchboard/client/react';
import { LogOut } from 'lucide-react';

import { Button } from '../components/Button';
import { Check } from '../components/Field';
import { Menu, Segmented } from '../components/Menu';
import { Avatar } from '../components/Who';
import { classes } from '../lib/classes';
import { useTheme } from '../lib/theme';

const STATUSES = [
  ['available', 'Available'],
  ['busy', 'Busy'],
  ['away', 'Away'],
] as const;
const DOTS = { available: 'bg-good-solid', busy: 'bg-bad-solid', away: 'bg-line-strong' };
const THEMES = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

export function Me({ className }: { className?: string }) {
  const { user, organization, signOut } = useAuth();
  const { status, setStatus, volume, setVolume, isQuiet, setQuiet } = useNotifications();
  const [theme, setTheme] = useTheme();
  if (!user) return null;
  const button = (
    <span className="relative">
      <Avatar name={user.full_name} size={30} />
      <span
        aria-hidden
        className={classes(
          'absolute -right-0.5 -bottom-0.5 size-3 rounded-full border-2 border-surface',
          isQuiet ? 'bg-line-strong' : DOTS[status],
        )}
      />
    </span>
  );
  return (
    <Menu
      button={button}
      label={`${user.full_name}, ${status}`}
      className={classes(className, 'hover:bg-sunken')}
    >
      {() => (
        <div className="grid gap-3 p-2">
          <div>
            <p className="font-semibold">{user.full_name}</p>
            <p className="truncate text-sm text-muted">
              {organization?.name} · {user.role}
            </p>
          </div>
          <Segmented label="Status" value={status} options={STATUSES} onChange={setStatus} />
          <Check
            label="Do not disturb"
            hint="No sound and no notifications in this browser"
            checked={isQuiet}
            onChange={(event) => setQuiet(event.target.checked)}
          />
          <label className="grid gap-1 font-medium">
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
          <Segmented label="Theme" value={theme} options={THEMES} onChange={setTheme} />
          <Button icon={LogOut} onClick={() => void signOut()}>
            Sign out
          </Button>
        </div>
      )}
    </Menu>
  );
}
