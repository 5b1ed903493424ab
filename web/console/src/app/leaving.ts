// What ends when somebody leaves, and what they are asked before.

import { useEffect } from 'react';

import { drafts } from '../features/inbox/drafts';
import { outgoing } from '../features/inbox/outgoing';
import phone, { usePhone } from '../voice/open';

/** Nothing of one person is left for the next. Whoever has to sign in again has not left: they talk on meanwhile. */
export function useLeaving(whose: string | undefined): void {
  useEffect(
    () => () => {
      outgoing.clear();
      drafts.clear();
      phone.close();
    },
    [whose],
  );
  const isOnCall = usePhone().call !== null;
  useEffect(() => {
    if (!isOnCall) return;
    // The browser asks whether one really wants to leave: that would end the call.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isOnCall]);
}
