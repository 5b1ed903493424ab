import { useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { TextArea } from '../../components/Field';
import { problem } from '../../lib/problem';
import { showCall } from '../../lib/queries';
import type { Call } from '../../lib/types';

const SETTLES_MS = 800;

/** What is written about a call while one talks: kept by itself, a moment after the last key. */
export function Notes({ call }: { call: Call }) {
  const { api } = useClient();
  const cache = useQueryClient();
  const [notes, setNotes] = useState(call.notes ?? '');
  const kept = useRef(call.notes ?? '');
  const { mutate, isPending, isError, error } = useMutation({
    mutationFn: async (text: string) =>
      (await api.patch('/api/twilio/call/{id}', { path: { id: call.id }, body: { notes: text } })).call,
    onSuccess: (told) => showCall(cache, told),
  });
  const latest = useRef(notes);
  useEffect(() => {
    latest.current = notes;
    const timer = setTimeout(() => keep(), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [notes]);
  useEffect(() => () => keep(), []);

  function keep() {
    if (latest.current === kept.current) return;
    kept.current = latest.current;
    mutate(latest.current);
  }
  const hint = isPending ? 'Saving…' : notes === kept.current && notes !== '' ? 'Saved' : 'Kept by itself';
  return (
    <TextArea
      label="Notes"
      hint={hint}
      error={isError ? problem(error) : undefined}
      maxLength={10_000}
      value={notes}
      onChange={(event) => setNotes(event.target.value)}
      autoFocus
    />
  );
}
