// Who may speak for Twilio.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';

import { ok } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { acme, globex, newSid, someWord } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { deliver, deliverSigned, ring, sign, smsForm, text, voiceForm } from './lib/twilio.mjs';

const FORBIDDEN = { status: 403, type: null, body: '' };
const EMPTY = /^(<\?xml[^>]*\?>\s*)?<Response\s*(\/>|>\s*<\/Response>)$/;
const REJECT = /^(<\?xml[^>]*\?>\s*)?<Response>\s*<Reject[^<]*\/>\s*<\/Response>$/;

const agentOf = async (t, org) => connect(t, await tokenOf(org.agents[0]));

async function takeCall(callSid, org = acme) {
  await ok('POST /api/twilio/incoming-calls/accept', { token: await tokenOf(org.agents[0]), json: { callSid } });
}

test("signatures of Twilio's own library are accepted", async (t) => {
  const agent = await agentOf(t, acme);
  const sms = smsForm(acme, { Body: ' é 😀 + & = % ', ProfileName: '', 'Odd[Name]': 'x' });
  const texted = await deliverSigned(acme, sms);
  assert.equal(texted.status, 200);
  assert.match(texted.type, /^text\/xml\b/);
  assert.match(texted.body, EMPTY);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, sms.MessageSid);

  const voice = voiceForm(acme);
  const called = await deliverSigned(acme, voice);
  assert.equal(called.status, 200);
  assert.match(called.type, /^text\/xml\b/);
  assert.equal((await agent.next('incoming-call')).payload.callSid, voice.CallSid);
  await takeCall(voice.CallSid);
});

test("Twilio's own library accepts what the simulator signs", async () => {
  const call = await ring(acme);
  await takeCall(call.sid);
  for (const { webhook } of [await text(acme, { body: 'donation=5 <3 & "you"' }), call]) {
    const { url, parameters, signature } = webhook;
    assert.equal(validateRequest(acme.authToken, signature, url, parameters), true);
    assert.equal(validateRequest(globex.authToken, signature, url, parameters), false);
  }
});

const FORGERIES = {
  'without a signature': () => ({}),
  'with an empty one': () => ({ signature: '' }),
  'with a wrong one': () => ({ signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
  'with one that is not base64': () => ({ signature: '%%% not base64 %%%' }),
  "with another organisation's token": (form) => ({ signature: sign(form, globex.authToken) }),
  'signed for another address': (form) => ({ signature: sign(form, acme.authToken, '/api/twilio/webhook/wait') }),
  'with a body changed after signing': (form) => ({
    signature: sign(form, acme.authToken),
    form: { ...form, From: '+16475550199', Body: 'Send money' },
  }),
  'with a parameter added after signing': (form) => ({
    signature: sign(form, acme.authToken),
    form: { ...form, FromCity: 'TORONTO' },
  }),
  'for an unknown account': (form) => ({ form: { ...form, AccountSid: newSid('AC') }, resign: acme.authToken }),
  'for no account': ({ AccountSid: _, ...form }) => ({ form, resign: acme.authToken }),
  "for an account of another organisation, signed with one's own token": (form) => ({
    form: { ...form, AccountSid: globex.accountSid, To: globex.phoneNumber },
    resign: acme.authToken,
  }),
};

for (const [how, forge] of Object.entries(FORGERIES)) {
  test(`a webhook ${how} gets the same empty 403 and has no effect`, async (t) => {
    const agents = [await agentOf(t, acme), await agentOf(t, globex)];
    for (const honest of [smsForm(acme), voiceForm(acme)]) {
      const { form = honest, signature, resign } = forge(honest);
      const answer = await deliver(form, { signature: resign ? sign(form, resign) : signature });
      assert.deepEqual(answer, FORBIDDEN);
    }
    const markers = [await text(acme), await text(globex)];
    for (const [n, agent] of agents.entries()) {
      assert.equal((await agent.next('incoming-sms')).payload.messageSid, markers[n].sid);
    }
  });
}

test('a forged webhook does not use up the SID of the true one', async (t) => {
  const agent = await agentOf(t, acme);
  const form = smsForm(acme, { Body: someWord() });
  assert.deepEqual(await deliver(form, { signature: sign(form, globex.authToken) }), FORBIDDEN);
  assert.equal((await deliverSigned(acme, form)).status, 200);
  const { payload } = await agent.next('incoming-sms');
  assert.deepEqual([payload.messageSid, payload.body], [form.MessageSid, form.Body]);
});

test('rightly signed, but to a number that is not ours: turned away and not heard of', async (t) => {
  const agent = await agentOf(t, acme);
  for (const To of ['+15005550006', globex.phoneNumber, 'nobody', '']) {
    const texted = await deliverSigned(acme, smsForm(acme, { To }));
    assert.equal(texted.status, 200, To);
    assert.match(texted.type, /^text\/xml\b/);
    assert.match(texted.body, EMPTY);
    const called = await deliverSigned(acme, voiceForm(acme, { To }));
    assert.equal(called.status, 200, To);
    assert.match(called.type, /^text\/xml\b/);
    assert.match(called.body, REJECT);
  }
  const marker = await text(acme);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, marker.sid);
});

test('a repeated webhook gets the same answer and has no second effect', async (t) => {
  const agent = await agentOf(t, acme);
  const sms = smsForm(acme);
  const voice = voiceForm(acme);
  for (const [form, event] of [
    [sms, 'incoming-sms'],
    [voice, 'incoming-call'],
  ]) {
    const first = await deliverSigned(acme, form);
    assert.deepEqual(await deliverSigned(acme, form), first);
    await agent.next(event);
  }
  const marker = await text(acme);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, marker.sid);
  await takeCall(voice.CallSid);
  assert.equal((await agent.next('call-accepted')).payload.callSid, voice.CallSid);
});

test('a webhook delivered ten times at the same moment is one event', async (t) => {
  const agent = await agentOf(t, acme);
  const sms = smsForm(acme);
  const voice = voiceForm(acme);
  for (const [form, event] of [
    [sms, 'incoming-sms'],
    [voice, 'incoming-call'],
  ]) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliverSigned(acme, form)));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(answers[0].status, 200);
    await agent.next(event);
  }
  await takeCall(voice.CallSid);
  assert.equal((await agent.next('call-accepted')).payload.callSid, voice.CallSid);
  const marker = await text(acme);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, marker.sid);
});

test('one SID in two organisations is two messages', async (t) => {
  const agents = [await agentOf(t, acme), await agentOf(t, globex)];
  const sid = newSid('SM');
  await text(acme, { sid, body: 'to the one' });
  await text(globex, { sid, body: 'to the other' });
  const bodies = [];
  for (const agent of agents) bodies.push((await agent.next('incoming-sms')).payload.body);
  assert.deepEqual(bodies, ['to the one', 'to the other']);
});

test('a call delivered again after somebody took it does not ring again', async (t) => {
  const agent = await agentOf(t, acme);
  const { sid, webhook } = await ring(acme);
  await agent.next('incoming-call');
  await takeCall(sid);
  await agent.next('call-accepted');
  await ring(acme, { sid, from: webhook.parameters.From });
  const marker = await text(acme);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, marker.sid);
});

test("a browser's own leg does not ring", async (t) => {
  const agent = await agentOf(t, acme);
  const leg = voiceForm(acme, { From: 'client:somebody', conference: randomUUID(), participant: 'agent' });
  const { status, body } = await deliverSigned(acme, leg);
  const marker = await text(acme);
  const first = await agent.events.take();
  if (first.name === 'incoming-call') await takeCall(leg.CallSid);
  assert.equal(first.payload.messageSid, marker.sid);
  assert.equal(status, 200);
  assert.match(body, /<Say\b/);
});
