import { useState, type SubmitEvent } from 'react';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Field } from '../../components/Field';
import { useOrganization } from '../../lib/organization';
import { international } from '../../lib/phone';
import { dial } from '../../voice/dial';
import { useBusy } from '../../voice/open';

/** Whom to call. */
export function DialForm({ onClose }: { onClose(): void }) {
  const { data: organization } = useOrganization();
  const off = useBusy();
  const [error, setError] = useState<string>();
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get('to'));
    const number = international(typed, organization?.region);
    if (!number) return setError('Write it with the country’s code, such as +16475550100.');
    onClose();
    void dial(number);
  }
  return (
    <Dialog title="Call a number" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label="Number"
          name="to"
          type="tel"
          autoComplete="off"
          required
          placeholder="+1 647 555 0100"
          hint={off === null ? undefined : `${off}.`}
          error={error}
          autoFocus
        />
        <Button type="submit" look="good" off={off}>
          Call
        </Button>
      </form>
    </Dialog>
  );
}
