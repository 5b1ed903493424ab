import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';

import { classes } from '../lib/classes';

interface Around {
  label: string;
  hint?: ReactNode;
  /** What is wrong with what was typed. */
  error?: string | undefined;
}

/** A label, its control, and a word below it. */
function Around({ id, label, hint, error, children }: Around & { id: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children}
      {(error ?? hint) && (
        <p id={`${id}-below`} className={classes('text-sm', error ? 'text-bad' : 'text-muted')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: Around) {
  return {
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': (error ?? hint) ? `${id}-below` : undefined,
  };
}

export function Field({
  label,
  hint,
  error,
  className,
  ...rest
}: Around & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error }}>
      <input className={classes('control', className)} {...described(id, { label, hint, error })} {...rest} />
    </Around>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...rest
}: Around & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error }}>
      <textarea
        rows={3}
        className={classes('control', className)}
        {...described(id, { label, hint, error })}
        {...rest}
      />
    </Around>
  );
}

export function Choice({
  label,
  hint,
  error,
  children,
  ...rest
}: Around & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Around {...{ id, label, hint, error }}>
      <select className="control" {...described(id, { label, hint, error })} {...rest}>
        {children}
      </select>
    </Around>
  );
}

/** Something that is so or is not. */
export function Check({
  label,
  hint,
  ...rest
}: Omit<Around, 'error'> & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="flex items-start gap-2 py-1">
      <input type="checkbox" className="mt-0.5 size-4 accent-accent-solid" {...rest} />
      <span>
        <span className="font-medium">{label}</span>
        {hint && <span className="block text-sm text-muted">{hint}</span>}
      </span>
    </label>
  );
}
