// The call that one has, as the server knows it, and when one has it no more.

import { ApiError } from '@switchboard/client';
import { useAuth } from '@switchboard/client/react';
import { useEffect } from 'react';

import { toast } from '../../components/Toasts';
import { useCall } from '../../lib/queries';
import type { Call } from '../../lib/types';
import phone from '../../voice/open';
import type { OwnCall } from '../../voice/phone';

/** So long the server has to take down the line of a call that is elsewhere. */
const TAKES_DOWN_MS = 10_000;

/** Whether it is with nobody at a screen. */
export function isElsewhere({ state }: Call): boolean {
  return ['ringing', 'forwarded', 'voicemail'].includes(state);
}

/**
 * Follows the call, and lets go of it when it is over or somebody else's. While it is on its way to somebody else the
 * line is the server's to take down: hung up here, it would end the call for everybody in it.
 */
export function useOwnCall(own: OwnCall) {
  const { user } = useAuth();
  const { data: call, error, isFetchedAfterMount, refetch } = useCall(own.id, { isAwaited: true });
  // What was known of it may be from before one had it; and why a line broke, the server knows.
  useEffect(() => void refetch(), [own.line, refetch]);

  const isAgent = own.role === 'agent';
  const isToBeWritten = isAgent && call?.answered_at != null;
  const known = isFetchedAfterMount ? call : undefined;
  const isAway = known !== undefined && isElsewhere(known);
  const isLost = own.line === 'lost' && (!isAgent || isAway || known?.user_id !== user?.id);
  // A call of which the server did not say whether it was made.
  const isUnsure = call === undefined && error instanceof ApiError && error.status === 404;
  const wasNeverMade = isUnsure && own.line === 'lost';
  const isGone = wasNeverMade || (known !== undefined && (known.state === 'ended' || isLost));
  useEffect(() => {
    if (wasNeverMade) toast('problem', 'The call was not made');
  }, [wasNeverMade]);
  useEffect(() => {
    if (isGone) phone.leave(own.id, isToBeWritten);
  }, [isGone, own.id, isToBeWritten]);
  const isLeftOpen = isAgent && isAway && own.line === 'open';
  useEffect(() => {
    if (!isLeftOpen) return;
    const letGo = setTimeout(() => phone.leave(own.id, isToBeWritten), TAKES_DOWN_MS);
    return () => clearTimeout(letGo);
  }, [isLeftOpen, own.id, isToBeWritten]);
  return { call, isGone, isUnsure };
}
