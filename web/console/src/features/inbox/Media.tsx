import { Paperclip } from 'lucide-react';
import { useState } from 'react';

/** A picture or a sound in its place; whatever else it is, a link to it. */
export function Media({ url, place }: { url: string; place: number }) {
  const [kind, setKind] = useState<'picture' | 'sound' | 'link'>(isOurs(url) ? 'picture' : 'link');
  const name = `Attachment ${place}`;
  switch (kind) {
    case 'picture':
      return (
        <img
          src={url}
          alt={name}
          loading="lazy"
          onError={() => setKind('sound')}
          className="mt-1 max-h-64 rounded-md"
        />
      );
    case 'sound':
      return (
        <audio
          src={url}
          controls
          preload="metadata"
          aria-label={name}
          onError={() => setKind('link')}
          className="mt-1 max-w-full"
        />
      );
    case 'link':
      return (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="mt-1 flex items-center gap-1 text-accent underline"
        >
          <Paperclip size={14} aria-hidden />
          {name}
        </a>
      );
  }
}

/** What is elsewhere is not loaded into the page. */
function isOurs(url: string): boolean {
  return new URL(url, location.href).origin === location.origin;
}
