import { User } from 'lucide-react';

import { classes } from '../lib/classes';
import { initials, plain, readableNumber } from '../lib/text';

const TINTS = [
  'bg-accent-soft text-accent',
  'bg-good-soft text-good',
  'bg-warn-soft text-warn',
  'bg-info-soft text-info',
];

/** Somebody's initials, always in the same tint. */
export function Avatar({ name, size = 36 }: { name: string; size?: number }) {
  const letters = initials(name);
  const tint = TINTS[[...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % TINTS.length];
  return (
    <span
      aria-hidden
      className={classes(
        'grid shrink-0 place-items-center rounded-full text-sm font-semibold',
        letters ? tint : 'bg-sunken text-muted',
      )}
      style={{ width: size, height: size }}
    >
      {letters || <User size={size / 2} />}
    </span>
  );
}

/** Words that somebody wrote: their direction is their own, and they are nothing but words. */
export function Words({ children, className }: { children: string; className?: string }) {
  return (
    <bdi dir="auto" className={className}>
      {plain(children)}
    </bdi>
  );
}

/** Who that is: by name, else by number. */
export function called(name: string | null | undefined, number: string): string {
  return name?.trim() ? plain(name) : plain(readableNumber(number));
}
