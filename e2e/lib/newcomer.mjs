// An organisation of a test's own, with an account of its own at Twilio.

import { patiently } from './api.mjs';
import { register } from './people.mjs';
import { openAccount } from './twilio.mjs';

export const CONFIG = 'POST /api/twilio/config';

/** Registered, not set up yet; `admin` signs in with `{ email, password }`. `numbers` is how many numbers the account has. */
export async function newcomer(options) {
  const { token, organization, email, password } = await register();
  return { token, organization, admin: { email, password }, account: await openAccount(options) };
}

/** The same, with the account set up. */
export async function company() {
  const one = await newcomer();
  await patiently(CONFIG, { token: one.token, json: typed(one.account) });
  return one;
}

/** What an admin types into the settings for this account. */
export function typed({ accountSid, authToken, apiKeySid, apiKeySecret, phoneNumber }, changes = {}) {
  return { accountSid, authToken, apiKeySid, apiKeySecret, phoneNumber, ...changes };
}
