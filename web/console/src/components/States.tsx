// What is shown where there is nothing to show: not yet, not at all, or not because something went wrong.

import { CloudOff, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

import { problem } from '../lib/problem';
import { Button } from './Button';

interface NothingProps {
  icon: LucideIcon;
  title: string;
  /** What to do next. */
  children?: ReactNode;
}

/** There is nothing, and what to do next. */
export function Nothing({ icon: Icon, title, children }: NothingProps) {
  return (
    <div className="grid h-full min-h-48 place-content-center justify-items-center gap-3 p-6 text-center">
      <span className="grid size-12 place-items-center rounded-full bg-sunken text-muted">
        <Icon size={22} aria-hidden />
      </span>
      <p className="text-lg font-medium">{title}</p>
      {children && <div className="max-w-sm text-muted">{children}</div>}
    </div>
  );
}

/** It could not be loaded. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry(): void }) {
  return (
    <Nothing icon={CloudOff} title="This could not be loaded">
      <p role="alert" className="mb-3">
        {problem(error)}
      </p>
      <Button onClick={onRetry}>Try again</Button>
    </Nothing>
  );
}

/** Rows that are on their way, of the size that they will have. */
export function Rows({ count = 6, height = 64 }: { count?: number; height?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid gap-2 p-3">
      {Array.from({ length: count }, (_, at) => (
        <div key={at} className="waiting" style={{ height }} />
      ))}
    </div>
  );
}
