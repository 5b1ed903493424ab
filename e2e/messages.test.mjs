// Conversations, as agents have them: in, reply, opt-out, opt-in, templates, the WhatsApp window, what is unread, later.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, ok } from './lib/api.mjs';
import { connect } from './lib/client.mjs';
import { acme, globex, someNumber, someWord } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { eventually, simulator, text } from './lib/twilio.mjs';

const path = (number) => `/api/twilio/sms/conversation/${encodeURIComponent(number)}`;
const thread = (token, number, query = '') => ok(`GET ${path(number)}${query}`, { token });

const isOf = (sid) => ({ messageSid }) => messageSid === sid;
/** Takes events until this message has this status. */
const becomes = (client, sid, status) =>
  client.hears('message-status', (step) => isOf(sid)(step) && step.status === status);

test('a text comes in, is answered, and every step of the answer is told', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agent = await connect(t, token);
  const from = someNumber();
  const { sid } = await text(acme, { from, body: 'Are you open?' });
  const heard = await agent.hears('incoming-sms', isOf(sid));
  assert.ok(heard.leadId && !heard.contactId, 'who was not known is a lead');

  const json = { to: from, body: 'Yes, until 5 😀' };
  const { message, data } = await ok('POST /api/twilio/sms/send', { token, json });
  assert.equal(message, 'Message sent');
  assert.equal(data.lead_id, heard.leadId);
  assert.equal(data.segment_count, 1);
  await becomes(agent, data.twilio_sid, 'delivered');

  const { messages, contactInfo, consent, pagination } = await thread(token, from);
  assert.deepEqual(
    messages.map(({ body, direction, twilio_status: status }) => [body, direction, status]),
    [
      ['Are you open?', 'inbound', 'received'],
      ['Yes, until 5 😀', 'outbound', 'delivered'],
    ],
  );
  assert.ok(messages[1].sent_at && messages[1].delivered_at && messages[1].user_first_name);
  assert.deepEqual([contactInfo.type, contactInfo.id], ['lead', heard.leadId]);
  assert.deepEqual([consent.state, pagination.total, pagination.before], ['unsaid', 2, null]);
  const { timeline } = await ok(`GET /api/twilio/sms/${data.id}/timeline`, { token });
  const steps = timeline.map(({ step, detail }) => (step === 'progressed' ? detail : step));
  assert.deepEqual([steps[0], steps.at(-1)], ['made', 'delivered']);
});

test('a number in any format is one conversation, and it is found by name and number', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const from = someNumber();
  const name = someWord('Name');
  const phone = `(${from.slice(2, 5)}) ${from.slice(5, 8)}-${from.slice(8)}`;
  const json = { first_name: name, last_name: 'Two', phone };
  const { contact } = await ok('POST /api/contacts', { token: await tokenOf(acme.admin), json });
  await ok('POST /api/leads', { token: await tokenOf(acme.admin), json: { ...json, first_name: 'Other' } });
  await text(acme, { from, body: 'first' });
  await ok('POST /api/twilio/sms/send', { token, json: { to: phone, body: 'second' } });
  for (const search of [name.toLowerCase(), from, phone, from.slice(2, 9), from.slice(0, 9)]) {
    const { conversations } = await ok(`GET /api/twilio/sms/conversations?search=${encodeURIComponent(search)}`, { token });
    const found = conversations.find(({ phoneNumber }) => phoneNumber === from);
    assert.ok(found, search);
    assert.deepEqual(
      [found.contactId, found.contactName, found.leadId, found.messageCount, found.outboundCount, found.lastMessage],
      [contact.id, `${name} Two`, null, 2, 1, 'second'],
    );
    assert.deepEqual(found.people.map(({ type }) => type), ['contact', 'lead'], 'both are shown');
  }
});

test('what is unread is each person\'s own, and the same in all their tabs', async (t) => {
  const [one, two] = await Promise.all(acme.agents.slice(0, 2).map(tokenOf));
  const from = someNumber();
  for (const body of ['a', 'b']) await text(acme, { from, body });
  const unread = async (token) => {
    const { conversations } = await ok('GET /api/twilio/sms/conversations', { token });
    return conversations.find(({ phoneNumber }) => phoneNumber === from)?.unreadCount;
  };
  assert.deepEqual([await unread(one), await unread(two)], [2, 2]);
  assert.deepEqual(await ok(`POST ${path(from)}/read`, { token: one }), { success: true });
  const otherTab = await tokenOf(acme.agents[0]);
  assert.deepEqual([await unread(one), await unread(otherTab), await unread(two)], [0, 0, 2]);
  await text(acme, { from, body: 'c' });
  assert.deepEqual([await unread(one), await unread(two)], [1, 3]);
  await ok('POST /api/twilio/sms/send', { token: two, json: { to: from, body: 'hi' } });
  assert.deepEqual([await unread(one), await unread(two)], [1, 0], 'who answers has read');
});

test('who says STOP is not texted until they say START, and both are on record', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agent = await connect(t, token);
  const from = someNumber();
  const json = { to: from, body: 'hello' };
  const { sid } = await text(acme, { from, body: ' stop ' });
  assert.equal((await agent.hears('incoming-sms', isOf(sid))).body, ' stop ');
  const refused = await api('POST /api/twilio/sms/send', { token, json });
  assert.deepEqual([refused.status, refused.body.code], [409, 'opted_out']);
  assert.equal((await thread(token, from)).consent.state, 'opted_out');
  await text(acme, { from, body: 'START' });
  await ok('POST /api/twilio/sms/send', { token, json });
  assert.equal((await thread(token, from)).consent.state, 'opted_in');
  const csv = await ok('GET /api/twilio/consent/export', { token: await tokenOf(acme.admin) });
  const lines = csv.split('\r\n').filter((line) => line.includes(from));
  assert.deepEqual(lines.map((line) => line.split(',')[3]), ['stop', 'start']);
  const { status } = await api('GET /api/twilio/consent/export', { token });
  assert.equal(status, 403, 'it is not for everybody');
});

test('who said STOP when nobody listened is found out by Twilio\'s refusal', async () => {
  const token = await tokenOf(acme.agents[0]);
  const json = { to: `${someNumber().slice(0, 8)}0610`, body: 'hello' };
  for (let tries = 0; tries < 2; tries += 1) {
    const { status, body } = await api('POST /api/twilio/sms/send', { token, json });
    assert.deepEqual([status, body.code], [409, 'opted_out']);
  }
  const { messages } = await thread(token, json.to);
  assert.deepEqual(messages.map(({ twilio_status: status, error_code: code }) => [status, code]), [['failed', 21610]], 'asked once');
});

test('what Twilio refuses or does not deliver is told in its words', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agent = await connect(t, token);
  const to = (digits) => `${someNumber().slice(0, 8)}${digits}`;
  const refused = await api('POST /api/twilio/sms/send', { token, json: { to: to('0614'), body: 'x' } });
  assert.deepEqual([refused.status, refused.body.code, refused.body.twilioCode], [502, 'twilio_refused', 21614]);
  assert.ok(refused.body.twilioMessage);
  const { data } = await ok('POST /api/twilio/sms/send', { token, json: { to: to('0007'), body: 'x' } });
  const { errorCode } = await becomes(agent, data.twilio_sid, 'undelivered');
  assert.equal(errorCode, 30007);
  const { message } = await ok(`GET /api/twilio/sms/${data.id}`, { token });
  assert.deepEqual([message.twilio_status, message.error_code], ['undelivered', 30007]);
});

test('a template is filled from what is known, and what is missing is named', async () => {
  const manager = await tokenOf(acme.manager ?? acme.admin);
  const token = await tokenOf(acme.agents[0]);
  const to = someNumber();
  const json = { name: someWord('Template'), category: 'hours', body: 'Hi {{first_name}}, we open at {{time}}. {{organization}}' };
  const { template } = await ok('POST /api/twilio/templates', { token: manager, json });
  assert.deepEqual(template.variables, ['first_name', 'time', 'organization']);
  const taken = await api('POST /api/twilio/templates', { token: manager, json: { ...json, name: json.name.toUpperCase() } });
  assert.equal(taken.status, 409);
  const order = { to, templateId: template.id };
  const missing = await api('POST /api/twilio/sms/send', { token, json: order });
  assert.deepEqual(missing.body.details.map(({ field }) => field), ['variables.first_name', 'variables.time']);
  const { contact } = await ok('POST /api/contacts', { token, json: { first_name: 'Bo', phone: to } });
  const { data } = await ok('POST /api/twilio/sms/send', { token, json: { ...order, variables: { time: '9:00' } } });
  const { organization } = await ok('GET /api/organizations/current', { token });
  assert.equal(data.body, `Hi Bo, we open at 9:00. ${organization.name}`);
  assert.deepEqual([data.template_id, data.contact_id], [template.id, contact.id]);
  await ok(`PUT /api/twilio/templates/${template.id}`, { token: manager, json: { is_active: false } });
  assert.equal((await api('POST /api/twilio/sms/send', { token, json: order })).status, 422);
  await ok(`DELETE /api/twilio/templates/${template.id}`, { token: manager });
  assert.equal((await api(`GET /api/twilio/templates/${template.id}`, { token })).status, 404);
});

test('on WhatsApp only an agreed template goes to who has not written for a day', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agent = await connect(t, token);
  const number = someNumber();
  const json = { to: `whatsapp:${number}`, body: 'hello' };
  const refused = await api('POST /api/twilio/sms/send', { token, json });
  assert.deepEqual([refused.status, refused.body.code], [409, 'outside_window']);
  const agreed = { name: someWord('Agreed'), body: 'Hello {{name}}', content_sid: `HX${'0'.repeat(32)}` };
  const { template } = await ok('POST /api/twilio/templates', { token: await tokenOf(acme.admin), json: agreed });
  const order = { to: json.to, templateId: template.id, variables: { name: 'Bo' } };
  const sent = await ok('POST /api/twilio/sms/send', { token, json: order });
  assert.deepEqual([sent.data.body, sent.data.channel], ['Hello Bo', 'whatsapp']);
  await becomes(agent, sent.data.twilio_sid, 'read');

  await simulator('POST /sms', { from: `whatsapp:${number}`, to: `whatsapp:${acme.phoneNumber}`, body: 'hi' });
  await agent.hears('incoming-sms', ({ from }) => from === number);
  const { data } = await ok('POST /api/twilio/sms/send', { token, json });
  assert.deepEqual([data.channel, data.to_number], ['whatsapp', number]);
  await becomes(agent, data.twilio_sid, 'read');
  const { messages, whatsappUntil } = await thread(token, number);
  assert.deepEqual(messages.map(({ channel }) => channel), ['whatsapp', 'whatsapp', 'whatsapp']);
  assert.ok(Date.parse(whatsappUntil) > Date.now() + 23 * 3_600_000);
});

test('a message is sent at its time, or called back before', async (t) => {
  const token = await tokenOf(acme.agents[0]);
  const agent = await connect(t, token);
  const to = someNumber();
  const sendAt = new Date(Date.now() + 1500).toISOString();
  const { message, data } = await ok('POST /api/twilio/sms/send', { token, json: { to, body: 'now', sendAt } });
  assert.deepEqual([message, data.twilio_status, data.twilio_sid], ['Message scheduled', 'scheduled', null]);
  const late = new Date(Date.now() + 3_600_000).toISOString();
  const later = await ok('POST /api/twilio/sms/send', { token, json: { to, body: 'later', sendAt: late } });
  const waiting = await thread(token, to);
  assert.deepEqual([waiting.messages.length, waiting.scheduled.map(({ body }) => body)], [0, ['now', 'later']]);
  const called = await ok(`POST /api/twilio/sms/${later.data.id}/cancel`, { token });
  assert.equal(called.message.twilio_status, 'canceled');
  const { twilio_sid: sid } = await eventually(async () => (await thread(token, to)).messages[0]);
  await becomes(agent, sid, 'delivered');
  const after = await thread(token, to);
  assert.deepEqual([after.messages.map(({ body }) => body), after.scheduled], [['now'], []]);
  const gone = await api(`POST /api/twilio/sms/${data.id}/cancel`, { token });
  assert.deepEqual([gone.status, gone.body.code], [409, 'already_sent']);
  const past = await api('POST /api/twilio/sms/send', { token, json: { to, body: 'x', sendAt: '2020-01-01T00:00:00Z' } });
  assert.deepEqual(past.body.details.map(({ field }) => field), ['sendAt']);
});

test('a conversation is given to somebody, and colleagues write notes beside it', async () => {
  const [one, two] = await Promise.all(acme.agents.slice(0, 2).map(tokenOf));
  const from = someNumber();
  await text(acme, { from });
  const { user } = await ok('GET /api/auth/me', { token: two });
  await ok(`PUT ${path(from)}/assignment`, { token: one, json: { userId: user.id } });
  const mine = async (token) => {
    const { conversations } = await ok('GET /api/twilio/sms/conversations?assignedTo=me', { token });
    return conversations.some(({ phoneNumber }) => phoneNumber === from);
  };
  assert.deepEqual([await mine(one), await mine(two)], [false, true]);
  await ok(`PUT ${path(from)}/assignment`, { token: one, json: { userId: null } });
  assert.equal(await mine(two), false);
  await ok(`POST ${path(from)}/notes`, { token: one, json: { body: 'wants <b>a quote</b>' } });
  const { notes, pagination } = await ok(`GET ${path(from)}/notes`, { token: two });
  assert.deepEqual([notes[0].body, notes[0].by.name, pagination.total], ['wants <b>a quote</b>', (await ok('GET /api/auth/me', { token: one })).user.full_name, 1]);
  const stranger = await tokenOf(globex.admin);
  const theirs = await ok(`GET ${path(from)}/notes`, { token: stranger });
  assert.deepEqual(theirs.notes, []);
  const empty = await thread(stranger, from);
  assert.deepEqual([empty.messages, empty.contactInfo, empty.pagination.total], [[], null, 0]);
});

test('a thread and the lists go back page by page to the beginning', async () => {
  const token = await tokenOf(acme.agents[0]);
  const from = someNumber();
  for (let n = 1; n <= 5; n += 1) await text(acme, { from, body: `${n}` });
  const pages = [];
  for (let before = ''; before !== null; ) {
    const page = await thread(token, from, `?limit=2${before && `&before=${before}`}`);
    pages.push(page.messages.map(({ body }) => body));
    before = page.pagination.before;
    assert.equal(page.pagination.total, 5);
  }
  assert.deepEqual(pages, [['4', '5'], ['2', '3'], ['1']]);
  const { messages, pagination } = await ok('GET /api/twilio/sms?direction=inbound&limit=3', { token });
  const next = await ok(`GET /api/twilio/sms?direction=inbound&limit=3&before=${pagination.before}`, { token });
  assert.deepEqual([...messages, ...next.messages].map(({ body }) => body).slice(0, 5), ['5', '4', '3', '2', '1']);
  const first = await ok('GET /api/twilio/sms/conversations?limit=1', { token });
  const second = await ok(`GET /api/twilio/sms/conversations?limit=1&before=${first.pagination.before}`, { token });
  assert.equal(first.conversations[0].phoneNumber, from);
  assert.notEqual(second.conversations[0].phoneNumber, from);
  for (const query of ['before=x', 'limit=0', 'limit=201', 'assignedTo=x']) {
    assert.equal((await api(`GET /api/twilio/sms/conversations?${query}`, { token })).status, 422, query);
  }
});

test('a hundred texts from one unknown number at once are one lead, and in order', async (t) => {
  const token = await tokenOf(globex.admin);
  const agent = await connect(t, token);
  const from = someNumber();
  await Promise.all(Array.from({ length: 100 }, (_, n) => text(globex, { from, body: `${n}` })));
  const told = [];
  for (let n = 0; n < 100; n += 1) told.push(await agent.hears('incoming-sms', (text) => text.from === from));
  assert.equal(new Set(told.map(({ leadId }) => leadId)).size, 1);
  const { messages } = await thread(token, from, '?limit=200');
  assert.deepEqual(messages.map(({ twilio_sid: sid }) => sid), told.map(({ messageSid }) => messageSid));
  const { leads } = await ok(`GET /api/leads?search=${encodeURIComponent(from)}`, { token });
  assert.equal(leads.length, 1);
});
