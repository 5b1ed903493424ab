import { toast } from '../components/Toasts';
import { problem } from '../lib/problem';
import phone from './open';

/** Calls a customer; if that is refused, says why. */
export async function dial(to: string, who?: { leadId?: string; contactId?: string }): Promise<void> {
  try {
    await phone.dial(to, who);
  } catch (error) {
    toast('problem', 'The call was not made', { body: problem(error) });
  }
}
