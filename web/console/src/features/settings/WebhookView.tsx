import { useClient } from '@switchboard/client/react';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { Card, Tag } from '../../components/Layout';
import { Rows, Trouble } from '../../components/States';
import { Words } from '../../components/Who';
import { plain } from '../../lib/text';
import { exact } from '../../lib/time';
import type { WholeWebhook } from '../../lib/types';
import { causeOf, KINDS, pathOf, SIGNATURES, verdictOf } from './webhooks';

/** One webhook: what became of it and why, what it brought, and what was answered. */
export function WebhookView({ id, back }: { id: string; back: string }) {
  const { api } = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['webhook', id],
    queryFn: async () => (await api.get('/api/twilio/webhooks/{id}', { path: { id } })).webhook,
  });
  return (
    <div className="grid gap-4">
      <Link to={back} className="inline-flex items-center gap-2 justify-self-start text-accent underline">
        <ArrowLeft size={16} aria-hidden />
        All webhooks
      </Link>
      {error && !data ? (
        <Trouble error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Whole webhook={data} />
      ) : (
        <Rows count={4} />
      )}
    </div>
  );
}

function Whole({ webhook }: { webhook: WholeWebhook }) {
  const { words, tone } = verdictOf(webhook);
  const cause = causeOf(webhook);
  const path = pathOf(webhook);
  return (
    <>
      <Card title={KINDS[webhook.kind] ?? plain(webhook.kind)} action={<Tag tone={tone}>{words}</Tag>}>
        {cause && (
          <div className="mb-4 rounded-md bg-warn-soft p-3">
            <p className="font-medium text-warn">{cause.title}</p>
            <p className="mt-1 text-ink">{cause.help}</p>
            {webhook.reason && (
              <p className="mt-1 text-sm [overflow-wrap:anywhere] text-ink">
                Found out: <Words>{webhook.reason}</Words>
              </p>
            )}
          </div>
        )}
        <dl className="grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-2">
          <Fact name="Came">{exact(webhook.at)}</Fact>
          <Fact name="Signature">{SIGNATURES[webhook.signature] ?? plain(webhook.signature)}</Fact>
          <Fact name="Answered">
            {webhook.status}, after {webhook.took_ms.toLocaleString()} ms
          </Fact>
          <Fact name="Request id">
            <code className="font-mono text-sm">{webhook.request_id ?? 'None: it was handled later'}</code>
          </Fact>
        </dl>
        {webhook.is_repeat && <p className="mt-3 text-muted">Twilio had sent it before.</p>}
        {webhook.is_late && (
          <p className="mt-3 text-muted">
            The database was away when it came: it waited on the disk, and was handled later.
          </p>
        )}
        {path && (
          <Link to={path.to} className="mt-3 inline-block text-accent underline underline-offset-2">
            {path.name}
          </Link>
        )}
      </Card>
      <Card title="What it brought">
        <Pairs label="Parameters" pairs={webhook.params} />
      </Card>
      {webhook.query.length > 0 && (
        <Card title="What stood in its address">
          <Pairs label="In the address" pairs={webhook.query} />
        </Card>
      )}
      <Card title="What was answered">
        {webhook.answer ? (
          <pre
            tabIndex={0}
            aria-label="Answer"
            role="region"
            className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre-wrap [overflow-wrap:anywhere]"
          >
            {plain(indented(webhook.answer))}
          </pre>
        ) : (
          <p className="text-muted">Nothing but the status.</p>
        )}
      </Card>
    </>
  );
}

/** A document with a line for each of its elements; anything else stays as it is. */
function indented(answer: string): string {
  return answer.startsWith('<?xml') ? answer.replace(/></g, '>\n<') : answer;
}

function Pairs({ label, pairs }: { label: string; pairs: { name: string; value: string }[] }) {
  return (
    <dl aria-label={label} className="grid gap-2">
      {pairs.map(({ name, value }, at) => (
        <div key={at} className="grid gap-x-4 sm:grid-cols-[12rem_1fr]">
          <dt className="font-mono text-sm [overflow-wrap:anywhere] text-muted">
            <Words>{name}</Words>
          </dt>
          <dd className="font-mono text-sm [overflow-wrap:anywhere] whitespace-pre-wrap">
            <Words>{value}</Words>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="[overflow-wrap:anywhere] tabular-nums">{children}</dd>
    </div>
  );
}
