// An organisation of a test's own, with an account of its own at Twilio.

import { register } from './people.mjs';
import { openAccount } from './twilio.mjs';

export const CONFIG = 'POST /api/twilio/config';

/** Registered, not set up yet. `numbers` is how many numbers the account has. */
export async function newcomer(options) {
  const { token, organization } = await register();
  return { token, organization, account: await openAccount(options) };
}

/** What an admin types into the settings for this account. */
export function typed({ accountSid, authToken, apiKeySid, apiKeySecret, phoneNumber }, changes = {}) {
  return { accountSid, authToken, apiKeySid, apiKeySecret, phoneNumber, ...changes };
}
