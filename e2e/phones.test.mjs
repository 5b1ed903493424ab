// What the people of a call can do in a test: TwiML of the test's own, and Twilio's own client, stand in for the server.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import twilioLibrary from 'twilio';

import { acme, someNumber, someWord } from './lib/demo.mjs';
import { twilioOf } from './lib/official.mjs';
import { signedIn } from './lib/people.mjs';
import { browser, browserWith, conferenceOf, phone, recordingsOf, simulatorCall, somebodyCalls } from './lib/phones.mjs';
import { receiver } from './lib/receiver.mjs';
import { openAccount, whenLogged } from './lib/twilio.mjs';

/** An account whose webhooks are at a receiver with these documents; browsers call through `/app`. */
async function desk(t, documents) {
  const webhooks = await receiver(t, documents);
  const account = await openAccount({ voiceUrl: `${webhooks.url}/voice` });
  const twilio = twilioOf(account);
  const application = await twilio.applications.create({ friendlyName: 'desk', voiceUrl: `${webhooks.url}/app` });
  const register = (identity) => {
    const { AccessToken } = twilioLibrary.jwt;
    const { accountSid, apiKeySid, apiKeySecret } = account;
    const token = new AccessToken(accountSid, apiKeySid, apiKeySecret, { identity, ttl: 600 });
    token.addGrant(new AccessToken.VoiceGrant({ incomingAllow: true, outgoingApplicationSid: application.sid }));
    return browserWith(t, token.toJwt());
  };
  return { account, twilio, webhooks, register };
}

/** The next request to this path, passing over others. */
async function next({ requests }, path) {
  for (;;) {
    const request = await requests.take();
    if (request.target === path) return request.parameters;
  }
}

const room = (name, label) =>
  `<Dial><Conference participantLabel="${label}" endConferenceOnExit="true" beep="false" waitUrl="">${name}</Conference></Dial>`;

test('a caller waits, talks to a browser, is held, and a supervisor whispers', async (t) => {
  const name = someWord('room');
  const { account, twilio, register } = await desk(t, {
    '/voice': '<Enqueue waitUrl="/wait">desk</Enqueue>',
    '/wait': '<Say>Please hold the line</Say>',
    '/app': ({ conference, participant }) => room(conference, participant),
  });
  const caller = await somebodyCalls(account);
  await caller.hears('Please hold the line');
  assert.equal((await caller.state()).queue, 'desk');

  const anna = await register('anna');
  await anna.connect({ conference: name, participant: 'agent' });
  await anna.told('accept');
  await twilio.calls(caller.sid).update({ twiml: `<Response>${room(name, 'customer')}</Response>` });
  await caller.hearsOnly(anna);
  await anna.hearsOnly(caller);
  const { sid, participants } = await conferenceOf(name);
  assert.deepEqual(participants.map(({ label }) => label), ['agent', 'customer']);

  await twilio.conferences(sid).participants('customer').update({ hold: true });
  await caller.hears('music');
  await anna.hearsOnly();
  await twilio.conferences(sid).participants('customer').update({ hold: false });
  await caller.hearsOnly(anna);

  const boss = await register('boss');
  const whisper = { from: account.phoneNumber, to: 'client:boss', coaching: true, callSidToCoach: anna.sid };
  await twilio.conferences(sid).participants.create(whisper);
  assert.equal((await boss.incoming()).from, account.phoneNumber);
  await boss.accept();
  await anna.hearsOnly(caller, boss);
  await caller.hearsOnly(anna);

  await anna.hangUp();
  await anna.told('disconnect');
  assert.equal(await caller.ended(), 'completed');
});

test('phones ring at once: a mailbox presses nothing, one declines, one presses 1 and has the caller', async (t) => {
  const [taker, decliner, tooLate, mailbox] = [phone(), phone(), phone(), phone(someNumber())];
  const numbers = [mailbox, taker, decliner, tooLate].map((it) => `<Number url="/screening">${it.number}</Number>`);
  const { account, webhooks } = await desk(t, {
    '/voice': ({ To }) => `<Dial action="/done" timeout="20" callerId="${To}">${numbers.join('')}</Dial>`,
    '/screening': '<Gather numDigits="1" action="/pressed"><Say>Press 1 to take the call</Say></Gather><Hangup/>',
    '/pressed': '',
    '/done': '<Say>Nobody is there any more</Say>',
  });
  const caller = await somebodyCalls(account);
  await caller.hears('ringing');
  await decliner.decline();
  assert.equal(await decliner.ended(), 'busy');
  await tooLate.rings();
  await taker.answer();
  await taker.hears('Press 1 to take the call');
  await taker.press('1');
  await caller.hearsOnly(taker);
  assert.equal(await tooLate.ended(), 'canceled');
  await taker.hangUp();
  const done = await next(webhooks, '/done');
  assert.deepEqual([done.DialCallStatus, done.DialBridged, done.DialCallSid], ['completed', 'true', taker.sid]);
  await caller.hears('Nobody is there any more');
  assert.equal((await simulatorCall(taker.sid)).parentCallSid, caller.sid);
});

const VOICEMAIL =
  '<Say>Hello</Say><Record action="/thanks" maxLength="120" timeout="1" finishOnKey="#" transcribe="true" transcribeCallback="/text" ' +
  'recordingStatusCallback="/recording" recordingStatusCallbackEvent="completed absent"/><Hangup/>';

test('a caller leaves a message, and what it says', async (t) => {
  const { account, webhooks } = await desk(t, { '/voice': VOICEMAIL, '/thanks': '<Hangup/>' });
  const caller = await somebodyCalls(account);
  await caller.speak(2, 'Call me back');
  assert.equal(await caller.ended(), 'completed');
  const recording = await next(webhooks, '/recording');
  assert.deepEqual([recording.RecordingStatus, recording.RecordingDuration], ['completed', '2']);
  const text = await next(webhooks, '/text');
  assert.deepEqual([text.TranscriptionText, text.RecordingSid], ['Call me back', recording.RecordingSid]);
  assert.deepEqual((await recordingsOf(caller.sid)).map(({ seconds }) => seconds), [2]);
});

test('a caller who says nothing leaves no message', async (t) => {
  const { account, webhooks } = await desk(t, { '/voice': VOICEMAIL });
  const caller = await somebodyCalls(account);
  await caller.speak(0);
  assert.equal(await caller.ended(), 'completed');
  assert.equal((await next(webhooks, '/recording')).RecordingStatus, 'absent');
});

test('a caller who hangs up during the greeting leaves nothing at all', async (t) => {
  const { account } = await desk(t, { '/voice': VOICEMAIL.replace('Hello', 'Nobody can take your call right now') });
  const caller = await somebodyCalls(account);
  await caller.hears(/^Nobody can take/);
  await caller.hangUp();
  assert.equal(await caller.ended(), 'completed');
  assert.deepEqual(await recordingsOf(caller.sid), []);
});

test('a browser rejects, another dies in the call', async (t) => {
  const { account, webhooks, register } = await desk(t, {
    '/voice': '<Dial action="/done"><Client>anna</Client><Client>ben</Client></Dial>',
    '/done': '<Say>They are gone</Say>',
  });
  const [anna, ben] = [await register('anna'), await register('ben')];
  const caller = await somebodyCalls(account);
  await anna.incoming();
  await anna.reject();
  await ben.incoming();
  await ben.accept();
  await caller.hearsOnly(ben);
  await ben.die();
  assert.equal((await ben.state()).status, 'in-progress');
  assert.equal((await next(webhooks, '/done')).DialCallStatus, 'completed');
  await caller.hears('They are gone');
});

test("an agent's browser is who the server says, and calls the server", async (t) => {
  const anna = await browser(t, await signedIn(acme.agents[0]));
  assert.match(anna.identity, /^o[0-9a-f]{32}_u[0-9a-f]{32}$/);
  await anna.connect({ conference: someWord(), participant: 'agent' });
  const { webhook, response } = await whenLogged(({ purpose, sid }) => purpose === 'voice' && sid === anna.sid);
  assert.deepEqual([webhook.parameters.From, webhook.parameters.participant], [`client:${anna.identity}`, 'agent']);
  assert.equal(response.status, 200);
});
