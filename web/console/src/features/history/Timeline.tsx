import { Rows, Trouble } from '../../components/States';
import { plain, readableWord } from '../../lib/text';
import { exact } from '../../lib/time';
import type { Step } from '../../lib/types';
import { useTimeline } from './queries';

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

const STEPS: Record<string, string> = {
  webhook: 'Twilio told of it',
  committed: 'Written down',
  emitted: 'Rang',
  seen: 'Seen',
  accepted: 'Accepted',
  declined: 'Declined',
  'agent-arrived': 'Phone connected',
  connected: 'Talking',
  held: 'On hold',
  resumed: 'Off hold',
  ended: 'Over',
};

/** What happened to a call, moment by moment. */
export function Timeline({ id }: { id: string }) {
  const { data, error, refetch } = useTimeline(id);
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows count={4} height={28} />;
  return (
    <ol className="border-l border-line-strong pl-4">
      {data.map((step, at) => (
        <li key={at} className="relative pb-3">
          <span aria-hidden className="absolute top-1.5 -left-[1.3rem] size-2 rounded-full bg-accent-solid" />
          <p>
            <span className="font-medium">{STEPS[step.step] ?? readableWord(step.step)}</span>
            {step.by && (
              <>
                {' '}
                · <bdi>{plain(step.by.name)}</bdi>
              </>
            )}
            {step.detail && <span className="text-muted"> · {detail(step)}</span>}
          </p>
          <time dateTime={step.at} title={exact(step.at)} className="text-sm text-muted tabular-nums">
            {CLOCK.format(Date.parse(step.at))}
          </time>
        </li>
      ))}
    </ol>
  );
}

function detail({ detail: words }: Step): string {
  return plain(words ?? '');
}
