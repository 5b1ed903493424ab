// Light, dark, or as the system has it: kept in this browser.

import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'switchboard.theme';
const listeners = new Set<() => void>();
let theme: Theme = 'system';

/** Puts on what was chosen last; to be called before anything is drawn. */
export function wearTheme(): void {
  const kept = read();
  put(kept === 'light' || kept === 'dark' ? kept : 'system');
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, () => theme), choose];
}

function choose(chosen: Theme): void {
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // It holds until the page is closed.
  }
  put(chosen);
}

function put(next: Theme): void {
  theme = next;
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  for (const listener of listeners) listener();
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
