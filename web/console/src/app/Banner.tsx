import { useClient, useNotifications, useWebSocket } from '@switchboard/client/react';
import { Gauge, RefreshCw, VolumeX, WifiOff, type LucideIcon } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';

import { classes } from '../lib/classes';
import { timeOf } from '../lib/time';

/** What lasts no longer is not worth a word. */
const WORTH_MS = 700;

/** A thin line at the top: nothing while all is well. */
export function Banner() {
  const { recovery: present, since, pollIntervalMs } = useWebSocket();
  const isLasting = useLasts(present);
  const recovery = isLasting ? present : 'live';
  return (
    <div data-line={present} className="shrink-0">
      {recovery === 'recovering' && (
        <Line icon={RefreshCw} tint="bg-warn-soft text-warn">
          Reconnecting… nothing is lost
        </Line>
      )}
      {recovery === 'polling' && (
        <Line icon={Gauge} tint="bg-info-soft text-info">
          Slow mode: checking every {Math.max(1, Math.round(pollIntervalMs / 1000))} s
        </Line>
      )}
      {recovery === 'offline' && (
        <Line icon={WifiOff} tint="bg-bad-soft text-bad">
          Offline since {timeOf(since)}
        </Line>
      )}
      <Deaf />
    </div>
  );
}

/** Whether this has been so for a while; what is well is so at once. */
function useLasts(recovery: string): boolean {
  const [lasting, setLasting] = useState('live');
  useEffect(() => {
    if (recovery === 'live') return setLasting('live');
    const timer = setTimeout(() => setLasting(recovery), WORTH_MS);
    return () => clearTimeout(timer);
  }, [recovery]);
  return recovery === lasting;
}

function Deaf() {
  const { willNotice, audio, isQuiet } = useNotifications();
  const { notifications } = useClient();
  if (willNotice || isQuiet || audio === 'unsupported') return null;
  return (
    <Line icon={VolumeX} tint="bg-warn-soft text-warn">
      You will not hear calls.
      <button
        type="button"
        className="rounded-sm font-semibold underline underline-offset-2"
        onClick={() => void enable()}
      >
        Enable sound
      </button>
    </Line>
  );

  async function enable() {
    await notifications.enableSound();
    await notifications.askPermission();
  }
}

function Line({ icon: Icon, tint, children }: { icon: LucideIcon; tint: string; children: ReactNode }) {
  return (
    <p
      role="status"
      className={classes(
        'flex min-h-8 items-center justify-center gap-2 px-3 py-1 text-sm font-medium',
        tint,
      )}
    >
      <Icon size={14} aria-hidden />
      {children}
    </p>
  );
}
