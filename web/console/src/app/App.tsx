// Signed out, or at the desk; or at a desk that is covered until they sign in again.

import { ApiError } from '@switchboard/client';
import { SwitchboardProvider, useAuth } from '@switchboard/client/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Activity, lazy, useMemo, useState } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';

import client from '../lib/client';
import { Accept } from '../features/session/Accept';
import { SignIn } from '../features/session/SignIn';
import { Frame } from './Frame';
import { useLeaving } from './leaving';

const Inbox = lazy(() => import('../features/inbox/Inbox'));
const History = lazy(() => import('../features/history/History'));
const People = lazy(() => import('../features/people/People'));
const Team = lazy(() => import('../features/team/Team'));
const Dashboard = lazy(() => import('../features/dashboard/Dashboard'));
const Settings = lazy(() => import('../features/settings/Settings'));

/** Events patch what is in it; what nobody tells of grows old after half a minute. */
function newCache(): QueryClient {
  const mayHelp = (error: Error) =>
    !(error instanceof ApiError) || error.status === 0 || error.status === 503;
  return new QueryClient({
    defaultOptions: { queries: { staleTime: 30_000, retry: (count, error) => count < 2 && mayHelp(error) } },
  });
}

export function App() {
  return (
    <SwitchboardProvider client={client}>
      <BrowserRouter>
        <Desk />
      </BrowserRouter>
    </SwitchboardProvider>
  );
}

/** By an address of its own, whoever is signed in; what it asked is not asked again when that changes. */
function Invitation() {
  const [cache] = useState(newCache);
  return (
    <QueryClientProvider client={cache}>
      <Accept />
    </QueryClientProvider>
  );
}

function Desk() {
  const { pathname } = useLocation();
  const { status, user } = useAuth();
  const whose = user?.id;
  // Whoever comes next finds nothing of who was here before.
  const cache = useMemo(newCache, [whose]);
  useLeaving(whose);
  if (pathname === '/invite') return <Invitation />;
  return (
    <>
      {user && (
        // Whoever has to sign in again finds what they typed as they left it, and talks on meanwhile.
        <Activity key={user.id} mode={status === 'signed-in' ? 'visible' : 'hidden'}>
          <QueryClientProvider client={cache}>
            <Screens />
          </QueryClientProvider>
        </Activity>
      )}
      {status === 'checking' && <div role="status" aria-label="Loading" className="h-full" />}
      {status === 'signed-out' && <SignIn />}
    </>
  );
}

function Screens() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route path="/inbox/:number?" element={<Inbox />} />
        <Route path="/calls/:id?" element={<History />} />
        <Route path="/people/:kind?/:id?" element={<People />} />
        <Route path="/team" element={<Team />} />
        <Route path="/dashboard" element={<Dashboard />} />
        <Route path="/settings/:page?" element={<Settings />} />
        <Route path="*" element={<Navigate to="/inbox" replace />} />
      </Route>
    </Routes>
  );
}
