// Files that are to hang on a text: uploaded as soon as they are chosen, and sent by their names.

import { ApiError, type Api } from '@switchboard/client';
import { useClient } from '@switchboard/client/react';
import { useEffect, useRef, useState } from 'react';

import { problem } from '../../lib/problem';

/** As many as Twilio takes. */
export const MOST = 10;
/** As large as they may be together, in bytes. */
export const LARGEST = 5_000_000;
/** What a file dialog offers; the server looks at what is in them. */
export const KINDS =
  'image/jpeg,image/png,image/gif,video/mp4,video/3gpp,audio/mpeg,audio/mp4,audio/aac,audio/ogg,audio/amr,application/pdf,text/vcard,.vcf';
/** Of these, what a browser shows. */
const PICTURES = /^image\/(jpeg|png|gif)$/;
/** Over a slow line. */
const PATIENCE_MS = 90_000;

/** A file as it is shown. */
export interface Shown {
  key: string;
  name: string;
  /** Where this page has the picture; null if it is none. */
  picture: string | null;
}

export type Attached = Shown & { size: number } & (
    | { state: 'uploading' }
    | { state: 'ready'; mediaUrl: string }
    | { state: 'refused'; why: string; again: (() => void) | null }
  );

/** Files beside what one writes. */
export function useAttaching() {
  const { api } = useClient();
  const [attached, setAttached] = useState<readonly Attached[]>([]);
  const uploads = useRef(new Map<string, AbortController>());

  // Whoever looks elsewhere before it is sent has no use for it.
  const left = useRef(attached);
  useEffect(() => void (left.current = attached), [attached]);
  useEffect(() => () => left.current.forEach((one) => forget(one, uploads.current)), []);

  function put(one: Attached) {
    setAttached((before) => before.map((other) => (other.key === one.key ? one : other)));
  }
  async function upload(file: File, shown: Shown & { size: number }) {
    const stop = new AbortController();
    uploads.current.set(shown.key, stop);
    put({ ...shown, state: 'uploading' });
    try {
      put({ ...shown, state: 'ready', mediaUrl: await taken(api, file, stop.signal) });
    } catch (error) {
      const again = isFinal(error) ? null : () => void upload(file, shown);
      put({ ...shown, state: 'refused', why: whyNot(error), again });
    }
  }
  function add(files: Iterable<File>) {
    const room = MOST - attached.length;
    const added = [...files].map((file, at) => {
      const picture = PICTURES.test(file.type) ? URL.createObjectURL(file) : null;
      const shown = { key: crypto.randomUUID(), name: file.name, size: file.size, picture };
      const why = at >= room ? `is one too many: ${MOST} go with a text` : tooLarge(file);
      return { file, shown, why };
    });
    const first = ({ shown, why }: (typeof added)[number]): Attached =>
      why ? { ...shown, state: 'refused', why, again: null } : { ...shown, state: 'uploading' };
    setAttached((before) => [...before, ...added.map(first)]);
    for (const { file, shown, why } of added) if (!why) void upload(file, shown);
  }
  function remove(one: Attached) {
    forget(one, uploads.current);
    setAttached((before) => before.filter((other) => other.key !== one.key));
  }
  /** They are sent: whoever shows them now forgets their pictures. */
  function clear() {
    setAttached([]);
  }
  return { attached, add, remove, clear };
}

function forget({ key, picture }: Shown, uploads: Map<string, AbortController>) {
  uploads.get(key)?.abort();
  if (picture) URL.revokeObjectURL(picture);
}

async function taken(api: Api, file: File, signal: AbortSignal): Promise<string> {
  const { upload } = await api.post('/api/twilio/media', { body: file, signal, timeoutMs: PATIENCE_MS });
  return upload.mediaUrl;
}

/** What is certainly too large is not uploaded first. */
function tooLarge({ size }: File): string | null {
  return size > LARGEST ? `must be ${LARGEST / 1_000_000} MB at most` : null;
}

/** The same file would be refused again. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && [413, 422].includes(error.status);
}

function whyNot(error: unknown): string {
  const detail = error instanceof ApiError ? error.details[0] : undefined;
  return detail?.message ?? `was not uploaded: ${problem(error)}`;
}

/** Why what is attached cannot be sent as it stands; null if it can. */
export function hindrance(attached: readonly Attached[]): string | null {
  if (attached.some(({ state }) => state === 'refused')) return 'Remove what cannot be sent first.';
  if (attached.some(({ state }) => state === 'uploading')) return 'Wait until everything is uploaded.';
  const size = attached.reduce((sum, one) => sum + one.size, 0);
  return size > LARGEST ? `Together they may be ${LARGEST / 1_000_000} MB at most.` : null;
}
