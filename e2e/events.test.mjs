// A customer calls or texts, and the agents of that organisation see it at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ok, PATIENCE_MS } from './lib/api.mjs';
import { connect, readCursor, TRANSPORTS } from './lib/client.mjs';
import { acme, globex, newSid, someNumber } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { deliverSigned, ring, smsForm, text } from './lib/twilio.mjs';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function takeCall(callSid) {
  await ok('POST /api/twilio/incoming-calls/accept', { token: await tokenOf(acme.agents[9]), json: { callSid } });
}

for (const [how, options] of Object.entries(TRANSPORTS)) {
  test(`a text reaches the organisation's agents within a second, ${how}`, async (t) => {
    const [ada, bo] = await Promise.all(
      acme.agents.slice(0, 2).map(async (agent) => connect(t, await tokenOf(agent), options)),
    );
    const from = someNumber();
    const before = performance.now();
    const { sid } = await text(acme, { from, body: 'Is my order ready?' });
    for (const agent of [ada, bo]) {
      const { payload, at } = await agent.next('incoming-sms');
      const { timestamp, leadId, ...rest } = payload;
      assert.deepEqual(rest, {
        messageSid: sid,
        from,
        to: acme.phoneNumber,
        body: 'Is my order ready?',
        contactName: null,
        contactId: null,
      });
      assert.match(leadId, UUID, 'who was not known is a lead from now on');
      assert.match(timestamp, ISO);
      t.diagnostic(`incoming-sms after ${Math.round(at - before)} ms`);
      assert.ok(at - before < PATIENCE_MS);
    }
  });

  test(`a call reaches the organisation's agents within a second, ${how}`, async (t) => {
    const agent = await connect(t, await tokenOf(acme.agents[0]), options);
    const from = someNumber();
    const before = performance.now();
    const { sid } = await ring(acme, { from });
    const { payload, at } = await agent.next('incoming-call');
    const { timestamp, ...rest } = payload;
    assert.deepEqual(rest, {
      callSid: sid,
      from,
      to: acme.phoneNumber,
      callerName: null,
      leadId: null,
      contactId: null,
    });
    assert.match(timestamp, ISO);
    t.diagnostic(`incoming-call after ${Math.round(at - before)} ms`);
    assert.ok(at - before < PATIENCE_MS);
    await takeCall(sid);
  });

  test(`another organisation's agents hear nothing of it, ${how}`, async (t) => {
    const stranger = await connect(t, await tokenOf(globex.agents[0]), options);
    await text(acme);
    const { sid: callSid } = await ring(acme);
    await takeCall(callSid);
    const { sid } = await text(globex, { body: 'the first thing they hear' });
    const first = await stranger.next('incoming-sms');
    assert.equal(first.payload.messageSid, sid);
    assert.equal(readCursor(first.cursor).seq, readCursor(stranger.session.head).seq + 1);
  });

  test(`session is the first event and says where the client stands, ${how}`, async (t) => {
    const { sid } = await ring(acme);
    const { session, breaches } = await connect(t, await tokenOf(acme.agents[0]), options);
    assert.deepEqual(breaches, []);
    assert.deepEqual(Object.keys(session).sort(), [
      'cursor',
      'expiresAt',
      'head',
      'offers',
      'presence',
      'recovered',
      'replayed',
      'ringing',
      'serverTime',
      'sessionId',
    ]);
    assert.equal(session.cursor, session.head);
    assert.equal(session.recovered, false);
    assert.equal(session.replayed, 0);
    assert.equal(typeof session.sessionId, 'string');
    assert.match(session.expiresAt, ISO);
    assert.match(session.serverTime, ISO);
    assert.ok(Date.parse(session.expiresAt) > Date.parse(session.serverTime));
    assert.ok(Array.isArray(session.offers.callSids));
    assert.ok(Array.isArray(session.presence));
    const mine = session.ringing.find((call) => call.callSid === sid);
    assert.deepEqual(Object.keys(mine).sort(), [
      'callSid',
      'callerName',
      'contactId',
      'from',
      'leadId',
      'timestamp',
      'to',
    ]);
    await takeCall(sid);
  });
}

test('the default transports end up on websocket', async (t) => {
  const agent = await connect(t, await tokenOf(acme.agents[0]));
  const { engine } = agent.socket.io;
  if (engine.transport.name !== 'websocket') await new Promise((resolve) => engine.once('upgrade', resolve));
  await text(acme);
  await agent.next('incoming-sms');
  assert.equal(engine.transport.name, 'websocket');
});

test('a hundred texts arrive in order, exactly once, whatever the transport', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agents = await Promise.all(Object.values(TRANSPORTS).map((options) => connect(t, token, options)));
  const sids = [];
  for (let n = 0; n < 100; n += 1) sids.push((await text(acme, { body: String(n) })).sid);
  for (const agent of agents) {
    const events = await agent.events.takeMany(100);
    assert.deepEqual(
      events.map(({ payload }) => payload.messageSid),
      sids,
    );
  }
});

test('texts sent at the same moment reach everybody in the same order', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agents = await Promise.all(Object.values(TRANSPORTS).map((options) => connect(t, token, options)));
  const sids = Array.from({ length: 40 }, () => newSid('SM'));
  await Promise.all(sids.map((sid) => text(acme, { sid })));
  const heard = [];
  for (const agent of agents) {
    heard.push((await agent.events.takeMany(40)).map(({ payload }) => payload.messageSid));
  }
  assert.deepEqual([...heard[0]].sort(), [...sids].sort());
  assert.deepEqual(heard[1], heard[0]);
  assert.deepEqual(heard[2], heard[0]);
});

test('the caller is named: a contact before a lead, in whatever format the number was typed', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agent = await connect(t, token);
  const from = someNumber();
  const national = `(${from.slice(2, 5)}) ${from.slice(5, 8)}-${from.slice(8)}`;
  const remove = (path) => t.after(() => ok(`DELETE ${path}`, { token }));

  const { lead } = await ok('POST /api/leads', {
    token,
    json: { first_name: 'Lee', last_name: "O'Neil", phone: national },
  });
  remove(`/api/leads/${lead.id}`);
  await text(acme, { from });
  const { payload: asLead } = await agent.next('incoming-sms');
  assert.deepEqual(
    [asLead.contactName, asLead.leadId, asLead.contactId],
    ['Lee O&#x27;Neil', lead.id, null],
  );

  const { contact } = await ok('POST /api/contacts', {
    token,
    json: { first_name: 'Carla', last_name: 'Ng', phone: national.replace(/[() ]/g, '') },
  });
  remove(`/api/contacts/${contact.id}`);
  await text(acme, { from });
  const { payload: asContact } = await agent.next('incoming-sms');
  assert.deepEqual([asContact.contactName, asContact.leadId, asContact.contactId], ['Carla Ng', null, contact.id]);

  const { sid } = await ring(acme, { from });
  const { payload: call } = await agent.next('incoming-call');
  assert.deepEqual([call.callerName, call.leadId, call.contactId], ['Carla Ng', null, contact.id]);
  await takeCall(sid);
});

test('a WhatsApp message names its sender by number, as a text does', async (t) => {
  const agent = await connect(t, await tokenOf(acme.agents[0]));
  const from = someNumber();
  const form = smsForm(acme, { From: `whatsapp:${from}`, To: `whatsapp:${acme.phoneNumber}`, WaId: from.slice(1) });
  assert.equal((await deliverSigned(acme, form)).status, 200);
  const { payload } = await agent.next('incoming-sms');
  assert.deepEqual([payload.from, payload.to], [from, acme.phoneNumber]);
});

test("a name known to one organisation is not shown to another's agents", async (t) => {
  const from = someNumber();
  const token = await tokenOf(acme.agents[0]);
  const { contact } = await ok('POST /api/contacts', { token, json: { first_name: 'Secret', phone: from } });
  t.after(() => ok(`DELETE /api/contacts/${contact.id}`, { token }));
  const stranger = await connect(t, await tokenOf(globex.agents[0]));
  await text(globex, { from });
  const { payload } = await stranger.next('incoming-sms');
  assert.deepEqual([payload.contactName, payload.contactId], [null, null]);
  const { lead } = await ok(`GET /api/leads/${payload.leadId}`, { token: stranger.token });
  assert.equal(lead.name, '', 'they know of a number, and nothing else');
});
