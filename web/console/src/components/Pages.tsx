import { Button } from './Button';
import { classes } from '../lib/classes';
import { count } from '../lib/text';

/** Which part of a list is shown, and the ways to the others. */
export function Pages({
  of: { total, limit, offset },
  name,
  onPage,
  className,
}: {
  of: { total: number; limit: number; offset: number };
  /** What one of the list is called. */
  name: string;
  /** Shows another page; the first is 0. */
  onPage(page: number): void;
  className?: string;
}) {
  const page = Math.floor(offset / limit);
  const last = Math.min(offset + limit, total);
  return (
    <nav
      aria-label="Pages"
      className={classes(
        'flex flex-wrap items-center justify-between gap-2 text-sm text-muted tabular-nums',
        className,
      )}
    >
      <span>
        {(offset + 1).toLocaleString()}–{last.toLocaleString()} of {count(total, name)}
      </span>
      <span className="flex gap-2">
        <Button disabled={page === 0} onClick={() => onPage(page - 1)}>
          Newer
        </Button>
        <Button disabled={last >= total} onClick={() => onPage(page + 1)}>
          Older
        </Button>
      </span>
    </nav>
  );
}
