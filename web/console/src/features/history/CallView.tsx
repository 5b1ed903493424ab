import { useAuth, useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ear, MessageSquare, Phone } from 'lucide-react';
import type { ReactNode, SubmitEvent } from 'react';
import { Link } from 'react-router';

import { Button } from '../../components/Button';
import { Field, TextArea } from '../../components/Field';
import { Tag, Top } from '../../components/Layout';
import { Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { Avatar, called, Words } from '../../components/Who';
import { FATES, fateOf } from '../../lib/calls';
import { problem } from '../../lib/problem';
import { customerOf, numberOf, showCall, useCall } from '../../lib/queries';
import { readableNumber } from '../../lib/text';
import { clock, exact } from '../../lib/time';
import type { Call } from '../../lib/types';
import { dial } from '../../voice/dial';
import phone, { useBusy, usePhone } from '../../voice/open';
import { Player } from './Player';
import { Timeline } from './Timeline';

/** One call: who, what was said, what was written, and what happened when. */
export function CallView({ id, back }: { id: string; back: string }) {
  const { user } = useAuth();
  const { data: call, error, refetch } = useCall(id);
  if (error && !call)
    return (
      <>
        <Top level={2} title="Call" back={back} />
        <Trouble error={error} onRetry={() => void refetch()} />
      </>
    );
  if (!call) return <Rows />;
  const { name, path } = customerOf(call);
  const number = numberOf(call);
  const who = called(name, number);
  const fate = FATES[fateOf(call)];
  return (
    <div className="flex h-full min-h-0 w-full flex-col bg-surface">
      <Top level={2} title={<Words>{who}</Words>} back={back}>
        <Link to={back} className="hidden rounded-md px-2 py-1 text-muted hover:bg-sunken md:inline">
          Close
        </Link>
      </Top>
      <div
        className="min-h-0 flex-1 overflow-y-auto p-4"
        tabIndex={0}
        role="region"
        aria-label={`Call with ${who}`}
      >
        <div className="flex items-center gap-3">
          <Avatar name={name ?? ''} size={48} />
          <div className="min-w-0 flex-1">
            <p className="tabular-nums">{readableNumber(number)}</p>
            {path && (
              <Link to={path} className="text-accent underline underline-offset-2">
                Open their record
              </Link>
            )}
          </div>
          <Tag tone={fate.tone}>{fate.words}</Tag>
        </div>
        <Acts call={call} number={number} />
        <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-3">
          <Fact name="Began">{exact(call.started_at)}</Fact>
          <Fact name="Lasted">{clock(call.duration_seconds * 1000)}</Fact>
          <Fact name="Waited">
            {call.answered_at && call.direction === 'inbound'
              ? clock(Date.parse(call.answered_at) - Date.parse(call.started_at))
              : '–'}
          </Fact>
          <Fact name="Talked">{call.talk_time_seconds > 0 ? clock(call.talk_time_seconds * 1000) : '–'}</Fact>
        </dl>
        {call.recording_url && (
          <Section title="Recording">
            <Player url={call.recording_url} label="Recording" />
          </Section>
        )}
        {call.voicemail_url && (
          <Section title="Voicemail">
            <Player url={call.voicemail_url} label="Voicemail" />
            {call.voicemail_transcript && (
              <blockquote dir="auto" className="mt-2 border-l-2 border-line-strong pl-3 whitespace-pre-wrap">
                <Words>{call.voicemail_transcript}</Words>
              </blockquote>
            )}
          </Section>
        )}
        <Section title="What came of it">
          <Written key={call.updated_at} call={call} />
        </Section>
        <Section title="Timeline">
          <Timeline id={id} />
          {user?.role === 'admin' && (
            <Link to={`/settings/webhooks?call=${id}`} className="text-accent underline underline-offset-2">
              What Twilio sent about it
            </Link>
          )}
        </Section>
      </div>
    </div>
  );
}

function Acts({ call, number }: { call: Call; number: string }) {
  const { user } = useAuth();
  const { api } = useClient();
  const { call: own } = usePhone();
  const off = useBusy();
  const canAct = user !== null && user.role !== 'viewer';
  const maySupervise = user?.role === 'manager' || user?.role === 'admin';
  async function listen() {
    try {
      await api.post('/api/twilio/call/{id}/listen', { path: { id: call.id }, body: { mode: 'monitor' } });
      await phone.join(call.id, 'supervisor');
    } catch (error) {
      toast('problem', 'You cannot listen', { body: problem(error) });
    }
  }
  return (
    <div className="mt-4 flex flex-wrap gap-2">
      {canAct && (
        <Button icon={Phone} off={off} onClick={() => void dial(number)}>
          Call back
        </Button>
      )}
      <Link
        to={`/inbox/${encodeURIComponent(number)}`}
        className="inline-flex min-h-9 items-center gap-2 rounded-md border border-line bg-raised px-3 font-medium hover:bg-sunken"
      >
        <MessageSquare size={16} aria-hidden />
        Messages
      </Link>
      {maySupervise && call.state === 'connected' && call.user_id !== user?.id && (
        <Button icon={Ear} off={own?.id === call.id ? 'You are listening' : off} onClick={() => void listen()}>
          Listen
        </Button>
      )}
    </div>
  );
}

/** Notes and outcome, at any time. */
function Written({ call }: { call: Call }) {
  const { api } = useClient();
  const { user } = useAuth();
  const cache = useQueryClient();
  const write = useMutation({
    mutationFn: async (body: { notes: string; outcome: string }) =>
      (await api.patch('/api/twilio/call/{id}', { path: { id: call.id }, body })).call,
    onSuccess: (told) => {
      showCall(cache, told);
      toast('done', 'Saved');
    },
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    write.mutate({ notes: String(fields.get('notes')), outcome: String(fields.get('outcome')) });
  }
  const isReadOnly = user?.role === 'viewer';
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field
        label="Outcome"
        name="outcome"
        defaultValue={call.outcome ?? ''}
        maxLength={100}
        readOnly={isReadOnly}
      />
      <TextArea
        label="Notes"
        name="notes"
        defaultValue={call.notes ?? ''}
        maxLength={10_000}
        readOnly={isReadOnly}
        error={write.isError ? problem(write.error) : undefined}
      />
      {!isReadOnly && (
        <Button type="submit" disabled={write.isPending} className="justify-self-start">
          Save
        </Button>
      )}
    </form>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-6">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
