// The database goes away while somebody calls, or waits. Nobody is turned away, and nothing rings twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ok, patiently } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { AWAY, isOurs, takeAway } from './lib/database.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { browser, somebodyCalls } from './lib/phones.mjs';
import { eventually, log, text } from './lib/twilio.mjs';

const skip = !isOurs && 'the database is not ours to take away';

/** An organisation of its own, and its admin on a stock client. */
async function desk(t) {
  const { token, account } = await newcomer();
  await patiently(CONFIG, { token, json: typed(account) });
  return { token, account, agent: await connect(t, token) };
}

/** Takes the call, talks, and hangs up; of all that nothing is told twice. */
async function talksOn(t, { token, account, agent }, caller) {
  const { conferenceId } = await ok('POST /api/twilio/incoming-calls/accept', { token, json: { callSid: caller.sid } });
  const phone = await browser(t, { token });
  await phone.connect({ conference: conferenceId, participant: 'agent' });
  await caller.hearsOnly(phone);
  await caller.hangUp();
  for (const name of ['call-accepted', 'call-ended']) {
    assert.equal((await agent.next(name)).payload.callSid, caller.sid);
  }
  await nothingElse({ account, agent });
}

/** Nothing of what was told before is still to come. */
async function nothingElse({ account, agent }) {
  const marker = await text(account);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, marker.sid);
}

/** Waits until this webhook was asked about the call for the `count`th time, and answered. */
async function answerTo(path, { sid }, count = 1) {
  const isIt = ({ webhook, response }) =>
    webhook?.parameters?.CallSid === sid && webhook.url.includes(path) && response?.status === 200;
  const { response } = await eventually(async () => (await log()).filter(isIt)[count - 1]);
  return response.body;
}

for (const how of Object.keys(AWAY)) {
  test(`${how}: who calls comes back until it is there again, who waits hears it ring, and nothing rings twice`, { skip }, async (t) => {
    const [one, other] = await Promise.all([desk(t), desk(t)]);
    await nothingElse(one); // from then on the token is known
    const waiting = await somebodyCalls(other.account);
    assert.equal((await other.agent.next('incoming-call')).payload.callSid, waiting.sid);
    await waiting.hears(/ringing\.wav/);
    const comesBack = takeAway(t, how);
    const calling = await somebodyCalls(one.account);
    await calling.hears('One moment, please.');
    assert.match(await answerTo('/webhook/voice?again=1', calling), /<Redirect [^>]*>[^<]*again=2/);
    for (const count of [2, 3]) {
      assert.match(await answerTo('/webhook/wait', waiting, count), /<Play>[^<]*ringing\.wav/);
    }
    assert.equal(one.agent.events.unread, 0);
    await comesBack();
    assert.equal((await one.agent.next('incoming-call')).payload.callSid, calling.sid);
    for (const [desk, caller] of [[one, calling], [other, waiting]]) {
      await caller.becomes(({ queue }) => queue);
      await talksOn(t, desk, caller);
    }
  });
}

/** However it is told that they hung up, or is not: how long until Twilio was asked. */
const SETTLED_MS = 90_000;

test('PostgreSQL dies, and who waits hangs up meanwhile: that is told once it is there again', { skip }, async (t) => {
  const one = await desk(t);
  const caller = await somebodyCalls(one.account);
  assert.equal((await one.agent.next('incoming-call')).payload.callSid, caller.sid);
  const comesBack = takeAway(t, 'PostgreSQL dies');
  await caller.hangUp();
  await caller.ended();
  await comesBack();
  await eventually(async () => {
    const { incomingCalls } = await ok('GET /api/twilio/incoming-calls/pending', { token: one.token });
    return incomingCalls.length === 0;
  }, SETTLED_MS);
  const { payload } = await one.agent.next('call-ended');
  assert.deepEqual([payload.callSid, payload.reason], [caller.sid, 'caller-hangup']);
  await nothingElse(one);
});
