import { Phone, PhoneOff } from 'lucide-react';
import { useState } from 'react';

import { Button } from '../../components/Button';
import { Words } from '../../components/Who';
import { toast } from '../../components/Toasts';
import { readableNumber } from '../../lib/text';
import phone from '../../voice/open';

/** A colleague has somebody on hold and asks one in. */
export function Asked({ from }: { from: string }) {
  const [isBusy, setBusy] = useState(false);
  const number = from.startsWith('client:') ? null : readableNumber(from);
  async function answer() {
    setBusy(true);
    await phone.answer().catch(() => toast('problem', 'Your phone could not answer'));
  }
  return (
    <article
      aria-label="A colleague asks you in"
      className="arriving pointer-events-auto rounded-lg border border-accent-solid bg-raised p-4 shadow-xl"
    >
      <p className="text-lg font-semibold">A colleague asks you into a call</p>
      <p className="h-5 text-muted">{number && <Words>{number}</Words>}</p>
      <div className="mt-3 flex gap-2">
        <Button look="good" icon={Phone} disabled={isBusy} onClick={() => void answer()} className="flex-1">
          Join
        </Button>
        <Button look="quiet" icon={PhoneOff} disabled={isBusy} onClick={() => phone.refuse()}>
          Not now
        </Button>
      </div>
    </article>
  );
}
