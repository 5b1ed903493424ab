// How far a message is, in words.

import type { Message } from '../../lib/types';

export interface Delivery {
  words: string;
  tone: 'waiting' | 'gone' | 'arrived' | 'failed';
}

const STATES: Record<string, Delivery> = {
  scheduled: { words: 'Waits for its time', tone: 'waiting' },
  pending: { words: 'Twilio cannot be reached: it is tried again', tone: 'waiting' },
  unknown: { words: 'Perhaps sent: being looked up', tone: 'waiting' },
  accepted: { words: 'On its way', tone: 'waiting' },
  queued: { words: 'On its way', tone: 'waiting' },
  sending: { words: 'On its way', tone: 'waiting' },
  sent: { words: 'Sent', tone: 'gone' },
  delivered: { words: 'Delivered', tone: 'arrived' },
  read: { words: 'Read', tone: 'arrived' },
  undelivered: { words: 'Not delivered', tone: 'failed' },
  failed: { words: 'Not sent', tone: 'failed' },
  canceled: { words: 'Called back', tone: 'failed' },
};

export function delivery({
  twilio_status: status,
  error_code: code,
  error_message: message,
}: Pick<Message, 'twilio_status' | 'error_code' | 'error_message'>): Delivery {
  const state = STATES[status] ?? { words: status, tone: 'gone' as const };
  if (state.tone !== 'failed') return state;
  const why = message ?? (code ? REASONS[code] : undefined);
  return { ...state, words: why ? `${state.words}: ${why}` : state.words };
}

/** Twilio's numbers for what goes wrong most often. */
const REASONS: Record<number, string> = {
  21211: 'this is no number that can be texted',
  21408: 'texting to this country is not allowed',
  21610: 'they asked not to be texted',
  21614: 'this is no mobile number',
  30003: 'their phone is off or out of reach',
  30005: 'this number does not exist',
  30006: 'a landline cannot be texted',
  30007: 'a carrier took it for spam',
  30034: 'the sender is not registered for texting',
};
