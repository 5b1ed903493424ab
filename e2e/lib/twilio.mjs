// Webhooks, sent in two ways: by the simulator, and by hand with the signatures of Twilio's own library.

import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';

import { PATIENCE_MS } from './api.mjs';
import { acme, demo, globex, newSid, someNumber } from './demo.mjs';

const SMS = '/api/twilio/webhook/sms';
const VOICE = '/api/twilio/webhook/voice';
const CALL_STATUS = '/api/twilio/webhook/call-status';

/** Somebody texts `org`; returns the simulator's exchange once the webhook was answered as Twilio likes it. */
export function text(org, options) {
  return well(attempt.text(org, options));
}

/**
 * Somebody calls `org`; the call rings until it is accepted. The caller stays on the line until the end of the test that
 * runs now; where others run beside it, until the end of `t`.
 */
export async function ring(org, { t, ...options } = {}) {
  const exchange = await well(attempt.call(org, options));
  const call = { sid: exchange.sid, accountSid: org.accountSid };
  if (t) t.after(() => goAway(call));
  else onTheLine.push(call);
  return exchange;
}

const onTheLine = [];
const delivered = [];

/** Who called in a test hangs up at its end, and the server knows of it: nobody hears of them in the next test. */
async function everybodyHangsUp() {
  await Promise.all(onTheLine.splice(0).map(goAway));
  for (const { org, form, at } of delivered.splice(0)) {
    const over = { ...form, CallStatus: 'completed' };
    await deliverSigned(org, over, { at, path: CALL_STATUS }).catch(() => {}); // a server of the test's own is gone by now
  }
}
afterEach(everybodyHangsUp);

/** Whose end a test waits for; those of a test's own organisations are nobody else's business. */
const DEMO_ACCOUNTS = [acme, globex].map(({ accountSid }) => accountSid);

async function goAway({ sid, accountSid }) {
  const response = await fetch(`${demo.simulatorUrl}/call/${sid}/hang-up`, { method: 'POST' });
  assert.ok([200, 409].includes(response.status), `${sid}: ${response.status}`); // 409: it is over
  if (!DEMO_ACCOUNTS.includes(accountSid)) return;
  await whenLogged(({ webhook, response }) => {
    const { CallSid, CallStatus } = webhook?.parameters ?? {};
    return CallSid === sid && CallStatus === 'completed' && webhook.url.includes(CALL_STATUS) && response?.status === 204;
  });
}

/** The same, whatever the webhook answers. */
export const attempt = {
  text: (org, { from = someNumber(), body = 'hello', sid } = {}) =>
    simulator('POST /sms', { from, to: org.phoneNumber, body, sid }),
  call: (org, { from = someNumber(), sid } = {}) => simulator('POST /call', { from, to: org.phoneNumber, sid }),
};

async function well(attempted) {
  const exchange = await attempted;
  assert.equal(exchange.response?.status, 200, JSON.stringify(exchange));
  assert.match(exchange.response.contentType, /^text\/xml\b/);
  assert.deepEqual(exchange.warnings, []);
  return exchange;
}

/** Asks Twilio's REST API as this account. */
export async function asAccount({ accountSid, authToken }, path) {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const response = await fetch(`${demo.simulatorUrl}/2010-04-01/Accounts/${accountSid}${path}`, {
    headers: { authorization },
  });
  assert.equal(response.status, 200, path);
  return response.json();
}

/** A file as Twilio has it, for whoever has the account's credentials and leaves them out after the redirect. */
export async function fileAt(url, { accountSid, authToken }) {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const elsewhere = await fetch(url, { headers: { authorization }, redirect: 'manual' });
  const file = await fetch(new URL(elsewhere.headers.get('location'), url));
  return Buffer.from(await file.arrayBuffer());
}

/** What Twilio has of the files of the last text that it was given for this number. */
export async function sentAlong(org, to) {
  const { messages } = await asAccount(org, `/Messages.json?${new URLSearchParams({ To: to })}`);
  const { media_list: media } = await asAccount(org, `/Messages/${messages[0].sid}/Media.json`);
  const url = ({ uri }) => demo.simulatorUrl + uri.replace(/\.json$/, '');
  return Promise.all(media.map((medium) => fileAt(url(medium), org)));
}

/** Who called hangs up. */
export function hangUp(sid) {
  const at = onTheLine.findIndex((call) => call.sid === sid);
  if (at >= 0) onTheLine.splice(at, 1);
  return simulator(`POST /call/${sid}/hang-up`);
}

/** Whom Twilio calls picks up; Twilio takes a moment until it calls. */
export function pickUp(sid) {
  return eventually(async () => {
    const [call] = (await simulator('GET /calls')).filter((call) => call.sid === sid && call.rings);
    return call && simulator(`POST /call/${sid}/answer`);
  });
}

/** An account of one's own at Twilio, with so many numbers, whose calls are asked about at `voiceUrl`. */
export async function openAccount({ numbers = 1, voiceUrl } = {}) {
  const secret = () => newSid('');
  const phoneNumbers = Array.from({ length: numbers }, someNumber);
  const account = { accountSid: newSid('AC'), authToken: secret(), phoneNumbers };
  const key = { apiKeySid: newSid('SK'), apiKeySecret: secret() };
  await simulator('POST /accounts', { ...account, voiceUrl, apiKeys: [{ sid: key.apiKeySid, secret: key.apiKeySecret }] });
  return { ...account, ...key, phoneNumber: phoneNumbers[0] };
}

/** Gives the account a new auth token, which Twilio signs with from now on; returns it. */
export async function rotateToken({ accountSid }) {
  return (await simulator(`POST /accounts/${accountSid}/rotate-token`)).authToken;
}

/** Every fault that the simulator knows. */
export function allFaults() {
  return simulator('GET /faults');
}

/** Switches a fault on for an account, until the end of test `t` at most. */
export function switchOn(t, name, setting) {
  t.after(() => simulator(`PUT /faults/${name}`, { accountSid: setting.accountSid, on: false }));
  return simulator(`PUT /faults/${name}`, setting);
}

/** The first webhook that fits, of those that the simulator sent lately; waits for it. */
export function whenLogged(fits) {
  return eventually(async () => (await log()).find(fits));
}

/** The webhooks that the simulator sent lately, the oldest first. */
export function log() {
  return simulator('GET /log');
}

/** Looks again and again until there is something. */
export async function eventually(look, patience = PATIENCE_MS) {
  const deadline = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(performance.now() < deadline, `it did not come to that: ${look}`);
    await pause(50);
  }
}

/** Asks the simulator. A webhook that nobody answered is an answer, too. */
export async function simulator(call, json) {
  const [method, path] = call.split(' ');
  const response = await fetch(demo.simulatorUrl + path, {
    method,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(2 * PATIENCE_MS),
  });
  const answer = response.status === 204 ? undefined : await response.json();
  assert.ok(response.ok || response.status === 502, `${call} answered ${response.status} ${JSON.stringify(answer)}`);
  return answer;
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
  const answer = { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  const org = [acme, globex].find(({ accountSid }) => accountSid === form.AccountSid);
  if (org && answer.body.includes('<Enqueue')) delivered.push({ org, form, at });
  return answer;
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
