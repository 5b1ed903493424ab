import { useAuth } from '@switchboard/client/react';
import { lazy, Suspense, type ComponentType } from 'react';
import { Link, Navigate, useParams } from 'react-router';

import { Top } from '../../components/Layout';
import { Rows } from '../../components/States';
import { classes } from '../../lib/classes';

type Role = 'admin' | 'manager' | 'user' | 'viewer';

interface Page {
  path: string;
  name: string;
  hint: string;
  /** Who may see it; everybody, if nobody is named. */
  for?: readonly Role[];
  /** Whether it holds more than forms. */
  isWide?: boolean;
  screen: ComponentType;
}

const PAGES: readonly Page[] = [
  { path: 'me', name: 'You', hint: 'Sound, theme, password', screen: lazy(() => import('./Me')) },
  {
    path: 'organization',
    name: 'Organisation',
    hint: 'Its name and time zone',
    for: ['admin'],
    screen: lazy(() => import('./Organization')),
  },
  {
    path: 'twilio',
    name: 'Twilio',
    hint: 'The account that calls go through',
    for: ['admin'],
    screen: lazy(() => import('./Twilio')),
  },
  {
    path: 'webhooks',
    name: 'Webhooks',
    hint: 'What Twilio sent lately',
    for: ['admin'],
    isWide: true,
    screen: lazy(() => import('./Webhooks')),
  },
  {
    path: 'numbers',
    name: 'Numbers',
    hint: 'Hours, greetings, who rings',
    screen: lazy(() => import('./Numbers')),
  },
  {
    path: 'templates',
    name: 'Templates',
    hint: 'Texts that are written once',
    screen: lazy(() => import('./Templates')),
  },
  {
    path: 'answers',
    name: 'Automatic answers',
    hint: 'What is said by itself',
    screen: lazy(() => import('./AutoResponses')),
  },
  {
    path: 'consent',
    name: 'Consent',
    hint: 'Who wants to be texted',
    for: ['admin', 'manager'],
    screen: lazy(() => import('./Consent')),
  },
  {
    path: 'users',
    name: 'Users',
    hint: 'Who works here, and as what',
    for: ['admin'],
    screen: lazy(() => import('./Users')),
  },
  {
    path: 'tokens',
    name: 'Service tokens',
    hint: 'Programs that read events',
    for: ['admin'],
    screen: lazy(() => import('./Tokens')),
  },
];

/** One page for one task. */
export default function Settings() {
  const { page: named } = useParams();
  const { user } = useAuth();
  const pages = PAGES.filter((page) => !page.for || page.for.some((role) => role === user?.role));
  const page = pages.find(({ path }) => path === named);
  if (named && !page) return <Navigate to="/settings" replace />;
  const Screen = page?.screen;
  return (
    <div className="flex h-full min-h-0">
      <section
        className={classes(
          'w-full flex-col bg-surface md:flex md:w-64 md:shrink-0',
          page ? 'hidden' : 'flex',
        )}
      >
        <Top title="Settings" />
        <nav aria-label="Settings" className="grid gap-1 overflow-y-auto p-2">
          {pages.map(({ path, name, hint }) => (
            <Link
              key={path}
              to={`/settings/${path}`}
              aria-current={path === named ? 'page' : undefined}
              className={classes(
                'rounded-md px-3 py-2',
                path === named ? 'bg-accent-soft' : 'hover:bg-sunken',
              )}
            >
              <span className={classes('block font-medium', path === named && 'text-accent')}>{name}</span>
              <span className={classes('block text-sm', path === named ? 'text-ink' : 'text-muted')}>
                {hint}
              </span>
            </Link>
          ))}
        </nav>
      </section>
      <section
        className={classes(
          'min-w-0 flex-1 flex-col border-line md:flex md:border-l',
          page ? 'flex' : 'hidden',
        )}
      >
        {page && Screen ? (
          <>
            <Top level={2} title={page.name} back="/settings" />
            <div
              className="min-h-0 flex-1 overflow-y-auto p-4"
              tabIndex={0}
              role="region"
              aria-label={page.name}
            >
              <div className={page.isWide ? 'max-w-5xl' : 'max-w-2xl'}>
                <Suspense fallback={<Rows />}>
                  <Screen />
                </Suspense>
              </div>
            </div>
          </>
        ) : (
          <p className="grid h-full place-content-center text-muted">Choose what to set.</p>
        )}
      </section>
    </div>
  );
}
