import { useClient } from '@switchboard/client/react';
import { Maximize2, Minimize2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';

import { Card, Top } from '../../components/Layout';
import { Trouble } from '../../components/States';
import { Clock } from '../../components/When';
import { Words } from '../../components/Who';
import { classes } from '../../lib/classes';
import { useTeam } from '../../lib/queries';
import { clock } from '../../lib/time';
import type { Call } from '../../lib/types';
import { BarChart, type Series } from './BarChart';
import { answerTimes, byAgent, byHour, distribution, median, textsByHour } from './figures';
import { useCallsToday, useMessagesToday, useQueue, useToday, useUnanswered } from './queries';

const BECAME: readonly Series[] = [
  { name: 'Answered', color: 'var(--good)', pattern: 'solid' },
  { name: 'Missed', color: 'var(--bad)', pattern: 'stripes' },
  { name: 'Voicemail', color: 'var(--warn)', pattern: 'dots' },
];
const WAITED: readonly Series[] = [{ name: 'Calls', color: 'var(--accent)', pattern: 'solid' }];
const TEXTS: readonly Series[] = [
  { name: 'Received', color: 'var(--info)', pattern: 'solid' },
  { name: 'Sent', color: 'var(--accent)', pattern: 'stripes' },
];

/** How it goes today; on the wall with `?wall`. */
export default function Dashboard() {
  const [query] = useSearchParams();
  const isWall = query.has('wall');
  const calls = useCallsToday();
  const messages = useMessagesToday();
  const found = calls.data?.found ?? [];
  const times = answerTimes(found);
  return (
    <div className="flex h-full flex-col">
      {!isWall && (
        <Top title="Today">
          <Link
            to="?wall"
            className="inline-flex items-center gap-2 rounded-md px-3 py-1.5 font-medium text-muted hover:bg-sunken hover:text-ink"
          >
            <Maximize2 size={16} aria-hidden />
            On the wall
          </Link>
        </Top>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto p-4" tabIndex={0} role="region" aria-label="Today">
        {isWall && <h1 className="sr-only">Today</h1>}
        <Six isWall={isWall} times={times} isLoading={!calls.data} />
        {calls.error && !calls.data ? (
          <Trouble error={calls.error} onRetry={() => void calls.refetch()} />
        ) : (
          <>
            {calls.data?.isCut && (
              <p className="mb-3 text-warn">
                The charts show the last {found.length.toLocaleString()} calls of today; there were more.
              </p>
            )}
            <div className="grid gap-4 lg:grid-cols-3">
              <BarChart
                isWall={isWall}
                title="Calls that came in, by hour"
                series={BECAME}
                empty="Nobody has called yet today."
                groups={byHour(found).map(({ hour, answered, missed, voicemail }) => ({
                  label: hourName(hour),
                  values: [answered, missed, voicemail],
                }))}
              />
              <BarChart
                isWall={isWall}
                title="Time until a call was answered, in calls"
                series={WAITED}
                empty="No call was answered yet today."
                groups={distribution(times).map(({ label, calls: many }) => ({ label, values: [many] }))}
              />
              <BarChart
                isWall={isWall}
                title="Messages, by hour"
                series={TEXTS}
                empty="No messages yet today."
                groups={textsByHour(messages.data?.found ?? []).map(({ hour, received, sent }) => ({
                  label: hourName(hour),
                  values: [received, sent],
                }))}
              />
            </div>
            <Agents calls={found} />
          </>
        )}
      </div>
      {isWall && (
        <Link
          to="/dashboard"
          aria-label="Leave the wall"
          className="fixed right-2 bottom-2 rounded-md p-2 text-muted opacity-0 hover:opacity-100 focus:opacity-100"
        >
          <Minimize2 size={18} aria-hidden />
        </Link>
      )}
    </div>
  );
}

function hourName(hour: number): string {
  return new Date(2026, 0, 1, hour).toLocaleTimeString(undefined, { hour: 'numeric' });
}

function Six({
  isWall,
  times,
  isLoading,
}: {
  isWall: boolean;
  times: readonly number[];
  isLoading: boolean;
}) {
  const { serverNow } = useClient();
  const { data: queue } = useQueue();
  const { data: today } = useToday();
  const { data: unanswered } = useUnanswered();
  const { data: team } = useTeam({ everyMs: 10_000 });
  const agents = team?.filter(({ role }) => role !== 'viewer') ?? [];
  const are = (status: string) => agents.filter((agent) => agent.status === status).length;
  const middle = median(times);
  const waiting = queue?.waiting ?? 0;
  return (
    <dl
      className={classes(
        'mb-4 grid grid-cols-2 gap-3 sm:grid-cols-3',
        isWall ? 'lg:grid-cols-3' : 'lg:grid-cols-6',
      )}
    >
      <Figure isWall={isWall} name="Waiting now" id="waiting" tone={waiting > 0 ? 'text-bad' : undefined}>
        {queue && waiting.toLocaleString()}
      </Figure>
      <Figure isWall={isWall} name="Longest wait" id="longest" tone={waiting > 0 ? 'text-bad' : undefined}>
        {queue &&
          (queue.oldest ? (
            <Clock since={Date.parse(queue.oldest)} ahead={serverNow() - Date.now()} label="Longest wait" />
          ) : (
            '–'
          ))}
      </Figure>
      <Figure isWall={isWall} name="Available · busy · away" id="agents">
        {team && `${are('available')} · ${are('busy')} · ${are('away')}`}
      </Figure>
      <Figure isWall={isWall} name="Answered · missed" id="answered">
        {today &&
          `${Number(today.calls.answered).toLocaleString()} · ${Number(today.calls.missed).toLocaleString()}`}
      </Figure>
      <Figure isWall={isWall} name="Median answer time" id="median">
        {!isLoading && (middle === null ? '–' : clock(middle * 1000))}
      </Figure>
      <Figure isWall={isWall} name="Messages unanswered" id="unanswered">
        {unanswered !== undefined && unanswered.toLocaleString()}
      </Figure>
    </dl>
  );
}

function Figure({
  name,
  id,
  isWall,
  tone,
  children,
}: {
  name: string;
  id: string;
  isWall: boolean;
  tone?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col-reverse justify-end rounded-lg border border-line bg-surface p-4">
      <dt className={classes('text-muted', isWall && 'text-xl')}>{name}</dt>
      <dd
        data-figure={id}
        className={classes(
          'font-semibold tabular-nums',
          isWall ? 'text-[clamp(2.5rem,5vw,5.5rem)] leading-tight' : 'min-h-9 text-2xl leading-9',
          tone,
        )}
      >
        {children || (
          <span className="waiting inline-block h-7 w-16 align-middle" role="status" aria-label="Loading" />
        )}
      </dd>
    </div>
  );
}

function Agents({ calls }: { calls: readonly Call[] }) {
  const rows = byAgent(calls);
  return (
    <Card title="Calls by colleague" className="mt-4">
      {rows.length === 0 ? (
        <p className="text-muted">Nobody has talked with a customer yet today.</p>
      ) : (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Calls by colleague">
          <table className="w-full min-w-md text-right">
            <thead className="text-sm text-muted">
              <tr>
                <th scope="col" className="py-1 text-left font-medium">
                  Colleague
                </th>
                <th scope="col" className="font-medium">
                  Answered
                </th>
                <th scope="col" className="font-medium">
                  Made
                </th>
                <th scope="col" className="font-medium">
                  Talked
                </th>
                <th scope="col" className="font-medium">
                  Median answer time
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, name, answered, made, talkSeconds, medianSeconds }) => (
                <tr key={id} className="h-9 border-t border-line">
                  <th scope="row" className="text-left font-medium">
                    <Words>{name || 'A colleague'}</Words>
                  </th>
                  <td>{answered}</td>
                  <td>{made}</td>
                  <td>{clock(talkSeconds * 1000)}</td>
                  <td>{medianSeconds === null ? '–' : clock(medianSeconds * 1000)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
