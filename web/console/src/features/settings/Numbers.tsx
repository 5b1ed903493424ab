import { useAuth } from '@switchboard/client/react';
import { PhoneOff } from 'lucide-react';
import { useState } from 'react';

import { Button } from '../../components/Button';
import { Card, Tag } from '../../components/Layout';
import { Nothing, Rows, Trouble } from '../../components/States';
import { nameIn, useNumbers, useTeam } from '../../lib/queries';
import { count, listed, readableNumber, readableWord } from '../../lib/text';
import type { Line } from '../../lib/types';
import { LineForm } from './LineForm';

/** What a caller meets, for each number. */
export default function Numbers() {
  const { data, error, refetch } = useNumbers();
  if (error && !data) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!data) return <Rows count={2} height={160} />;
  if (data.numbers.length === 0) {
    return (
      <Nothing icon={PhoneOff} title="No number is connected">
        An admin connects one under Twilio.
      </Nothing>
    );
  }
  return (
    <div className="grid gap-4">
      <p className="text-muted">Hours go by the clocks of {data.timezone.replace(/_/g, ' ')}.</p>
      {data.numbers.map((line) => (
        <LineCard key={line.phoneNumber} line={line} />
      ))}
    </div>
  );
}

function LineCard({ line }: { line: Line }) {
  const { user } = useAuth();
  const { data: team } = useTeam();
  const [isOpen, setOpen] = useState(false);
  const rings =
    line.team.length === 0
      ? 'Everybody'
      : listed(
          line.team
            .slice(0, 4)
            .map((id) => nameIn(team, id))
            .concat(line.team.length > 4 ? [count(line.team.length - 4, 'other')] : []),
        );
  const rows = [
    ['Open', hours(line)],
    ['Rings', `${rings}, ${line.ringSeconds} s`],
    [
      'Then phones',
      line.phones.length > 0
        ? `${line.phones.map(readableNumber).join(', ')}, ${line.phoneRingSeconds} s`
        : 'None',
    ],
    ['Then', line.voicemail ? 'Greeting and voicemail' : 'Greeting alone'],
    ['Recorded', line.recordCalls ? 'Yes' : 'No'],
  ] as const;
  return (
    <Card
      title={readableNumber(line.phoneNumber)}
      action={<Tag tone={line.isOpen ? 'good' : 'plain'}>{line.isOpen ? 'Open now' : 'Closed now'}</Tag>}
    >
      {isOpen ? (
        <LineForm line={line} onDone={() => setOpen(false)} />
      ) : (
        <>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            {rows.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {user?.role === 'admin' && (
            <Button className="mt-3" onClick={() => setOpen(true)}>
              Change
            </Button>
          )}
        </>
      )}
    </Card>
  );
}

function hours({ hours: openings }: Line): string {
  if (openings == null) return 'Always';
  if (openings.length === 0) return 'Never';
  return openings.map(({ day, from, to }) => `${readableWord(day).slice(0, 3)} ${from}–${to}`).join(', ');
}
