// Texts that are sent while Twilio does everything wrong that it is known to do: none is sent twice, none is lost, every
// state is settled, and agents are told in words what happened.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { api, ok, patiently } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { demo, newSid, someNumber } from './lib/demo.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { allFaults, eventually, switchOn } from './lib/twilio.mjs';

/** What Twilio says at once is settled in this time, however its callbacks fare. */
const SETTLED_MS = 60_000;
/** After that long, what Twilio does not list was not sent. */
const GIVEN_UP_MS = 120_000;
const FINAL = ['delivered', 'undelivered', 'failed', 'read'];
/** Each fault, and how it is switched on. */
const SETTINGS = {
  callbackLatency: {},
  duplicate: {},
  retransmit: {},
  reorder: {},
  lose: {},
  wrongSignature: {},
  staleToken: {},
  unreachable: {},
  answerLost: {},
  badGateway: {},
  rateLimit: { next: 2 },
  rateLimitRetryAfter: { next: 2 },
  createThen500: {},
  createThenCut: {},
  callbackFirst: {},
  slowRest: {},
  restDown: { next: 1, becomes: 'failed' },
  latency: {},
};

/** What Twilio sent to this number, according to its own list. */
async function sentTo({ accountSid, authToken }, to) {
  const query = new URLSearchParams({ To: to });
  const response = await fetch(`${demo.simulatorUrl}/2010-04-01/Accounts/${accountSid}/Messages.json?${query}`, {
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
  });
  const { messages } = await response.json();
  return messages;
}

/** An organisation of its own, set up. */
async function desk(t) {
  const { token, account } = await newcomer();
  await patiently(CONFIG, { token, json: typed(account) });
  return { token, account, agent: await connect(t, token) };
}

/** Sends a text while this goes wrong, and tells what became of it. */
async function sendThrough(t, name, { becomes = 'delivered', ...setting }) {
  const { token, account, agent } = await desk(t);
  const to = someNumber();
  await switchOn(t, name, { accountSid: account.accountSid, ...setting });
  const key = newSid('key');
  const order = { token, json: { to, body: `through ${name}` }, headers: { 'idempotency-key': key } };
  const { data } = await ok('POST /api/twilio/sms/send', order);
  assert.equal((await ok('POST /api/twilio/sms/send', order)).data.id, data.id, `${name}: the same order again`);
  const message = await eventually(
    async () => {
      const { message } = await patiently(`GET /api/twilio/sms/${data.id}`, { token });
      return FINAL.includes(message.twilio_status) && message;
    },
    becomes === 'failed' ? GIVEN_UP_MS : SETTLED_MS,
  );
  assert.equal(message.twilio_status, becomes, `${name}: ${JSON.stringify(message)}`);
  await switchOn(t, name, { accountSid: account.accountSid, on: false });
  const listed = await sentTo(account, to);
  assert.equal(listed.length, becomes === 'failed' ? 0 : 1, `${name}: Twilio has ${listed.length}`);
  if (becomes === 'failed') assert.match(message.error_message, /not sent/, name);
  else assert.equal(listed[0].sid, message.twilio_sid, name);
  const told = [];
  while (told.at(-1) !== becomes) told.push((await agent.next('message-status')).payload.status);
  assert.equal(new Set(told).size, told.length, `${name}: told twice: ${told}`);
}

// Each has an organisation of its own, and waits.
describe('at the same time', { concurrency: true }, () => {
  test('whatever goes wrong, a text is sent once and becomes what it became', async (t) => {
    const names = (await allFaults()).map(({ name }) => name);
    for (const name of names) assert.ok(SETTINGS[name], `no setting for the fault ${name}`);
    await Promise.all(Object.entries(SETTINGS).map(([name, setting]) => sendThrough(t, name, setting)));
  });

  test('while Twilio is out of reach a text waits, and then goes', async (t) => {
    const { token, account } = await desk(t);
    await switchOn(t, 'rateLimit', { accountSid: account.accountSid, next: 6 });
    const to = someNumber();
    const { data } = await ok('POST /api/twilio/sms/send', { token, json: { to, body: 'patience' } });
    assert.equal(data.twilio_status, 'pending');
    await eventually(async () => {
      const { message } = await patiently(`GET /api/twilio/sms/${data.id}`, { token });
      return message.twilio_status === 'delivered';
    }, SETTLED_MS);
    assert.equal((await sentTo(account, to)).length, 1);
  });
});

test('of twenty that are alike and get no answer each is found once', async (t) => {
  const { token, account } = await desk(t);
  for (const name of ['createThen500', 'lose']) await switchOn(t, name, { accountSid: account.accountSid });
  const to = someNumber();
  const send = () => ok('POST /api/twilio/sms/send', { token, json: { to, body: 'the same' } });
  const sent = await Promise.all(Array.from({ length: 20 }, send));
  const settled = async ({ data }) =>
    eventually(async () => {
      const { message } = await patiently(`GET /api/twilio/sms/${data.id}`, { token });
      return message.twilio_status === 'delivered' && message.twilio_sid;
    }, SETTLED_MS);
  const sids = await Promise.all(sent.map(settled));
  assert.equal(new Set(sids).size, 20);
  assert.deepEqual((await sentTo(account, to)).map(({ sid }) => sid).sort(), sids.sort());
});

test('what is wrong with an order is told by field, and nothing is sent', async (t) => {
  const { token, account } = await desk(t);
  for (const [json, fields] of [
    [{}, ['to', 'body']],
    [{ to: 'nobody', body: 'x' }, ['to']],
    [{ to: account.phoneNumber, body: 'x' }, ['to']],
    [{ to: someNumber(), body: 'x'.repeat(1601) }, ['body']],
    [{ to: someNumber(), body: 'x', channel: 'fax' }, ['channel']],
    [{ to: someNumber(), body: 'x', templateId: newSid('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') }, ['templateId']],
    [{ to: someNumber(), body: 'x', templateId: 'x' }, ['templateId']],
    [{ to: someNumber(), body: 'x', mediaUrls: ['file:///etc/passwd', 'https://a:b@x.example/'] }, ['mediaUrls.0', 'mediaUrls.1']],
    [{ to: someNumber(), body: 'x', sendAt: 'tomorrow' }, ['sendAt']],
  ]) {
    const { status, body } = await api('POST /api/twilio/sms/send', { token, json });
    assert.deepEqual([status, body.details?.map(({ field }) => field)], [422, fields], JSON.stringify(json).slice(0, 90));
  }
  const { pagination } = await ok('GET /api/twilio/sms', { token });
  assert.equal(pagination.total, 0);
});
