import { useMinutes, useSeconds } from '../lib/now';
import { ago, clock, exact, spoken } from '../lib/time';

/** How long ago, and exactly when on hover. */
export function When({ at, className }: { at: string; className?: string }) {
  const now = useMinutes();
  return (
    <time dateTime={at} title={exact(at)} className={className}>
      {ago(at, now)}
    </time>
  );
}

/** A clock that runs since then; `ahead` is by how much the server's clock is ahead of this one. */
export function Clock({
  since,
  ahead = 0,
  label,
  className,
}: {
  since: number;
  ahead?: number;
  label: string;
  className?: string;
}) {
  const passed = useSeconds() + ahead - since;
  return (
    <span
      role="timer"
      aria-live="off"
      aria-label={`${label}: ${spoken(Math.max(0, passed / 1000))}`}
      className={className}
    >
      {clock(passed)}
    </span>
  );
}
