// Webhooks, in words.

import type { Webhook } from '../../lib/types';

export const KINDS: Record<string, string> = {
  voice: 'A call comes in',
  wait: 'A caller waits',
  'queue-result': 'A caller left the queue',
  'voicemail-redirect': 'Phones have rung',
  screening: 'A phone was picked up',
  'call-status': 'A call moved on',
  'conference-status': 'Somebody joined or left',
  recording: 'A recording',
  transcription: 'A transcript',
  sms: 'A message came in',
  'sms-status': 'A message moved on',
};

export const OUTCOMES: Record<string, string> = {
  refused: 'Refused',
  failed: 'Failed',
  ignored: 'Ignored',
  handled: 'Done',
};

type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** What became of a webhook, in two words. */
export function verdictOf({ outcome, signature, status }: Webhook): { words: string; tone: Tone } {
  if (outcome === 'failed') return { words: 'Could not be done', tone: 'bad' };
  if (signature === 'missing') return { words: 'Not signed', tone: 'bad' };
  if (signature === 'wrong') return { words: 'Wrong signature', tone: 'bad' };
  if (outcome === 'refused') return { words: status === 403 ? 'Refused' : 'Not understood', tone: 'bad' };
  if (signature === 'observed') return { words: 'Wrong, but let in', tone: 'warn' };
  if (outcome === 'ignored') return { words: 'Nothing to do', tone: 'warn' };
  if (signature === 'valid_replaced') return { words: 'Done, old token', tone: 'warn' };
  return { words: 'Done', tone: 'good' };
}

export const SIGNATURES: Record<string, string> = {
  valid: 'Right',
  valid_replaced: 'Right, by the auth token before this one',
  observed: 'Wrong, and let in: signatures are only watched for now',
  wrong: 'Wrong',
  missing: 'There was none',
};

/** What a cause means, and what to do about it. */
const CAUSES: Record<string, { title: string; help: string }> = {
  wrong_address: {
    title: 'Twilio asked under another address than this installation has',
    help: 'It comes from Twilio: your auth token signed it. Save the account once more under Settings, Twilio, so that Twilio learns the address; if that changes nothing, PUBLIC_URL is wrong, and whoever runs Switchboard has to mend it.',
  },
  replaced_token: {
    title: 'Twilio still signs with an auth token that was replaced',
    help: 'Make the new token the primary one in Twilio’s console, or save the one that Twilio uses now under Settings, Twilio.',
  },
  wrong_signature: {
    title: 'It was signed with another auth token, or Twilio did not send it',
    help: 'Compare the auth token in Twilio’s console with yours, and save it under Settings, Twilio. If it is the same, somebody guesses: nothing is to be done, they are turned away.',
  },
  missing_signature: {
    title: 'It has no signature',
    help: 'Twilio signs everything. Either somebody else sent it, or a proxy on the way takes the header X-Twilio-Signature out.',
  },
  malformed_sid: {
    title: 'It names a call or message that cannot be one',
    help: 'Twilio sends no such names. Nothing is to be done.',
  },
  nobodys_number: {
    title: 'Its number is none of those that are saved here',
    help: 'If it is yours, add it under Settings, Twilio, so that calls and messages to it come here. If another program uses it, point its webhooks there.',
  },
  not_ours: {
    title: 'It is about a conference that was not made here',
    help: 'Another program uses the same account and tells of it here. Nothing is to be done.',
  },
  put_off: {
    title: 'It could not be answered in time',
    help: 'The database was away or slow. The caller heard a word, and the call came back by itself: look at the webhooks after this one.',
  },
};

export function causeOf({ cause, outcome, signature }: Webhook): { title: string; help: string } | undefined {
  if (cause) return CAUSES[cause] ?? { title: 'It was turned away', help: '' };
  if (outcome === 'failed')
    return {
      title: 'It could not be done',
      help: 'Twilio tries again by itself. The log says more under the request’s id.',
    };
  if (signature === 'valid_replaced')
    return {
      title: 'Twilio still signs with the auth token before this one',
      help: 'Make the new token the primary one in Twilio’s console: the old one counts for a day only.',
    };
  return undefined;
}

/** Where what it is about is shown. */
export function pathOf(webhook: Webhook): { to: string; name: string } | undefined {
  if (webhook.call_id) return { to: `/calls/${webhook.call_id}`, name: 'Open the call' };
  if (!webhook.message_id) return undefined;
  const number = (webhook.kind === 'sms' ? webhook.from_number : webhook.to_number).replace(/^[a-z]+:/, '');
  return { to: `/inbox/${encodeURIComponent(number)}`, name: 'Open the conversation' };
}
