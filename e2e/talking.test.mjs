// What people do with a call that they have, and with calls that they make: hold, hand over, listen, record, look up.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { signedIn } from './lib/people.mjs';
import { agents, org, supervisor } from './lib/desk.mjs';
import { browser, End, phone, somebodyCalls } from './lib/phones.mjs';
import { eventually, simulator } from './lib/twilio.mjs';

/** Somebody called, and Ada talks with them. */
async function talking(t, count, line) {
  const desk = await agents(t, count, line);
  const caller = await somebodyCalls(org);
  await desk[0].isOffered(caller.sid);
  const id = await desk[0].take(caller.sid);
  await caller.hearsOnly(desk[0].browser);
  await desk[0].becomes(id, ({ state }) => state === 'connected');
  for (const agent of desk) {
    await agent.hears('incoming-call', caller.sid);
    await agent.hears('call-accepted', caller.sid);
  }
  return { desk, caller, id };
}

test('a call is held, resumed, recorded, ended by the agent, and found in the history', async (t) => {
  const { desk: [ada], caller, id } = await talking(t, 1, { recordCalls: true });
  assert.equal((await ada.asks('hold', id)).call.on_hold, true);
  await caller.hears('music');
  assert.equal((await ada.asks('resume', id)).call.on_hold, false);
  await caller.hearsOnly(ada.browser);
  await ada.becomes(id, ({ talk_time_seconds: seconds }) => seconds >= 2);
  await ok(`PATCH /api/twilio/call/${id}`, { token: ada.token, json: { notes: 'wants a quote', outcome: 'quote' } });
  const { call } = await ada.asks('hangup', id);
  assert.equal(call.state, 'ended');
  assert.equal((await ada.hears('call-ended', caller.sid)).reason, 'completed');
  assert.equal(await caller.ended(), 'completed');
  await ada.browser.ended();
  const found = await ada.finds(caller.sid, (one) => one.has_recording && one.twilio_status === 'completed');
  assert.deepEqual([found.id, found.user_id, found.accepted_by], [id, ada.user.id, ada.user.id]);
  assert.deepEqual([found.notes, found.outcome, found.direction], ['wants a quote', 'quote', 'inbound']);
  assert.ok(found.answered_at && found.ended_at && found.talk_time_seconds >= 0);
  const heard = await fetch(found.recording_url);
  assert.deepEqual([heard.status, heard.headers.get('content-type')], [200, 'audio/mpeg']);
  const { timeline } = await ok(`GET /api/twilio/call/${id}/timeline`, { token: ada.token });
  const steps = timeline.map(({ step }) => step);
  for (const step of ['webhook', 'committed', 'emitted', 'accepted', 'agent-arrived', 'connected', 'held', 'resumed', 'ended']) {
    assert.ok(steps.includes(step), `${step}: ${steps}`);
  }
  assert.equal(timeline.find(({ step }) => step === 'accepted').by.id, ada.user.id);
});

test('a screen that shows a call says so, and the timeline tells', async (t) => {
  const [ada] = await agents(t, 1);
  const caller = await somebodyCalls(org);
  await ada.hears('incoming-call', caller.sid);
  ada.client.socket.emit('call-ack', { callSid: caller.sid });
  const { id } = await ada.finds(caller.sid);
  const seen = await eventually(async () => {
    const { timeline } = await ok(`GET /api/twilio/call/${id}/timeline`, { token: ada.token });
    return timeline.find(({ step }) => step === 'seen');
  });
  assert.equal(seen.by.id, ada.user.id);
  await caller.hangUp();
});

test('a call is handed over to a colleague, for whom it rings', async (t) => {
  const { desk: [ada, bo], caller, id } = await talking(t, 2);
  const { call } = await ada.asks('transfer', id, { to: bo.user.id, kind: 'cold' });
  assert.equal(call.state, 'ringing');
  await bo.isOffered(caller.sid);
  await bo.hears('incoming-call', caller.sid);
  await ada.browser.ended();
  await caller.hears(/ringing\.wav/);
  assert.equal(await bo.take(caller.sid), id);
  await caller.hearsOnly(bo.browser);
  await caller.hangUp();
  const ended = await bo.becomes(id, ({ state }) => state === 'ended');
  assert.deepEqual([ended.user_id, ended.outcome], [bo.user.id, 'answered']);
});

test('nobody takes over a call that was handed over: who talked is known, and only talk counts', async (t) => {
  const { desk: [ada, bo], caller, id } = await talking(t, 2, { greeting: { text: 'We are out for lunch.' } });
  await ada.asks('transfer', id, { to: bo.user.id, kind: 'cold' });
  const { talk_time_seconds: talked } = await ada.call(id);
  await caller.speak(3, 'Call me back, please.');
  await Promise.all([ada, bo].map((agent) => agent.decline(caller.sid)));
  await caller.hears('We are out for lunch.');
  assert.equal(await caller.ended(), 'completed');
  const call = await ada.becomes(id, ({ state }) => state === 'ended');
  assert.deepEqual([call.user_id, call.accepted_by, call.outcome], [ada.user.id, ada.user.id, 'answered']);
  assert.equal(call.talk_time_seconds, talked);
  assert.ok(call.duration_seconds >= talked + 3, `${call.duration_seconds} s, of which ${talked} s were talk`);
});

test('a call is handed over to a phone', async (t) => {
  const mobile = phone();
  const { desk: [ada], caller, id } = await talking(t, 1);
  await ada.asks('transfer', id, { to: mobile.number, kind: 'cold' });
  assert.equal((await ada.hears('call-ended', caller.sid)).reason, 'completed');
  await mobile.answer();
  await caller.hearsOnly(mobile);
  await mobile.hangUp();
  assert.equal(await caller.ended(), 'completed');
  assert.equal((await ada.becomes(id, ({ state }) => state === 'ended')).phone, mobile.number);
});

test('a colleague is asked in, hears what it is about, and keeps the call', async (t) => {
  const { desk: [ada, bo], caller, id } = await talking(t, 2);
  bo.browser = await browser(t, bo);
  const { call: asked } = await ada.asks('transfer', id, { to: bo.user.id, kind: 'warm' });
  const { on_hold: isHeld, colleague } = asked;
  assert.deepEqual([isHeld, colleague], [true, { user_id: bo.user.id, name: bo.user.full_name, place: 'coming' }]);
  await caller.hears('music');
  assert.deepEqual((await bo.browser.incoming()).parameters, { call: id });
  await bo.browser.accept();
  await bo.browser.hearsOnly(ada.browser);
  await ada.becomes(id, (call) => call.colleague.place === 'in');
  await ada.asks('hangup', id);
  await caller.hearsOnly(bo.browser);
  assert.equal((await bo.hears('call-accepted', caller.sid)).acceptedBy, bo.user.id);
  const call = await bo.becomes(id, ({ user_id: user }) => user === bo.user.id);
  assert.deepEqual([call.state, call.on_hold, call.colleague], ['connected', false, null]);
  await bo.asks('hangup', id);
  assert.equal(await caller.ended(), 'completed');
});

test('whoever was asked in declines, and the call goes on as before', async (t) => {
  const mobile = phone();
  const { desk: [ada], caller, id } = await talking(t, 1);
  await ada.asks('transfer', id, { to: mobile.number, kind: 'warm' });
  await mobile.decline();
  const { colleague } = await ada.becomes(id, (call) => call.colleague.place !== 'coming');
  assert.deepEqual(colleague, { user_id: null, name: mobile.number, place: 'missed' });
  await ada.asks('resume', id);
  await caller.hearsOnly(ada.browser);
  await ada.asks('hangup', id);
  assert.equal(await caller.ended(), 'completed');
});

test('a supervisor listens, whispers, and is heard by both', async (t) => {
  const { desk: [ada], caller, id } = await talking(t, 1);
  const boss = await supervisor(t);
  const refused = await api(`POST /api/twilio/call/${id}/listen`, { token: ada.token, json: { mode: 'monitor' } });
  assert.equal(refused.status, 403);
  assert.equal((await boss.asks('listen', id, { mode: 'monitor' })).conferenceId, id);
  await boss.opens(id, 'supervisor');
  await boss.browser.hearsOnly(caller, ada.browser);
  await ada.browser.hearsOnly(caller);
  await boss.asks('listen', id, { mode: 'whisper' });
  await ada.browser.hearsOnly(caller, boss.browser);
  await caller.hearsOnly(ada.browser);
  await boss.asks('listen', id, { mode: 'barge' });
  await caller.hearsOnly(ada.browser, boss.browser);
  await boss.browser.hangUp();
  await caller.hearsOnly(ada.browser);
  await ada.asks('hangup', id);
});

test('only whoever has a call gets into it', async (t) => {
  const { desk: [ada, bo], caller, id } = await talking(t, 2);
  for (const participant of ['agent', 'supervisor', 'customer', '<Dial>']) {
    bo.browser = await browser(t, bo);
    await bo.browser.connect({ conference: id, participant });
    assert.equal(await bo.browser.ended(), 'completed');
  }
  await caller.hearsOnly(ada.browser);
  await ada.asks('hangup', id);
});

test('a customer is called, picks up, and the customer hangs up', async (t) => {
  const mobile = phone();
  const [ada] = await agents(t, 1);
  const order = { token: ada.token, json: { to: mobile.number }, headers: { 'idempotency-key': randomUUID() } };
  const { data } = await ok('POST /api/twilio/call/make', order);
  assert.deepEqual([data.state, data.to_number, data.user_id], ['dialing', mobile.number, ada.user.id]);
  assert.equal((await ok('POST /api/twilio/call/make', order)).data.id, data.id, 'the same order again');
  await ada.opens(data.id);
  await mobile.answer();
  await mobile.hearsOnly(ada.browser);
  await ada.becomes(data.id, ({ state }) => state === 'connected');
  await mobile.hangUp();
  assert.equal((await ada.hears('call-ended', data.twilio_call_sid)).reason, 'completed');
  const call = await ada.becomes(data.id, ({ state }) => state === 'ended');
  assert.deepEqual([call.outcome, call.direction, call.accepted_by], ['answered', 'outbound', null]);
  await ada.browser.ended();
});

test('a customer who was called is handed over to a colleague, and then to a phone where nobody answers', async (t) => {
  const [mobile, desk, away] = [phone(), await agents(t, 2), phone()];
  const [ada, bo] = desk;
  const { data } = await ok('POST /api/twilio/call/make', { token: ada.token, json: { to: mobile.number } });
  await ada.opens(data.id);
  await mobile.answer();
  await mobile.hearsOnly(ada.browser);
  const { twilio_call_sid: sid } = await ada.becomes(data.id, ({ state }) => state === 'connected');
  await ada.asks('transfer', data.id, { to: bo.user.id, kind: 'cold' });
  await bo.isOffered(sid);
  await mobile.hears(/ringing\.wav/);
  assert.equal(await bo.take(sid), data.id);
  await mobile.hearsOnly(bo.browser);
  await bo.becomes(data.id, ({ state }) => state === 'connected');
  await bo.asks('transfer', data.id, { to: away.number, kind: 'cold' });
  await away.decline();
  await bo.becomes(data.id, ({ state }) => state === 'voicemail');
  await mobile.hangUp();
  const call = await bo.becomes(data.id, ({ state }) => state === 'ended');
  assert.deepEqual([call.outcome, call.direction], ['answered', 'outbound']);
});

test('a browser that calls in first waits until its call is made', async (t) => {
  const mobile = phone();
  const [ada] = await agents(t, 1);
  const conferenceId = randomUUID();
  await ada.opens(conferenceId);
  await ok('POST /api/twilio/call/make', { token: ada.token, json: { to: mobile.number, conferenceId } });
  await mobile.answer();
  await mobile.hearsOnly(ada.browser);
  await ada.asks('hangup', conferenceId);
  assert.equal(await mobile.ended(), 'completed');
});

test('nobody answers, or it is busy: the agent is told', async (t) => {
  const [ada] = await agents(t, 1);
  const { data } = await ok('POST /api/twilio/call/make', { token: ada.token, json: { to: '+16475550002' } });
  await ada.opens(data.id);
  assert.equal((await ada.hears('call-ended', data.twilio_call_sid)).reason, 'failed');
  assert.equal((await ada.becomes(data.id, ({ state }) => state === 'ended')).outcome, 'busy');
  await ada.browser.ended();
});

test('who calls and whose browser never comes calls nobody for good', async (t) => {
  const mobile = phone();
  const { token } = await signedIn(org.agents[0]);
  const { data } = await ok('POST /api/twilio/call/make', { token, json: { to: mobile.number } });
  await mobile.answer();
  await ok(`POST /api/twilio/call/${data.id}/hangup`, { token });
  assert.equal(await new End(data.twilio_call_sid).ended(), 'completed');
  assert.ok((await simulator(`GET /call/${data.twilio_call_sid}`)).isOver);
});
