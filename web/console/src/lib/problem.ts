// What went wrong, in words.

import { ApiError } from '@switchboard/client';

/** A sentence for whoever did it. */
export function problem(error: unknown): string {
  if (!(error instanceof ApiError)) return 'That did not work. Try again.';
  if (error.details.length > 0) {
    return (
      error.details.map(({ field, message }) => `${field.replace(/[._]/g, ' ')} ${message}`).join('; ') + '.'
    );
  }
  switch (error.code) {
    case 'not_configured':
      return 'No phone number is connected yet. An admin connects one in Settings, Twilio.';
    case 'opted_out':
      return 'They asked not to be texted.';
    case 'outside_window':
      return 'On WhatsApp one may write freely for 24 hours after they wrote. Send a template that WhatsApp agreed to.';
    case 'forbidden':
      return 'Your role does not allow that.';
    default:
      return sentence(error.message);
  }
}

/** Whether all that is wrong stands at some field. */
export function isAtFields(error: unknown): boolean {
  return error instanceof ApiError && error.details.length > 0;
}

/** What is wrong with the field of this name, if that is what was refused. */
export function problemOf(error: unknown, field: string): string | undefined {
  const detail = error instanceof ApiError ? error.details.find((one) => one.field === field) : undefined;
  return detail && sentence(detail.message);
}

function sentence(words: string): string {
  const first = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
