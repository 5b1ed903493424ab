// What became of a call, as people say it.

import type { Call } from './types';

export type Fate = 'live' | 'answered' | 'missed' | 'voicemail' | 'made' | 'unreached';

/** As `/api/twilio/stats` counts: one of an inbound call's three ends, one of an outbound call's two, or none yet. */
export function fateOf(call: Pick<Call, 'state' | 'direction' | 'answered_at' | 'voicemail_url'>): Fate {
  const isAnswered = call.answered_at != null;
  if (call.state !== 'ended') return 'live';
  if (call.direction === 'outbound') return isAnswered ? 'made' : 'unreached';
  if (isAnswered) return 'answered';
  return call.voicemail_url != null ? 'voicemail' : 'missed';
}

export const FATES: Record<
  Fate,
  { words: string; tone: 'good' | 'bad' | 'warn' | 'info' | 'plain' | 'accent' }
> = {
  live: { words: 'On the line', tone: 'accent' },
  answered: { words: 'Answered', tone: 'good' },
  missed: { words: 'Missed', tone: 'bad' },
  voicemail: { words: 'Voicemail', tone: 'warn' },
  made: { words: 'Reached', tone: 'good' },
  unreached: { words: 'Not reached', tone: 'plain' },
};
