import { useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Field } from '../../components/Field';
import { useOrganization } from '../../lib/organization';
import { international } from '../../lib/phone';

/** To whom: the text itself is written in the conversation. */
export function NewMessage({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const { data: organization } = useOrganization();
  const [error, setError] = useState<string>();
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get('to'));
    const number = international(typed, organization?.region);
    if (!number) return setError('Write it with the country’s code, such as +16475550100.');
    onClose();
    void navigate(`/inbox/${encodeURIComponent(number)}`);
  }
  return (
    <Dialog title="New message" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label="To"
          name="to"
          type="tel"
          autoComplete="off"
          required
          placeholder="+1 647 555 0100"
          error={error}
          autoFocus
        />
        <Button type="submit" look="primary">
          Write
        </Button>
      </form>
    </Dialog>
  );
}
