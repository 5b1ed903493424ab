export type * from './events.gen';
