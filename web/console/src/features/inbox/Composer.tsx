import { useQueryClient } from '@tanstack/react-query';
import { Ban, Clock } from 'lucide-react';
import { useState } from 'react';

import { Button } from '../../components/Button';
import { Segmented } from '../../components/Menu';
import { classes } from '../../lib/classes';
import { problem } from '../../lib/problem';
import { useTemplates } from '../../lib/queries';
import { exact } from '../../lib/time';
import type { Thread } from '../../lib/types';
import { drafts, useDraft } from './drafts';
import { useFillings } from './fillings';
import type { Outbox } from './outbox';
import { useAddNote } from './queries';
import { ReplyForm } from './ReplyForm';

interface Props {
  number: string;
  thread: Thread;
  outbox: Outbox;
  lastChannel: string;
}

const MODES = [
  ['reply', 'Reply'],
  ['note', 'Note'],
] as const;
const CHANNELS = [
  ['sms', 'SMS'],
  ['whatsapp', 'WhatsApp'],
] as const;

/** Where one writes, or why one cannot. */
export function Composer({ number, thread, outbox, lastChannel }: Props) {
  const [mode, setMode] = useState(() => begunWith(number));
  const [channel, setChannel] = useState(
    lastChannel === 'whatsapp' ? ('whatsapp' as const) : ('sms' as const),
  );
  const usesWhatsApp = lastChannel === 'whatsapp' || thread.whatsappUntil != null;
  const isOut = thread.consent.state === 'opted_out';
  const isLate =
    channel === 'whatsapp' && (thread.whatsappUntil == null || Date.parse(thread.whatsappUntil) < Date.now());
  return (
    <div className="shrink-0 border-t border-line bg-surface p-3">
      <div className="mb-2 flex flex-wrap gap-2">
        <Segmented label="What to write" value={mode} options={MODES} onChange={setMode} />
        {mode === 'reply' && usesWhatsApp && (
          <Segmented label="Channel" value={channel} options={CHANNELS} onChange={setChannel} />
        )}
      </div>
      {mode === 'note' ? (
        <NoteForm number={number} />
      ) : isOut ? (
        <Explained icon="ban">
          They asked not to be texted{thread.consent.since && <> on {exact(thread.consent.since)}</>}. They
          can write START to be texted again; you may still call.
        </Explained>
      ) : isLate ? (
        <LateWhatsApp number={number} thread={thread} outbox={outbox} />
      ) : (
        <ReplyForm number={number} thread={thread} outbox={outbox} channel={channel} />
      )}
    </div>
  );
}

/** What one goes on with. */
function begunWith(number: string): 'reply' | 'note' {
  const isNote = drafts.get(number, 'reply') === '' && drafts.get(number, 'note') !== '';
  return isNote ? 'note' : 'reply';
}

function Explained({ icon, children }: { icon: 'ban' | 'clock'; children: React.ReactNode }) {
  const Icon = icon === 'ban' ? Ban : Clock;
  return (
    <p
      className={classes(
        'flex items-start gap-2 rounded-md px-3 py-2',
        icon === 'ban' ? 'bg-bad-soft text-bad' : 'bg-info-soft text-info',
      )}
    >
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

/** On WhatsApp, more than 24 hours after they wrote. */
function LateWhatsApp({ number, thread, outbox }: Omit<Props, 'lastChannel'>) {
  const cache = useQueryClient();
  const { data: templates = [] } = useTemplates();
  const values = useFillings(thread);
  const agreed = templates.filter(({ is_active, content_sid }) => is_active && content_sid);
  const ready = agreed.filter(({ variables }) => variables.every((name) => values[name]));
  return (
    <div className="grid gap-2">
      <Explained icon="clock">
        On WhatsApp one may write freely for 24 hours after they wrote. That time is over: only a template
        that WhatsApp agreed to may go out now
        {ready.length === 0 && ', and there is none that fits'}.
      </Explained>
      <div className="flex flex-wrap gap-2">
        {ready.map((template) => (
          <Button
            key={template.id}
            onClick={() =>
              void outbox.send(cache, { to: number, channel: 'whatsapp', templateId: template.id })
            }
          >
            Send “{template.name}”
          </Button>
        ))}
      </div>
    </div>
  );
}

function NoteForm({ number }: { number: string }) {
  const [text, setText] = useDraft(number, 'note');
  const add = useAddNote(number);
  const keep = () => {
    if (text.trim()) add.mutate(text);
  };
  return (
    <div>
      <div className="flex items-end gap-2">
        <textarea
          aria-label="Note for colleagues"
          placeholder="For colleagues alone"
          rows={2}
          maxLength={10_000}
          className="control resize-none bg-warn-soft!"
          dir="auto"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            keep();
          }}
        />
        <Button look="primary" disabled={add.isPending || text.trim() === ''} onClick={keep}>
          Add
        </Button>
      </div>
      <p className="mt-1 h-4 text-xs text-bad" role="alert">
        {add.isError && problem(add.error)}
      </p>
    </div>
  );
}
