import { useQueryClient } from '@tanstack/react-query';
import { Paperclip, SendHorizontal } from 'lucide-react';
import { useId, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from 'react';

import { IconButton } from '../../components/Button';
import { classes } from '../../lib/classes';
import { useTemplates } from '../../lib/queries';
import { segments } from '../../lib/segments';
import { count, listed } from '../../lib/text';
import type { Template, Thread } from '../../lib/types';
import { hindrance, KINDS, useAttaching } from './attaching';
import { Attachments } from './Attachments';
import { useDraft } from './drafts';
import { useFillings } from './fillings';
import { filled, gapsOf } from './gaps';
import type { Outbox } from './outbox';
import { SendLater } from './SendLater';
import { TemplateList } from './TemplateList';

const LONGEST = 1600;

interface Props {
  number: string;
  thread: Thread;
  outbox: Outbox;
  channel: string;
}

/** Where a text is written, and what hangs on it. */
export function ReplyForm({ number, thread, outbox, channel }: Props) {
  const cache = useQueryClient();
  const values = useFillings(thread);
  const [text, setText] = useDraft(number, 'reply');
  const [problem, setProblem] = useState<string | null>(null);
  const [choice, setChoice] = useState(0);
  const [isOver, setOver] = useState(false);
  const { attached, add, remove, clear } = useAttaching();
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const list = useId();
  const { data: templates = [] } = useTemplates();
  const search = /^\/(\S*)$/.exec(text)?.[1]?.toLocaleLowerCase();
  const offered =
    search === undefined
      ? []
      : templates.filter(({ is_active, name }) => is_active && name.toLocaleLowerCase().includes(search));
  const isEmpty = text.trim() === '' && attached.length === 0;

  function insert(template: Template | undefined) {
    if (!template) return;
    setText(filled(template.body, values));
    setChoice(0);
    field.current?.focus();
  }
  function attach(chosen: FileList | null) {
    if (chosen) add(chosen);
    setProblem(null);
    field.current?.focus();
  }
  function send(at?: Date) {
    if (isEmpty) return;
    const open = gapsOf(text);
    const hinders = open.length > 0 ? `Still to be filled in: ${listed(open)}.` : hindrance(attached);
    setProblem(hinders);
    if (hinders) return;
    const names = attached.flatMap((one) => (one.state === 'ready' ? [one.mediaUrl] : []));
    const draft = {
      to: number,
      channel,
      ...(text.trim() !== '' && { body: text }),
      ...(names.length > 0 && { mediaUrls: names }),
      ...(at && { sendAt: at.toISOString() }),
    };
    setText('');
    clear();
    void outbox.send(cache, draft, attached);
    field.current?.focus();
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
  function paste(event: ClipboardEvent) {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    attach(event.clipboardData.files);
  }
  function drop(event: DragEvent) {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    attach(event.dataTransfer.files);
  }
  return (
    <div
      className={classes('relative', isOver && 'rounded-md outline-2 outline-offset-2 outline-accent')}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {search !== undefined && (
        <TemplateList id={list} templates={offered} choice={choice} onChoose={insert} />
      )}
      <Attachments attached={attached} onRemove={remove} />
      <div className="flex items-end gap-1">
        <input
          ref={files}
          type="file"
          multiple
          hidden
          accept={KINDS}
          aria-label="Files"
          onChange={(event) => {
            attach(event.target.files);
            event.target.value = ''; // the same one may be chosen again
          }}
        />
        <IconButton icon={Paperclip} label="Attach files" onClick={() => files.current?.click()} />
        <textarea
          ref={field}
          aria-label="Message"
          aria-controls={search === undefined ? undefined : list}
          aria-activedescendant={offered[choice] ? `${list}-${choice}` : undefined}
          placeholder={isOver ? 'Drop it to attach it' : 'Write a text, or / for a template'}
          rows={Math.min(8, Math.max(2, text.split('\n').length))}
          maxLength={LONGEST}
          className="control min-w-0 resize-none"
          dir="auto"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChoice(0);
            setProblem(null);
          }}
          onKeyDown={press}
          onPaste={paste}
        />
        <SendLater isReady={!isEmpty} onChoose={send} />
        <IconButton
          icon={SendHorizontal}
          label="Send"
          look="primary"
          disabled={isEmpty}
          onClick={() => send()}
        />
      </div>
      <p
        className={classes('mt-1 h-4 text-xs', problem ? 'text-bad' : 'text-muted')}
        role={problem ? 'alert' : undefined}
      >
        {problem ?? <Length text={text} />}
      </p>
    </div>
  );
}

/** In how many parts it travels. */
function Length({ text }: { text: string }) {
  const { count: parts, left, isUnicode } = segments(text);
  if (parts === 0) return 'Enter sends, Shift + Enter breaks the line';
  return `${count(parts, 'part')} · ${left} left${isUnicode ? ' · special characters take more room' : ''}`;
}
