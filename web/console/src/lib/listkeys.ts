import { useShortcut } from './shortcuts';

/** `J` and `K` open the next and the previous of a list. */
export function useListKeys(
  ids: readonly string[],
  current: string | undefined,
  open: (id: string) => void,
): void {
  const at = current === undefined ? -1 : ids.indexOf(current);
  const go = (to: number) => {
    const id = ids[Math.max(0, Math.min(ids.length - 1, to))];
    if (id !== undefined) open(id);
  };
  useShortcut('j', 'Next in the list', () => go(at + 1), ids.length > 0);
  useShortcut('k', 'Previous in the list', () => go(at - 1), ids.length > 0);
}
