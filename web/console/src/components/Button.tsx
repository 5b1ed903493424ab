import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';

import { classes } from '../lib/classes';

type Look = 'primary' | 'plain' | 'quiet' | 'good' | 'bad';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent-solid text-white hover:brightness-110',
  plain: 'bg-raised border border-line hover:bg-sunken',
  quiet: 'text-muted hover:bg-sunken hover:text-ink',
  good: 'bg-good-solid text-white hover:brightness-110',
  bad: 'bg-bad-solid text-white hover:brightness-110',
};

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: LucideIcon;
  /** Why it cannot be pressed now, in words. */
  off?: string | null;
  /** The key that does the same. */
  shortcut?: string;
  ref?: Ref<HTMLButtonElement>;
}

const SHAPE =
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-medium transition-[filter,background-color] duration-100 disabled:opacity-50';

/** A button with words on it. */
export function Button({
  look = 'plain',
  icon: Icon,
  off = null,
  shortcut,
  className,
  disabled = false,
  children,
  ...rest
}: Props) {
  return (
    <button
      type="button"
      aria-keyshortcuts={shortcut}
      title={off ?? undefined}
      disabled={disabled || off !== null}
      className={classes(SHAPE, 'min-h-9 px-3 py-1.5', LOOKS[look], className)}
      {...rest}
    >
      {Icon && <Icon size={16} aria-hidden />}
      {children}
      {shortcut && (
        <kbd aria-hidden className="hidden sm:inline">
          {shortcut}
        </kbd>
      )}
    </button>
  );
}

interface IconProps extends Omit<Props, 'children' | 'icon'> {
  icon: LucideIcon;
  /** What it does, for those who cannot tell from the picture. */
  label: string;
}

/** A button with a picture on it. */
export function IconButton({
  look = 'quiet',
  icon: Icon,
  label,
  off = null,
  shortcut,
  className,
  disabled = false,
  ...rest
}: IconProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={off ?? (shortcut ? `${label} (${shortcut})` : label)}
      disabled={disabled || off !== null}
      className={classes(SHAPE, 'size-9', LOOKS[look], className)}
      {...rest}
    >
      <Icon size={18} aria-hidden />
    </button>
  );
}
