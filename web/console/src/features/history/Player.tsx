import { Pause, Play } from 'lucide-react';
import { useRef, useState } from 'react';

import { IconButton } from '../../components/Button';
import { ownFile } from '../../lib/files';
import { clock } from '../../lib/time';

const SPEEDS = [1, 1.5, 2];

/** Plays a recording, at the speed that one likes. */
export function Player({ url, label }: { url: string; label: string }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [speed, setSpeed] = useState(1);
  const [isBroken, setBroken] = useState(false);
  if (isBroken)
    return (
      <p role="alert" className="text-bad">
        {label} cannot be played. Reload the page to ask for it anew.
      </p>
    );
  return (
    <div className="flex items-center gap-2 rounded-md bg-sunken p-2">
      <audio
        ref={audio}
        src={ownFile(url) ?? undefined}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onDurationChange={(event) =>
          setLength(Number.isFinite(event.currentTarget.duration) ? event.currentTarget.duration : 0)
        }
        onError={() => setBroken(true)}
      />
      <IconButton
        icon={isPlaying ? Pause : Play}
        label={isPlaying ? `Pause ${label.toLowerCase()}` : `Play ${label.toLowerCase()}`}
        look="plain"
        onClick={() =>
          isPlaying ? audio.current?.pause() : void audio.current?.play().catch(() => setBroken(true))
        }
      />
      <input
        type="range"
        aria-label={`Place in the ${label.toLowerCase()}`}
        aria-valuetext={`${clock(at * 1000)} of ${clock(length * 1000)}`}
        min={0}
        max={length || 1}
        step={0.1}
        value={at}
        onChange={(event) => {
          if (audio.current) audio.current.currentTime = Number(event.target.value);
        }}
        className="min-w-0 flex-1 accent-accent-solid"
      />
      <span className="text-sm tabular-nums">{clock((length || at) * 1000)}</span>
      <select
        aria-label="Speed"
        className="rounded-md border border-line bg-raised px-1 py-1"
        value={speed}
        onChange={(event) => {
          const chosen = Number(event.target.value);
          setSpeed(chosen);
          if (audio.current) audio.current.playbackRate = chosen;
        }}
      >
        {SPEEDS.map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
    </div>
  );
}
