// Whole calls, from the first ring to the history, while Twilio does something wrong all the time: whatever it is, agents hear
// each step once and in order, and the call ends as it was.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { api, ok } from './lib/api.mjs';
import { agentOf } from './lib/desk.mjs';
import { company } from './lib/newcomer.mjs';
import { hire } from './lib/people.mjs';
import { browser, phone, somebodyCalls } from './lib/phones.mjs';
import { allFaults, simulator, switchOn, text } from './lib/twilio.mjs';

/** What goes wrong, all the time or, where it must not strike the same thing again and again, step by step. */
const TROUBLES = {
  'nothing is told but what is asked': { always: { lose: {} } },
  'all is told twice, late and in the wrong order': { always: { latency: {}, callbackLatency: {}, reorder: {}, duplicate: {} } },
  'all is sent again, and half of it late': { always: { retransmit: {}, reorder: { probability: 0.5 } } },
  'half of it is not told': { always: { lose: { probability: 0.5 }, duplicate: {} } },
  'webhooks are not reached, or their answers lost': { steps: ['unreachable', 'answerLost', 'badGateway'], next: 1 },
  'Twilio refuses for a while, and is slow': {
    always: { slowRest: { minMs: 200, maxMs: 600 } },
    steps: ['rateLimit', 'rateLimitRetryAfter'],
    next: 2,
  },
  'Twilio is away for a moment': { steps: ['restDown'], next: 1 },
  'what Twilio made it says it did not': { always: { createThen500: {} } },
  'Twilio hangs up on us instead of saying what it made': { always: { createThenCut: {} } },
  'Twilio tells what it made before it says so': { always: { callbackFirst: {}, duplicate: {} } },
};

const MAKE = 'POST /api/twilio/call/make';
/** However its callbacks come, or do not: how long until Twilio was asked, also for what was recorded. */
const SETTLED_MS = 150_000;
/** How long until it was asked who is in the conference. */
const CONNECTED_MS = 30_000;

/** An organisation of its own that is in such trouble, and two at their screens there. */
class Desk {
  #t;
  #trouble;
  #steps = 0;

  constructor(t, trouble, { token, account }) {
    Object.assign(this, { token, account });
    [this.#t, this.#trouble] = [t, trouble];
  }

  async opens(line) {
    const { token, account } = this;
    await ok(`PUT /api/twilio/numbers/${encodeURIComponent(account.phoneNumber)}`, { token, json: line });
    const { user } = await ok('GET /api/auth/me', { token });
    this.ada = await agentOf(this.#t, { token, user });
    this.bo = await agentOf(this.#t, await hire(token));
    for (const [name, setting] of Object.entries(this.#trouble.always ?? {})) await this.switch(name, setting);
  }

  /** From here on the next thing goes wrong, unless one is still to: two at once nobody could make good. */
  async step() {
    const { steps = [], next } = this.#trouble;
    const isOurs = ({ accountSid }) => accountSid === this.account.accountSid;
    const isStillTo = ({ name, on }) => steps.includes(name) && on.some(isOurs);
    if (steps.length === 0 || (await allFaults()).some(isStillTo)) return;
    await this.switch(steps[this.#steps++ % steps.length], { next });
  }

  async calm() {
    const { always = {}, steps = [] } = this.#trouble;
    for (const name of [...Object.keys(always), ...steps]) await this.switch(name, { on: false });
  }

  switch(name, setting) {
    return switchOn(this.#t, name, { accountSid: this.account.accountSid, ...setting });
  }

  async somebodyCalls() {
    await this.step();
    const caller = await somebodyCalls(this.account, { t: this.#t });
    await Promise.all([this.ada, this.bo].map((agent) => agent.isOffered(caller.sid)));
    return caller;
  }

  /** Of the two one takes the call, and they talk. */
  async takes(agent, caller) {
    await this.step();
    const id = await agent.take(caller.sid);
    await this.talks(agent, caller, id);
    return id;
  }

  async talks(agent, other, id) {
    await other.hearsOnly(agent.browser);
    await agent.becomes(id, ({ state, user_id: by }) => state === 'connected' && by === agent.user.id, CONNECTED_MS);
  }

  /** Does as people do who are told to try again in a moment. Whatever was done the first time is refused the second. */
  async insists(agent, act, id, json = {}) {
    await this.step();
    for (let tries = 0; tries < 5; tries += 1) {
      const { token } = agent;
      const { status, headers, body } = await api(`POST /api/twilio/call/${id}/${act}`, { token, json });
      if (status === 200 || (status === 409 && tries > 0)) return;
      assert.equal(status, 503, `${act}: ${JSON.stringify(body)}`);
      await pause(1000 * headers.get('retry-after'));
    }
    assert.fail(`${act}: Twilio is away all the time`);
  }

  async holdsAndResumes(agent, other, id) {
    await this.insists(agent, 'hold', id);
    await other.hears('music');
    await this.insists(agent, 'resume', id);
    await other.hearsOnly(agent.browser);
  }

  /** The call, once it is settled; and it is the only one in the history. */
  async settles(id, fits = () => true) {
    const isOver = (call) => call.state === 'ended' && call.twilio_status === 'completed' && call.duration_seconds !== null;
    const call = await this.ada.becomes(id, (call) => isOver(call) && fits(call), SETTLED_MS);
    const { calls } = await ok('GET /api/twilio/call', { token: this.token });
    assert.deepEqual(calls.map((one) => one.id), [id]);
    return call;
  }

  /** Both were told exactly this. */
  async wereTold(...expected) {
    await this.calm();
    const marker = await text(this.account);
    for (const { client } of [this.ada, this.bo]) {
      const told = [];
      for (let event = await client.events.take(); event.payload.messageSid !== marker.sid; event = await client.events.take()) {
        told.push(this.#inWords(event));
      }
      assert.deepEqual(told, expected);
    }
  }

  #inWords({ name, payload: { acceptedBy, reason } }) {
    const by = [this.ada, this.bo].find(({ user }) => user.id === acceptedBy)?.user.first_name;
    return [name, by ?? reason].filter(Boolean).join(' ');
  }

  /** The steps of these that the timeline has, in their order. */
  async timeline(id, names) {
    const { timeline } = await ok(`GET /api/twilio/call/${id}/timeline`, { token: this.token });
    return timeline.map(({ step }) => step).filter((step) => names.includes(step));
  }
}

/** How a call ends whose caller hung up while it was so, and of which nothing more was told. */
const UNHEARD = {
  ringing: ['incoming-call', 'call-ended caller-hangup'],
  claimed: ['incoming-call', 'call-accepted Ada', 'call-released', 'incoming-call', 'call-ended caller-hangup'],
  connected: ['incoming-call', 'call-accepted Ada', 'call-ended completed'],
};

/** It can be listened to. */
async function isHeard(url) {
  const { status, headers } = await fetch(url);
  assert.deepEqual([status, headers.get('content-type')], [200, 'audio/mpeg']);
}

const FLOWS = {
  'a call is taken, held, handed over twice and ended by the agent': {
    line: { recordCalls: true },
    async run(t, desk) {
      const { ada, bo } = desk;
      const caller = await desk.somebodyCalls();
      const id = await desk.takes(ada, caller);
      const refused = await bo.accept(caller.sid);
      assert.deepEqual([refused.status, refused.body.acceptedBy?.id], [409, ada.user.id]);
      await desk.holdsAndResumes(ada, caller, id);

      bo.browser = await browser(t, bo);
      await desk.insists(ada, 'transfer', id, { to: bo.user.id, kind: 'warm' });
      await caller.hears('music');
      await bo.browser.incoming();
      await bo.browser.accept();
      await bo.browser.hearsOnly(ada.browser);
      await desk.insists(ada, 'hangup', id);
      await desk.talks(bo, caller, id);

      await desk.insists(bo, 'transfer', id, { to: ada.user.id, kind: 'cold' });
      await ada.isOffered(caller.sid);
      await caller.hears(/ringing\.wav/);
      assert.equal(await desk.takes(ada, caller), id);
      await desk.insists(ada, 'hangup', id);
      assert.equal(await caller.ended(), 'completed');

      const call = await desk.settles(id, ({ has_recording: isThere }) => isThere);
      assert.deepEqual([call.outcome, call.user_id, call.accepted_by], ['answered', ada.user.id, ada.user.id]);
      const accepted = ['call-accepted Ada', 'call-accepted Bo'];
      const again = ['incoming-call', 'call-accepted Ada', 'call-ended completed'];
      await desk.wereTold('incoming-call', ...accepted, ...again);
      await isHeard(call.recording_url);
      const steps = ['accepted', 'connected', 'held', 'resumed', 'ended'];
      assert.deepEqual(
        await desk.timeline(id, steps),
        ['accepted', 'connected', 'held', 'resumed', 'held', 'resumed', 'accepted', 'connected', 'ended'],
      );
    },
  },

  'nobody takes a call, and the caller leaves a message': {
    line: { greeting: { text: 'We are out for lunch.' } },
    async run(t, desk) {
      const caller = await desk.somebodyCalls();
      await caller.speak(2, 'Call me back, please.');
      await desk.step();
      await Promise.all([desk.ada, desk.bo].map((agent) => agent.decline(caller.sid)));
      await caller.hears('We are out for lunch.');
      assert.equal(await caller.ended(), 'completed');
      const { id } = await desk.ada.finds(caller.sid);
      const call = await desk.settles(id, ({ outcome, voicemail_url: url }) => outcome === 'voicemail' && url);
      assert.deepEqual([call.accepted_by, call.answered_at], [null, null]);
      await desk.wereTold('incoming-call', 'call-ended voicemail');
      await isHeard(call.voicemail_url);
    },
  },

  'nobody takes a call at a screen, and somebody does at a phone': {
    line: ({ mobile, mailbox }) => ({ phones: [mobile.number, mailbox.number] }),
    async run(t, desk, { mobile, mailbox }) {
      const caller = await desk.somebodyCalls();
      await Promise.all([desk.ada, desk.bo].map((agent) => agent.decline(caller.sid)));
      await mailbox.answer();
      await mobile.answer();
      await mobile.hears(/press 1/i);
      await desk.step();
      await mobile.press('1');
      await caller.hearsOnly(mobile);
      await desk.step();
      await mobile.hangUp();
      assert.equal(await caller.ended(), 'completed');
      const { id } = await desk.ada.finds(caller.sid);
      const call = await desk.settles(id);
      assert.deepEqual([call.outcome, call.phone, call.user_id], ['answered', mobile.number, null]);
      await desk.wereTold('incoming-call', 'call-ended declined');
    },
  },

  'somebody is called, held and talked with': {
    line: {},
    async run(t, desk, { mobile }) {
      const { ada } = desk;
      const order = { token: ada.token, json: { to: mobile.number }, headers: { 'idempotency-key': randomUUID() } };
      const { data } = await ok(MAKE, order);
      await desk.step();
      await ada.opens(data.id);
      await mobile.answer();
      await desk.talks(ada, mobile, data.id);
      await desk.holdsAndResumes(ada, mobile, data.id);
      await desk.insists(ada, 'hangup', data.id);
      assert.equal(await mobile.ended(), 'completed');
      const call = await desk.settles(data.id);
      assert.deepEqual([call.outcome, call.direction, call.twilio_call_sid], ['answered', 'outbound', mobile.sid]);
      await desk.wereTold('call-ended completed');
    },
  },
};

describe('at the same time', { concurrency: 12 }, () => {
  test('a call of which nobody knows whether it was made is not made twice, and given up', async (t) => {
    const desk = new Desk(t, { steps: ['restDown'], next: 1 }, await company());
    await desk.opens({});
    const { ada } = desk;
    const mobile = phone();
    const order = { token: ada.token, json: { to: mobile.number }, headers: { 'idempotency-key': randomUUID() } };
    await desk.step();
    const { data } = await ok(MAKE, order);
    assert.deepEqual([data.state, data.twilio_call_sid], ['dialing', null]);
    assert.equal((await ok(MAKE, order)).data.id, data.id, 'the same order again');
    await ada.opens(data.id);
    const call = await ada.becomes(data.id, ({ state }) => state === 'ended', SETTLED_MS);
    assert.equal(call.outcome, 'failed');
    assert.equal(await ada.browser.ended(), 'completed');
    assert.deepEqual((await simulator('GET /calls')).filter(({ to }) => to === mobile.number), []);
    await desk.wereTold('call-ended failed');
  });

  for (const [state, told] of Object.entries(UNHEARD)) {
    test(`who hangs up unheard on a call that is ${state} is found gone`, async (t) => {
      const desk = new Desk(t, {}, await company());
      await desk.opens({});
      const caller = await desk.somebodyCalls();
      if (state === 'claimed') assert.equal((await desk.ada.accept(caller.sid)).status, 200);
      if (state === 'connected') await desk.takes(desk.ada, caller);
      await desk.switch('unreachable', {});
      await caller.hangUp();
      const { id } = await desk.ada.finds(caller.sid);
      await desk.settles(id);
      await desk.switch('unreachable', { on: false });
      await desk.wereTold(...told);
    });
  }

  for (const [trouble, faults] of Object.entries(TROUBLES)) {
    for (const [flow, { line, run }] of Object.entries(FLOWS)) {
      test(`${trouble}: ${flow}`, async (t) => {
        const phones = { mobile: phone(), mailbox: phone() };
        const desk = new Desk(t, faults, await company());
        await desk.opens(typeof line === 'function' ? line(phones) : line);
        await run(t, desk, phones);
      });
    }
  }
});
