// Signed out, or at the desk.

import { ApiError } from '@switchboard/client';
import { SwitchboardProvider, useAuth } from '@switchboard/client/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, useEffect, useMemo } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';

import client from '../lib/client';
import { outgoing } from '../features/inbox/outgoing';
import { SignIn } from '../features/session/SignIn';
import { Frame } from './Frame';

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

function Desk() {
  const { status, user } = useAuth();
  const whose = user?.id;
  // Whoever comes next finds nothing of who was here before.
  const cache = useMemo(newCache, [whose]);
  useEffect(() => () => outgoing.clear(), [whose]);
  if (status === 'checking') return <div role="status" aria-label="Loading" className="h-full" />;
  if (status === 'signed-out' || !user) return <SignIn />;
  return (
    <QueryClientProvider key={user.id} client={cache}>
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
    </QueryClientProvider>
  );
}
