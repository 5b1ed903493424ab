import { X } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { IconButton } from './Button';

interface Props {
  title: string;
  onClose(): void;
  children: ReactNode;
}

const REACHABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)';

/**
 * What is asked in between. It takes the focus, keeps it, gives it back, and Escape closes it. It is no modal `<dialog>`:
 * that would lie above the calls, and nobody could take one.
 */
export function Dialog({ title, onClose, children }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  // Before anything in it takes the focus.
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.contains(document.activeElement))
      dialog.querySelector<HTMLElement>(REACHABLE)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [before]);

  function press(event: KeyboardEvent<HTMLDivElement>) {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== 'Tab') return;
    const reachable = [...event.currentTarget.querySelectorAll<HTMLElement>(REACHABLE)];
    const [end, start] = event.shiftKey ? [reachable[0], reachable.at(-1)] : [reachable.at(-1), reachable[0]];
    if (document.activeElement !== end) return;
    event.preventDefault();
    start?.focus();
  }
  return (
    <div
      className="fixed inset-0 z-30 grid place-items-center bg-black/40 p-4"
      onMouseDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <div
        ref={ref}
        role="dialog"
        aria-labelledby={id}
        onKeyDown={press}
        className="arriving w-full max-w-120 rounded-lg border border-line bg-surface shadow-xl"
      >
        <div className="flex items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-4">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          <IconButton icon={X} label="Close" onClick={onClose} />
        </div>
        <div className="max-h-[75dvh] overflow-y-auto p-4">{children}</div>
      </div>
    </div>
  );
}
