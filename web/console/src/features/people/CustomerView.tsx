import { useAuth, useClient } from '@switchboard/client/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MessageSquare, Pencil, Phone, PhoneIncoming, PhoneOutgoing, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Card, Tag, Top } from '../../components/Layout';
import { Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { When } from '../../components/When';
import { Avatar, called, Words } from '../../components/Who';
import { FATES, fateOf } from '../../lib/calls';
import { problem } from '../../lib/problem';
import { keys, nameIn, useCustomer, useTeam } from '../../lib/queries';
import { readableNumber, readableWord } from '../../lib/text';
import { clock } from '../../lib/time';
import type { Customer, Kind } from '../../lib/types';
import { dial } from '../../voice/dial';
import { useBusy } from '../../voice/open';
import { CustomerForm } from './CustomerForm';

/** Somebody: what is known about them, and what was between us. */
export function CustomerView({ kind, id, back }: { kind: Kind; id: string; back: string }) {
  const { data: customer, error, refetch } = useCustomer(kind, id);
  const [open, setOpen] = useState<'form' | 'removal' | null>(null);
  const { user } = useAuth();
  if (error && !customer)
    return (
      <>
        <Top level={2} title="Somebody" back={back} />
        <Trouble error={error} onRetry={() => void refetch()} />
      </>
    );
  if (!customer)
    return (
      <div className="flex-1">
        <Rows />
      </div>
    );
  const number = customer.phone_e164 ?? customer.phone ?? '';
  const name = called(customer.name, number);
  const canWrite = user?.role !== 'viewer';
  return (
    <div className="flex h-full min-h-0 w-full flex-1 flex-col">
      <Top level={2} title={<Words>{name}</Words>} back={back}>
        {canWrite && (
          <Button icon={Pencil} onClick={() => setOpen('form')}>
            Change
          </Button>
        )}
        {canWrite && (
          <Button icon={Trash2} look="quiet" onClick={() => setOpen('removal')}>
            Delete
          </Button>
        )}
      </Top>
      <div
        className="grid min-h-0 flex-1 content-start gap-4 overflow-y-auto p-4 xl:grid-cols-2"
        tabIndex={0}
        role="region"
        aria-label={name}
      >
        <Card>
          <div className="flex items-center gap-3">
            <Avatar name={customer.name} size={56} />
            <div className="min-w-0 flex-1">
              <p className="truncate text-xl font-semibold">
                <Words>{name}</Words>
              </p>
              <p className="truncate text-muted">{customer.company && <Words>{customer.company}</Words>}</p>
            </div>
            <Tag tone="accent">{readableWord(customer.status)}</Tag>
          </div>
          {customer.phone_e164 && (
            <Acts number={customer.phone_e164} canWrite={canWrite} kind={kind} id={id} />
          )}
          <Facts customer={customer} number={number} />
        </Card>
        <Calls kind={kind} id={id} />
      </div>
      {open === 'form' && <CustomerForm kind={kind} customer={customer} onClose={() => setOpen(null)} />}
      {open === 'removal' && (
        <Removal kind={kind} id={id} name={name} back={back} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function Acts({ number, canWrite, kind, id }: { number: string; canWrite: boolean; kind: Kind; id: string }) {
  const off = useBusy();
  const who = kind === 'leads' ? { leadId: id } : { contactId: id };
  return (
    <div className="mt-4 flex gap-2">
      {canWrite && (
        <Button icon={Phone} look="primary" off={off} onClick={() => void dial(number, who)}>
          Call
        </Button>
      )}
      <Link
        to={`/inbox/${encodeURIComponent(number)}`}
        className="inline-flex min-h-9 items-center gap-2 rounded-md border border-line bg-raised px-3 font-medium hover:bg-sunken"
      >
        <MessageSquare size={16} aria-hidden />
        Messages
      </Link>
    </div>
  );
}

function Facts({ customer, number }: { customer: Customer; number: string }) {
  const { data: team } = useTeam();
  const money = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
  return (
    <dl className="mt-5 grid grid-cols-1 gap-3 sm:grid-cols-2">
      <Fact name="Phone">
        {number ? <span className="tabular-nums">{readableNumber(number)}</span> : '–'}
      </Fact>
      <Fact name="E-mail address">
        {customer.email ? (
          <a href={`mailto:${customer.email}`} className="text-accent underline [overflow-wrap:anywhere]">
            {customer.email}
          </a>
        ) : (
          '–'
        )}
      </Fact>
      <Fact name="Looks after them">
        {customer.assigned_to ? nameIn(team, customer.assigned_to) : 'Nobody in particular'}
      </Fact>
      <Fact name="Known since">
        <When at={customer.created_at} />
      </Fact>
      {customer.priority && <Fact name="Priority">{readableWord(customer.priority)}</Fact>}
      {customer.source && (
        <Fact name="Source">
          <Words>{customer.source}</Words>
        </Fact>
      )}
      {customer.value != null && <Fact name="Value">{money.format(customer.value)}</Fact>}
      {customer.notes && (
        <div className="sm:col-span-2">
          <Fact name="Notes">
            <span dir="auto" className="whitespace-pre-wrap">
              <Words>{customer.notes}</Words>
            </span>
          </Fact>
        </div>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The last calls with them. */
function Calls({ kind, id }: { kind: Kind; id: string }) {
  const { api } = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.calls, 'of', kind, id],
    queryFn: async () => {
      const who = kind === 'leads' ? { leadId: id } : { contactId: id };
      return (await api.get('/api/twilio/call', { query: { ...who, limit: 20 } })).calls;
    },
  });
  return (
    <Card title="Calls">
      {error && !data ? (
        <Trouble error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Rows count={3} height={36} />
      ) : data.length === 0 ? (
        <p className="text-muted">No calls with them yet.</p>
      ) : (
        <ul>
          {data.map((call) => {
            const fate = FATES[fateOf(call)];
            const Direction = call.direction === 'inbound' ? PhoneIncoming : PhoneOutgoing;
            return (
              <li key={call.id}>
                <Link
                  to={`/calls/${call.id}`}
                  className="flex min-h-10 items-center gap-3 rounded-md px-2 hover:bg-sunken"
                >
                  <Direction
                    size={16}
                    aria-label={call.direction === 'inbound' ? 'Came in' : 'Went out'}
                    className="text-muted"
                  />
                  <Tag tone={fate.tone}>{fate.words}</Tag>
                  <span className="flex-1 text-muted tabular-nums">
                    {call.talk_time_seconds > 0 && clock(call.talk_time_seconds * 1000)}
                  </span>
                  <When at={call.started_at} className="text-sm text-muted" />
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

function Removal({
  kind,
  id,
  name,
  back,
  onClose,
}: {
  kind: Kind;
  id: string;
  name: string;
  back: string;
  onClose(): void;
}) {
  const { api } = useClient();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () =>
      kind === 'leads'
        ? api.delete('/api/leads/{id}', { path: { id } })
        : api.delete('/api/contacts/{id}', { path: { id } }),
    onSuccess: () => {
      void navigate(back);
      void cache.invalidateQueries({ queryKey: ['customers'] });
      toast('done', `${name} is deleted`);
    },
  });
  return (
    <Dialog title={`Delete ${name}?`} onClose={onClose}>
      <p>What was said and written stays; it belongs to nobody then.</p>
      {remove.isError && (
        <p role="alert" className="mt-2 text-bad">
          {problem(remove.error)}
        </p>
      )}
      <div className="mt-4 flex gap-2">
        <Button look="bad" disabled={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
        <Button onClick={onClose}>Keep</Button>
      </div>
    </Dialog>
  );
}
