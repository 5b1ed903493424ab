import type { Client, ClientOptions } from './types';

/** Nothing happens before `start`. */
export declare function createClient(options?: ClientOptions): Client;
