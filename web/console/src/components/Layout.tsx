// How a screen is divided.

import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { classes } from '../lib/classes';

interface SplitProps {
  list: ReactNode;
  /** The thing itself, if one is open; on narrow screens it takes the list's turn. */
  detail: ReactNode | null;
  /** What stands in its place while none is open. */
  placeholder: ReactNode;
  /** How wide the list is, if not narrow. */
  isWide?: boolean;
}

/** A list and the thing itself. */
export function Split({ list, detail, placeholder, isWide = false }: SplitProps) {
  return (
    <div className="flex h-full min-h-0">
      <section
        className={classes(
          'min-h-0 min-w-0 flex-col bg-surface',
          isWide ? 'flex-1 md:flex' : 'flex-1 md:flex md:w-80 md:flex-none lg:w-88',
          detail ? 'hidden' : 'flex',
        )}
      >
        {list}
      </section>
      <section
        className={classes(
          'min-h-0 min-w-0 flex-1 flex-col border-line md:border-l',
          isWide ? 'md:w-96 md:flex-none lg:w-108' : 'md:flex',
          detail ? 'flex' : 'hidden',
        )}
      >
        {detail ?? placeholder}
      </section>
    </div>
  );
}

/** The top of a list or of a thing: a heading, and what one can do. */
export function Top({
  title,
  back,
  children,
  level = 1,
}: {
  title: ReactNode;
  back?: string | undefined;
  children?: ReactNode;
  level?: 1 | 2;
}) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-2 border-b border-line px-3 py-2">
      {back !== undefined && (
        <Link
          to={back}
          aria-label="Back to the list"
          className="grid size-9 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken md:hidden"
        >
          <ArrowLeft size={18} aria-hidden />
        </Link>
      )}
      <Heading className="min-w-0 flex-1 truncate px-1 text-lg font-semibold">{title}</Heading>
      {children}
    </header>
  );
}

/** A box around things that belong together. */
export function Card({
  title,
  children,
  className,
  action,
}: {
  title?: ReactNode;
  children: ReactNode;
  className?: string;
  action?: ReactNode;
}) {
  return (
    <section className={classes('rounded-lg border border-line bg-surface p-4', className)}>
      {title && (
        <div className="mb-3 flex items-center justify-between gap-2">
          <h2 className="font-semibold">{title}</h2>
          {action}
        </div>
      )}
      {children}
    </section>
  );
}

/** Something in a word, with a colour that says it too. */
export function Tag({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'accent';
  children: ReactNode;
}) {
  const tones = {
    plain: 'bg-sunken text-muted',
    good: 'bg-good-soft text-good',
    warn: 'bg-warn-soft text-warn',
    bad: 'bg-bad-soft text-bad',
    info: 'bg-info-soft text-info',
    accent: 'bg-accent-soft text-accent',
  };
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}

/** Links of which one holds. */
export function Tabs({
  label,
  tabs,
}: {
  label: string;
  tabs: { to: string; name: string; isCurrent: boolean }[];
}) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto">
      {tabs.map(({ to, name, isCurrent }) => (
        <Link
          key={to}
          to={to}
          aria-current={isCurrent ? 'true' : undefined}
          className={classes(
            'rounded-md px-3 py-1.5 font-medium whitespace-nowrap',
            isCurrent ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken hover:text-ink',
          )}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
