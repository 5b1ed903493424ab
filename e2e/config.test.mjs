// An organisation's settings at Twilio: tried before they are saved, set up there, and never told again.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok, patiently } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { acme, demo, newSid, someNumber } from './lib/demo.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { twilioOf } from './lib/official.mjs';
import { register, tokenOf } from './lib/people.mjs';
import { openAccount, ring, text } from './lib/twilio.mjs';

const WEBHOOKS = `${demo.publicUrl}/api/twilio/webhook`;

const secretsOf = ({ authToken, apiKeySecret }) => [authToken, apiKeySecret];

test('a newcomer connects an account, and is called and texted a moment later', async (t) => {
  const { token, account } = await newcomer();
  assert.deepEqual(await ok('GET /api/twilio/config', { token }), { configured: false, config: null });
  const refused = await api('POST /api/twilio/token', { token });
  assert.deepEqual([refused.status, refused.body.code], [409, 'not_configured']);

  const { configured, config } = await patiently(CONFIG, { token, json: typed(account) });
  assert.equal(configured, true);
  assert.equal(config.accountSid, account.accountSid);
  assert.equal(config.phoneNumber, account.phoneNumber);
  assert.ok(config.webhooks.setAt);

  const [number] = await twilioOf(account).incomingPhoneNumbers.list({ phoneNumber: account.phoneNumber });
  const base = (url) => url.split('#')[0];
  assert.equal(base(number.voiceUrl), `${WEBHOOKS}/voice`);
  assert.equal(base(number.voiceFallbackUrl), `${WEBHOOKS}/voice`);
  assert.equal(base(number.smsUrl), `${WEBHOOKS}/sms`);
  assert.equal(base(number.smsFallbackUrl), `${WEBHOOKS}/sms`);
  assert.equal(base(number.statusCallback), `${WEBHOOKS}/call-status`);
  for (const url of [number.voiceUrl, number.smsUrl, number.statusCallback]) assert.match(url, /#.*\brc=\d/);

  const agent = await connect(t, token);
  const { sid } = await text(account, { body: 'are you there?' });
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, sid);
  const call = await ring(account);
  assert.equal((await agent.next('incoming-call')).payload.callSid, call.sid);
  assert.match((await ok('POST /api/twilio/token', { token })).identity, /^o[0-9a-f]{32}_u[0-9a-f]{32}$/);
});

test('secrets never come back, and stay when they are left out', async () => {
  const { token, account } = await newcomer({ numbers: 2 });
  const saved = await api(CONFIG, { token, json: typed(account) });
  const [first, second] = account.phoneNumbers;
  const again = await api(CONFIG, {
    token,
    json: { accountSid: account.accountSid, authToken: '', apiKeySid: account.apiKeySid, phoneNumber: second, phoneNumbers: [first] },
  });
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assert.equal(again.body.config.phoneNumber, second);
  const read = await api('GET /api/twilio/config', { token });
  for (const { body } of [saved, again, read]) {
    for (const secret of secretsOf(account)) assert.ok(!JSON.stringify(body).includes(secret));
  }
  for (const to of [first, second]) await text({ ...account, phoneNumber: to });
});

test('what Twilio refuses is not saved', async () => {
  const { token, account } = await newcomer();
  const stranger = await openAccount();
  const refused = [
    [typed(account, { authToken: '0'.repeat(32) }), 'authToken'],
    [typed(account, { apiKeySecret: 'wrong' }), 'apiKeySecret'],
    [typed(account, { apiKeySid: newSid('SK') }), 'apiKeySecret'],
    [typed(account, { phoneNumber: someNumber() }), 'phoneNumber'],
    [typed(account, { phoneNumber: stranger.phoneNumber }), 'phoneNumber'],
    [typed(account, { messagingServiceSid: newSid('MG') }), 'messagingServiceSid'],
    [typed(account, { accountSid: 'AC1' }), 'accountSid'],
    [typed(account, { phoneNumber: 'the desk' }), 'phoneNumber'],
    [typed(account, { phoneNumber: null }), 'phoneNumber'],
  ];
  for (const [json, field] of refused) {
    const { status, body } = await api(CONFIG, { token, json });
    assert.equal(status, 422, `${field}: ${JSON.stringify(body)}`);
    const names = (body.details ?? []).map((detail) => detail.field);
    assert.ok(names.includes(field) || body.twilioCode, `${field}: ${JSON.stringify(body)}`);
  }
  assert.equal((await ok('GET /api/twilio/config', { token })).configured, false);
});

test("another organisation's number is taken, and nothing is said of whose it is", async () => {
  const { token } = await register();
  const { status, body } = await api(CONFIG, { token, json: typed(acme) });
  assert.equal(status, 409);
  for (const word of [acme.slug, acme.id]) assert.ok(!JSON.stringify(body).includes(word));
  assert.equal((await ok('GET /api/twilio/config', { token })).configured, false);
});

test('only admins see and change the settings; who may not take calls gets no phone', async () => {
  for (const person of [acme.manager, acme.viewer, acme.agents[0]]) {
    const token = await tokenOf(person);
    for (const call of ['GET /api/twilio/config', CONFIG]) {
      assert.equal((await api(call, { token, json: call === CONFIG ? typed(acme) : undefined })).status, 403);
    }
  }
  assert.equal((await api('POST /api/twilio/token', { token: await tokenOf(acme.viewer) })).status, 403);
});

test('a messaging service receives for all its numbers', async (t) => {
  const { token, account } = await newcomer();
  const twilio = twilioOf(account);
  const service = await twilio.messaging.v1.services.create({ friendlyName: 'desk' });
  await patiently(CONFIG, { token, json: typed(account, { messagingServiceSid: service.sid }) });
  const { inboundRequestUrl } = await twilio.messaging.v1.services(service.sid).fetch();
  assert.ok(inboundRequestUrl.startsWith(`${WEBHOOKS}/sms`));
  const agent = await connect(t, token);
  const { sid } = await text(account);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, sid);
});
