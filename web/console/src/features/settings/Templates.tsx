import { useAuth, useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileText, Plus } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Check, Field, TextArea } from '../../components/Field';
import { Card, Tag } from '../../components/Layout';
import { Nothing, Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { Words } from '../../components/Who';
import { isAtFields, problem, problemOf } from '../../lib/problem';
import { keys, useTemplates } from '../../lib/queries';
import type { Template } from '../../lib/types';

/** Texts that are written once and sent often. */
export default function Templates() {
  const { user } = useAuth();
  const { data, error, refetch } = useTemplates();
  const [open, setOpen] = useState<Template | 'new' | null>(null);
  const mayWrite = user?.role === 'admin' || user?.role === 'manager';
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows count={3} />;
  return (
    <div className="grid gap-3">
      <div className="flex items-center justify-between gap-3">
        <p className="text-muted">
          In the inbox, / offers them. Gaps such as {'{{first_name}}'} fill themselves.
        </p>
        {mayWrite && (
          <Button icon={Plus} look="primary" onClick={() => setOpen('new')}>
            Add
          </Button>
        )}
      </div>
      {data.length === 0 ? (
        <Nothing icon={FileText} title="No templates yet">
          {mayWrite ? 'Add the first one.' : 'Managers write them.'}
        </Nothing>
      ) : (
        data.map((template) => (
          <Card
            key={template.id}
            title={template.name}
            action={
              <span className="flex items-center gap-2">
                {template.category && <Tag>{template.category}</Tag>}
                {template.content_sid && <Tag tone="good">WhatsApp</Tag>}
                {!template.is_active && <Tag tone="warn">Not offered</Tag>}
                {mayWrite && (
                  <Button aria-label={`Change ${template.name}`} onClick={() => setOpen(template)}>
                    Change
                  </Button>
                )}
              </span>
            }
          >
            <p dir="auto" className="whitespace-pre-wrap text-muted">
              <Words>{template.body}</Words>
            </p>
          </Card>
        ))
      )}
      {open && <TemplateForm template={open === 'new' ? undefined : open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function TemplateForm({ template, onClose }: { template: Template | undefined; onClose(): void }) {
  const { api } = useClient();
  const cache = useQueryClient();
  const done = (words: string) => () => {
    void cache.invalidateQueries({ queryKey: keys.templates });
    toast('done', words);
    onClose();
  };
  const save = useMutation({
    mutationFn: (body: {
      name: string;
      category: string;
      body: string;
      content_sid: string;
      is_active: boolean;
    }) =>
      template
        ? api.put('/api/twilio/templates/{id}', { path: { id: template.id }, body })
        : api.post('/api/twilio/templates', { body }),
    onSuccess: done('Saved'),
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete('/api/twilio/templates/{id}', { path: { id } }),
    onSuccess: done('Deleted'),
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name));
    save.mutate({
      name: text('name'),
      category: text('category'),
      body: text('body'),
      content_sid: text('content_sid'),
      is_active: fields.has('is_active'),
    });
  }
  const error = save.error ?? remove.error;
  const wrong = (field: string) => problemOf(save.error, field);
  return (
    <Dialog title={template ? `Change ${template.name}` : 'Add a template'} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3">
        {error && !isAtFields(error) && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {problem(error)}
          </p>
        )}
        <Field
          label="Name"
          name="name"
          defaultValue={template?.name ?? ''}
          maxLength={100}
          required
          autoFocus
          error={wrong('name')}
        />
        <Field
          label="Category"
          name="category"
          defaultValue={template?.category ?? ''}
          maxLength={100}
          error={wrong('category')}
        />
        <TextArea
          label="Text"
          name="body"
          rows={5}
          defaultValue={template?.body ?? ''}
          maxLength={1600}
          required
          error={wrong('body')}
          hint={'{{first_name}}, {{name}}, {{company}}, {{agent_name}} and {{organization}} fill themselves'}
        />
        <Field
          label="WhatsApp’s id"
          name="content_sid"
          defaultValue={template?.content_sid ?? ''}
          placeholder="HX…"
          hint="If WhatsApp agreed to it"
          error={wrong('content_sid')}
        />
        <Check label="Offer it" name="is_active" defaultChecked={template?.is_active ?? true} />
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={save.isPending}>
            Save
          </Button>
          {template && (
            <Button look="quiet" disabled={remove.isPending} onClick={() => remove.mutate(template.id)}>
              Delete
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
