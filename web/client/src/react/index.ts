export {
  AuthProvider,
  CallProvider,
  NotificationProvider,
  SwitchboardProvider,
  WebSocketProvider,
} from './providers';
export * from './hooks';
