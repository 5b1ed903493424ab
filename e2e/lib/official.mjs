// Twilio's own Node library against the simulator. It knows no other host than Twilio's, so its requests are turned.

import twilio from 'twilio';

import { demo } from './demo.mjs';

class Elsewhere extends twilio.RequestClient {
  #base;

  constructor(base) {
    super({ timeout: 30_000 });
    this.#base = base;
  }

  request(options) {
    const { pathname, search } = new URL(options.uri);
    return super.request({ ...options, uri: this.#base + pathname + search });
  }
}

/** The library's client for `org`'s account, with its API key or what else proves who asks. */
export function twilioOf(org, { username = org.apiKeySid, password = org.apiKeySecret } = {}) {
  return twilio(username, password, { accountSid: org.accountSid, httpClient: new Elsewhere(demo.simulatorUrl) });
}
