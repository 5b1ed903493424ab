// Providers, from the outside in: Auth, WebSocket, Notification, Call.

import type { ReactNode } from 'react';

import type { Client } from '../types';

/** All four in their order. */
export declare function SwitchboardProvider(props: { client: Client; children?: ReactNode }): ReactNode;
/** Whose client it is; the outermost. */
export declare function AuthProvider(props: { client: Client; children?: ReactNode }): ReactNode;
/** Keeps the connection while it is mounted. */
export declare function WebSocketProvider(props: { children?: ReactNode }): ReactNode;
export declare function NotificationProvider(props: { children?: ReactNode }): ReactNode;
export declare function CallProvider(props: { children?: ReactNode }): ReactNode;
