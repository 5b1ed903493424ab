// Webhooks, sent in two ways: by the simulator, and by hand with the signatures of Twilio's own library.

import assert from 'node:assert/strict';

import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';

import { PATIENCE_MS } from './api.mjs';
import { demo, newSid, someNumber } from './demo.mjs';

const SMS = '/api/twilio/webhook/sms';
const VOICE = '/api/twilio/webhook/voice';

/** Somebody texts `org`; returns the simulator's exchange once the webhook was answered as Twilio likes it. */
export function text(org, { from = someNumber(), body = 'hello', sid } = {}) {
  return simulate('/sms', { from, to: org.phoneNumber, body, sid });
}

/** Somebody calls `org`; the call rings until it is accepted. */
export function ring(org, { from = someNumber(), sid } = {}) {
  return simulate('/call', { from, to: org.phoneNumber, sid });
}

async function simulate(path, request) {
  const response = await fetch(demo.simulatorUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(2 * PATIENCE_MS),
  });
  const exchange = await response.json();
  assert.equal(response.status, 200, JSON.stringify(exchange));
  assert.equal(exchange.response.status, 200, JSON.stringify(exchange));
  assert.match(exchange.response.contentType, /^text\/xml\b/);
  assert.deepEqual(exchange.warnings, []);
  return exchange;
}

/** The parameters of a text to `org`, other fields replaced. */
export function smsForm(org, fields = {}) {
  return {
    MessageSid: newSid('SM'),
    AccountSid: org.accountSid,
    From: someNumber(),
    To: org.phoneNumber,
    Body: 'hello',
    NumMedia: '0',
    NumSegments: '1',
    ...fields,
  };
}

/** The parameters of a call to `org`, other fields replaced. */
export function voiceForm(org, fields = {}) {
  return {
    CallSid: newSid('CA'),
    AccountSid: org.accountSid,
    From: someNumber(),
    To: org.phoneNumber,
    CallStatus: 'ringing',
    Direction: 'inbound',
    ...fields,
  };
}

const pathFor = (form) => (form.CallSid ? VOICE : SMS);

/** The signature that Twilio's library makes for this form. */
export function sign(form, authToken, path = pathFor(form)) {
  return getExpectedTwilioSignature(authToken, demo.publicUrl + path, form);
}

/** Delivers a form to its webhook, `at` another server than the stack's; without a `signature`, without the header. */
export async function deliver(
  form,
  { at = demo.baseUrl, signature, path = pathFor(form), body = new URLSearchParams(form).toString() } = {},
) {
  const response = await fetch(at + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      ...(signature !== undefined && { 'x-twilio-signature': signature }),
    },
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

/** Delivers a form with the right signature. */
export function deliverSigned(org, form, options) {
  return deliver(form, { signature: sign(form, org.authToken, options?.path), ...options });
}

/** Delivers `count` texts to `org`, a few at a time, and returns their SIDs. */
export async function textMany(org, count, { at, body = 'hello' } = {}) {
  const forms = Array.from({ length: count }, () => smsForm(org, { Body: body }));
  const sids = forms.map(({ MessageSid }) => MessageSid);
  const sender = async () => {
    for (let form = forms.pop(); form; form = forms.pop()) {
      const { status } = await deliverSigned(org, form, { at });
      assert.equal(status, 200);
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  return sids;
}

/** Texts `org`, one text after the other, until `stop` is called; `sent` tells when each was sent. */
export function streamOfTexts(org, { at } = {}) {
  const sent = new Map();
  let isOver = false;
  const sending = (async () => {
    while (!isOver) {
      const form = smsForm(org);
      sent.set(form.MessageSid, performance.now());
      assert.equal((await deliverSigned(org, form, { at })).status, 200);
    }
    return sent;
  })();
  const stop = () => {
    isOver = true;
    return sending;
  };
  return { sent, stop };
}
