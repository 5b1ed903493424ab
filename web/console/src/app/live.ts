// What events do to what is shown. Nothing but this changes what the server told.

import type { InfiniteData } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useAuth, useCalls, useClientEvent, useWebSocket } from '@switchboard/client/react';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import { called } from '../components/Who';
import { toast } from '../components/Toasts';
import { sayAloud } from '../lib/aloud';
import { paced } from '../lib/paced';
import { keys, nameIn, useTeam } from '../lib/queries';
import type { Member, Thread } from '../lib/types';
import { hasMessage, withProgress, withStatus } from './patches';

const PAUSE_MS = 1_000;
/** In a large team somebody always comes or goes. */
const TEAM_PAUSE_MS = 5_000;

export function useLivePatches(): void {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const callsChanged = useStale([keys.calls, ['call'], ['timeline'], ['figures']]);
  const somebodyWrote = useStale([['thread'], keys.conversations, ['figures']]);
  const teamChanged = useStale([keys.team], TEAM_PAUSE_MS);

  useBeginning(() => void cache.invalidateQueries());
  useClientEvent('reset', () => void cache.invalidateQueries());
  useClientEvent('incoming-call', callsChanged);
  useClientEvent('call-accepted', callsChanged);
  useClientEvent('call-ended', callsChanged);
  useClientEvent('call-released', callsChanged);

  useClientEvent('incoming-sms', (sms, { isHistory }) => {
    somebodyWrote();
    const path = `/inbox/${encodeURIComponent(sms.from)}`;
    if (isHistory || location.pathname === path) return;
    toast('text', called(sms.contactName, sms.from), { body: sms.body, onOpen: () => void navigate(path) });
  });

  useClientEvent('message-status', ({ messageSid: sid, status, errorCode }) => {
    const threads = cache.getQueriesData<InfiniteData<Thread>>({ queryKey: ['thread'] });
    if (threads.some(([, data]) => hasMessage(data, sid))) {
      // An answer that is on its way may be older than this.
      if (cache.isFetching({ queryKey: ['thread'] })) somebodyWrote();
      cache.setQueriesData<InfiniteData<Thread>>({ queryKey: ['thread'] }, (data) =>
        withProgress(data, { sid, status, errorCode }),
      );
    } else {
      somebodyWrote(); // a colleague, or this person a moment ago
    }
  });

  // How colleagues are is not of the log: what was told while nobody listened, or while the answer was on its way, is asked.
  useClientEvent('session', () => void cache.invalidateQueries({ queryKey: keys.team }));
  useClientEvent('presence', ({ userId, status }) => {
    cache.setQueryData<Member[]>(keys.team, (team) =>
      team?.map((member) => (member.id === userId ? withStatus(member, status) : member)),
    );
    teamChanged();
  });

  useAnnouncements();
}

/** Calls `begin` when events come for the first time: what was asked before may be old already, and nobody tells. */
function useBeginning(begin: () => void): void {
  const { recovery } = useWebSocket();
  const hears = recovery === 'live' || recovery === 'polling';
  const hasBegun = useRef(false);
  useEffect(() => {
    if (!hears || hasBegun.current) return;
    hasBegun.current = true;
    begin();
  });
  // Who signs in again gets a line of their own.
  useEffect(() => () => void (hasBegun.current = false), []);
}

/** Has these asked anew: at once, and of many changes in a row once in a while. */
function useStale(stale: readonly (readonly string[])[], pauseMs = PAUSE_MS): () => void {
  const cache = useQueryClient();
  const [ask] = useState(() =>
    paced(() => {
      for (const queryKey of stale) void cache.invalidateQueries({ queryKey });
    }, pauseMs),
  );
  useEffect(() => ask.cancel, [ask]);
  return ask;
}

/** Reads out that somebody calls, and what became of it. */
function useAnnouncements(): void {
  const { calls } = useCalls();
  const { user } = useAuth();
  const { data: team } = useTeam();
  const told = useRef(new Map<string, 'ringing' | 'over'>());
  useEffect(() => {
    const shown = new Set(calls.map(({ callSid }) => callSid));
    for (const { callSid, callerName, from, outcome, ringsForMe } of calls) {
      const who = called(callerName, from);
      const before = told.current.get(callSid);
      if (outcome === null && before !== 'ringing' && ringsForMe) {
        told.current.set(callSid, 'ringing');
        sayAloud(`Call from ${who}`, 'now');
      } else if (outcome !== null && before === 'ringing') {
        told.current.set(callSid, 'over');
        if (outcome.kind === 'ended') sayAloud(`${who}: the call has ended`);
        else
          sayAloud(
            `${who}: ${outcome.by === user?.id ? 'you' : (outcome.name ?? nameIn(team, outcome.by))} took it`,
          );
      }
    }
    for (const callSid of told.current.keys()) if (!shown.has(callSid)) told.current.delete(callSid);
  }, [calls, team, user]);
}
