// What components ask for. Each works under the provider of its name.

import { useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react';

import type { Readable } from '../readable.js';
import type {
  Auth,
  AuthState,
  Calls,
  Client,
  EventName,
  Handler,
  LineState,
  Notifications,
  NotificationsState,
  PresenceStatus,
  WaitingCall,
} from '../types.js';
import { AuthContext, CallContext, NotificationContext, use, WebSocketContext } from './providers.js';

/** The client itself. */
export function useClient(): Client {
  return use(AuthContext, 'AuthProvider');
}

/** Who is signed in. */
export function useAuth(): AuthState & Pick<Auth, 'signIn' | 'acceptInvite' | 'signOut' | 'setToken'> {
  const { auth } = use(AuthContext, 'AuthProvider');
  const state = useReadable(auth);
  const { signIn, acceptInvite, signOut, setToken } = auth;
  return useMemo(
    () => ({ ...state, signIn, acceptInvite, signOut, setToken }),
    [state, signIn, acceptInvite, signOut, setToken],
  );
}

/** How events come, and the events. */
export function useWebSocket(): LineState & Pick<Client, 'on' | 'once' | 'off' | 'emit'> {
  const client = use(WebSocketContext, 'WebSocketProvider');
  const state = useReadable(client.line);
  const { on, once, off, emit } = client;
  return useMemo(() => ({ ...state, on, once, off, emit }), [state, on, once, off, emit]);
}

/**
 * `ringing`: those that ring for this person; `calls`: all that wait, and those that were over just now. Oldest first.
 */
export function useCalls(): { calls: readonly WaitingCall[]; ringing: readonly WaitingCall[] } & Pick<
  Calls,
  'accept' | 'decline'
> {
  const source = use(CallContext, 'CallProvider');
  const { accept, decline } = source;
  const calls = useReadable(source);
  const ringing = useMemo(() => calls.filter(({ ringsForMe }) => ringsForMe), [calls]);
  return useMemo(() => ({ calls, ringing, accept, decline }), [calls, ringing, accept, decline]);
}

/** What is heard and seen, and what can be done about it. */
export function useNotifications(): NotificationsState & Omit<Notifications, keyof Readable<never>> {
  const bell = use(NotificationContext, 'NotificationProvider');
  const state = useReadable(bell);
  return useMemo(() => {
    const { enableSound, askPermission, setVolume, setQuiet, setStatus, markRead } = bell;
    return { ...state, enableSound, askPermission, setVolume, setQuiet, setStatus, markRead };
  }, [state, bell]);
}

/** How colleagues are, by user id. */
export function usePresence(): ReadonlyMap<string, PresenceStatus> {
  return useReadable(use(WebSocketContext, 'WebSocketProvider').presence);
}

/** Hears of an event while mounted; `handler` may be another one every time. */
export function useClientEvent<Name extends EventName>(name: Name, handler: Handler<Name>): void {
  const { on } = use(AuthContext, 'AuthProvider');
  const latest = useRef(handler);
  useLayoutEffect(() => {
    latest.current = handler;
  });
  useEffect(() => on(name, (payload, about) => latest.current(payload, about)), [on, name]);
}

/** The value of something that changes. */
export function useReadable<T>({ get, subscribe }: Readable<T>): T {
  return useSyncExternalStore(subscribe, get, get);
}
