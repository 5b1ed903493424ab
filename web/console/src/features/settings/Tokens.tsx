import { useClient } from '@switchboard/client/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import type { SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { Card } from '../../components/Layout';
import { Once } from '../../components/Once';
import { Nothing, Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { When } from '../../components/When';
import { Words } from '../../components/Who';
import { problem } from '../../lib/problem';

const KEY = ['service-tokens'];

/** What programs read events with. */
export default function Tokens() {
  const { api } = useClient();
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await api.get('/api/service-tokens')).serviceTokens,
  });
  const create = useMutation({
    mutationFn: (name: string) => api.post('/api/service-tokens', { body: { name } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEY }),
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete('/api/service-tokens/{id}', { path: { id } }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: KEY });
      toast('done', 'The token is no good any more');
    },
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    create.mutate(String(new FormData(form).get('name')), { onSuccess: () => form.reset() });
  }
  return (
    <div className="grid gap-4">
      <Card title="Make a token">
        <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
          <div className="min-w-52 flex-1">
            <Field
              label="What it is for"
              name="name"
              maxLength={100}
              required
              error={create.isError ? problem(create.error) : undefined}
            />
          </div>
          <Button type="submit" look="primary" disabled={create.isPending}>
            Make
          </Button>
        </form>
        {create.data && <Once title="Copy it now: it is shown this once." secret={create.data.token} />}
      </Card>
      {error && !data ? (
        <Trouble error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Rows count={2} />
      ) : data.length === 0 ? (
        <Nothing icon={KeyRound} title="No tokens yet">
          Programs that read events need one.
        </Nothing>
      ) : (
        <ul aria-label="Service tokens" className="grid gap-2">
          {data.map(({ id, name, created_at, last_used_at }) => (
            <li
              key={id}
              className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface p-3"
            >
              <span className="min-w-40 flex-1">
                <span className="block font-medium">
                  <Words>{name}</Words>
                </span>
                <span className="text-sm text-muted">
                  Made <When at={created_at} /> ·{' '}
                  {last_used_at ? (
                    <>
                      used <When at={last_used_at} />
                    </>
                  ) : (
                    'not used yet'
                  )}
                </span>
              </span>
              <Button
                look="quiet"
                aria-label={`Revoke ${name}`}
                disabled={remove.isPending}
                onClick={() => remove.mutate(id)}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
