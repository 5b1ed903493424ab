import { useClient } from '@switchboard/client/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Choice, Field } from '../../components/Field';
import { Card } from '../../components/Layout';
import { Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { useOrganization } from '../../lib/organization';
import { isAtFields, problem, problemOf } from '../../lib/problem';
import { regions } from '../../lib/regions';

/** Its name, where it is, and by which clock its hours go. */
export default function Organization() {
  const { api } = useClient();
  const cache = useQueryClient();
  const { data: organization, error, refetch } = useOrganization();
  const save = useMutation({
    mutationFn: async (body: { name: string; region: string; timezone: string }) =>
      (await api.patch('/api/organizations/current', { body })).organization,
    onSuccess: (told) => {
      cache.setQueryData(['organization'], told);
      void cache.invalidateQueries({ queryKey: ['numbers'] });
      toast('done', 'Saved');
    },
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    save.mutate({
      name: String(fields.get('name')),
      region: String(fields.get('region')),
      timezone: String(fields.get('timezone')),
    });
  }
  if (error && !organization) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!organization) return <Rows count={2} />;
  const zones = [...new Set([organization.timezone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  return (
    <Card>
      <form onSubmit={submit} className="grid max-w-96 gap-3">
        {save.isError && !isAtFields(save.error) && (
          <p role="alert" className="text-bad">
            {problem(save.error)}
          </p>
        )}
        <Field
          label="Name"
          name="name"
          defaultValue={organization.name}
          maxLength={100}
          required
          error={problemOf(save.error, 'name')}
        />
        <Choice
          label="Country"
          name="region"
          defaultValue={organization.region}
          hint="Numbers typed without a country code are read as numbers of it"
          error={problemOf(save.error, 'region')}
        >
          {regions().map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </Choice>
        <Choice
          label="Time zone"
          name="timezone"
          defaultValue={organization.timezone}
          hint="Opening hours and holidays go by it"
          error={problemOf(save.error, 'timezone')}
        >
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replace(/_/g, ' ')}
            </option>
          ))}
        </Choice>
        <Button type="submit" look="primary" disabled={save.isPending} className="justify-self-start">
          Save
        </Button>
      </form>
    </Card>
  );
}
