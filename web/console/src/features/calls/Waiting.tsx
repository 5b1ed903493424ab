import type { WaitingCall } from '@switchboard/client';
import { useAuth, useClient } from '@switchboard/client/react';
import { useQuery } from '@tanstack/react-query';
import { Phone, PhoneOff } from 'lucide-react';
import { Link } from 'react-router';

import { Button } from '../../components/Button';
import { Clock, When } from '../../components/When';
import { Avatar, called, Words } from '../../components/Who';
import { classes } from '../../lib/classes';
import { keys, nameIn, useCustomer, useTeam } from '../../lib/queries';
import { readableNumber } from '../../lib/text';

interface Props {
  call: WaitingCall;
  canAnswer: boolean;
  /** Why it cannot be taken now, in words. */
  off?: string | null;
  onAccept(): void;
  onDecline(): void;
}

/** A call that rings, or what became of it. */
export function Waiting({ call, canAnswer, off = null, onAccept, onDecline }: Props) {
  const { serverNow } = useClient();
  const who = called(call.callerName, call.from);
  const isOver = call.outcome !== null;
  return (
    <article
      data-call={call.callSid}
      aria-label={`Call from ${who}`}
      className={classes(
        'arriving pointer-events-auto rounded-lg border bg-raised p-4 shadow-xl',
        isOver ? 'border-line' : 'border-good-solid',
      )}
    >
      <div className="flex items-start gap-3">
        <Avatar name={call.callerName ?? ''} size={44} />
        <div className="min-w-0 flex-1">
          <p className="truncate text-xl leading-7 font-semibold" data-who>
            <Words>{who}</Words>
          </p>
          <p className="h-5 truncate text-muted">
            <About call={call} />
          </p>
        </div>
        {!isOver && (
          <Clock
            since={Date.parse(call.timestamp)}
            ahead={serverNow() - Date.now()}
            label="Waiting"
            className="text-lg font-medium text-muted tabular-nums"
          />
        )}
      </div>
      <div className="mt-3 min-h-9">
        {isOver ? (
          <p className="py-1.5 font-medium" data-outcome>
            <Became call={call} />
          </p>
        ) : (
          canAnswer && (
            <div className="flex gap-2">
              <Button
                look="good"
                icon={Phone}
                shortcut="A"
                off={off}
                disabled={call.asking !== null}
                onClick={onAccept}
                className="flex-1"
              >
                Accept
              </Button>
              <Button
                look="quiet"
                icon={PhoneOff}
                shortcut="D"
                disabled={call.asking !== null}
                onClick={onDecline}
              >
                Decline
              </Button>
            </div>
          )
        )}
      </div>
      {call.problem && !isOver && <p className="mt-2 text-bad">{call.problem}</p>}
    </article>
  );
}

/** "Contact · Acme · last spoke Tuesday", as far as it is known. */
function About({ call }: { call: WaitingCall }) {
  const kind = call.contactId ? 'contacts' : 'leads';
  const id = call.contactId ?? call.leadId;
  const { data: customer } = useCustomer(kind, id);
  const { data: last } = useLastCall(kind, id);
  const number = readableNumber(call.from);
  if (!id) return call.callerName === null ? 'Nobody we know yet' : number;
  return (
    <>
      <Link to={`/people/${kind}/${id}`} className="underline decoration-line-strong underline-offset-2">
        {kind === 'contacts' ? 'Contact' : 'Lead'}
      </Link>
      {customer?.company && (
        <>
          {' · '}
          <Words>{customer.company}</Words>
        </>
      )}
      {last && (
        <>
          {' · last spoke '}
          <When at={last} />
        </>
      )}
      {!last && !customer?.company && ` · ${number}`}
    </>
  );
}

/** When somebody last talked with them. */
function useLastCall(kind: 'contacts' | 'leads', id: string | null) {
  const { api } = useClient();
  return useQuery({
    queryKey: [...keys.calls, 'last', id],
    queryFn: async () => {
      const who = kind === 'contacts' ? { contactId: id ?? '' } : { leadId: id ?? '' };
      const { calls } = await api.get('/api/twilio/call', { query: { ...who, limit: 10 } });
      return calls.find(({ answered_at }) => answered_at)?.started_at ?? null;
    },
    enabled: id !== null,
    staleTime: 60_000,
  });
}

function Became({ call: { outcome } }: { call: WaitingCall }) {
  const { user } = useAuth();
  const { data: team } = useTeam();
  if (!outcome) return null;
  if (outcome.kind === 'ended') return 'The call has ended';
  const isMe = outcome.byMe || outcome.by === user?.id;
  return `${isMe ? 'You' : (outcome.name ?? nameIn(team, outcome.by))} took it`;
}
