export {
  AuthProvider,
  CallProvider,
  NotificationProvider,
  SwitchboardProvider,
  WebSocketProvider,
} from './providers.js';
export * from './hooks.js';
