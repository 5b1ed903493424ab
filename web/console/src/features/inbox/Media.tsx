import { ImageOff, Paperclip } from 'lucide-react';
import { useState } from 'react';

import { ownFile } from '../../lib/files';
import { plain } from '../../lib/text';
import type { Attachment } from '../../lib/types';

/** Something that came with a message: a picture, a sound or a film in its place; of whatever else, a link. */
export function Media({ attachment, place }: { attachment: Attachment; place: number }) {
  const [isBroken, setBroken] = useState(false);
  const { url, contentType, state, reason } = attachment;
  const name = `Attachment ${place}`;
  const file = url ? ownFile(url) : null;
  if (!url) {
    return (
      <p className="mt-1 flex items-center gap-1 text-sm text-muted">
        <ImageOff size={14} aria-hidden />
        {name}: {state === 'awaited' ? 'on its way' : plain(reason ?? '') || 'not there'}
      </p>
    );
  }
  const kind = file && !isBroken ? contentType?.split('/')[0] : undefined;
  const broken = () => setBroken(true); // addresses end: a reload brings new ones
  switch (kind) {
    case 'image':
      return (
        <img
          src={file ?? ''}
          alt={name}
          loading="lazy"
          onError={broken}
          className="mt-1 max-h-64 rounded-md"
        />
      );
    case 'audio':
      return (
        <audio
          src={file ?? ''}
          controls
          preload="metadata"
          aria-label={name}
          onError={broken}
          className="mt-1 max-w-full"
        />
      );
    case 'video':
      return (
        <video
          src={file ?? ''}
          controls
          preload="metadata"
          aria-label={name}
          onError={broken}
          className="mt-1 max-h-64 rounded-md"
        />
      );
    default:
      return <FileLink href={file ?? url} name={name} />;
  }
}

function FileLink({ href, name }: { href: string; name: string }) {
  const isSafe = /^(https?:|\/)/.test(href);
  return (
    <a
      href={isSafe ? href : undefined}
      target="_blank"
      rel="noreferrer"
      className="mt-1 flex items-center gap-1 text-accent underline"
    >
      <Paperclip size={14} aria-hidden />
      {name}
    </a>
  );
}
