export { ApiError } from './api';
export type { Answer, Api, Ask, BodyOf, PathOf } from './api';
export type { components, paths } from './api.gen';
export { createClient } from './client';
export type * from './events.gen';
export type { Readable } from './readable';
export type { Sound } from './ring/sound';
export { decode } from './text';
export type * from './types';
