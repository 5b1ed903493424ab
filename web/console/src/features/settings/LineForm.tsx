import { useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';

import { Button, IconButton } from '../../components/Button';
import { Check, Field, TextArea } from '../../components/Field';
import { Segmented } from '../../components/Menu';
import { toast } from '../../components/Toasts';
import { problem } from '../../lib/problem';
import { keys, useTeam } from '../../lib/queries';
import { readableWord } from '../../lib/text';
import type { Line } from '../../lib/types';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const OPEN = [
  ['always', 'Always'],
  ['hours', 'At these hours'],
] as const;

interface Opening {
  key: number;
  day: string;
  from: string;
  to: string;
}

let last = 0;
const opening = (day: string, from: string, to: string): Opening => ({ key: (last += 1), day, from, to });

/** All that is decided about a number; it is saved as a whole. */
export function LineForm({ line, onDone }: { line: Line; onDone(): void }) {
  const { api } = useClient();
  const cache = useQueryClient();
  const { data: team = [] } = useTeam();
  const [open, setOpen] = useState<'always' | 'hours'>(line.hours == null ? 'always' : 'hours');
  const [openings, setOpenings] = useState(() =>
    (line.hours ?? []).map(({ day, from, to }) => opening(day, from, to)),
  );
  const [rings, setRings] = useState(() => new Set(line.team));
  const save = useMutation({
    mutationFn: (body: object) =>
      api.put('/api/twilio/numbers/{number}', { path: { number: line.phoneNumber }, body }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.numbers });
      toast('done', 'Saved', { body: 'It counts from the next call on.' });
      onDone();
    },
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    const words = (name: string) =>
      text(name)
        .split(/[\s,;]+/)
        .filter(Boolean);
    const recordingUrl = text('recordingUrl');
    save.mutate({
      ...(open === 'hours' ? { hours: openings.map(({ day, from, to }) => ({ day, from, to })) } : {}),
      holidays: words('holidays'),
      team: [...rings],
      ringSeconds: Number(text('ringSeconds')),
      phones: words('phones'),
      phoneRingSeconds: Number(text('phoneRingSeconds')),
      ...(recordingUrl
        ? { greeting: { recordingUrl } }
        : text('greeting')
          ? { greeting: { text: text('greeting') } }
          : {}),
      voicemail: fields.has('voicemail'),
      recordCalls: fields.has('recordCalls'),
    });
  }
  const patch = (key: number, part: Partial<Opening>) =>
    setOpenings((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));
  return (
    <form onSubmit={submit} className="grid gap-4">
      {save.isError && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {problem(save.error)}
        </p>
      )}
      <fieldset className="grid gap-2">
        <legend className="mb-1 font-medium">Open</legend>
        <div className="max-w-72">
          <Segmented label="Open" value={open} options={OPEN} onChange={setOpen} />
        </div>
        {open === 'hours' && (
          <>
            {openings.map(({ key, day, from, to }) => (
              <div key={key} className="flex flex-wrap items-center gap-2">
                <select
                  aria-label="Day"
                  className="control w-auto!"
                  value={day}
                  onChange={(event) => patch(key, { day: event.target.value })}
                >
                  {DAYS.map((one) => (
                    <option key={one} value={one}>
                      {readableWord(one)}
                    </option>
                  ))}
                </select>
                <input
                  aria-label="From"
                  type="time"
                  required
                  className="control w-auto!"
                  value={from}
                  onChange={(event) => patch(key, { from: event.target.value })}
                />
                <span aria-hidden>–</span>
                <input
                  aria-label="To"
                  pattern="([01]\d|2[0-3]):[0-5]\d|24:00"
                  title="Such as 17:30, or 24:00"
                  required
                  className="control w-20!"
                  value={to}
                  onChange={(event) => patch(key, { to: event.target.value })}
                />
                <IconButton
                  icon={X}
                  label="Remove these hours"
                  onClick={() => setOpenings((all) => all.filter((one) => one.key !== key))}
                />
              </div>
            ))}
            {openings.length === 0 && (
              <p className="text-warn">Never open: callers meet the phones, or the greeting.</p>
            )}
            <Button
              icon={Plus}
              className="justify-self-start"
              onClick={() =>
                setOpenings((all) => [
                  ...all,
                  opening(
                    DAYS[(DAYS.indexOf(all.at(-1)?.day ?? 'sunday') + 1) % 7] ?? 'monday',
                    '09:00',
                    '17:00',
                  ),
                ])
              }
            >
              Add hours
            </Button>
          </>
        )}
      </fieldset>
      <Field
        label="Holidays"
        name="holidays"
        defaultValue={line.holidays.join(', ')}
        hint="Days such as 2026-12-25, separated by commas"
      />
      <fieldset>
        <legend className="mb-1 font-medium">Rings for</legend>
        <p className="text-sm text-muted">
          {rings.size === 0 ? 'Everybody who takes calls' : 'Only those who are ticked'}
        </p>
        <div className="mt-1 grid max-h-44 gap-x-4 overflow-y-auto sm:grid-cols-2">
          {team
            .filter(({ role }) => role !== 'viewer')
            .map(({ id, name }) => (
              <Check
                key={id}
                label={name}
                checked={rings.has(id)}
                onChange={(event) => {
                  const next = new Set(rings);
                  if (event.target.checked) next.add(id);
                  else next.delete(id);
                  setRings(next);
                }}
              />
            ))}
        </div>
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="Rings so long, in seconds"
          name="ringSeconds"
          type="number"
          min={10}
          max={600}
          required
          defaultValue={line.ringSeconds}
        />
        <Field
          label="Phones so long, in seconds"
          name="phoneRingSeconds"
          type="number"
          min={5}
          max={60}
          required
          defaultValue={line.phoneRingSeconds}
        />
      </div>
      <Field
        label="Then these phones"
        name="phones"
        defaultValue={line.phones.join(', ')}
        hint="At most ten, separated by commas; who presses 1 has the call"
      />
      <TextArea
        label="Greeting"
        name="greeting"
        defaultValue={line.greeting.text ?? ''}
        maxLength={1000}
        hint="Read aloud when nobody took the call"
      />
      <Field
        label="Or a recorded greeting"
        name="recordingUrl"
        type="url"
        defaultValue={line.greeting.recordingUrl ?? ''}
        placeholder="https://…"
      />
      <div>
        <Check
          label="Voicemail"
          hint="Callers may leave a message"
          name="voicemail"
          defaultChecked={line.voicemail}
        />
        <Check
          label="Record calls"
          hint="What is said is recorded"
          name="recordCalls"
          defaultChecked={line.recordCalls}
        />
      </div>
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={save.isPending}>
          Save
        </Button>
        <Button onClick={onDone}>Leave as it is</Button>
      </div>
    </form>
  );
}
