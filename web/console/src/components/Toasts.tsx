// A word about what just happened, for a few seconds.

import { CircleAlert, CircleCheck, MessageSquare, X, type LucideIcon } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';

import { classes } from '../lib/classes';
import { sayAloud } from '../lib/aloud';
import { IconButton } from './Button';
import { Words } from './Who';

type Kind = 'done' | 'problem' | 'text';

interface Toast {
  id: number;
  kind: Kind;
  title: string;
  body?: string | undefined;
  onOpen?: (() => void) | undefined;
}

const STAYS_MS = 6_000;
const MOST = 3;
const ICONS: Record<Kind, LucideIcon> = { done: CircleCheck, problem: CircleAlert, text: MessageSquare };
const TINTS: Record<Kind, string> = { done: 'text-good', problem: 'text-bad', text: 'text-accent' };

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

/** Says it. Somebody who opens it is led to `onOpen`. */
export function toast(kind: Kind, title: string, more: { body?: string; onOpen?: () => void } = {}): void {
  last += 1;
  change([...toasts, { id: last, kind, title, body: more.body, onOpen: more.onOpen }].slice(-MOST));
  sayAloud(more.body ? `${title}: ${more.body}` : title);
}

function close(id: number): void {
  change(toasts.filter((one) => one.id !== id));
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Where they hide neither a call nor what one writes. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="pointer-events-none fixed inset-x-3 top-2 z-30 grid grid-cols-1 justify-items-center gap-2 sm:inset-x-auto sm:top-auto sm:bottom-4 sm:left-20 sm:justify-items-start">
      {shown.map((one) => (
        <Card key={one.id} toast={one} />
      ))}
    </div>
  );
}

function Card({ toast: { id, kind, title, body, onOpen } }: { toast: Toast }) {
  const Icon = ICONS[kind];
  useEffect(() => {
    const timer = setTimeout(() => close(id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [id]);
  const words = (
    <>
      <Icon size={18} aria-hidden className={classes('mt-0.5 shrink-0', TINTS[kind])} />
      <span className="min-w-0">
        <Words className="block truncate font-medium">{title}</Words>
        {body && <Words className="line-clamp-2 text-muted">{body}</Words>}
      </span>
    </>
  );
  const shape = 'flex min-w-0 flex-1 items-start gap-3 py-2.5 pl-3 text-left';
  return (
    <div
      data-toast={kind}
      className="arriving pointer-events-auto flex w-full max-w-88 items-start rounded-md border border-line bg-raised pr-1 shadow-lg sm:w-88"
    >
      {onOpen ? (
        <button type="button" className={shape} onClick={() => (onOpen(), close(id))}>
          {words}
        </button>
      ) : (
        <div className={shape}>{words}</div>
      )}
      <IconButton icon={X} label="Dismiss" onClick={() => close(id)} className="mt-0.5" />
    </div>
  );
}
