// What an admin sees of the webhooks that Twilio sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AxeBuilder } from '@axe-core/playwright';

import { api, ok } from './lib/api.mjs';
import { desks } from './lib/console.mjs';
import { acme, globex, someNumber, someWord } from './lib/demo.mjs';
import { tokenOf } from './lib/people.mjs';
import { deliver, deliverSigned, eventually, ring, sign, smsForm, text, voiceForm } from './lib/twilio.mjs';

const list = async (query = '', org = acme) =>
  (await ok(`GET /api/twilio/webhooks?limit=200&${query}`, { token: await tokenOf(org.admin) })).webhooks;

/** The webhook that fits, once it is written down. */
const whenKept = (fits, query) => eventually(async () => (await list(query)).find(fits));

const whole = async ({ id }) =>
  (await ok(`GET /api/twilio/webhooks/${id}`, { token: await tokenOf(acme.admin) })).webhook;

test('a call that rings is there with what it brought, what was answered, and the call', async () => {
  const { sid, webhook: sent } = await ring(acme);
  const kept = await whenKept((webhook) => webhook.kind === 'voice' && webhook.twilio_call_sid === sid);
  assert.deepEqual([kept.signature, kept.outcome, kept.status, kept.is_repeat], ['valid', 'handled', 200, false]);
  const { params, answer, request_id: id } = await whole(kept);
  assert.match(answer, /<Enqueue /);
  assert.match(id, /^[0-9a-f-]{36}$/);
  const brought = Object.fromEntries(params.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(sent.parameters)) {
    assert.equal(brought[name], /token$/i.test(name) ? '[not kept]' : value, name);
  }
  assert.ok(!JSON.stringify(await whole(kept)).includes(sent.signature));
  const { call } = await ok(`GET /api/twilio/call/${kept.call_id}`, { token: await tokenOf(acme.admin) });
  assert.equal(call.twilio_call_sid, sid);
  const about = await list(`call=${kept.call_id}`);
  assert.ok(about.every(({ call_id }) => call_id === kept.call_id) && about.length > 0);
});

test('a wrong signature is explained, by its owner seen alone, and the sender hears nothing of it', async () => {
  const form = smsForm(acme, { Body: someWord() });
  const elsewhere = sign(form, acme.authToken, '/api/twilio/webhook/sms/');
  assert.equal((await deliver(form, { signature: elsewhere })).status, 403);
  const kept = await whenKept(({ twilio_message_sid: sid }) => sid === form.MessageSid, 'status=refused');
  assert.deepEqual([kept.signature, kept.cause, kept.status], ['wrong', 'wrong_address', 403]);
  assert.match(kept.reason, /check the webhook's address at Twilio/);
  const theirs = await api(`GET /api/twilio/webhooks/${kept.id}`, { token: await tokenOf(globex.admin) });
  assert.equal(theirs.status, 404);
  assert.ok((await list('', globex)).every(({ twilio_message_sid: sid }) => sid !== form.MessageSid));
  for (const user of [acme.manager, acme.agents[0], acme.viewer]) {
    const refused = await api(`GET /api/twilio/webhooks/${kept.id}`, { token: await tokenOf(user) });
    assert.equal(refused.status, 403, user.email);
  }
});

test('whoever sends rubbish to a known account washes nothing away', async () => {
  const { sid } = await text(acme);
  await whenKept(({ twilio_message_sid: kept }) => kept === sid);
  const junk = (n) => deliver(smsForm(acme, { Body: `${n}` }), { signature: 'AAAA' });
  for (let round = 0; round < 6; round += 1) await Promise.all(Array.from({ length: 60 }, (_, n) => junk(n)));
  const last = smsForm(acme);
  const seen = () => whenKept(({ twilio_message_sid: kept }) => kept === last.MessageSid);
  await deliverSigned(acme, last);
  await seen();
  const left = await list();
  assert.ok(
    left.some(({ twilio_message_sid: kept }) => kept === sid),
    JSON.stringify(left.map(({ at, outcome, signature }) => [at, outcome, signature])),
  );
  const { pagination } = await ok('GET /api/twilio/webhooks?status=refused', { token: await tokenOf(acme.admin) });
  assert.ok(pagination.total <= 150, JSON.stringify(pagination));
});

test('what Twilio delivers twice is a repeat', async () => {
  const form = voiceForm(acme);
  await deliverSigned(acme, form);
  await deliverSigned(acme, form);
  const twice = await eventually(async () => {
    const of = (await list('kind=voice')).filter(({ twilio_call_sid: sid }) => sid === form.CallSid);
    return of.length === 2 && of;
  });
  assert.deepEqual(
    twice.map(({ is_repeat }) => is_repeat),
    [true, false],
  );
});

test('an admin finds out at the page why one was refused, and what to do', async (t) => {
  const desk = await desks(t)(acme.admin, { path: '/settings/twilio' });
  await desk.page.getByRole('link', { name: 'Look at what Twilio sent' }).click();
  await desk.page.getByRole('table', { name: 'Webhooks' }).waitFor();
  const Body = `<img src=x onerror="document.title='owned'">\u202eevil ${someWord()}`;
  const form = smsForm(acme, { Body, From: '<b>\u202e+1647</b>' });
  await deliver(form, { signature: sign(form, globex.authToken) });
  await desk.page.getByLabel('What became of it').selectOption('refused');
  const kept = await whenKept(({ twilio_message_sid: sid }) => sid === form.MessageSid);
  const row = desk.page.locator(`[data-webhook="${kept.id}"]`); // it comes by itself
  await row.getByText('Wrong signature').waitFor();
  await row.getByRole('link', { name: 'A message came in' }).focus();
  await desk.page.keyboard.press('Enter');
  await desk.page.getByText('Compare the auth token in Twilio’s console with yours').waitFor();
  const shown = await desk.page.getByLabel('Parameters').innerText();
  assert.ok(shown.includes(Body.replace('\u202e', '')), shown);
  assert.ok(!shown.includes('\u202e'));
  assert.notEqual(await desk.page.title(), 'owned');
  const { violations } = await new AxeBuilder({ page: desk.page }).analyze();
  assert.deepEqual(
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id),
    [],
  );
  await desk.page.reload();
  await desk.page.getByRole('link', { name: 'All webhooks' }).click();
  assert.equal(await desk.page.getByLabel('What became of it').inputValue(), 'refused');
  desk.isClean();
});

test('a call leads to its webhooks, and a webhook to its call, for admins alone', async (t) => {
  const from = someNumber();
  const { sid } = await ring(acme, { from });
  const { call_id: id } = await whenKept((webhook) => webhook.twilio_call_sid === sid && webhook.call_id);
  const open = desks(t);
  const desk = await open(acme.admin, { path: `/calls/${id}` });
  await desk.page.getByRole('link', { name: 'What Twilio sent about it' }).click();
  await desk.page.getByRole('link', { name: 'A call comes in' }).click();
  await desk.page.getByLabel('Answer').getByText('<Enqueue').waitFor();
  await desk.page.getByRole('link', { name: 'Open the call' }).click();
  await desk.page.waitForURL(new RegExp(`/calls/${id}$`));
  desk.isClean();
  const manager = await open(acme.manager, { path: `/calls/${id}` });
  await manager.page.getByRole('heading', { name: 'Timeline' }).waitFor();
  assert.equal(await manager.page.getByRole('link', { name: 'What Twilio sent about it' }).count(), 0);
  await manager.page.goto(new URL('/settings/webhooks', manager.page.url()).href);
  await manager.page.waitForURL(/\/settings$/);
});

test('where nothing came yet it is said how to make one arrive', async (t) => {
  const desk = await desks(t)(acme.admin, { path: `/settings/webhooks?call=${crypto.randomUUID()}` });
  await desk.page.getByText('None is like that').waitFor();
  await desk.page.route('**/api/twilio/webhooks?*', (route) =>
    route.fulfill({ json: { webhooks: [], pagination: { total: 0, limit: 50, offset: 0 } } }),
  );
  await desk.page.getByRole('link', { name: 'Show all webhooks' }).click();
  await desk.page.getByText('Call or text one of your numbers').waitFor();
});
