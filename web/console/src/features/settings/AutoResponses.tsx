import { useAuth, useClient } from '@switchboard/client/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bot, Plus } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Check, Choice, Field, TextArea } from '../../components/Field';
import { Card, Tag } from '../../components/Layout';
import { Nothing, Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { Words } from '../../components/Who';
import { isAtFields, problem, problemOf } from '../../lib/problem';
import { useNumbers } from '../../lib/queries';
import { readableNumber } from '../../lib/text';
import type { AutoResponse } from '../../lib/types';

const KEY = ['auto-responses'];

const TRIGGERS: Record<string, string> = {
  keyword: 'A keyword',
  closed: 'A text outside the hours',
  new_lead: 'The first text of somebody new',
};

/** What is answered by itself to those who write. */
export default function AutoResponses() {
  const { api } = useClient();
  const { user } = useAuth();
  const [open, setOpen] = useState<AutoResponse | 'new' | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await api.get('/api/twilio/auto-responses')).auto_responses,
  });
  const mayWrite = user?.role === 'admin' || user?.role === 'manager';
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows count={3} />;
  return (
    <div className="grid gap-3">
      <div className="flex items-center justify-between gap-3">
        <p className="text-muted">
          A text is answered once at most: a keyword before hours, hours before a welcome.
        </p>
        {mayWrite && (
          <Button icon={Plus} look="primary" onClick={() => setOpen('new')}>
            Add
          </Button>
        )}
      </div>
      {data.length === 0 ? (
        <Nothing icon={Bot} title="Nothing is answered by itself">
          {mayWrite ? 'Add what is to be said, such as that you are closed.' : 'Managers decide that.'}
        </Nothing>
      ) : (
        data.map((rule) => (
          <Card
            key={rule.id}
            title={
              rule.trigger === 'keyword' ? `“${rule.keyword}”` : (TRIGGERS[rule.trigger] ?? rule.trigger)
            }
            action={
              <span className="flex flex-wrap items-center justify-end gap-2">
                {rule.number && <Tag>{readableNumber(rule.number)}</Tag>}
                {!rule.is_active && <Tag tone="warn">Off</Tag>}
                {mayWrite && <Button onClick={() => setOpen(rule)}>Change</Button>}
              </span>
            }
          >
            <p dir="auto" className="whitespace-pre-wrap text-muted">
              <Words>{rule.body}</Words>
            </p>
          </Card>
        ))
      )}
      {open && <RuleForm rule={open === 'new' ? undefined : open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function RuleForm({ rule, onClose }: { rule: AutoResponse | undefined; onClose(): void }) {
  const { api } = useClient();
  const cache = useQueryClient();
  const { data: lines } = useNumbers();
  const [trigger, setTrigger] = useState(rule?.trigger ?? 'keyword');
  const done = (words: string) => () => {
    void cache.invalidateQueries({ queryKey: KEY });
    toast('done', words);
    onClose();
  };
  const save = useMutation({
    mutationFn: (body: {
      trigger: string;
      keyword: string | null;
      number: string | null;
      body: string;
      is_active: boolean;
    }) =>
      rule
        ? api.put('/api/twilio/auto-responses/{id}', { path: { id: rule.id }, body })
        : api.post('/api/twilio/auto-responses', { body }),
    onSuccess: done('Saved'),
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete('/api/twilio/auto-responses/{id}', { path: { id } }),
    onSuccess: done('Deleted'),
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    save.mutate({
      trigger,
      keyword: trigger === 'keyword' ? String(fields.get('keyword')) : null,
      number: String(fields.get('number')) || null,
      body: String(fields.get('body')),
      is_active: fields.has('is_active'),
    });
  }
  const error = save.error ?? remove.error;
  const wrong = (field: string) => problemOf(save.error, field);
  return (
    <Dialog title={rule ? 'Change an answer' : 'Add an answer'} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3">
        {error && !isAtFields(error) && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {problem(error)}
          </p>
        )}
        <Choice
          label="Answers"
          value={trigger}
          onChange={(event) => setTrigger(event.target.value)}
          error={wrong('trigger')}
        >
          {Object.entries(TRIGGERS).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Choice>
        {trigger === 'keyword' && (
          <Field
            label="Keyword"
            name="keyword"
            defaultValue={rule?.keyword ?? ''}
            maxLength={100}
            required
            hint="A text that is nothing but this, in whatever case"
            error={wrong('keyword')}
          />
        )}
        <Choice label="At" name="number" defaultValue={rule?.number ?? ''} error={wrong('number')}>
          <option value="">All numbers</option>
          {lines?.numbers.map(({ phoneNumber }) => (
            <option key={phoneNumber} value={phoneNumber}>
              {readableNumber(phoneNumber)}
            </option>
          ))}
        </Choice>
        <TextArea
          label="Text"
          name="body"
          rows={4}
          defaultValue={rule?.body ?? ''}
          maxLength={1600}
          required
          error={wrong('body')}
          hint="{{first_name}}, {{name}} and {{organization}} fill themselves"
        />
        <Check label="On" name="is_active" defaultChecked={rule?.is_active ?? true} />
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={save.isPending}>
            Save
          </Button>
          {rule && (
            <Button look="quiet" disabled={remove.isPending} onClick={() => remove.mutate(rule.id)}>
              Delete
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
