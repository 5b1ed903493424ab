// Every callback of a call, delivered one to five times in random order to three servers: the call ends as it was, and each
// step is told once.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';

import { ok } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { demo } from './lib/demo.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { browser, conferenceOf, somebodyCalls } from './lib/phones.mjs';
import { startServer } from './lib/server.mjs';
import { deliver, eventually, sign, switchOn, text } from './lib/twilio.mjs';

const ROUNDS = 12;
const CONFERENCE = '/api/twilio/webhook/conference-status';
const CALL = '/api/twilio/webhook/call-status';

/** Numbers that look random and come again with the same seed (mulberry32). */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What Twilio would tell of a call that was talked on. */
function callbacks({ accountSid, phoneNumber }, conference, caller, agent) {
  const of = { AccountSid: accountSid, ConferenceSid: conference.sid, FriendlyName: conference.name };
  const told = (StatusCallbackEvent, more = {}) => ({ path: CONFERENCE, form: { ...of, StatusCallbackEvent, ...more } });
  const customers = { CallSid: caller.sid, ParticipantLabel: 'customer' };
  const agents = { CallSid: agent.sid, ParticipantLabel: 'agent' };
  const over = { CallSid: caller.sid, To: phoneNumber, From: '+16475550100', CallStatus: 'completed', CallDuration: '7' };
  return [
    told('participant-join', agents),
    told('participant-join', customers),
    told('conference-start'),
    told('participant-leave', customers),
    told('participant-leave', agents),
    told('conference-end'),
    { path: CALL, form: { AccountSid: accountSid, ...over } },
  ];
}

test('a call ends the same in whatever order, and however often, its callbacks come', async (t) => {
  const servers = [demo.baseUrl, (await startServer(t)).url, (await startServer(t)).url];
  const { token, account } = await newcomer();
  const { config } = await ok(CONFIG, { token, json: typed(account) });
  assert.ok(config);
  const agent = await connect(t, token);
  const of = { accountSid: account.accountSid };
  await switchOn(t, 'lose', of);
  const { user } = await ok('GET /api/auth/me', { token });
  for (let round = 0; round < ROUNDS; round += 1) {
    const seed = randomInt(2 ** 31);
    const random = chance(seed);
    const caller = await somebodyCalls(account);
    const json = { callSid: caller.sid };
    assert.equal((await agent.next('incoming-call')).payload.callSid, caller.sid, `seed ${seed}`);
    const { conferenceId } = await ok('POST /api/twilio/incoming-calls/accept', { token, json });
    assert.equal((await agent.next('call-accepted')).payload.callSid, caller.sid, `seed ${seed}`);
    const phone = await browser(t, { token });
    await phone.connect({ conference: conferenceId, participant: 'agent' });
    await caller.hearsOnly(phone);
    const conference = await conferenceOf(`org_${user.organization_id}_call_${conferenceId}_1`);
    await switchOn(t, 'restDown', of); // nothing is to be learned by asking
    await phone.hangUp();
    await caller.ended();

    const storm = callbacks(account, conference, caller, phone).flatMap((callback) =>
      Array.from({ length: 1 + random(5) }, () => ({ ...callback, order: random(2 ** 31), at: servers[random(3)] })),
    );
    storm.sort((one, other) => one.order - other.order);
    const deliveries = storm.map(async ({ path, form, at }) => {
      const { status } = await deliver(form, { at, path, signature: sign(form, account.authToken, path) });
      assert.equal(status, 204, `seed ${seed}`);
    });
    await Promise.all(deliveries);

    const { call } = await eventually(async () => {
      const answer = await ok(`GET /api/twilio/call/${conferenceId}`, { token });
      return answer.call.state === 'ended' && answer;
    });
    const { outcome, user_id: by, answered_at: answered, duration_seconds: seconds, twilio_status: status } = call;
    assert.deepEqual([outcome, by, seconds, status], ['answered', user.id, 7, 'completed'], `seed ${seed}`);
    assert.ok(answered, `seed ${seed}`);
    assert.equal((await agent.next('call-ended')).payload.callSid, caller.sid, `seed ${seed}`);
    const marker = await text(account);
    assert.equal((await agent.next('incoming-sms')).payload.messageSid, marker.sid, `seed ${seed}: something was told twice`);
    await switchOn(t, 'restDown', { ...of, on: false });
  }
});
