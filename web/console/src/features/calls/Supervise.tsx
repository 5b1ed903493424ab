import { useClient } from '@switchboard/client/react';
import { useMutation } from '@tanstack/react-query';

import { Segmented } from '../../components/Menu';
import { classes } from '../../lib/classes';
import { problem } from '../../lib/problem';

const MODES = [
  ['monitor', 'Listen'],
  ['whisper', 'Whisper'],
  ['barge', 'Join in'],
] as const;

type Mode = (typeof MODES)[number][0];

const MEANS: Record<Mode, string> = {
  monitor: 'Nobody hears you',
  whisper: 'Your colleague hears you, the customer does not',
  barge: 'Both hear you',
};

/** How a supervisor takes part in somebody's call. */
export function Supervise({ id }: { id: string }) {
  const { api } = useClient();
  const {
    mutate,
    data: mode = 'monitor',
    isPending,
    error,
  } = useMutation({
    mutationFn: async (wanted: Mode) => {
      await api.post('/api/twilio/call/{id}/listen', { path: { id }, body: { mode: wanted } });
      return wanted;
    },
  });
  return (
    <div className="grid gap-1 sm:flex sm:flex-row-reverse sm:items-center sm:gap-3">
      <Segmented
        label="How you take part"
        value={mode}
        options={MODES}
        onChange={(wanted) => !isPending && mutate(wanted)}
      />
      <p
        className={classes('text-sm leading-4 sm:w-44 sm:text-right', error ? 'text-bad' : 'text-muted')}
      >
        {error ? problem(error) : MEANS[mode]}
      </p>
    </div>
  );
}
