// Providers, from the outside in: Auth, WebSocket, Notification, Call.

import { createContext, useContext, useEffect, type Context, type ReactNode } from 'react';

import type { Calls, Client, Notifications } from '../types.js';

interface Props {
  children?: ReactNode;
}

interface ClientProps extends Props {
  client: Client;
}

export const AuthContext = createContext<Client | null>(null);
export const WebSocketContext = createContext<Client | null>(null);
export const NotificationContext = createContext<Notifications | null>(null);
export const CallContext = createContext<Calls | null>(null);

/** What stands in a context, or an error that says which provider is missing. */
export function use<T>(context: Context<T | null>, provider: string): T {
  const found = useContext(context);
  if (found === null) throw new Error(`There is no <${provider}> around this component`);
  return found;
}

/** All four in their order. */
export function SwitchboardProvider({ client, children }: ClientProps): ReactNode {
  return (
    <AuthProvider client={client}>
      <WebSocketProvider>
        <NotificationProvider>
          <CallProvider>{children}</CallProvider>
        </NotificationProvider>
      </WebSocketProvider>
    </AuthProvider>
  );
}

/** Whose client it is; the outermost. The client is made outside of React, once. */
export function AuthProvider({ client, children }: ClientProps): ReactNode {
  return <AuthContext value={client}>{children}</AuthContext>;
}

/** Keeps the connection while it is mounted. */
export function WebSocketProvider({ children }: Props): ReactNode {
  const client = use(AuthContext, 'AuthProvider');
  useEffect(() => client.start(), [client]);
  return <WebSocketContext value={client}>{children}</WebSocketContext>;
}

export function NotificationProvider({ children }: Props): ReactNode {
  const { notifications } = use(WebSocketContext, 'WebSocketProvider');
  return <NotificationContext value={notifications}>{children}</NotificationContext>;
}

export function CallProvider({ children }: Props): ReactNode {
  use(NotificationContext, 'NotificationProvider');
  const { calls } = use(WebSocketContext, 'WebSocketProvider');
  return <CallContext value={calls}>{children}</CallContext>;
}
