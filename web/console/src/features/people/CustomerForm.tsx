import { useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Choice, Field, TextArea } from '../../components/Field';
import { toast } from '../../components/Toasts';
import { isAtFields, problem, problemOf } from '../../lib/problem';
import { keys, useTeam } from '../../lib/queries';
import { readableWord } from '../../lib/text';
import type { Customer, Kind } from '../../lib/types';

const STATUSES: Record<Kind, readonly string[]> = {
  contacts: ['active', 'inactive'],
  leads: ['new', 'contacted', 'qualified', 'converted', 'lost'],
};
const PRIORITIES = ['low', 'medium', 'high'];

interface Props {
  kind: Kind;
  /** Who is to be changed; nobody: somebody is added. */
  customer?: Customer;
  phone?: string;
  onClose(): void;
  onSaved?(customer: Customer): void;
}

/** Adds somebody, or changes what is known about them. */
export function CustomerForm({ kind, customer, phone = '', onClose, onSaved }: Props) {
  const { api } = useClient();
  const cache = useQueryClient();
  const { data: team = [] } = useTeam();
  const save = useMutation({
    mutationFn: async (body: Record<string, string | number | null>): Promise<Customer> => {
      if (kind === 'leads') {
        return customer
          ? (await api.patch('/api/leads/{id}', { path: { id: customer.id }, body })).lead
          : (await api.post('/api/leads', { body })).lead;
      }
      return customer
        ? (await api.patch('/api/contacts/{id}', { path: { id: customer.id }, body })).contact
        : (await api.post('/api/contacts', { body })).contact;
    },
    onSuccess: (saved) => {
      cache.setQueryData(keys.customer(kind, saved.id), saved);
      void cache.invalidateQueries({ queryKey: ['customers'] });
      void cache.invalidateQueries({ queryKey: ['thread'] });
      void cache.invalidateQueries({ queryKey: keys.conversations });
      toast('done', customer ? 'Saved' : 'Added');
      onClose();
      onSaved?.(saved);
    },
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    const { value, assigned_to, ...rest } = fields;
    save.mutate({
      ...rest,
      assigned_to: assigned_to || null,
      ...(kind === 'leads' ? { value: value ? Number(value) : null } : {}),
    });
  }
  const wrong = (field: string) => problemOf(save.error, field);
  const one = kind === 'leads' ? 'lead' : 'contact';
  return (
    <Dialog title={customer ? `Change ${one}` : `Add a ${one}`} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3">
        {save.isError && !isAtFields(save.error) && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {problem(save.error)}
          </p>
        )}
        <div className="grid grid-cols-2 gap-3">
          <Field
            label="First name"
            name="first_name"
            defaultValue={customer?.first_name ?? ''}
            maxLength={100}
            error={wrong('first_name')}
            autoFocus
            required
          />
          <Field
            label="Last name"
            name="last_name"
            defaultValue={customer?.last_name ?? ''}
            maxLength={100}
            error={wrong('last_name')}
          />
        </div>
        <Field
          label="Phone"
          name="phone"
          type="tel"
          defaultValue={customer?.phone ?? phone}
          maxLength={50}
          error={wrong('phone')}
        />
        <Field
          label="E-mail address"
          name="email"
          type="email"
          defaultValue={customer?.email ?? ''}
          maxLength={255}
          error={wrong('email')}
        />
        <Field
          label="Company"
          name="company"
          defaultValue={customer?.company ?? ''}
          maxLength={255}
          error={wrong('company')}
        />
        <div className="grid grid-cols-2 gap-3">
          <Choice
            label="Status"
            name="status"
            defaultValue={customer?.status ?? STATUSES[kind][0]}
            error={wrong('status')}
          >
            {STATUSES[kind].map((status) => (
              <option key={status} value={status}>
                {readableWord(status)}
              </option>
            ))}
          </Choice>
          <Choice
            label="Looks after them"
            name="assigned_to"
            defaultValue={customer?.assigned_to ?? ''}
            error={wrong('assigned_to')}
          >
            <option value="">Nobody in particular</option>
            {team.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Choice>
        </div>
        {kind === 'leads' && (
          <div className="grid grid-cols-3 gap-3">
            <Choice
              label="Priority"
              name="priority"
              defaultValue={customer?.priority ?? 'medium'}
              error={wrong('priority')}
            >
              {PRIORITIES.map((priority) => (
                <option key={priority} value={priority}>
                  {readableWord(priority)}
                </option>
              ))}
            </Choice>
            <Field
              label="Source"
              name="source"
              defaultValue={customer?.source ?? ''}
              maxLength={100}
              error={wrong('source')}
            />
            <Field
              label="Value"
              name="value"
              type="number"
              min={0}
              step="any"
              defaultValue={customer?.value ?? ''}
              error={wrong('value')}
            />
          </div>
        )}
        <TextArea
          label="Notes"
          name="notes"
          defaultValue={customer?.notes ?? ''}
          maxLength={10_000}
          error={wrong('notes')}
        />
        <Button type="submit" look="primary" disabled={save.isPending}>
          {customer ? 'Save' : 'Add'}
        </Button>
      </form>
    </Dialog>
  );
}
