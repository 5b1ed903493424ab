// Signed out, or at the desk.

import { SwitchboardProvider, useAuth } from '@switchboard/client/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiError } from '@switchboard/client';
import { lazy } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';

import client from '../lib/client';
import { SignIn } from '../features/session/SignIn';
import { Frame } from './Frame';

const Inbox = lazy(() => import('../features/inbox/Inbox'));
const History = lazy(() => import('../features/history/History'));
const People = lazy(() => import('../features/people/People'));
const Team = lazy(() => import('../features/team/Team'));
const Dashboard = lazy(() => import('../features/dashboard/Dashboard'));
const Settings = lazy(() => import('../features/settings/Settings'));

/** Events patch what is here; what nobody tells of grows old after half a minute. */
const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status === 503),
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={cache}>
      <SwitchboardProvider client={client}>
        <BrowserRouter>
          <Desk />
        </BrowserRouter>
      </SwitchboardProvider>
    </QueryClientProvider>
  );
}

function Desk() {
  const { status, user } = useAuth();
  if (status === 'checking') return <div role="status" aria-label="Loading" className="h-full" />;
  if (status === 'signed-out' || !user) {
    cache.clear();
    return <SignIn />;
  }
  return (
    <Routes>
      <Route element={<Frame key={user.id} />}>
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
