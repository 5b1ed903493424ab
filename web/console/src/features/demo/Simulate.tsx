// In the demo: be the customers.

import { FlaskConical } from 'lucide-react';
import { useEffect, useState } from 'react';

import { Button } from '../../components/Button';
import { Menu } from '../../components/Menu';
import { toast } from '../../components/Toasts';
import client from '../../lib/client';
import { findSimulator } from '../../voice/open';

const TEXTS = [
  'Hi, is somebody there? The kitchen tap drips again.',
  'Could you come on Thursday instead? 🙏',
  'Thanks, that worked!',
  'What would a new boiler cost? <b>Roughly</b> is fine & no hurry.',
  'שלום, אפשר לקבוע פגישה?',
];

export default function Simulate({ className }: { className?: string }) {
  const [simulator, setSimulator] = useState<string | null>(null);
  useEffect(() => void findSimulator().then(setSimulator), []);
  if (simulator === null) return null;

  async function act(what: 'sms' | 'call', more: object = {}, from?: string) {
    try {
      const { numbers } = await client.api.get('/api/twilio/numbers');
      const to = numbers[0]?.phoneNumber;
      const response = await fetch(`${simulator}/${what}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ from: from ?? (await somebody()), to, ...more }),
      });
      if (!response.ok) throw new Error(await response.text());
    } catch {
      toast('problem', 'The local Twilio did not do that', {
        body: 'Is a number connected in the settings?',
      });
    }
  }

  const text = () => act('sms', { body: pick(TEXTS) });
  return (
    <Menu
      label="Simulate"
      className={className ?? ''}
      button={
        <>
          <FlaskConical size={20} aria-hidden />
          <span className="max-w-full truncate">Simulate</span>
        </>
      }
    >
      {(close) => (
        <div className="grid gap-1 p-1">
          <p className="px-2 pb-1 text-sm text-muted">This is a demo: nobody calls unless you make them.</p>
          <Button onClick={() => (close(), void act('call'))}>A customer calls</Button>
          <Button onClick={() => (close(), void act('call', {}, stranger()))}>A stranger calls</Button>
          <Button
            onClick={() => (close(), void Promise.all([1, 2, 3].map(() => act('call', {}, stranger()))))}
          >
            Three call at once
          </Button>
          <Button onClick={() => (close(), void text())}>A customer texts</Button>
          <Button onClick={() => (close(), void act('sms', { body: pick(TEXTS) }, stranger()))}>
            A stranger texts
          </Button>
          <Button onClick={() => (close(), void act('sms', { body: 'STOP' }))}>A customer texts STOP</Button>
          <a href={simulator} target="_blank" rel="noreferrer" className="px-2 py-1 text-accent underline">
            Open the local Twilio
          </a>
        </div>
      )}
    </Menu>
  );
}

/** A customer whom the desk knows. */
async function somebody(): Promise<string> {
  const { contacts } = await client.api.get('/api/contacts', { query: { limit: 50 } });
  const numbers = contacts.flatMap(({ phone_e164 }) => phone_e164 ?? []);
  return numbers.length > 0 ? pick(numbers) : stranger();
}

function stranger(): string {
  return `+1647555${String(1000 + Math.floor(Math.random() * 9000))}`;
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}
