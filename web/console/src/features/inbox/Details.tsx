import { useAuth } from '@switchboard/client/react';
import { X } from 'lucide-react';
import { Link } from 'react-router';

import { Button, IconButton } from '../../components/Button';
import { Choice } from '../../components/Field';
import { Tag } from '../../components/Layout';
import { When } from '../../components/When';
import { Avatar, called, Words } from '../../components/Who';
import { classes } from '../../lib/classes';
import { problem } from '../../lib/problem';
import { useCustomer, useTeam } from '../../lib/queries';
import { readableNumber, readableWord } from '../../lib/text';
import type { Thread } from '../../lib/types';
import { useAssign } from './queries';

/** Who it is, and who looks after the conversation. */
export function Details({
  number,
  thread,
  isOpen,
  onClose,
}: {
  number: string;
  thread: Thread;
  isOpen: boolean;
  onClose(): void;
}) {
  const { user } = useAuth();
  const { data: team = [] } = useTeam();
  const assign = useAssign(number);
  const { contactInfo: person, people, consent } = thread;
  const kind = person?.type === 'lead' ? 'leads' : 'contacts';
  const { data: customer } = useCustomer(kind, person?.id);
  const name = called(person?.name, number);
  return (
    <aside
      aria-label="Who it is"
      className={classes(
        'w-72 shrink-0 overflow-y-auto border-l border-line bg-surface p-4 lg:static lg:block',
        isOpen ? 'absolute inset-y-0 right-0 z-10 block shadow-xl lg:shadow-none' : 'hidden',
      )}
    >
      <div className="grid justify-items-center gap-2 text-center">
        <IconButton icon={X} label="Close" onClick={onClose} className="justify-self-end lg:hidden" />
        <Avatar name={person?.name ?? ''} size={56} />
        <p className="text-lg font-semibold">
          <Words>{name}</Words>
        </p>
        <p className="text-muted tabular-nums">{readableNumber(number)}</p>
        {customer?.company && (
          <p className="text-muted">
            <Words>{customer.company}</Words>
          </p>
        )}
        <div className="flex flex-wrap justify-center gap-1">
          {person && <Tag tone="accent">{kind === 'leads' ? 'Lead' : 'Contact'}</Tag>}
          {customer && <Tag>{readableWord(customer.status)}</Tag>}
          {consent.state === 'opted_out' && <Tag tone="bad">Not to be texted</Tag>}
        </div>
      </div>
      <div className="mt-5 grid gap-4">
        {person ? (
          <Link to={`/people/${kind}/${person.id}`} className="text-accent underline underline-offset-2">
            Open their record
          </Link>
        ) : (
          <Link
            to={`/people/contacts?new=${encodeURIComponent(number)}`}
            className="text-accent underline underline-offset-2"
          >
            Add as a contact
          </Link>
        )}
        {people.length > 1 && (
          <div>
            <p className="text-sm text-muted">Others with this number</p>
            {people.slice(1).map((other) => (
              <Link
                key={other.id}
                to={`/people/${other.type === 'lead' ? 'leads' : 'contacts'}/${other.id}`}
                className="block text-accent"
              >
                <Words>{other.name}</Words>
              </Link>
            ))}
          </div>
        )}
        <Choice
          label="Looks after it"
          disabled={user?.role === 'viewer' || assign.isPending}
          value={thread.assignedTo ?? ''}
          error={assign.isError ? problem(assign.error) : undefined}
          onChange={(event) => assign.mutate(event.target.value || null)}
        >
          <option value="">Nobody in particular</option>
          {team.map((member) => (
            <option key={member.id} value={member.id}>
              {member.id === user?.id ? `${member.name} (you)` : member.name}
            </option>
          ))}
        </Choice>
        {user && user.role !== 'viewer' && thread.assignedTo !== user.id && (
          <Button disabled={assign.isPending} onClick={() => assign.mutate(user.id)}>
            Assign to me
          </Button>
        )}
        {customer?.notes && (
          <div>
            <p className="text-sm text-muted">About them</p>
            <p dir="auto" className="whitespace-pre-wrap">
              <Words>{customer.notes}</Words>
            </p>
          </div>
        )}
        {consent.since && (
          <p className="text-sm text-muted">
            {consent.state === 'opted_out' ? 'Said stop ' : 'Agreed to texts '}
            <When at={consent.since} />
          </p>
        )}
      </div>
    </aside>
  );
}
