import { useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { Button } from '../../components/Button';
import { TextArea } from '../../components/Field';
import { called, Words } from '../../components/Who';
import { problem } from '../../lib/problem';
import { customerOf, numberOf, showCall, useCall } from '../../lib/queries';
import { useShortcut } from '../../lib/shortcuts';
import { clock } from '../../lib/time';
import phone from '../../voice/open';

/** What can come of a call; the key is its place. */
export const DISPOSITIONS = ['Resolved', 'Follow up', 'Quote sent', 'Wrong number', 'Spam'] as const;

/** After a call: what came of it, in one keystroke. It blocks nothing, and the next call comes all the same. */
export function WrapUp({ id }: { id: string }) {
  const { api } = useClient();
  const cache = useQueryClient();
  const { data: call } = useCall(id);
  const [notes, setNotes] = useState<string | null>(null);
  const write = useMutation({
    mutationFn: async (outcome: string | null) => {
      const body = {
        ...(outcome === null ? {} : { outcome: outcome.toLowerCase() }),
        ...(notes === null ? {} : { notes }),
      };
      return (await api.patch('/api/twilio/call/{id}', { path: { id }, body })).call;
    },
    onSuccess: (told) => {
      showCall(cache, told);
      phone.written();
    },
  });
  return (
    <article
      aria-label="After the call"
      className="arriving pointer-events-auto grid gap-3 rounded-lg border border-line bg-raised p-4 shadow-xl"
    >
      <div>
        <p className="truncate font-semibold">
          <Words>{call ? called(customerOf(call).name, numberOf(call)) : '…'}</Words>
        </p>
        <p className="text-sm text-muted">
          The call is over{call && ` · ${clock(call.talk_time_seconds * 1000)} talked`}. What came of it?
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {DISPOSITIONS.map((disposition, at) => (
          <Disposition
            key={disposition}
            shortcut={String(at + 1)}
            name={disposition}
            isBusy={write.isPending}
            onChoose={() => write.mutate(disposition)}
          />
        ))}
      </div>
      <TextArea
        label="Notes"
        rows={2}
        maxLength={10_000}
        value={notes ?? call?.notes ?? ''}
        onChange={(event) => setNotes(event.target.value)}
      />
      {write.isError && (
        <p role="alert" className="text-bad">
          {problem(write.error)}
        </p>
      )}
      <Button
        look="quiet"
        disabled={write.isPending}
        onClick={() => (notes === null ? phone.written() : write.mutate(null))}
      >
        {notes === null ? 'Not now' : 'Keep the notes alone'}
      </Button>
    </article>
  );
}

function Disposition({
  shortcut,
  name,
  isBusy,
  onChoose,
}: {
  shortcut: string;
  name: string;
  isBusy: boolean;
  onChoose(): void;
}) {
  useShortcut(shortcut, `After a call: ${name.toLowerCase()}`, onChoose, !isBusy);
  return (
    <Button shortcut={shortcut} disabled={isBusy} onClick={onChoose}>
      {name}
    </Button>
  );
}
