import { useClient } from '@switchboard/client/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Circle, CircleAlert, CircleCheck } from 'lucide-react';
import type { ReactNode, SubmitEvent } from 'react';
import { Link } from 'react-router';

import { Button } from '../../components/Button';
import { Field } from '../../components/Field';
import { Card } from '../../components/Layout';
import { Rows, Trouble } from '../../components/States';
import { toast } from '../../components/Toasts';
import { When } from '../../components/When';
import { problem, problemOf } from '../../lib/problem';
import { readableNumber } from '../../lib/text';
import type { TwilioConfig } from '../../lib/types';

const KEY = ['twilio-config'];

/** The account that calls and texts go through, and whether it reaches us. */
export default function Twilio() {
  const { api } = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await api.get('/api/twilio/config')).config ?? null,
    refetchInterval: 3_000, // it turns green by itself as webhooks arrive
  });
  if (error && data === undefined) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Rows count={3} />;
  return (
    <div className="grid gap-4">
      <Checklist config={data} />
      <Account config={data} />
      {data && <Addresses config={data} />}
    </div>
  );
}

type State = 'done' | 'open' | 'wrong';

function Checklist({ config }: { config: TwilioConfig | null }) {
  const check = config?.webhookCheck;
  const isWrong =
    check?.lastMismatchAt != null &&
    (check.lastVerifiedAt == null || check.lastMismatchAt > check.lastVerifiedAt);
  return (
    <Card title="Connected?">
      <ol className="grid gap-3">
        <Item state={config?.hasAuthToken ? 'done' : 'open'} name="Twilio knows the account">
          {config ? <>Account {config.accountSid}</> : 'Fill in the form below: it is tried at once.'}
        </Item>
        <Item state={config?.phoneNumber ? 'done' : 'open'} name="A number is connected">
          {config?.phoneNumbers.map(readableNumber).join(', ')}
        </Item>
        <Item
          state={config?.hasApiKeySecret && config.applicationSid ? 'done' : 'open'}
          name="Browsers can call"
        >
          {config?.applicationSid ? 'With an API key' : 'Needs an API key: make one in Twilio’s console.'}
        </Item>
        <Item state={isWrong ? 'wrong' : check?.lastVerifiedAt ? 'done' : 'open'} name="Twilio reaches us">
          {isWrong ? (
            check?.lastMismatch
          ) : check?.lastVerifiedAt ? (
            <>
              Heard from Twilio <When at={check.lastVerifiedAt} />
            </>
          ) : (
            'Nothing came in the last seven days. Call or text the number: this turns green by itself.'
          )}
        </Item>
      </ol>
      {config && (
        <Link to="/settings/webhooks" className="mt-3 inline-block text-accent underline underline-offset-2">
          Look at what Twilio sent
        </Link>
      )}
    </Card>
  );
}

function Item({ state, name, children }: { state: State; name: string; children: ReactNode }) {
  const Icon = { done: CircleCheck, open: Circle, wrong: CircleAlert }[state];
  const tint = { done: 'text-good', open: 'text-muted', wrong: 'text-bad' }[state];
  return (
    <li className="flex items-start gap-3">
      <Icon
        size={20}
        aria-label={{ done: 'Done:', open: 'Open:', wrong: 'Wrong:' }[state]}
        className={tint}
      />
      <div className="min-w-0">
        <p className="font-medium">{name}</p>
        <p className="text-sm [overflow-wrap:anywhere] text-muted">{children}</p>
      </div>
    </li>
  );
}

function Account({ config }: { config: TwilioConfig | null }) {
  const { api } = useClient();
  const cache = useQueryClient();
  const save = useMutation({
    mutationFn: async (body: Record<string, string | string[]>) =>
      (await api.post('/api/twilio/config', { body })).config,
    onSuccess: (told) => {
      cache.setQueryData(KEY, told);
      void cache.invalidateQueries({ queryKey: ['numbers'] });
      toast('done', 'Connected', { body: 'Twilio accepted the account; its webhooks are set.' });
    },
  });
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = [...new FormData(event.currentTarget)].map(
      ([name, value]) => [name, String(value).trim()] as const,
    );
    const { phoneNumbers, ...rest } = Object.fromEntries(fields.filter(([, value]) => value !== ''));
    save.mutate({ ...rest, ...(phoneNumbers ? { phoneNumbers: phoneNumbers.split(/[\s,;]+/) } : {}) });
  }
  const wrong = (field: string) => problemOf(save.error, field);
  const kept = (isThere: boolean | undefined) => (isThere ? 'Kept; leave empty to keep it' : '');
  return (
    <Card title="Account">
      <form onSubmit={submit} className="grid max-w-112 gap-3" autoComplete="off">
        {save.isError && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {problem(save.error)}
          </p>
        )}
        <Field
          label="Account SID"
          name="accountSid"
          defaultValue={config?.accountSid}
          placeholder="AC…"
          required
          error={wrong('accountSid')}
        />
        <Field
          label="Auth token"
          name="authToken"
          type="password"
          autoComplete="new-password"
          placeholder={kept(config?.hasAuthToken)}
          required={!config?.hasAuthToken}
          error={wrong('authToken')}
        />
        <Field
          label="API key SID"
          name="apiKeySid"
          defaultValue={config?.apiKeySid ?? ''}
          placeholder="SK…"
          hint="For calls in the browser"
          error={wrong('apiKeySid')}
        />
        <Field
          label="API key secret"
          name="apiKeySecret"
          type="password"
          autoComplete="new-password"
          placeholder={kept(config?.hasApiKeySecret)}
          error={wrong('apiKeySecret')}
        />
        <Field
          label="Number that calls and texts go out from"
          name="phoneNumber"
          type="tel"
          defaultValue={config?.phoneNumber}
          placeholder="+16475550100"
          required
          error={wrong('phoneNumber')}
        />
        <Field
          label="All numbers"
          name="phoneNumbers"
          defaultValue={config?.phoneNumbers.join(', ')}
          hint="Separated by commas"
          error={wrong('phoneNumbers')}
        />
        <Field
          label="Messaging service"
          name="messagingServiceSid"
          defaultValue={config?.messagingServiceSid ?? ''}
          placeholder="MG…"
          hint="If there is one"
          error={wrong('messagingServiceSid')}
        />
        <Button type="submit" look="primary" disabled={save.isPending} className="justify-self-start">
          {save.isPending ? 'Asking Twilio…' : 'Try and save'}
        </Button>
      </form>
    </Card>
  );
}

function Addresses({ config: { webhooks, signatureMode, observeUntil } }: { config: TwilioConfig }) {
  const rows = [
    ['Calls', webhooks.voice],
    ['Messages', webhooks.sms],
    ['State of calls', webhooks.callStatus],
    ['State of messages', webhooks.messageStatus],
  ] as const;
  return (
    <Card title="Where Twilio calls">
      <dl className="grid gap-2">
        {rows.map(([name, url]) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="font-mono text-sm [overflow-wrap:anywhere]">{url}</dd>
          </div>
        ))}
      </dl>
      {webhooks.setAt && (
        <p className="mt-3 text-sm text-muted">
          Set at Twilio <When at={webhooks.setAt} />
        </p>
      )}
      {signatureMode === 'observe' && (
        <p className="mt-2 text-warn">
          Wrong signatures are only noted
          {observeUntil && (
            <>
              , until <When at={observeUntil} />
            </>
          )}
          .
        </p>
      )}
    </Card>
  );
}
