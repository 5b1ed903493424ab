// Twilio's own libraries, Node's and Python's, judge the simulator and the tokens that we make: what they accept from it,
// and what it accepts from them, is what Twilio's customers can rely on.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';

import { ok } from './lib/api.mjs';
import { acme, demo, globex, someNumber } from './lib/demo.mjs';
import { twilioOf } from './lib/official.mjs';
import { tokenOf } from './lib/people.mjs';
import { pythonJudge } from './lib/python.mjs';
import { receiver } from './lib/receiver.mjs';
import { eventually, hangUp, log, pickUp, ring, text, whenLogged } from './lib/twilio.mjs';

test('both libraries accept every webhook that the simulator sends, and no other token for it', async (t) => {
  const judge = pythonJudge(t);
  const statuses = await receiver(t);
  await text(acme, { body: ' donation=5 <3 & "you" é😀 ' });
  const { sid } = await ring(acme);
  await hangUp(sid);
  const ended = await whenLogged(({ purpose, webhook }) => purpose === 'callStatus' && webhook.parameters.CallSid === sid);
  assert.equal(ended.response.status, 204);
  await twilioOf(acme).messages.create({
    from: acme.phoneNumber,
    to: someNumber(),
    body: 'hello',
    statusCallback: `${statuses.url}/status?a=b`,
  });
  await whenLogged(({ webhook }) => webhook.url.startsWith(statuses.url) && webhook.parameters.MessageStatus === 'delivered');
  const exchanges = (await log()).filter(({ accountSid, faults }) => accountSid === acme.accountSid && !faults.length);
  const purposes = new Set(exchanges.map(({ purpose }) => purpose));
  for (const purpose of ['incomingMessage', 'voice', 'callStatus', 'messageStatus']) assert.ok(purposes.has(purpose), purpose);
  for (const { webhook } of exchanges) {
    const { url, parameters, signature } = webhook;
    assert.equal(validateRequest(acme.authToken, signature, url, parameters), true, url);
    assert.equal(validateRequest(globex.authToken, signature, url, parameters), false, url);
    const pairs = Object.entries(parameters);
    assert.equal(await judge('validate', { token: acme.authToken, url, parameters: pairs, signature }), true, url);
    assert.equal(await judge('validate', { token: globex.authToken, url, parameters: pairs, signature }), false, url);
  }
});

test("Node's REST client works unchanged against the simulator", async () => {
  const twilio = twilioOf(acme);
  const customer = someNumber();

  const sent = await twilio.messages.create({ from: acme.phoneNumber, to: customer, body: 'Héllo 😀 & 100% +' });
  assert.match(sent.sid, /^SM[0-9a-f]{32}$/);
  assert.equal((await twilio.messages(sent.sid).fetch()).body, 'Héllo 😀 & 100% +');
  assert.ok(sent.dateCreated instanceof Date && !Number.isNaN(sent.dateCreated.valueOf()));
  const listed = await twilio.messages.list({ to: customer, limit: 20 });
  assert.deepEqual(listed.map(({ sid }) => sid), [sent.sid]);
  await eventually(async () => (await twilio.messages(sent.sid).fetch()).status === 'delivered');
  assert.equal((await twilio.messages(sent.sid).update({ body: '' })).body, '');

  const pictures = ['https://files.example/1.png?x=1&y=2', 'https://files.example/2.png'];
  const mms = await twilio.messages.create({ from: acme.phoneNumber, to: customer, body: 'pics', mediaUrl: pictures });
  assert.match(mms.sid, /^MM/);
  assert.equal((await twilio.messages(mms.sid).media.list()).length, 2);

  const twiml = '<Response><Dial><Conference>judged</Conference></Dial></Response>';
  const ask = { from: acme.phoneNumber, twiml, timeout: 20 };
  const call = await twilio.calls.create({ ...ask, to: customer });
  const other = await twilio.calls.create({ ...ask, to: someNumber() });
  assert.equal((await twilio.calls(call.sid).fetch()).to, customer);
  for (const { sid } of [call, other]) await pickUp(sid);
  const conference = await eventually(async () => {
    const [found] = await twilio.conferences.list({ friendlyName: 'judged', status: 'in-progress', limit: 1 });
    return found;
  });
  const participants = await twilio.conferences(conference.sid).participants.list();
  assert.deepEqual(participants.map(({ callSid }) => callSid).sort(), [call.sid, other.sid].sort());
  assert.equal((await twilio.conferences(conference.sid).participants(call.sid).update({ hold: true })).hold, true);
  assert.equal((await twilio.conferences(conference.sid).participants(call.sid).update({ muted: true })).muted, true);
  const recording = await twilio.calls(call.sid).recordings.create({ recordingChannels: 'dual' });
  assert.match(recording.sid, /^RE/);
  assert.equal((await twilio.conferences(conference.sid).update({ status: 'completed' })).status, 'completed');
  await eventually(async () => (await twilio.calls(call.sid).fetch()).status === 'completed');
  assert.equal(await twilio.recordings(recording.sid).remove(), true);

  const [number] = await twilio.incomingPhoneNumbers.list({ phoneNumber: acme.phoneNumber });
  assert.equal(number.phoneNumber, acme.phoneNumber);
  assert.equal((await twilio.incomingPhoneNumbers(number.sid).fetch()).capabilities.sms, true);
  const application = await twilio.applications.create({ friendlyName: 'judged' });
  assert.equal((await twilio.applications(application.sid).update({ friendlyName: 'again' })).friendlyName, 'again');
  assert.equal(await twilio.applications(application.sid).remove(), true);
  const service = await twilio.messaging.v1.services.create({ friendlyName: 'judged' });
  assert.equal((await twilio.messaging.v1.services(service.sid).fetch()).friendlyName, 'judged');

  const strangers = [
    [401, 20003, () => twilioOf(acme, { password: 'wrong' }).messages.list({ limit: 1 })],
    [404, 20404, () => twilioOf(globex).messages(sent.sid).fetch()],
    [404, 20404, () => twilio.applications(application.sid).fetch()],
    [400, 21211, () => twilio.messages.create({ from: acme.phoneNumber, to: 'nobody', body: 'x' })],
    [400, 21617, () => twilio.messages.create({ from: acme.phoneNumber, to: customer, body: 'x'.repeat(1601) })],
    [400, 21210, () => twilio.calls.create({ from: someNumber(), to: customer, twiml })],
    [400, 21220, () => twilio.calls(call.sid).update({ twiml: '<Response/>' })],
  ];
  for (const [status, code, ask] of strangers) {
    await assert.rejects(ask, (refusal) => {
      assert.deepEqual([refusal.status, refusal.code], [status, code], ask.toString());
      return true;
    });
  }
});

test("Python's REST client works unchanged against the simulator", async (t) => {
  const judge = pythonJudge(t);
  const judged = await judge('rest', {
    base: demo.simulatorUrl,
    account: acme.accountSid,
    username: acme.apiKeySid,
    password: acme.apiKeySecret,
    number: acme.phoneNumber,
    customer: someNumber(),
    script: '<Response><Pause length="30"/></Response>',
  });
  const { called, ...rest } = judged;
  assert.match(called, /^\+1647/);
  assert.deepEqual(rest, {
    body: 'Héllo 😀 & 100% +',
    listed: true,
    sent_at: true,
    redacted: '',
    hung_up: 'canceled', // nobody had answered
    queue: 7,
    members: [],
    numbers: [acme.phoneNumber],
    moved: 'the desk',
    conferences: [],
    recordings: true,
    renamed: 'judged',
    gone: true,
    refusals: [
      [401, 20003],
      [404, 20404],
      [400, 21211],
      [400, 21617],
      [404, 20404],
    ],
  });
});

test("a browser's token is what Twilio's libraries make and read", async (t) => {
  const judge = pythonJudge(t);
  const agent = acme.agents[0];
  const token = await tokenOf(agent);
  const { user } = await ok('GET /api/auth/me', { token });
  const voice = await ok('POST /api/twilio/token', { token });
  assert.equal(voice.phoneNumber, acme.phoneNumber);
  const bare = (id) => id.replaceAll('-', '');
  assert.equal(voice.identity, `o${bare(user.organization_id)}_u${bare(user.id)}`);

  const { headers, payload } = await judge('decode', { token: voice.token, secret: acme.apiKeySecret });
  assert.deepEqual(headers, { typ: 'JWT', alg: 'HS256', cty: 'twilio-fpa;v=1' });
  assert.deepEqual([payload.iss, payload.sub], [acme.apiKeySid, acme.accountSid]);
  assert.equal(payload.grants.identity, voice.identity);
  assert.equal(payload.grants.voice.incoming.allow, true);
  const application = await twilioOf(acme).applications(payload.grants.voice.outgoing.application_sid).fetch();
  assert.ok(application.voiceUrl.startsWith(`${demo.publicUrl}/api/twilio/webhook/voice`));
  assert.ok(payload.exp - payload.iat > 60 && payload.exp - payload.iat <= 86_400);
  await assert.rejects(judge('decode', { token: voice.token, secret: globex.apiKeySecret }));

  // The signature, by nothing but Node.
  const [head, body, signature] = voice.token.split('.');
  const expected = createHmac('sha256', acme.apiKeySecret).update(`${head}.${body}`).digest('base64url');
  assert.equal(signature, expected);
});
