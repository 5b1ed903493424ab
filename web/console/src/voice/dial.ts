import { toast } from '../components/Toasts';
import { problem } from '../lib/problem';
import phone from './open';

/** Calls a customer; if that is refused, or nobody knows, says so. */
export async function dial(to: string, who?: { leadId?: string; contactId?: string }): Promise<void> {
  try {
    if ((await phone.dial(to, who)) === 'made') return;
    toast('problem', 'Switchboard did not answer', {
      body: 'It may still ring. If it does, you are on the line.',
    });
  } catch (error) {
    toast('problem', 'The call was not made', { body: problem(error) });
  }
}
