// Calls that come in, from the first ring to the end: stock Socket.IO clients are the screens, the simulator is Twilio, and
// what each end hears is what it lets them hear.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { demo } from './lib/demo.mjs';
import { agents, decide, org } from './lib/desk.mjs';
import { phone, somebodyCalls } from './lib/phones.mjs';
import { startServer } from './lib/server.mjs';

const ALWAYS = /ringing\.wav/;

test('a call rings, one of two takes it, they talk, and the caller hangs up', async (t) => {
  const [ada, bo] = await agents(t, 2);
  const caller = await somebodyCalls(org);
  await Promise.all([ada, bo].map((agent) => agent.hears('incoming-call', caller.sid)));
  await Promise.all([ada, bo].map((agent) => agent.isOffered(caller.sid)));
  await caller.hears(ALWAYS);
  await ada.take(caller.sid);
  const refused = await bo.accept(caller.sid);
  assert.deepEqual([refused.status, refused.body.acceptedBy.id], [409, ada.user.id]);
  await Promise.all([ada, bo].map((agent) => agent.hears('call-accepted', caller.sid)));
  await caller.hearsOnly(ada.browser);
  await ada.browser.hearsOnly(caller);
  await caller.hangUp();
  for (const agent of [ada, bo]) {
    assert.equal((await agent.hears('call-ended', caller.sid)).reason, 'completed');
  }
  await ada.browser.ended();
});

test('who took a call and whose browser dies before there is audio: the others are rung again', async (t) => {
  const [ada, bo] = await agents(t, 2);
  const caller = await somebodyCalls(org);
  await bo.isOffered(caller.sid);
  assert.equal((await ada.accept(caller.sid)).status, 200);
  const before = performance.now();
  await bo.hears('incoming-call', caller.sid);
  await bo.hears('call-accepted', caller.sid);
  assert.equal((await bo.hears('call-released', caller.sid)).releasedBy, ada.user.id);
  await bo.hears('incoming-call', caller.sid);
  t.diagnostic(`rang again after ${Math.round(performance.now() - before)} ms`);
  assert.ok(performance.now() - before < 10_000);
  await bo.take(caller.sid);
  await caller.hearsOnly(bo.browser);
  await bo.browser.hangUp();
  assert.equal(await caller.ended(), 'completed');
});

test('who hangs up stops every screen within a second, at whichever server', async (t) => {
  const others = await Promise.all([startServer(t), startServer(t)]);
  const at = [demo.baseUrl, ...others.map(({ url }) => url)];
  const desk = await agents(t, 6, {}, { at });
  const silences = [];
  for (let round = 0; round < 5; round += 1) {
    const caller = await somebodyCalls(org);
    await Promise.all(desk.map((agent) => agent.isOffered(caller.sid)));
    const before = performance.now();
    await caller.hangUp();
    await Promise.all(desk.map((agent) => agent.isOffered(caller.sid, false)));
    silences.push(performance.now() - before);
    await Promise.all(desk.map((agent) => agent.hears('incoming-call', caller.sid)));
    const ended = await Promise.all(desk.map((agent) => agent.hears('call-ended', caller.sid)));
    assert.ok(ended.every(({ reason }) => reason === 'caller-hangup'));
  }
  const [least, , median, , most] = silences.map(Math.round).sort((one, other) => one - other);
  t.diagnostic(`six screens at three servers are silent after ${median} ms (${least} to ${most})`);
  assert.ok(median < 1_000);
});

test('everybody declines: the caller leaves a message', async (t) => {
  const [ada, bo] = await agents(t, 2, { greeting: { text: 'We are out for lunch.' } });
  const caller = await somebodyCalls(org);
  await Promise.all([ada, bo].map((agent) => agent.isOffered(caller.sid)));
  await caller.speak(3, 'Call me back, please.');
  await Promise.all([ada, bo].map((agent) => agent.decline(caller.sid)));
  await ada.hears('incoming-call', caller.sid);
  assert.equal((await ada.hears('call-ended', caller.sid)).reason, 'voicemail');
  await caller.hears('We are out for lunch.');
  assert.equal(await caller.ended(), 'completed');
  const call = await ada.finds(caller.sid, ({ voicemail_transcript: text }) => text !== null);
  const { state, outcome, accepted_by: by, voicemail_transcript: text } = call;
  assert.deepEqual([state, outcome, by, text], ['ended', 'voicemail', null, 'Call me back, please.']);
  const heard = await fetch(call.voicemail_url);
  assert.deepEqual([heard.status, heard.headers.get('content-type')], [200, 'audio/mpeg']);
});

test('phones ring when nobody at a screen takes it, and whoever presses 1 has it', async (t) => {
  const [mobile, mailbox] = [phone(), phone()];
  const [ada] = await agents(t, 1, { phones: [mobile.number, mailbox.number] });
  const caller = await somebodyCalls(org);
  await ada.isOffered(caller.sid);
  await ada.decline(caller.sid);
  await ada.hears('incoming-call', caller.sid);
  assert.equal((await ada.hears('call-ended', caller.sid)).reason, 'declined');
  await mailbox.answer();
  await mobile.answer();
  await mobile.hears(/press 1/i);
  await mobile.press('1');
  await caller.hearsOnly(mobile);
  await mobile.hangUp();
  assert.equal(await caller.ended(), 'completed');
  const call = await ada.finds(caller.sid, ({ state }) => state === 'ended');
  assert.deepEqual([call.outcome, call.phone, call.user_id], ['answered', mobile.number, null]);
});

test('nobody picks up a phone: the caller may leave a message', async (t) => {
  const mobile = phone();
  const [ada] = await agents(t, 1, { phones: [mobile.number], greeting: { text: 'Nobody is here.' } });
  const caller = await somebodyCalls(org);
  await ada.isOffered(caller.sid);
  await ada.decline(caller.sid);
  await mobile.decline();
  await caller.hears('Nobody is here.');
  await caller.hangUp();
});

test('when it is closed nobody is rung', async (t) => {
  const [ada] = await agents(t, 1);
  await decide(t, { hours: [], greeting: { text: 'We are closed.' } });
  const caller = await somebodyCalls(org);
  await caller.hears('We are closed.');
  assert.equal((await ada.hears('call-ended', caller.sid)).reason, 'voicemail');
  await caller.hangUp();
});

test('callers wait in line, and the oldest is first', async (t) => {
  const [ada] = await agents(t, 1);
  const first = await somebodyCalls(org);
  await ada.isOffered(first.sid);
  const second = await somebodyCalls(org);
  await second.hears('You are number 2 in line.');
  await ada.take(first.sid);
  await first.hearsOnly(ada.browser);
  await second.hears(ALWAYS);
  await ada.isOffered(second.sid, false);
  await first.hangUp();
  await ada.isOffered(second.sid);
  await ada.take(second.sid);
  await second.hearsOnly(ada.browser);
  await second.hangUp();
});
