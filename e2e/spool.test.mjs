// The database goes away and comes back. What Twilio told meanwhile is heard of in the end: once, and in order.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { connect } from './lib/client.mjs';
import { demo, newSid } from './lib/demo.mjs';
import { company } from './lib/newcomer.mjs';
import { startProxy } from './lib/proxy.mjs';
import { startServer } from './lib/server.mjs';
import { deliver, deliverSigned, eventually, smsForm, voiceForm } from './lib/twilio.mjs';

const CALL_STATUS = '/api/twilio/webhook/call-status';
const NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/** A server whose way to the database can be cut. */
async function startFragile(t) {
  const database = new URL(demo.server.environment.DATABASE_URL);
  const network = await startProxy(t, database);
  database.port = new URL(network.url).port;
  const server = await startServer(t, { DATABASE_URL: database.href });
  const waiting = async () => (await server.operate('GET /operator/spool')).entries;
  return { network, server, at: server.url, waiting };
}

/** Texts this account so often, one after the other; returns the SIDs. */
async function sendTexts(account, at, count) {
  const sids = [];
  for (let n = 0; n < count; n += 1) {
    const form = smsForm(account, { Body: `text ${n}` });
    const { status, type, body } = await deliverSigned(account, form, { at });
    assert.deepEqual([status, type, body], [200, 'text/xml', NOTHING]);
    sids.push(form.MessageSid);
  }
  return sids;
}

const sidsOf = (events) => events.map(({ payload }) => payload.messageSid);

describe('at the same time', { concurrency: 2 }, () => {
  for (const [how, goAway] of Object.entries({
    'says nothing any more': (network) => network.swallow(),
    'refuses everybody': (network) => network.cut(),
  })) {
    test(`texts that come while the database ${how} are heard once and in order`, async (t) => {
      const { account, token } = await company();
      const { network, server, at, waiting } = await startFragile(t);
      const client = await connect(t, token); // on the stack's server
      const before = await sendTexts(account, at, 1); // from then on the token is known
      goAway(network);
      const meanwhile = await sendTexts(account, at, 5);
      const over = voiceForm(account, { CallStatus: 'completed' });
      assert.equal((await deliverSigned(account, over, { at, path: CALL_STATUS })).status, 204);
      assert.equal((await deliver(smsForm(account), { at, signature: 'guess' })).status, 403);
      const unknown = smsForm(account, { AccountSid: newSid('AC') });
      assert.equal((await deliver(unknown, { at, signature: 'guess' })).status, 503);
      assert.equal(await waiting(), 6);
      network.heal();
      const after = await sendTexts(account, at, 3);
      const all = [...before, ...meanwhile, ...after];
      assert.deepEqual(sidsOf(await client.events.takeMany(all.length)), all);
      await eventually(async () => (await waiting()) === 0);
      const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
      for (const line of [
        'switchboard_webhooks_waiting 0',
        'switchboard_webhooks_spooled_total{webhook="call-status"} 1',
        'switchboard_webhooks_replayed_total{webhook="call-status",outcome="handled"} 1',
      ]) {
        assert.ok(metrics.split('\n').includes(line), metrics);
      }
      const [last] = await sendTexts(account, at, 1);
      assert.equal((await client.next('incoming-sms')).payload.messageSid, last, 'nothing came twice, and nothing rang');
    });
  }

  test('texts that wait survive a server that is killed', async (t) => {
    const { account, token } = await company();
    const { network, server, at, waiting } = await startFragile(t);
    const client = await connect(t, token);
    const before = await sendTexts(account, at, 1);
    network.cut();
    const meanwhile = await sendTexts(account, at, 5);
    await server.kill();
    network.heal();
    await server.restart();
    const after = await sendTexts(account, at, 3);
    const all = [...before, ...meanwhile, ...after];
    assert.deepEqual(sidsOf(await client.events.takeMany(all.length)), all);
    await eventually(async () => (await waiting()) === 0);
    const [last] = await sendTexts(account, at, 1);
    assert.equal((await client.next('incoming-sms')).payload.messageSid, last);
  });
});
