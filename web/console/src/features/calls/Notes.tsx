import { useEffect } from 'react';

import { TextArea } from '../../components/Field';
import { problem } from '../../lib/problem';
import type { Call } from '../../lib/types';
import { useWriting } from './writing';

const SETTLES_MS = 800;

/** What is written about a call while one talks: kept by itself, a moment after the last key. */
export function Notes({ call }: { call: Call }) {
  const { draft, type, keep, isPending, error } = useWriting(call.id);
  useEffect(() => {
    if (draft === null) return;
    const timer = setTimeout(keep, SETTLES_MS);
    return () => clearTimeout(timer);
  }, [draft, keep]);

  const hint = isPending ? 'Saving…' : draft === null && call.notes ? 'Saved' : 'Kept by itself';
  return (
    <TextArea
      label="Notes"
      hint={hint}
      error={error ? problem(error) : undefined}
      maxLength={10_000}
      value={draft ?? call.notes ?? ''}
      onChange={(event) => type(event.target.value)}
      autoFocus
    />
  );
}
