// Calls that ring, and what became of them: above everything else, whatever one is doing.

import type { WaitingCall } from '@switchboard/client';
import { useAuth, useCalls } from '@switchboard/client/react';
import { useRef } from 'react';
import { Link } from 'react-router';

import { sayAloud } from '../../lib/aloud';
import { useShortcut } from '../../lib/shortcuts';
import { count } from '../../lib/text';
import phone, { useBusy, usePhone } from '../../voice/open';
import { Asked } from './Asked';
import { Waiting } from './Waiting';
import { WaitingElsewhere } from './WaitingElsewhere';
import { WrapUp } from './WrapUp';

/** So many are shown in full, the oldest first. */
const MOST = 3;

export function Dock() {
  const { calls, accept, decline } = useCalls();
  const { user } = useAuth();
  const { call, asked, after } = usePhone();
  const isTaking = calls.some(({ asking }) => asking === 'accept');
  const off = useBusy() ?? (isTaking ? 'You are taking a call' : null);
  const canAnswer = user?.role !== 'viewer';
  const rang = useRef(new Set<string>());
  for (const { ringsForMe, callSid } of calls) if (ringsForMe) rang.current.add(callSid);
  // What became of it is told to those for whom it rang, and it rings for nobody any more.
  const isTold = ({ outcome, callSid }: WaitingCall) =>
    outcome !== null && rang.current.has(callSid) && !(call && outcome.kind === 'taken' && outcome.byMe);
  const mine = calls.filter((waiting) => waiting.ringsForMe || isTold(waiting));
  const others = calls.filter(({ ringsForMe, outcome }) => !ringsForMe && outcome === null);
  const ringing = mine.filter(({ outcome }) => outcome === null);

  async function take(callSid: string) {
    const acceptance = await accept(callSid);
    if (acceptance.ok) await phone.join(acceptance.conferenceId);
    else if (acceptance.because === 'failed') sayAloud(acceptance.problem);
  }
  /** The call that has the focus, or else the oldest. */
  function meant(): string | undefined {
    const focused = document.activeElement?.closest<HTMLElement>('[data-call]')?.dataset['call'];
    return (ringing.find(({ callSid }) => callSid === focused) ?? ringing[0])?.callSid;
  }
  const withMeant = (act: (callSid: string) => void) => () => {
    const callSid = meant();
    if (callSid !== undefined) act(callSid);
  };
  const isOn = canAnswer && ringing.length > 0;
  useShortcut(
    'a',
    'Accept the call',
    withMeant((callSid) => void take(callSid)),
    isOn && off === null,
    true,
  );
  useShortcut(
    'd',
    'Decline the call',
    withMeant((callSid) => void decline(callSid)),
    isOn,
    true,
  );

  return (
    <section
      aria-label="Calls on the line"
      className="pointer-events-none absolute inset-x-0 bottom-0 z-40 flex max-h-full flex-col gap-2 overflow-y-auto p-2 empty:hidden sm:inset-x-auto sm:top-0 sm:right-0 sm:bottom-auto sm:w-96 sm:p-3"
    >
      {asked && <Asked from={asked.from} />}
      {mine.slice(0, MOST).map((waiting) => (
        <Waiting
          key={waiting.callSid}
          call={waiting}
          canAnswer={canAnswer}
          off={off}
          onAccept={() => void take(waiting.callSid)}
          onDecline={() => void decline(waiting.callSid)}
        />
      ))}
      {mine.length > MOST && (
        <Link
          to="/calls?state=ringing"
          className="pointer-events-auto rounded-lg border border-good-solid bg-raised px-4 py-2 font-medium shadow-xl"
        >
          {count(mine.length - MOST, 'more call waits', 'more calls wait')}
        </Link>
      )}
      {canAnswer && others.length > 0 && (
        <WaitingElsewhere calls={others} off={off} onTake={(callSid) => void take(callSid)} />
      )}
      {after !== null && !call && <WrapUp key={after} id={after} />}
    </section>
  );
}
