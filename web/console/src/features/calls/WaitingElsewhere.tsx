import type { WaitingCall } from '@switchboard/client';
import { useClient } from '@switchboard/client/react';
import { useId } from 'react';

import { Button } from '../../components/Button';
import { Clock } from '../../components/When';
import { called, Words } from '../../components/Who';

/** Calls that ring for colleagues: small, and without a sound. */
export function WaitingElsewhere({
  calls,
  off,
  onTake,
}: {
  calls: readonly WaitingCall[];
  /** Why none can be taken now, in words. */
  off: string | null;
  onTake(callSid: string): void;
}) {
  const { serverNow } = useClient();
  const why = useId();
  return (
    <section
      aria-label="Calls that ring for colleagues"
      className="pointer-events-auto rounded-lg border border-line bg-raised px-3 py-2 shadow-lg"
    >
      <div className="flex justify-between gap-3 text-sm text-muted">
        <h2>Rings for colleagues</h2>
        <p id={why}>{off}</p>
      </div>
      <ul>
        {calls.slice(0, 3).map((call) => (
          <li key={call.callSid} data-elsewhere={call.callSid} className="flex items-center gap-2 py-0.5">
            <Words className="min-w-0 flex-1 truncate">{called(call.callerName, call.from)}</Words>
            <Clock
              since={Date.parse(call.timestamp)}
              ahead={serverNow() - Date.now()}
              label="Waiting"
              className="text-muted tabular-nums"
            />
            <Button
              look="quiet"
              off={off}
              aria-describedby={why}
              disabled={call.asking !== null}
              onClick={() => onTake(call.callSid)}
            >
              Take it
            </Button>
          </li>
        ))}
      </ul>
      {calls.length > 3 && <p className="text-sm text-muted">and {calls.length - 3} more</p>}
    </section>
  );
}
