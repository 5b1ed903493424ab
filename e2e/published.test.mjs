// The published client, as the console uses it, against the real server.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { acme, demo } from './lib/demo.mjs';
import { login } from './lib/people.mjs';
import { startProxy } from './lib/proxy.mjs';
import { open } from './lib/published.mjs';
import { startServer } from './lib/server.mjs';
import { deliverSigned, eventually, hangUp, ring, smsForm, streamOfTexts } from './lib/twilio.mjs';

const sidsOf = (told, name = 'incoming-sms') =>
  told.filter((event) => event.name === name).map(({ payload }) => payload.messageSid ?? payload.callSid);

const becomes = (client, recovery, patience) => eventually(() => client.line.get().recovery === recovery, patience);

async function page(t, user, options = {}) {
  const { token, user: person } = await login(user);
  return { ...open(t, token, { url: demo.baseUrl, ...options }), person };
}

test('a call rings, one person takes it, and the others see who', async (t) => {
  const [ada, grace] = await Promise.all([0, 1].map((n) => page(t, acme.agents[n])));
  await Promise.all([ada, grace].map(({ client }) => becomes(client, 'live')));
  const { sid } = await ring(acme);
  const find = ({ client }) => client.calls.get().find(({ callSid }) => callSid === sid);
  await Promise.all([ada, grace].map((who) => eventually(() => find(who)?.ringsForMe)));
  await eventually(() => ada.client.notifications.get().isRinging);
  assert.ok(Math.abs(ada.client.serverNow() - Date.now()) < 60_000);

  const accepted = await grace.client.calls.accept(sid);
  assert.equal(accepted.ok, true, JSON.stringify(accepted));
  await eventually(() => !ada.client.notifications.get().isRinging && find(ada)?.outcome !== null);
  const late = await ada.client.calls.accept(sid);
  assert.deepEqual([late.ok, late.because, late.by?.id], [false, 'taken', grace.person.id]);
  const { members } = await ada.client.api.get('/api/team');
  assert.equal(members.find(({ id }) => id === late.by.id).name, late.by.name);
});

test('who comes late rings, and a caller who hangs up stops it', async (t) => {
  const { sid } = await ring(acme);
  const { client } = await page(t, acme.agents[0]);
  const find = () => client.calls.get().find(({ callSid }) => callSid === sid);
  await eventually(() => find()?.ringsForMe);
  await hangUp(sid);
  await eventually(() => !find()?.ringsForMe);
});

describe('at the same time', { concurrency: true }, () => {
  test('ten cuts while texts come: each is heard once and in order, over a socket or without', async (t) => {
    const proxy = await startProxy(t, demo.baseUrl);
    const { client, told, resets } = await page(t, acme.agents[2], { url: proxy.url });
    await becomes(client, 'live');
    const texts = streamOfTexts(acme);
    t.after(() => texts.stop());
    for (let n = 0; n < 10; n += 1) {
      const before = told.length;
      await eventually(() => told.length >= before + 3);
      proxy.destroy();
    }
    const sent = await texts.stop();
    const heard = () => sidsOf(told).filter((sid) => sent.has(sid));
    await eventually(() => heard().length >= sent.size);
    assert.deepEqual(heard(), [...sent.keys()]);
    assert.deepEqual(resets, []);
  });

  test('a network that is away for ten seconds is back within five, with what was missed', async (t) => {
    const proxy = await startProxy(t, demo.baseUrl);
    const { client, told, resets } = await page(t, acme.agents[3], { url: proxy.url });
    await becomes(client, 'live');
    proxy.cut();
    await becomes(client, 'offline');
    const since = performance.now();
    const missed = smsForm(acme);
    await deliverSigned(acme, missed);
    await eventually(() => performance.now() - since > 7_000);
    proxy.heal();
    await eventually(() => sidsOf(told).includes(missed.MessageSid), 5_000);
    await becomes(client, 'live', 5_000);
    assert.equal(told.filter(({ payload }) => payload.messageSid === missed.MessageSid).length, 1);
    assert.deepEqual(resets, []);
  });

  test('a token that lives for two seconds is renewed again and again on one socket', async (t) => {
    const { url } = await startServer(t, { ACCESS_TOKEN_SECONDS: 2 });
    const { token } = await login(acme.agents[4], { at: url });
    const { client } = open(t, token, { url });
    let sessions = 0;
    client.on('session', () => (sessions += 1));
    const tokens = new Set();
    await eventually(() => tokens.add(client.auth.token()).size >= 5, 20_000);
    assert.equal(sessions, 1);
    assert.equal(client.auth.get().status, 'signed-in');
  });
});

test('operators move a page to asking and back, and it hears everything once', async (t) => {
  const server = await startServer(t);
  const move = (percent) => server.operate('PUT /operator/realtime', { json: { percent } });
  const { percent: before } = await server.operate('GET /operator/realtime');
  try {
    await move(0);
    const { token } = await login(acme.agents[5]);
    const { client, told, resets } = open(t, token, { url: server.url });
    const texted = async () => {
      const form = smsForm(acme);
      await deliverSigned(acme, form);
      await eventually(() => sidsOf(told).at(-1) === form.MessageSid);
      return form.MessageSid;
    };
    // A page that asked before the switch was turned asks again in half a minute.
    await becomes(client, 'polling', 40_000);
    const { sid } = await ring(acme);
    const rings = ({ callSid, ringsForMe }) => callSid === sid && ringsForMe;
    await eventually(() => client.calls.get().some(rings));
    const sids = [await texted(), await texted()];
    await move(100);
    await becomes(client, 'live', 40_000);
    sids.push(await texted());
    assert.deepEqual(sidsOf(told), sids);
    assert.deepEqual(resets, []);
  } finally {
    await move(before);
  }
});

test('who signs out elsewhere is signed out here', async (t) => {
  const session = await login(acme.agents[6]);
  const [here, there] = [0, 1].map(() => open(t, session.token, { url: demo.baseUrl }));
  await Promise.all([here, there].map(({ client }) => becomes(client, 'live')));
  await there.client.auth.signOut();
  await eventually(() => here.client.auth.get().status === 'signed-out');
  assert.equal(here.client.auth.get().endedBecause, 'session revoked');
});
