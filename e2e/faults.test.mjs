// What the simulator does wrong on purpose, and what the product makes of it. What becomes of texts that are sent meanwhile is in
// `sending.test.mjs`, and of whole calls in `flows.test.mjs`.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { api, ok, patiently } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { browser, phone } from './lib/phones.mjs';
import { CONFIG, newcomer, typed } from './lib/newcomer.mjs';
import { allFaults, attempt, eventually, hangUp, ring, rotateToken, simulator, switchOn, text, whenLogged } from './lib/twilio.mjs';

/** An organisation of its own, set up, and its admin on a stock client. */
async function desk(t) {
  const one = await newcomer();
  await patiently(CONFIG, { token: one.token, json: typed(one.account) });
  return { ...one, agent: await connect(t, one.token) };
}

/** Nothing of what was marked before is still to come. */
async function nothingElse({ agent, account }) {
  const marker = await text(account);
  assert.equal((await agent.next('incoming-sms')).payload.messageSid, marker.sid);
}

const TESTED = new Set();
/** No webhook tells of these; their tests see them strike. */
const OF_REST = ['rateLimit', 'rateLimitRetryAfter', 'slowRest', 'restDown', 'lose', 'createThen500', 'createThenCut', 'callbackFirst'];

/** A test of what the product makes of this fault, which has to strike at that. */
function fault(name, fact, run) {
  TESTED.add(name);
  test(`${name}: ${fact}`, async (t) => {
    const one = await desk(t);
    await run(one, (setting) => switchOn(t, name, setting), t);
    const struck = ({ accountSid, faults }) => accountSid === one.account.accountSid && faults.includes(name);
    if (!OF_REST.includes(name)) await whenLogged(struck);
  });
}

const of = ({ account }, setting = {}) => ({ accountSid: account.accountSid, ...setting });

fault('latency', 'a late webhook is heard all the same', async (desk, turnOn) => {
  await turnOn(of(desk));
  const { sid } = await text(desk.account);
  assert.equal((await desk.agent.next('incoming-sms')).payload.messageSid, sid);
  await nothingElse(desk);
});

for (const name of ['duplicate', 'retransmit']) {
  fault(name, 'a webhook that comes twice is one event', async (desk, turnOn) => {
    await turnOn(of(desk));
    const { sid } = await text(desk.account);
    assert.equal((await desk.agent.next('incoming-sms')).payload.messageSid, sid);
    const call = await ring(desk.account);
    assert.equal((await desk.agent.next('incoming-call')).payload.callSid, call.sid);
    await hangUp(call.sid);
    assert.equal((await desk.agent.next('call-ended')).payload.callSid, call.sid);
    await nothingElse(desk);
  });
}

for (const name of ['callbackLatency', 'reorder']) {
  fault(name, 'a call whose end is told late ends late, and once', async (desk, turnOn) => {
    await turnOn(of(desk));
    const { sid } = await ring(desk.account);
    assert.equal((await desk.agent.next('incoming-call')).payload.callSid, sid);
    await hangUp(sid);
    const ended = await desk.agent.next('call-ended');
    assert.deepEqual([ended.payload.callSid, ended.payload.reason], [sid, 'caller-hangup']);
    await nothingElse(desk);
  });
}

fault('lose', 'a call whose end no callback tells of ends all the same, and once', async (desk, turnOn) => {
  await turnOn(of(desk));
  const { sid } = await ring(desk.account);
  assert.equal((await desk.agent.next('incoming-call')).payload.callSid, sid);
  await hangUp(sid);
  assert.equal((await desk.agent.next('call-ended')).payload.callSid, sid);
  await nothingElse(desk);
});

fault('wrongSignature', 'it is refused, nobody hears of it, and the settings say what was seen', async (desk, turnOn) => {
  await turnOn(of(desk, { next: 2 }));
  for (const { response } of [await attempt.text(desk.account), await attempt.call(desk.account)]) {
    assert.deepEqual([response.status, response.body], [403, '']);
  }
  await nothingElse(desk);
  await eventually(async () => {
    const { config } = await ok('GET /api/twilio/config', { token: desk.token });
    return config.webhookCheck.lastMismatch;
  });
});

fault('staleToken', 'while a new auth token is not promoted yet, the old one still counts', async (desk, turnOn) => {
  const authToken = await rotateToken(desk.account);
  assert.equal((await attempt.text(desk.account)).response.status, 403, 'nobody told the server of the new one');
  await patiently(CONFIG, { token: desk.token, json: typed(desk.account, { authToken }) });
  await nothingElse(desk);
  await turnOn(of(desk));
  await nothingElse(desk);
});

fault('unreachable', 'it is tried again, at last at the fallback, and heard once', async (desk, turnOn) => {
  await turnOn(of(desk, { next: 1 }));
  const { sid } = await text(desk.account);
  assert.equal((await desk.agent.next('incoming-sms')).payload.messageSid, sid);
  await turnOn(of(desk, { next: 3 }));
  const again = await text(desk.account);
  assert.equal((await desk.agent.next('incoming-sms')).payload.messageSid, again.sid);
  await nothingElse(desk);
});

for (const name of ['answerLost', 'badGateway']) {
  fault(name, 'what was answered in vain is asked again, and heard once', async (desk, turnOn) => {
    await turnOn(of(desk, { next: 1 }));
    const { sid } = await text(desk.account);
    assert.equal((await desk.agent.next('incoming-sms')).payload.messageSid, sid);
    await turnOn(of(desk, { next: 1 }));
    const call = await ring(desk.account);
    assert.equal((await desk.agent.next('incoming-call')).payload.callSid, call.sid);
    await nothingElse(desk);
  });
}

fault('rateLimit', 'a few refusals are waited out; when they do not end, the admin is asked to come back', async (desk, turnOn) => {
  const save = () => api(CONFIG, { token: desk.token, json: typed(desk.account) });
  await turnOn(of(desk, { next: 2 }));
  assert.equal((await save()).status, 200);
  await turnOn(of(desk));
  const { status, body } = await save();
  assert.deepEqual([status, body.code], [503, 'unavailable']);
  await nothingElse(desk);
});

fault('rateLimitRetryAfter', 'Twilio says when to come back, and that is obeyed', async (desk, turnOn) => {
  await turnOn(of(desk, { next: 1 }));
  const started = performance.now();
  assert.equal((await api(CONFIG, { token: desk.token, json: typed(desk.account) })).status, 200);
  assert.ok(performance.now() - started >= 1000);
});

fault('slowRest', 'it takes as long as it takes', async (desk, turnOn) => {
  await turnOn(of(desk, { next: 1, minMs: 1000, maxMs: 1000 }));
  const started = performance.now();
  assert.equal((await api(CONFIG, { token: desk.token, json: typed(desk.account) })).status, 200);
  assert.ok(performance.now() - started >= 1000);
});

fault('restDown', 'settings are not saved, what was saved stays, and the admin is asked to come back', async (desk, turnOn) => {
  const before = await ok('GET /api/twilio/config', { token: desk.token });
  await turnOn(of(desk));
  const { status, headers } = await api(CONFIG, { token: desk.token, json: typed(desk.account) });
  assert.equal(status, 503);
  assert.ok(headers.get('retry-after'));
  assert.deepEqual((await ok('GET /api/twilio/config', { token: desk.token })).config.updatedAt, before.config.updatedAt);
  await nothingElse(desk);
});

const MAKE = 'POST /api/twilio/call/make';

/** Somebody is to be called: `number`, and the order, the same as often as it is given. */
function someOrder({ token }) {
  const mobile = phone();
  return { mobile, order: { token, json: { to: mobile.number }, headers: { 'idempotency-key': randomUUID() } } };
}

/** How often Twilio called this number. */
async function timesCalled({ number }) {
  return (await simulator('GET /calls')).filter(({ to }) => to === number).length;
}

/** The call, once it is over. */
async function ended({ token }, id) {
  return eventually(async () => {
    const { call } = await ok(`GET /api/twilio/call/${id}`, { token });
    return call.state === 'ended' && call;
  });
}

/** Whoever was called picks up, they talk, and that is told as it was. */
async function talksWith(t, one, mobile, { id }) {
  const own = await browser(t, one);
  await own.connect({ conference: id, participant: 'agent' });
  await mobile.answer();
  await mobile.hearsOnly(own);
  await own.hangUp();
  assert.equal(await mobile.ended(), 'completed');
  const call = await ended(one, id);
  assert.deepEqual([call.outcome, call.twilio_call_sid], ['answered', mobile.sid]);
  assert.equal((await one.agent.next('call-ended')).payload.reason, 'completed');
  assert.equal(await timesCalled(mobile), 1);
  await nothingElse(one);
}

for (const name of ['createThen500', 'createThenCut', 'callbackFirst']) {
  fault(name, 'whoever is called is called once, and talked with', async (desk, turnOn, t) => {
    await turnOn(of(desk));
    const { mobile, order } = someOrder(desk);
    const { data } = await ok(MAKE, order);
    assert.equal((await ok(MAKE, order)).data.id, data.id, 'the same order again');
    await talksWith(t, desk, mobile, data);
  });
}

test('rateLimit: nobody is called, the agent reads why, and the same order calls them once it may', async (t) => {
  const one = await desk(t);
  await switchOn(t, 'rateLimit', of(one));
  const { mobile, order } = someOrder(one);
  const { status, body, headers } = await api(MAKE, order);
  assert.deepEqual([status, body.code], [503, 'unavailable']);
  assert.match(body.message, /try again in a moment/);
  assert.ok(headers.get('retry-after'));
  assert.equal((await one.agent.next('call-ended')).payload.reason, 'failed');
  assert.equal(await timesCalled(mobile), 0);
  await switchOn(t, 'rateLimit', of(one, { on: false }));
  const { data } = await ok(MAKE, order);
  assert.equal(data.state, 'dialing');
  assert.equal((await ok(MAKE, order)).data.id, data.id, 'from then on it is that call');
  await talksWith(t, one, mobile, data);
});

test('every fault has its test, and its switch', async () => {
  const names = (await allFaults()).map(({ name }) => name);
  assert.deepEqual([...TESTED].sort(), names.toSorted());
});

test('a caller may hang up at any moment, and no call is left ringing', async (t) => {
  const one = await desk(t);
  for (const moment of ['at once', 'when it rings', 'when somebody has taken it']) {
    const { sid } = await ring(one.account);
    if (moment !== 'at once') assert.equal((await one.agent.next('incoming-call')).payload.callSid, sid);
    if (moment === 'when somebody has taken it') {
      await ok('POST /api/twilio/incoming-calls/accept', { token: one.token, json: { callSid: sid } });
    }
    await hangUp(sid);
    await whenLogged(({ purpose, webhook }) => purpose === 'callStatus' && webhook.parameters.CallSid === sid);
    await eventually(async () => {
      const { incomingCalls } = await ok('GET /api/twilio/incoming-calls/pending', { token: one.token });
      return incomingCalls.length === 0;
    });
    if (moment === 'at once') assert.equal((await one.agent.next('incoming-call')).payload.callSid, sid);
    const next = await one.agent.events.take();
    assert.equal(next.payload.callSid, sid, moment);
    assert.equal(next.name, moment === 'when somebody has taken it' ? 'call-accepted' : 'call-ended');
  }
});
