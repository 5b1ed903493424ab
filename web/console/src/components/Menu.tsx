import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

import { classes } from '../lib/classes';

interface Props {
  /** What opens it. */
  button: ReactNode;
  label: string;
  className?: string;
  disabled?: boolean;
  /** Where the things are and how wide, if not beside the rail. */
  panel?: string;
  children(close: () => void): ReactNode;
}

const RAIL = 'fixed inset-x-2 bottom-16 sm:inset-x-auto sm:bottom-3 sm:left-20 sm:w-72';

/** Things to choose from, beside the button that opens them: above it on phones. */
export function Menu({ button, label, className, disabled, panel = RAIL, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const leave = (event: PointerEvent) => {
      if (event.target instanceof Element && !event.target.closest(`[id="${id}"], [aria-controls="${id}"]`))
        setOpen(false);
    };
    addEventListener('pointerdown', leave);
    return () => removeEventListener('pointerdown', leave);
  }, [isOpen, id]);
  return (
    <>
      <button
        ref={opener}
        type="button"
        aria-label={label}
        title={label}
        disabled={disabled}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        className={className}
      >
        {button}
      </button>
      {isOpen && (
        <div
          id={id}
          role="group"
          aria-label={label}
          onKeyDown={(event) => event.key === 'Escape' && close()}
          className={classes(
            'arriving z-20 max-h-[80dvh] overflow-y-auto rounded-lg border border-line bg-raised p-2 shadow-xl',
            panel,
          )}
        >
          {children(close)}
        </div>
      )}
    </>
  );
}

/** One of several that hold one at a time. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [NoInfer<T>, string])[];
  onChange(value: NoInfer<T>): void;
}) {
  return (
    <div role="group" aria-label={label} className="flex gap-1 rounded-md bg-sunken p-1">
      {options.map(([option, name]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChange(option)}
          className={classes(
            'flex-1 rounded-[6px] px-2 py-1 font-medium whitespace-nowrap',
            option === value ? 'bg-raised text-ink shadow-sm' : 'text-muted hover:text-ink',
          )}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
