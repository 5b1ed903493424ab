export { ApiError } from './api.js';
export type { Answer, Api, Ask, Asking, BodyOf, PathOf } from './api.js';
export type { components, paths } from './api.gen.js';
export { createClient } from './client.js';
export type * from './events.gen.js';
export type { Readable } from './readable.js';
export type { Sound } from './ring/sound.js';
export { decode } from './text.js';
export type * from './types.js';
