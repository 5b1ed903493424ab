// How soon somebody hears.

import { acme } from './demo.mjs';
import { deliverSigned, smsForm } from './twilio.mjs';

/** How long it takes from a text to the event at `neighbour`, on the server `at`: the middle of a few, in ms. */
export async function latency(neighbour, at) {
  const times = [];
  for (let n = 0; n < 15; n += 1) {
    const form = smsForm(acme);
    const sent = performance.now();
    await deliverSigned(acme, form, { at });
    let heard = await neighbour.next('incoming-sms');
    while (heard.payload.messageSid !== form.MessageSid) heard = await neighbour.next('incoming-sms');
    times.push(heard.at - sent);
  }
  return times.sort((a, b) => a - b)[7];
}
