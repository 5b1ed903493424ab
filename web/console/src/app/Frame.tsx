// What stands around every screen: the rail, the banner, and the calls.

import { useAuth } from '@switchboard/client/react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, useLocation, useNavigate, useSearchParams } from 'react-router';

import { Aloud } from '../components/Aloud';
import { Boundary } from '../components/Boundary';
import { Rows } from '../components/States';
import { Toasts } from '../components/Toasts';
import { CallBar } from '../features/calls/CallBar';
import { Dock } from '../features/calls/Dock';
import { listenForShortcuts, useShortcut } from '../lib/shortcuts';
import phone, { usePhone } from '../voice/open';
import { Banner } from './Banner';
import { useLivePatches } from './live';
import { Rail } from './Rail';
import { useTitle } from './title';

const Commands = lazy(() => import('./Commands'));
const Shortcuts = lazy(() => import('./Shortcuts'));

/** How long the phone waits for the page. */
const WARM_UP_AFTER_MS = 1_000;

export function Frame() {
  const { user } = useAuth();
  const { pathname } = useLocation();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'commands' | 'shortcuts' | null>(null);
  const isWall = query.has('wall');
  const { call } = usePhone();
  const canCall = user?.role !== 'viewer';

  useEffect(listenForShortcuts, []);
  useEffect(() => {
    if (!canCall) return;
    // When everything else is there: the SDK is large.
    const warmUp = setTimeout(() => void phone.warmUp(), WARM_UP_AFTER_MS);
    return () => clearTimeout(warmUp);
  }, [canCall]);
  useLivePatches();
  useTitle();
  useShortcut('mod+k', 'Commands and search', () =>
    setOpen((now) => (now === 'commands' ? null : 'commands')),
  );
  useShortcut('?', 'This list', () => setOpen('shortcuts'));
  useShortcut('g', 'Go to the inbox', () => void navigate('/inbox'));

  const screen = (
    <main id="screen" className="h-full min-h-0 min-w-0 flex-1">
      <Boundary key={pathname.split('/')[1]}>
        <Suspense fallback={<Rows />}>
          <Outlet />
        </Suspense>
      </Boundary>
    </main>
  );
  return (
    <div className="flex h-dvh flex-col">
      <Banner />
      {isWall ? (
        screen
      ) : (
        <div className="flex min-h-0 flex-1 flex-col-reverse sm:flex-row">
          <Rail onCommands={() => setOpen('commands')} />
          <div className="flex min-h-0 min-w-0 flex-1 flex-col-reverse sm:flex-col">
            {call && <CallBar key={call.id} own={call} />}
            <div className="relative min-h-0 flex-1">
              {screen}
              <Dock />
            </div>
          </div>
        </div>
      )}
      <Toasts />
      <Aloud />
      <Suspense>
        {open === 'commands' && <Commands onClose={() => setOpen(null)} />}
        {open === 'shortcuts' && <Shortcuts onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  );
}
