import { Button } from '../../components/Button';
import { TextArea } from '../../components/Field';
import { called, Words } from '../../components/Who';
import { problem } from '../../lib/problem';
import { customerOf, numberOf, useCall } from '../../lib/queries';
import { useShortcut } from '../../lib/shortcuts';
import { clock } from '../../lib/time';
import phone from '../../voice/open';
import { useWriting } from './writing';

/** What can come of a call; the key is its place. */
export const DISPOSITIONS = ['Resolved', 'Follow up', 'Quote sent', 'Wrong number', 'Spam'] as const;

/** After a call: what came of it, in one keystroke. It blocks nothing, and the next call comes all the same. */
export function WrapUp({ id }: { id: string }) {
  const { data: call } = useCall(id);
  const { draft, type, write, isPending, error } = useWriting(id);
  const notes = draft ?? undefined;
  const done = { onSuccess: () => phone.written() };
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
            isBusy={isPending}
            onChoose={() => write({ outcome: disposition.toLowerCase(), notes }, done)}
          />
        ))}
      </div>
      <TextArea
        label="Notes"
        rows={2}
        maxLength={10_000}
        value={draft ?? call?.notes ?? ''}
        onChange={(event) => type(event.target.value)}
      />
      {error && (
        <p role="alert" className="text-bad">
          {problem(error)}
        </p>
      )}
      <Button
        look="quiet"
        disabled={isPending}
        onClick={() => (draft === null ? phone.written() : write({ notes }, done))}
      >
        {draft === null ? 'Not now' : 'Keep the notes alone'}
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
