// What is written about a call: as it was typed, wherever it is shown, until the server has it.

import { useClient } from '@switchboard/client/react';
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';

import { toast } from '../../components/Toasts';
import { problem } from '../../lib/problem';
import { keys, showCall } from '../../lib/queries';

interface Written {
  /** Undefined: as they are. */
  notes?: string | undefined;
  outcome?: string;
}

/** Whoever shows the notes no more has them kept: what was typed last is not lost with the call. */
export function useWriting(id: string) {
  const { api } = useClient();
  const cache = useQueryClient();
  const key = keys.draft(id);
  const { data: draft } = useQuery<string | null>({
    queryKey: key,
    queryFn: skipToken,
    initialData: null,
    gcTime: Infinity,
  });
  const isShown = useRef(true);
  /** What is on its way. */
  const sent = useRef<string | null>(null);

  const { mutate, isPending, error } = useMutation({
    // One after the other: the last word is the one that stays.
    scope: { id: `call ${id}` },
    mutationFn: async ({ notes, outcome }: Written) => {
      const body = { ...(notes !== undefined && { notes }), ...(outcome !== undefined && { outcome }) };
      return (await api.patch('/api/twilio/call/{id}', { path: { id }, body })).call;
    },
    onMutate: ({ notes = null }) => {
      sent.current = notes;
    },
    onSuccess: (told, { notes }) => {
      showCall(cache, told);
      if (cache.getQueryData(key) === notes) cache.setQueryData(key, null);
    },
    onSettled: (_told, _error, { notes }) => {
      if (sent.current === notes) sent.current = null;
    },
    onError: (error) => {
      if (!isShown.current) toast('problem', 'What you wrote was not saved', { body: problem(error) });
    },
  });
  const keep = useCallback(() => {
    const notes = cache.getQueryData<string | null>(keys.draft(id)) ?? null;
    if (notes !== null && notes !== sent.current) mutate({ notes });
  }, [cache, id, mutate]);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
      keep();
    };
  }, [keep]);
  const type = (notes: string) => cache.setQueryData<string | null>(key, notes);
  /** `draft`: what was typed and is not known to be kept. */
  return { draft, type, keep, write: mutate, isPending, error };
}
