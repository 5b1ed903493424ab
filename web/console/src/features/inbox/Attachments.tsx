import { FileText, X } from 'lucide-react';

import { Button, IconButton } from '../../components/Button';
import { classes } from '../../lib/classes';
import { plain } from '../../lib/text';
import type { Attached, Shown } from './attaching';

/** What is to hang on a text, as it is chosen. */
export function Attachments({
  attached,
  onRemove,
}: {
  attached: readonly Attached[];
  onRemove(one: Attached): void;
}) {
  if (attached.length === 0) return null;
  return (
    <ul aria-label="Attachments" className="mb-2 flex max-h-40 flex-wrap gap-2 overflow-y-auto">
      {attached.map((one) => (
        <li
          key={one.key}
          className={classes(
            'flex max-w-full items-center gap-2 rounded-md border bg-raised p-1',
            one.state === 'refused' ? 'border-bad' : 'border-line',
          )}
        >
          <Picture of={one} />
          <div className="min-w-0 text-sm">
            <p className="max-w-40 truncate" dir="auto">
              {plain(one.name)}
            </p>
            <State of={one} />
          </div>
          <IconButton icon={X} label={`Remove ${plain(one.name)}`} onClick={() => onRemove(one)} />
        </li>
      ))}
    </ul>
  );
}

function Picture({ of: { picture } }: { of: Shown }) {
  if (picture) return <img src={picture} alt="" className="size-12 shrink-0 rounded-sm object-cover" />;
  return (
    <span className="grid size-12 shrink-0 place-items-center rounded-sm bg-sunken text-muted">
      <FileText size={20} aria-hidden />
    </span>
  );
}

function State({ of: one }: { of: Attached }) {
  switch (one.state) {
    case 'uploading':
      return <progress aria-label={`Uploading ${plain(one.name)}`} className="block h-1.5 w-24" />;
    case 'ready':
      return <p className="text-xs text-muted">{sized(one.size)}</p>;
    case 'refused':
      return (
        <p role="alert" className="max-w-52 text-xs text-bad">
          <span className="sr-only">{plain(one.name)} </span>
          {one.why}
          {one.again && (
            <Button look="quiet" className="min-h-6! px-1.5! py-0! text-xs" onClick={one.again}>
              Try again
            </Button>
          )}
        </p>
      );
  }
}

/** What goes with a text that is on its way. */
export function SentAlong({ files }: { files: readonly Shown[] }) {
  return files.map(({ key, name, picture }) =>
    picture ? (
      <img key={key} src={picture} alt={plain(name)} className="mt-1 max-h-64 rounded-md" />
    ) : (
      <p key={key} className="mt-1 flex items-center gap-1">
        <FileText size={14} aria-hidden />
        <bdi>{plain(name)}</bdi>
      </p>
    ),
  );
}

function sized(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
