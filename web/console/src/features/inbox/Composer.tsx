import { useAuth } from '@switchboard/client/react';
import { useQueryClient } from '@tanstack/react-query';
import { Ban, Clock, SendHorizontal } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent } from 'react';

import { Button, IconButton } from '../../components/Button';
import { Segmented } from '../../components/Menu';
import { classes } from '../../lib/classes';
import { problem } from '../../lib/problem';
import { useTemplates } from '../../lib/queries';
import { segments } from '../../lib/segments';
import { count, listed } from '../../lib/text';
import { exact } from '../../lib/time';
import type { Template, Thread } from '../../lib/types';
import { filled, gapsOf } from './gaps';
import type { Outbox } from './outbox';
import { useAddNote } from './queries';
import { TemplateList } from './TemplateList';

const LONGEST = 1600;

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
  const [mode, setMode] = useState<'reply' | 'note'>('reply');
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

function ReplyForm({ number, thread, outbox, channel }: Omit<Props, 'lastChannel'> & { channel: string }) {
  const cache = useQueryClient();
  const values = useFillings(thread);
  const [text, setText] = useState('');
  const [hasOpenGap, setOpenGap] = useState<string | null>(null);
  const [choice, setChoice] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const { data: templates = [] } = useTemplates();
  const search = /^\/(\S*)$/.exec(text)?.[1]?.toLocaleLowerCase();
  const offered =
    search === undefined
      ? []
      : templates.filter(({ is_active, name }) => is_active && name.toLocaleLowerCase().includes(search));
  const { count: parts, left, isUnicode } = segments(text);

  function insert(template: Template | undefined) {
    if (!template) return;
    setText(filled(template.body, values));
    setChoice(0);
    field.current?.focus();
  }
  function send() {
    const body = text.trim();
    if (body === '') return;
    const open = gapsOf(body);
    if (open.length > 0) return setOpenGap(`Still to be filled in: ${listed(open)}.`);
    setText('');
    setOpenGap(null);
    void outbox.send(cache, { to: number, channel, body: text });
  }
  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offered.length > 0 && step !== undefined) {
      event.preventDefault();
      setChoice((choice + step + offered.length) % offered.length);
    } else if (event.key === 'Escape' && search !== undefined) {
      setText('');
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (offered.length > 0) insert(offered[choice]);
      else send();
    }
  }
  return (
    <div className="relative">
      {search !== undefined && (
        <TemplateList id={list} templates={offered} choice={choice} onChoose={insert} />
      )}
      <div className="flex items-end gap-2">
        <textarea
          ref={field}
          aria-label="Message"
          aria-controls={search === undefined ? undefined : list}
          aria-activedescendant={offered[choice] ? `${list}-${choice}` : undefined}
          placeholder="Write a text, or / for a template"
          rows={Math.min(8, Math.max(2, text.split('\n').length))}
          maxLength={LONGEST}
          className="control resize-none"
          dir="auto"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChoice(0);
            setOpenGap(null);
          }}
          onKeyDown={press}
        />
        <IconButton
          icon={SendHorizontal}
          label="Send"
          look="primary"
          disabled={text.trim() === ''}
          onClick={send}
        />
      </div>
      <p
        className={classes('mt-1 h-4 text-xs', hasOpenGap ? 'text-bad' : 'text-muted')}
        role={hasOpenGap ? 'alert' : undefined}
      >
        {hasOpenGap ??
          (parts === 0
            ? 'Enter sends, Shift + Enter breaks the line'
            : `${count(parts, 'part')} · ${left} left${isUnicode ? ' · special characters take more room' : ''}`)}
      </p>
    </div>
  );
}

/** What stands in templates' gaps by itself. */
function useFillings({ contactInfo }: Thread): Record<string, string | undefined> {
  const { user, organization } = useAuth();
  const [first, ...rest] = (contactInfo?.name ?? '').split(' ');
  return {
    name: contactInfo?.name,
    first_name: first,
    last_name: rest.join(' '),
    organization: organization?.name,
    agent_name: user?.full_name,
    agent_first_name: user?.first_name,
  };
}

function NoteForm({ number }: { number: string }) {
  const [text, setText] = useState('');
  const add = useAddNote(number);
  const keep = () => {
    if (text.trim()) add.mutate(text, { onSuccess: () => setText('') });
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
