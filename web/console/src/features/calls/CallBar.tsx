import { useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  ChevronDown,
  ChevronUp,
  Grid3x3,
  Mic,
  MicOff,
  NotebookPen,
  Pause,
  PhoneForwarded,
  PhoneOff,
  Play,
  type LucideIcon,
} from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';

import { Button, IconButton } from '../../components/Button';
import { Clock } from '../../components/When';
import { Avatar, called, Words } from '../../components/Who';
import { classes } from '../../lib/classes';
import { problem } from '../../lib/problem';
import { customerOf, numberOf, showCall } from '../../lib/queries';
import { useShortcut } from '../../lib/shortcuts';
import { readableNumber } from '../../lib/text';
import type { Call } from '../../lib/types';
import phone, { usePhone } from '../../voice/open';
import type { OwnCall } from '../../voice/phone';
import { AskedIn } from './AskedIn';
import { Keypad } from './Keypad';
import { Notes } from './Notes';
import { isElsewhere, useOwnCall } from './own';
import { Supervise } from './Supervise';
import { Transfer } from './Transfer';

type Panel = 'keypad' | 'transfer' | 'notes';

/** A row of its own on phones. */
const ROW = 'basis-full sm:block sm:basis-auto';

/** The call that one has: along the top of the screen, on phones at its bottom. */
export function CallBar({ own }: { own: OwnCall }) {
  const { api, serverNow } = useClient();
  const { broken } = usePhone();
  const cache = useQueryClient();
  const { call, isGone, isUnsure } = useOwnCall(own);
  const [panel, setPanel] = useState<Panel | null>(null);
  const [isSmall, setSmall] = useState(false);

  const act = useMutation({
    mutationFn: async (what: 'hold' | 'resume' | 'hangup') =>
      (await api.post(`/api/twilio/call/{id}/${what}`, { path: { id: own.id } })).call,
    onSuccess: (told) => showCall(cache, told),
  });
  const isHeld = call?.on_hold ?? false;
  const isTalking = call?.state === 'connected';
  const isAgent = own.role === 'agent';
  const isOpen = own.line === 'open';

  const hold = () => act.mutate(isHeld ? 'resume' : 'hold');
  const hangUp = () => {
    if (!isAgent || !call) phone.leave(own.id, false);
    else act.mutate('hangup');
  };
  const toggle = (which: Panel) => () => setPanel((now) => (now === which ? null : which));
  useShortcut('m', own.isMuted ? 'Unmute' : 'Mute', () => phone.mute(!own.isMuted), isAgent && isOpen, true);
  useShortcut('h', isHeld ? 'Resume' : 'Hold', hold, isAgent && isTalking, true);
  useShortcut('t', 'Transfer the call', toggle('transfer'), isAgent && isTalking);
  useShortcut('n', 'Write notes', toggle('notes'), isAgent);

  function closeOnEscape({ key, currentTarget }: KeyboardEvent<HTMLElement>) {
    if (key !== 'Escape' || panel === null) return;
    currentTarget.querySelector<HTMLElement>('[aria-expanded="true"]')?.focus();
    setPanel(null);
  }

  const dialed = own.to === undefined ? '…' : readableNumber(own.to);
  const who = call ? called(customerOf(call).name, numberOf(call)) : dialed;
  return (
    <article
      aria-label={`Call with ${who}`}
      data-own={own.id}
      onKeyDown={closeOnEscape}
      className="arriving relative flex flex-wrap items-center gap-2 border-t border-line bg-raised p-2 sm:border-t-0 sm:border-b sm:px-4"
    >
      <div className="flex min-w-40 flex-1 items-center gap-3">
        <Avatar name={call ? (customerOf(call).name ?? '') : ''} size={40} />
        <div className="min-w-0 flex-1">
          <p className="truncate text-lg font-semibold">
            <Words>{who}</Words>
          </p>
          <p className={classes('text-sm', isHeld || own.line === 'lost' ? 'text-warn' : 'text-muted')}>{isUnsure ? 'It may still ring…' : standing(call, own)}</p>
        </div>
        {call?.answered_at && (
          <Clock
            since={Date.parse(call.answered_at)}
            ahead={serverNow() - Date.now()}
            label="On the call"
            className="text-lg font-medium tabular-nums sm:px-2"
          />
        )}
      </div>
      {isSmall && (
        <IconButton
          icon={PhoneOff}
          label="Hang up"
          look="bad"
          disabled={act.isPending}
          onClick={hangUp}
          className="sm:hidden"
        />
      )}
      <IconButton
        icon={isSmall ? ChevronUp : ChevronDown}
        label={isSmall ? 'More of the call' : 'Less of the call'}
        onClick={() => setSmall(!isSmall)}
        className="sm:hidden"
      />
      <div className={classes(ROW, 'order-1', isSmall && 'hidden')}>
        {isAgent ? (
          <div className="grid grid-cols-5 gap-1 sm:flex">
            <Key
              icon={own.isMuted ? MicOff : Mic}
              name={own.isMuted ? 'Unmute' : 'Mute'}
              shortcut="M"
              isOn={own.isMuted}
              disabled={!isOpen}
              onClick={() => phone.mute(!own.isMuted)}
            />
            <Key
              icon={isHeld ? Play : Pause}
              name={isHeld ? 'Resume' : 'Hold'}
              shortcut="H"
              isOn={isHeld}
              disabled={!isTalking || act.isPending}
              onClick={hold}
            />
            <Key
              icon={Grid3x3}
              name="Keypad"
              isOn={panel === 'keypad'}
              isToggle
              disabled={!isOpen}
              onClick={toggle('keypad')}
            />
            <Key
              icon={PhoneForwarded}
              name="Transfer"
              shortcut="T"
              isOn={panel === 'transfer'}
              isToggle
              disabled={!isTalking}
              onClick={toggle('transfer')}
            />
            <Key
              icon={NotebookPen}
              name="Notes"
              shortcut="N"
              isOn={panel === 'notes'}
              isToggle
              onClick={toggle('notes')}
            />
          </div>
        ) : (
          <Supervise id={own.id} />
        )}
      </div>
      <div className={classes(ROW, 'order-3', isSmall && 'hidden')}>
        <Button look="bad" icon={PhoneOff} disabled={act.isPending} onClick={hangUp} className="w-full">
          {isAgent ? 'Hang up' : 'Stop listening'}
        </Button>
      </div>
      {panel && (
        <div
          className={classes(
            'order-2 basis-full border-t border-line pt-2 sm:absolute sm:top-full sm:right-3 sm:z-50 sm:mt-2 sm:w-96 sm:rounded-lg sm:border sm:bg-raised sm:p-3 sm:shadow-xl',
            isSmall && 'max-sm:hidden',
          )}
        >
          {panel === 'keypad' && <Keypad onPress={(digit) => phone.press(digit)} />}
          {panel === 'transfer' && <Transfer id={own.id} onDone={() => setPanel(null)} />}
          {panel === 'notes' && call && <Notes call={call} />}
        </div>
      )}
      {isAgent && call && <AskedIn call={call} />}
      {own.line === 'lost' && !isGone && (
        <div
          role="alert"
          className="order-1 flex basis-full items-center gap-2 rounded-md bg-warn-soft p-2 pl-3 text-warn sm:order-4"
        >
          <span className="flex-1">{broken ?? 'Your phone lost the line.'}</span>
          <Button onClick={() => void phone.join(own.id, own.role, own.to)}>Try again</Button>
        </div>
      )}
      {act.isError && (
        <p role="alert" className="order-4 basis-full text-bad">
          {problem(act.error)}
        </p>
      )}
    </article>
  );
}

function standing(call: Call | undefined, own: OwnCall): string {
  if (own.role === 'supervisor') return 'You are listening';
  if (own.line === 'opening') return 'Connecting…';
  if (own.line === 'lost') return 'You are not on the line';
  if (!call) return '';
  if (isElsewhere(call) && own.line === 'open') return 'Handing over…';
  if (call.on_hold) return 'On hold, hears music';
  if (call.state === 'dialing') return 'Ringing…';
  return call.state === 'connected' ? (own.isMuted ? 'You are muted' : 'Talking') : 'Connecting…';
}

interface KeyProps {
  icon: LucideIcon;
  name: string;
  shortcut?: string;
  isOn?: boolean;
  /** It opens something, rather than being named by what it would do next. */
  isToggle?: boolean;
  disabled?: boolean;
  onClick(): void;
}

function Key({
  icon: Icon,
  name,
  shortcut,
  isOn = false,
  isToggle = false,
  disabled = false,
  onClick,
}: KeyProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      disabled={disabled}
      aria-expanded={isToggle ? isOn : undefined}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${name} (${shortcut})` : name}
      className={classes(
        'grid justify-items-center gap-1 rounded-md py-2 text-xs sm:w-18 sm:py-1 font-medium disabled:opacity-40',
        isOn ? 'bg-accent-soft text-accent' : 'hover:bg-sunken',
      )}
    >
      <Icon size={18} aria-hidden />
      {name}
    </button>
  );
}
