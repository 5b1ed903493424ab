// Keys. Whoever shows something says which keys do what to it while it is shown.

import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Shortcut {
  /** As `KeyboardEvent.key` has it, in lower case; `mod+k` is with Ctrl or, on a Mac, Command. */
  key: string;
  /** What it does, for the list behind `?`. */
  does: string;
}

interface Entry extends Shortcut {
  run(): void;
  /** It holds while something is asked in between, too: for calls. */
  isUrgent: boolean;
}

let entries: readonly Entry[] = [];
const listeners = new Set<() => void>();

/** While mounted and `isOn`, the key does this. Of two with the same key the one that came last is meant. */
export function useShortcut(key: string, does: string, run: () => void, isOn = true, isUrgent = false): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!isOn) return;
    const entry: Entry = { key, does, isUrgent, run: () => latest.current() };
    change([...entries, entry]);
    return () => change(entries.filter((one) => one !== entry));
  }, [key, does, isOn, isUrgent]);
}

/** All that hold now, each key once. */
export function useShortcuts(): readonly Shortcut[] {
  const all = useSyncExternalStore(subscribe, () => entries);
  return all.filter(({ key }, at) => all.findLastIndex((other) => other.key === key) === at);
}

/** Listens until the function that comes back is called. */
export function listenForShortcuts(): () => void {
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

function press(event: KeyboardEvent): void {
  if (event.repeat || event.altKey || event.isComposing || event.defaultPrevented) return;
  const isMod = event.ctrlKey || event.metaKey;
  if (!isMod && isTyping(event.target)) return;
  const key = (isMod ? 'mod+' : '') + event.key.toLowerCase();
  const entry = entries.findLast((one) => one.key === key);
  if (!entry || (document.querySelector('[role=dialog]') && !isMod && !entry.isUrgent)) return;
  event.preventDefault();
  entry.run();
}

/** What one types stays where it is typed. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function change(next: readonly Entry[]): void {
  entries = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
