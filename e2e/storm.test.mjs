// Every webhook of a call, delivered one to five times in random order to three servers: the call ends as it was, and each
// step is told once.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { ok } from './lib/api.mjs';
import { demo } from './lib/demo.mjs';
import { agentOf } from './lib/desk.mjs';
import { company } from './lib/newcomer.mjs';
import { phone, somebodyCalls } from './lib/phones.mjs';
import { startServer } from './lib/server.mjs';
import { deliver, eventually, log, switchOn, text } from './lib/twilio.mjs';

const MOST = 5;
/** The webhooks by which Twilio tells; to the others it asks what to do. */
const TOLD = ['conference-status', 'call-status', 'recording', 'transcription'];

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

/**
 * What there is to be told of a call: each story ends it at Twilio, of which we hear nothing. All rounds together make fewer
 * webhooks than the simulator remembers.
 */
const STORIES = {
  'a call that was talked on': {
    rounds: 4,
    line: { recordCalls: true },
    webhooks: ['voice', 'wait', 'queue-result', 'conference-status', 'call-status', 'recording'],
    events: ['incoming-call', 'call-accepted', 'call-ended'],
    becomes: { outcome: 'answered', has_recording: true },
    async happens(agent, caller) {
      await agent.take(caller.sid);
      await caller.hearsOnly(agent.browser);
      await pause(1_100); // so long they talk: less is not recorded
      return () => agent.browser.hangUp();
    },
  },
  'a call after which the caller left a message': {
    rounds: 2,
    line: { greeting: { text: 'Out.' } },
    webhooks: ['voice', 'wait', 'queue-result', 'voicemail-redirect', 'recording', 'transcription', 'call-status'],
    events: ['incoming-call', 'call-ended'],
    becomes: { outcome: 'voicemail', voicemail_transcript: 'Call me back.' },
    async happens(agent, caller) {
      await caller.speak(2, 'Call me back.');
      await agent.decline(caller.sid);
      await caller.hears('Out.');
      return () => {};
    },
  },
  'a call that somebody took at a phone': {
    rounds: 3,
    line: ({ mobile }) => ({ phones: [mobile.number] }),
    webhooks: ['voice', 'wait', 'queue-result', 'screening', 'voicemail-redirect', 'call-status'],
    events: ['incoming-call', 'call-ended'],
    becomes: { outcome: 'answered' },
    async happens(agent, caller, { mobile }) {
      await agent.decline(caller.sid);
      await mobile.answer();
      await mobile.hears(/press 1/i);
      await mobile.press('1');
      await caller.hearsOnly(mobile);
      return () => mobile.hangUp();
    },
  },
  'a call that we made': {
    rounds: 4,
    line: {},
    webhooks: ['voice', 'conference-status', 'call-status'],
    events: ['call-ended'],
    becomes: { outcome: 'answered' },
    async begins(agent, { mobile }) {
      const { data } = await ok('POST /api/twilio/call/make', { token: agent.token, json: { to: mobile.number } });
      await agent.opens(data.id);
      await mobile.answer();
      return mobile;
    },
    async happens(agent, mobile) {
      await mobile.hearsOnly(agent.browser);
      return () => agent.browser.hangUp();
    },
  },
};

/** What there was to tell of this call since `known`, told or not, once it is over; `names` are its webhooks. */
function allThatIsToldOf({ accountSid }, { sid }, names, known) {
  return eventually(async () => {
    const isOfIt = (one) => one.accountSid === accountSid && one.kind === 'call' && !known.has(one.webhook.idempotencyToken);
    const told = (await log()).filter(isOfIt).map(({ webhook }) => {
      const { pathname, search } = new URL(webhook.url);
      const { parameters: form, signature, idempotencyToken: token } = webhook;
      return { name: pathname.split('/').at(-1), path: pathname + search, form, signature, token };
    });
    const isEnd = ({ name, form }) => name === 'call-status' && form.CallSid === sid && form.CallStatus === 'completed';
    const isAll = told.some(isEnd) && names.every((expected) => told.some(({ name }) => name === expected));
    return isAll && told;
  });
}

/** Delivers each one to five times, in an order and to servers that `random` chooses. */
async function storm(told, servers, random, seed) {
  const deliveries = told.flatMap((webhook) =>
    Array.from({ length: 1 + random(MOST) }, () => ({ ...webhook, order: random(2 ** 31), at: servers[random(servers.length)] })),
  );
  deliveries.sort((one, other) => one.order - other.order);
  const delivering = deliveries.map(async ({ name, path, form, signature, at }) => {
    const { status, type, body } = await deliver(form, { at, path, signature });
    const isFine = TOLD.includes(name) ? status === 204 : status === 200 && type.startsWith('text/xml');
    assert.ok(isFine, `seed ${seed}: ${name} answered ${status} ${body}`);
  });
  await Promise.all(delivering);
  return deliveries.length;
}

/** What the agent was told up to now. */
async function toldTo({ client }, account) {
  const [marker, told] = [await text(account), []];
  for (;;) {
    const { name, payload } = await client.events.take();
    if (payload.messageSid === marker.sid) return told;
    told.push(name);
  }
}

async function tell(t, { rounds, line, webhooks, events, becomes, begins, happens }, servers) {
  const { token, account } = await company();
  const agent = await agentOf(t, { token, ...(await ok('GET /api/auth/me', { token })) });
  const mobile = phone();
  const json = typeof line === 'function' ? line({ mobile }) : line;
  await ok(`PUT /api/twilio/numbers/${encodeURIComponent(account.phoneNumber)}`, { token, json });
  const of = { accountSid: account.accountSid };
  const known = new Set();
  let deliveries = 0;
  for (let round = 0; round < rounds; round += 1) {
    const seed = randomInt(2 ** 31);
    await switchOn(t, 'lose', of);
    const customer = begins ? await begins(agent, { mobile }) : await somebodyCalls(account, { t });
    if (!begins) await agent.isOffered(customer.sid);
    const end = await happens(agent, customer, { mobile });
    await switchOn(t, 'restDown', of); // nothing is to be learned by asking
    await end();
    assert.equal(await customer.ended(), 'completed');
    const told = await allThatIsToldOf(account, customer, webhooks, known);
    told.forEach((webhook) => known.add(webhook.token));
    deliveries += await storm(told, servers, chance(seed), seed);
    const { form } = told.find(({ name, form }) => name === 'call-status' && form.CallSid === customer.sid && form.CallDuration);
    const { id } = await agent.finds(customer.sid);
    const call = await agent.call(id);
    const expected = { ...becomes, state: 'ended', twilio_status: 'completed', duration_seconds: Number(form.CallDuration) };
    const found = Object.fromEntries(Object.keys(expected).map((field) => [field, call[field]]));
    assert.deepEqual(found, expected, `seed ${seed}`);
    assert.deepEqual(await toldTo(agent, account), events, `seed ${seed}`);
    await switchOn(t, 'restDown', { ...of, on: false });
  }
  t.diagnostic(`${rounds} rounds, ${deliveries} deliveries`);
}

test('a call ends the same in whatever order, and however often, its webhooks come', { concurrency: true }, async (t) => {
  const servers = [demo.baseUrl, (await startServer(t)).url, (await startServer(t)).url];
  await Promise.all(Object.entries(STORIES).map(([name, story]) => t.test(name, (t) => tell(t, story, servers))));
});
