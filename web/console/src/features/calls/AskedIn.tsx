import { useEffect } from 'react';

import { sayAloud } from '../../lib/aloud';
import { readableNumber } from '../../lib/text';
import type { Call } from '../../lib/types';

/** How far whoever was asked in is, and what it means to hang up now. Read out as well. */
export function AskedIn({ call }: { call: Call }) {
  const words = said(call);
  useEffect(() => {
    if (words !== null) sayAloud(words);
  }, [words]);
  return words && <p className="order-1 basis-full text-sm sm:order-4">{words}</p>;
}

function said({ colleague, on_hold: isHeld }: Call): string | null {
  if (!colleague) return null;
  const { user_id: user, place } = colleague;
  const name = user ? colleague.name : readableNumber(colleague.name);
  switch (place) {
    case 'coming':
      return `Ringing ${name}… If you hang up now, the call ends.`;
    case 'in':
      return `${name} is here. Hang up to hand the call over.`;
    // Whoever talks with the customer again knows.
    case 'left':
      return isHeld ? `${name} has left. Resume to talk with the customer.` : null;
    default:
      return isHeld ? `${name} did not come. Resume to talk with the customer.` : null;
  }
}
