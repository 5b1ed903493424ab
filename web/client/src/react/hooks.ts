// What components ask for. Each works under the provider of its name.

import type { Auth, AuthState, Calls, Client, EventName, Handler, LineState, Notifications, NotificationsState, PresenceStatus, WaitingCall } from '../types';

export declare function useClient(): Client;
export declare function useAuth(): AuthState & Pick<Auth, 'signIn' | 'signOut' | 'setToken'>;
export declare function useWebSocket(): LineState & Pick<Client, 'on' | 'once' | 'off' | 'emit'>;
/** `ringing`: those that ring for this person; `calls`: all that wait, and those that were over just now. Oldest first. */
export declare function useCalls(): {
  calls: readonly WaitingCall[];
  ringing: readonly WaitingCall[];
} & Pick<Calls, 'accept' | 'decline'>;
export declare function useNotifications(): NotificationsState & Omit<Notifications, 'get' | 'subscribe'>;
export declare function usePresence(): ReadonlyMap<string, PresenceStatus>;
/** Hears of an event while mounted; `handler` may be another one every time. */
export declare function useClientEvent<Name extends EventName>(name: Name, handler: Handler<Name>): void;
