// What a tab shows that nobody looks at.

import { useCalls } from '@switchboard/client/react';
import { useEffect } from 'react';

import { useUnread } from '../features/inbox/unread';

const NAME = 'Switchboard';

/** The tab's title and picture say what waits. */
export function useTitle(): void {
  const { ringing } = useCalls();
  const waiting = ringing.filter(({ outcome }) => outcome === null).length;
  const unread = useUnread();
  useEffect(() => {
    say(waiting, unread);
    return () => say(0, 0);
  }, [waiting, unread]);
}

function say(waiting: number, unread: number): void {
  document.title = title(waiting, unread);
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (icon) icon.href = waiting + unread > 0 ? '/favicon-waiting.svg' : '/favicon.svg';
}

function title(waiting: number, unread: number): string {
  if (waiting > 0) return `(${waiting}) calling – ${NAME}`;
  return unread > 0 ? `(${unread}) ${NAME}` : NAME;
}
