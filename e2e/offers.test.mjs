// Whom a call rings: the whole organisation hears of it, and it rings for those to whom it is offered.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ok } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { acme } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { deliverSigned, ring, voiceForm } from './lib/twilio.mjs';

/** Passes over offers until this call is among them, or no more. */
async function offered(client, callSid, isOffered) {
  for (;;) {
    const { payload } = await client.notice('offers');
    assert.deepEqual(Object.keys(payload), ['callSids']);
    if (payload.callSids.includes(callSid) === isOffered) return;
  }
}

const rings = ({ session }, sid) =>
  session.ringing.some(({ callSid }) => callSid === sid) && session.offers.callSids.includes(sid);

test('a call rings for who comes late, until somebody takes it', async (t) => {
  const early = await connect(t, await tokenOf(acme.agents[0]));
  const { sid } = await ring(acme);
  await offered(early, sid, true);
  const late = await connect(t, await tokenOf(acme.agents[1]));
  assert.ok(rings(late, sid));
  await ok('POST /api/twilio/incoming-calls/accept', { token: late.token, json: { callSid: sid } });
  await Promise.all([early, late].map((client) => offered(client, sid, false)));
  const later = await connect(t, await tokenOf(acme.agents[2]));
  assert.ok(!later.session.ringing.some(({ callSid }) => callSid === sid));
});

test('who declines in one tab is left alone in all of them, and nobody else is', async (t) => {
  const mine = await Promise.all([0, 1].map(async () => connect(t, await tokenOf(acme.agents[0]))));
  const theirs = await connect(t, await tokenOf(acme.agents[1]));
  const { sid } = await ring(acme);
  await Promise.all([...mine, theirs].map((client) => offered(client, sid, true)));
  await ok('POST /api/twilio/incoming-calls/decline', { token: mine[0].token, json: { callSid: sid } });
  await Promise.all(mine.map((client) => offered(client, sid, false)));
  const heard = await theirs.notices.takeMany(theirs.notices.unread);
  assert.deepEqual(heard.filter(({ name }) => name === 'offers'), []);
  const again = await connect(t, mine[0].token);
  assert.ok(!rings(again, sid));
  assert.ok(rings(await connect(t, theirs.token), sid));
});

test('a caller who hangs up stops every screen', async (t) => {
  const client = await connect(t, await tokenOf(acme.agents[0]));
  const form = voiceForm(acme);
  await deliverSigned(acme, form);
  await offered(client, form.CallSid, true);
  const path = '/api/twilio/webhook/call-status';
  const hungUp = { ...form, CallStatus: 'completed' };
  for (let times = 0; times < 3; times += 1) {
    assert.equal((await deliverSigned(acme, hungUp, { path })).status, 204);
  }
  await offered(client, form.CallSid, false);
  assert.equal((await client.next('incoming-call')).payload.callSid, form.CallSid);
  const { payload } = await client.next('call-ended');
  assert.deepEqual(Object.keys(payload), ['callSid', 'reason', 'timestamp']);
  assert.deepEqual([payload.callSid, payload.reason], [form.CallSid, 'caller-hangup']);
  assert.equal(client.events.unread, 0, 'told once');
});
