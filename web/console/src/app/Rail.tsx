import { useAuth, useCalls } from '@switchboard/client/react';
import {
  ChartColumn,
  Inbox,
  Phone,
  Search,
  Settings,
  Users,
  UsersRound,
  type LucideIcon,
} from 'lucide-react';
import { lazy, Suspense } from 'react';
import { NavLink } from 'react-router';

import { classes } from '../lib/classes';
import { useUnread } from '../features/inbox/unread';
import { Me } from './Me';

const Simulate = lazy(() => import('../features/demo/Simulate'));

const SHAPE =
  'relative flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 rounded-md py-1.5 text-[0.625rem] font-medium leading-4 sm:text-[0.6875rem] sm:w-16 sm:flex-none sm:py-2';

/** Where one can go; below the screen on phones. */
export function Rail({ onCommands }: { onCommands(): void }) {
  const { user } = useAuth();
  const { ringing } = useCalls();
  const waiting = ringing.filter(({ outcome }) => outcome === null).length;
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 gap-0.5 border-t border-line bg-surface px-1 py-1 sm:w-18 sm:flex-col sm:items-center sm:gap-1 sm:border-t-0 sm:border-r sm:py-3"
    >
      <Place to="/inbox" icon={Inbox} name="Inbox" count={useUnread()} of="unread" />
      <Place to="/calls" icon={Phone} name="Calls" count={waiting} of="ringing" />
      <Place to="/people" icon={UsersRound} name="People" />
      <Place to="/team" icon={Users} name="Team" />
      <Place to="/dashboard" icon={ChartColumn} name="Dashboard" short="Stats" />
      <Place to="/settings" icon={Settings} name="Settings" />
      <div className="hidden flex-1 sm:block" />
      <button
        type="button"
        onClick={onCommands}
        title="Commands and search (Ctrl K)"
        className={classes(SHAPE, 'hidden text-muted hover:bg-sunken hover:text-ink sm:flex')}
      >
        <Search size={20} aria-hidden />
        Search
      </button>
      <Suspense>
        {user?.role !== 'viewer' && (
          <Simulate className={classes(SHAPE, 'text-muted hover:bg-sunken hover:text-ink')} />
        )}
      </Suspense>
      <Me className={SHAPE} />
    </nav>
  );
}

interface PlaceProps {
  to: string;
  icon: LucideIcon;
  name: string;
  /** The name where there is little room. */
  short?: string;
  count?: number;
  of?: string;
}

function Place({ to, icon: Icon, name, short, count = 0, of }: PlaceProps) {
  return (
    <NavLink
      to={to}
      aria-label={count > 0 ? `${name}, ${count} ${of}` : name}
      className={({ isActive }) =>
        classes(SHAPE, isActive ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken hover:text-ink')
      }
    >
      <Icon size={20} aria-hidden />
      <span className="max-w-full truncate sm:hidden">{short ?? name}</span>
      <span className="hidden max-w-full truncate sm:inline">{name}</span>
      {count > 0 && (
        <span
          aria-hidden
          className="absolute top-0.5 right-1/2 min-w-4 translate-x-5 rounded-full bg-bad-solid px-1 text-center text-[0.625rem] leading-4 font-semibold text-white tabular-nums"
        >
          {count > 99 ? '99+' : count}
        </span>
      )}
    </NavLink>
  );
}
