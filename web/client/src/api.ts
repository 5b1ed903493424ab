// REST, typed by the server's own description.

import type { paths } from './api.gen.js';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** The paths that have this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = NonNullable<paths[P][M]>;
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Answered<T> = T extends { content: { 'text/csv': string } } ? string : Json<T>;
/** A file is given as it is. */
type Given<T> = T extends { content: { 'application/octet-stream': unknown } } ? Blob : Json<T>;
type Good<R> = R extends object ? R[keyof R & (200 | 201 | 202 | 204)] : never;

/** What a call answers when all went well. */
export type Answer<M extends Method, P extends keyof paths> =
  Operation<M, P> extends { responses: infer R } ? Answered<Good<R>> : never;
/** What a call is given as its body. */
export type BodyOf<M extends Method, P extends keyof paths> =
  Operation<M, P> extends { requestBody?: infer B } ? Given<NonNullable<B>> : undefined;
type ParametersOf<M extends Method, P extends keyof paths, In extends 'path' | 'query'> =
  Operation<M, P> extends { parameters: { [K in In]?: infer Q } } ? NonNullable<Q> : undefined;

/** What a call is given. */
export interface Ask<M extends Method, P extends keyof paths> {
  /** Fills the `{…}` of the path. */
  path?: ParametersOf<M, P, 'path'>;
  /** Values that are undefined are left out. */
  query?: { [K in keyof ParametersOf<M, P, 'query'>]?: ParametersOf<M, P, 'query'>[K] | undefined };
  body?: BodyOf<M, P>;
  /** The same key, the same effect: for sending texts and making calls. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** `no-store`: the server itself is asked, whatever the browser remembers. */
  cache?: 'no-store';
  /** How long to wait for an answer; 10 s, or 45 s for what is done to a call. */
  timeoutMs?: number;
}

/** Whoever names a path with gaps has to fill them. */
export type Asking<M extends Method, P extends keyof paths> = P extends `${string}{${string}`
  ? [ask: Ask<M, P> & { path: ParametersOf<M, P, 'path'> }]
  : [ask?: Ask<M, P>];

/** Every method answers the body, or throws `ApiError`. */
export interface Api {
  get<P extends PathOf<'get'>>(path: P, ...ask: Asking<'get', P>): Promise<Answer<'get', P>>;
  post<P extends PathOf<'post'>>(path: P, ...ask: Asking<'post', P>): Promise<Answer<'post', P>>;
  put<P extends PathOf<'put'>>(path: P, ...ask: Asking<'put', P>): Promise<Answer<'put', P>>;
  patch<P extends PathOf<'patch'>>(path: P, ...ask: Asking<'patch', P>): Promise<Answer<'patch', P>>;
  delete<P extends PathOf<'delete'>>(path: P, ...ask: Asking<'delete', P>): Promise<Answer<'delete', P>>;
}

/** An answer that is none of the good ones; status 0 is no answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    /** For people. */
    message: string,
    /** For programs: `already_accepted`, … */
    readonly code: string,
    /** The whole body. */
    readonly body: Readonly<Record<string, unknown>> = {},
    /** How long the server asked to be left alone. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }

  /** Who was first, when somebody was. */
  get acceptedBy(): { id: string; name: string } | undefined {
    return this.body['acceptedBy'] as { id: string; name: string } | undefined;
  }

  /** Which fields break which rules. */
  get details(): readonly { field: string; message: string }[] {
    return (this.body['details'] as { field: string; message: string }[] | undefined) ?? [];
  }
}
